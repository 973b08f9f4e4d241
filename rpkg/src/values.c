/* R values as Python's. What is not converted here is reticulate's matter. */
#include "tfbridge.h"
#include "python.h"
#include "arrays.h"
#include "values.h"

/* Longer vectors without dim are reticulate's matter; data has a dim. */
#define LONGEST 64

static int is_ascii(SEXP string)
{
    const char *text = CHAR(string);
    for (int i = 0; i < LENGTH(string); i++) if ((unsigned char) text[i] > 127) return 0;
    return 1;
}

/* Whether text needs no look at its encoding, and none of it is NA. */
SEXP tfbridge_all_ascii(SEXP x)
{
    int right = 1;
    for (R_xlen_t i = 0; right && i < XLENGTH(x); i++) {
        SEXP string = STRING_ELT(x, i);
        right = string != NA_STRING && is_ascii(string);
    }
    return Rf_ScalarLogical(right);
}

static object_t text_of(SEXP string)
{
    if (string == NA_STRING) return NULL;
    if (Rf_getCharCE(string) != CE_UTF8 && !is_ascii(string)) return NULL;
    object_t made = python.from_text(CHAR(string), LENGTH(string));
    if (!made) python.clear();
    return made;
}

static object_t element(SEXP x, R_xlen_t i)
{
    switch (TYPEOF(x)) {
    case LGLSXP: return LOGICAL(x)[i] == NA_LOGICAL ? NULL : python.from_bool(LOGICAL(x)[i]);
    case INTSXP: return INTEGER(x)[i] == NA_INTEGER ? NULL : python.from_long(INTEGER(x)[i]);
    case REALSXP: return python.from_double(REAL(x)[i]);
    case STRSXP: return text_of(STRING_ELT(x, i));
    default: return NULL;
    }
}

object_t tfbridge_to_python(SEXP x)
{
    if (x == R_NilValue) {
        python.incref(python.none);
        return python.none;
    }
    if (OBJECT(x)) {
        object_t held = Rf_inherits(x, "python.builtin.object") ? tfbridge_object_in(x) : NULL;
        if (held) python.incref(held);
        return held;
    }
    const int type = TYPEOF(x);
    if (type != VECSXP && !Rf_isVectorAtomic(x)) return NULL;
    const R_xlen_t length = XLENGTH(x);
    if (Rf_getAttrib(x, R_DimSymbol) != R_NilValue) return tfbridge_array_to_python(x);
    if (length > LONGEST) return NULL;
    if (type != VECSXP) {
        if (length == 1) return element(x, 0);
        object_t list = python.new_list(length);
        for (R_xlen_t i = 0; i < length; i++) {
            object_t item = element(x, i);
            if (!item) {
                python.decref(list);
                return NULL;
            }
            python.set_list(list, i, item);
        }
        return list;
    }
    SEXP names = Rf_getAttrib(x, R_NamesSymbol);
    object_t made = names == R_NilValue ? python.new_list(length) : python.new_dict();
    for (R_xlen_t i = 0; i < length; i++) {
        object_t item = tfbridge_to_python(VECTOR_ELT(x, i));
        object_t name = item && names != R_NilValue ? text_of(STRING_ELT(names, i)) : NULL;
        if (!item || (names != R_NilValue && !name)) {
            if (item) python.decref(item);
            python.decref(made);
            return NULL;
        }
        if (names == R_NilValue) {
            python.set_list(made, i, item);
        } else {
            python.set_dict(made, CHAR(STRING_ELT(names, i)), item);
            python.decref(name);
            python.decref(item);
        }
    }
    return made;
}

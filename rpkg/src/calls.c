/* Calls of Python's functions at Python's own price.
 *
 * reticulate converts each argument and result by way of S3 dispatch in R, which takes longer than many an op of TensorFlow.
 * Here the values of which nearly all crossings are made (objects of Python, numbers, strings, NULL, arrays, short vectors and
 * lists of them) are converted directly, to what reticulate would have made of them, and to objects as reticulate lays them out: an
 * environment with `pyobj` and `convert`, or a function with such a one as its attribute `py_object`. For everything else the
 * answer is "not me", before Python was called or, for results, by leaving the conversion to reticulate.
 */
#include <limits.h>
#include <string.h>
#include "tfbridge.h"
#include "python.h"
#include "arrays.h"

/* Longer vectors without dim are reticulate's matter; data has a dim. */
#define LONGEST 64

static SEXP s_pyobj, s_convert, s_py_object, s_option;
static int found = 0;

/* The class vectors that reticulate gave to objects of each type; NULL for a type whose objects it converts. Of what can be
 * called it makes functions, which have the class too. */
typedef struct {
    object_t type;
    SEXP class;
    int callable;
} type_t;
static type_t *types = NULL;
static int known = 0, room = 0;

SEXP tfbridge_find(SEXP library)
{
    s_pyobj = Rf_install("pyobj");
    s_convert = Rf_install("convert");
    s_py_object = Rf_install("py_object");
    s_option = Rf_install("tfbridge.fast_calls");
    found = tfbridge_find_python(CHAR(STRING_ELT(library, 0)));
    return Rf_ScalarLogical(found);
}

/* The Python object in one of R, NULL when there is none or it is from an earlier session. */
object_t tfbridge_object_in(SEXP x)
{
    if (TYPEOF(x) == CLOSXP) x = Rf_getAttrib(x, s_py_object);
    if (TYPEOF(x) != ENVSXP) return NULL;
    SEXP pointer = Rf_findVarInFrame(x, s_pyobj);
    return TYPEOF(pointer) == EXTPTRSXP ? R_ExternalPtrAddr(pointer) : NULL;
}

static object_t text_of(SEXP string)
{
    if (string == NA_STRING) return NULL;
    const cetype_t encoding = Rf_getCharCE(string);
    const char *text = CHAR(string);
    const ptrdiff_t length = LENGTH(string);
    if (encoding != CE_UTF8) {
        for (ptrdiff_t i = 0; i < length; i++) if ((unsigned char) text[i] > 127) return NULL;
    }
    object_t made = python.from_text(text, length);
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

/* A new reference to what reticulate would make of an R value, NULL when that is left to reticulate. */
static object_t to_python(SEXP x)
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
        object_t item = to_python(VECTOR_ELT(x, i));
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

static void let_go(SEXP pointer)
{
    object_t held = R_ExternalPtrAddr(pointer);
    if (!held) return;
    R_ClearExternalPtr(pointer);
    const int gil = python.gil_ensure();
    python.decref(held);
    python.gil_release(gil);
}

/* An object as reticulate lays it out; takes the reference over. */
static SEXP held_object(object_t object, SEXP class)
{
    SEXP pointer = PROTECT(R_MakeExternalPtr(object, R_NilValue, R_NilValue));
    R_RegisterCFinalizer(pointer, let_go);
    SEXP made = PROTECT(R_NewEnv(R_EmptyEnv, 0, 2));
    Rf_defineVar(s_pyobj, pointer, made);
    SEXP convert = PROTECT(Rf_ScalarLogical(TRUE));
    Rf_defineVar(s_convert, convert, made);
    Rf_setAttrib(made, R_ClassSymbol, class);
    UNPROTECT(3);
    return made;
}

static object_t type_of(object_t object)
{
    object_t type = python.type(object);
    /* The object keeps its type alive. */
    python.decref(type);
    return type;
}

/* R's integers only: other ones are reticulate's matter. */
static int small_int(object_t object, int *value)
{
    int overflow;
    const long number = python.as_long(object, &overflow);
    if (overflow || number > INT_MAX || number <= INT_MIN) return 0;
    *value = (int) number;
    return 1;
}

/* A list of numbers that are all ints, or all floats; NULL for any other. */
static SEXP numbers(object_t list)
{
    const ptrdiff_t length = python.list_size(list);
    if (length == 0) return NULL;
    object_t type = type_of(python.get_list(list, 0));
    if (type != python.int_type && type != python.float_type) return NULL;
    SEXP made = PROTECT(Rf_allocVector(type == python.int_type ? INTSXP : REALSXP, length));
    for (ptrdiff_t i = 0; i < length; i++) {
        object_t item = python.get_list(list, i);
        const int same = type_of(item) == type;
        if (same && type == python.float_type) {
            REAL(made)[i] = python.as_double(item);
        } else if (!same || !small_int(item, &INTEGER(made)[i])) {
            UNPROTECT(1);
            return NULL;
        }
    }
    UNPROTECT(1);
    return made;
}

static type_t *type_known(object_t type)
{
    for (int i = 0; i < known; i++) if (types[i].type == type) return &types[i];
    return NULL;
}

/* What reticulate makes of a held object, asked of itself: `same` is a Python function that returns what it is given. Its class
 * is remembered for objects of the type, when it stays an object. */
static SEXP by_reticulate(SEXP held, SEXP same)
{
    object_t object = tfbridge_object_in(held);
    if (tfbridge_is_array(type_of(object))) {
        SEXP array = tfbridge_array_to_r(held);
        if (array) return array;
    }
    SEXP call = PROTECT(Rf_lang2(same, held));
    SEXP made = PROTECT(Rf_eval(call, R_GlobalEnv));
    object_t type = type_of(object);
    if (!type_known(type)) {
        if (known == room) {
            room = room ? 2 * room : 64;
            types = R_Realloc(types, room, type_t);
        }
        const int gil = python.gil_ensure();
        python.incref(type);
        python.gil_release(gil);
        types[known].type = type;
        types[known].class = NULL;
        types[known].callable = TYPEOF(made) == CLOSXP;
        if (tfbridge_object_in(made) == object && Rf_inherits(made, "python.builtin.object")) {
            types[known].class = Rf_getAttrib(made, R_ClassSymbol);
            MARK_NOT_MUTABLE(types[known].class);
            R_PreserveObject(types[known].class);
        }
        known++;
    }
    UNPROTECT(2);
    return made;
}

/* The R value of a result, whose reference is taken over; `left` is set when it is a held object that reticulate has to
 * convert. */
static SEXP to_r(object_t object, int *left)
{
    object_t type = type_of(object);
    SEXP made = NULL;
    int number;
    *left = 0;
    if (object == python.none) {
        made = R_NilValue;
    } else if (type == python.bool_type) {
        made = Rf_ScalarLogical(object == python.true_);
    } else if (type == python.float_type) {
        made = Rf_ScalarReal(python.as_double(object));
    } else if (type == python.int_type) {
        if (small_int(object, &number)) made = Rf_ScalarInteger(number);
    } else if (type == python.text_type) {
        ptrdiff_t length;
        const char *text = python.as_text(object, &length);
        if (!text) python.clear();
        if (text && length < INT_MAX && !memchr(text, 0, length)) {
            made = Rf_ScalarString(Rf_mkCharLenCE(text, (int) length, CE_UTF8));
        }
    } else if (type == python.list_type) {
        made = numbers(object);
    } else {
        type_t *seen = type_known(type);
        if (seen && seen->class && !seen->callable) return held_object(object, seen->class);
    }
    if (made) {
        PROTECT(made);
        python.decref(object);
        UNPROTECT(1);
        return made;
    }
    *left = 1;
    SEXP class = PROTECT(Rf_mkString("python.builtin.object"));
    made = held_object(object, class);
    UNPROTECT(1);
    return made;
}

/* The value of a Python function, in a list; NULL when an argument is not to be converted here. */
SEXP tfbridge_call(SEXP function, SEXP arguments, SEXP same)
{
    object_t callee = found ? tfbridge_object_in(function) : NULL;
    SEXP option = Rf_GetOption1(s_option);
    if (!callee || (TYPEOF(option) == LGLSXP && Rf_asLogical(option) == FALSE)) return R_NilValue;
    const int gil = python.gil_ensure();
    const int length = LENGTH(arguments);
    SEXP names = Rf_getAttrib(arguments, R_NamesSymbol);
    int unnamed = 0;
    while (unnamed < length && (names == R_NilValue || !LENGTH(STRING_ELT(names, unnamed)))) unnamed++;
    object_t positional = python.new_tuple(unnamed);
    object_t named = unnamed < length ? python.new_dict() : NULL;
    int right = 1;
    for (int i = 0; right && i < length; i++) {
        object_t value = to_python(VECTOR_ELT(arguments, i));
        if (!value) {
            right = 0;
        } else if (i < unnamed) {
            python.set_tuple(positional, i, value);
        } else {
            right = LENGTH(STRING_ELT(names, i)) > 0;
            if (right) python.set_dict(named, CHAR(STRING_ELT(names, i)), value);
            python.decref(value);
        }
    }
    object_t result = right ? python.call(callee, positional, named) : NULL;
    const int failed = right && !result;
    if (failed) python.clear();
    python.decref(positional);
    if (named) python.decref(named);
    if (!result) {
        python.gil_release(gil);
        /* Entries do not raise; what still leaves one is an interrupt. */
        return failed ? Rf_ScalarLogical(FALSE) : R_NilValue;
    }
    SEXP out = PROTECT(Rf_allocVector(VECSXP, 1));
    int left;
    SET_VECTOR_ELT(out, 0, to_r(result, &left));
    python.gil_release(gil);
    if (left) SET_VECTOR_ELT(out, 0, by_reticulate(VECTOR_ELT(out, 0), same));
    UNPROTECT(1);
    return out;
}

static int converts(SEXP x)
{
    if (TYPEOF(x) == CLOSXP) x = Rf_getAttrib(x, s_py_object);
    return TYPEOF(x) == ENVSXP && Rf_asLogical(Rf_findVarInFrame(x, s_convert)) == TRUE;
}

static object_t attribute_of(SEXP x, const char *name)
{
    object_t object = found ? tfbridge_object_in(x) : NULL;
    SEXP option = Rf_GetOption1(s_option);
    if (!object || (TYPEOF(option) == LGLSXP && Rf_asLogical(option) == FALSE)) return NULL;
    object_t value = python.attribute(object, name);
    if (!value) python.clear();
    return value;
}

/* An attribute of an object in a list, NULL when that is left to reticulate. The list has a second element for what reticulate
 * converted (TRUE), and for a held object that is to become a function (FALSE). */
SEXP tfbridge_attribute(SEXP x, SEXP name, SEXP same)
{
    if (!found || !converts(x)) return R_NilValue;
    const int gil = python.gil_ensure();
    object_t value = attribute_of(x, CHAR(STRING_ELT(name, 0)));
    if (!value) {
        python.gil_release(gil);
        return R_NilValue;
    }
    type_t *seen = type_known(type_of(value));
    const int callable = seen && seen->class && seen->callable;
    int left = 0;
    SEXP first = PROTECT(callable ? held_object(value, seen->class) : to_r(value, &left));
    python.gil_release(gil);
    SEXP out = PROTECT(Rf_allocVector(VECSXP, left || callable ? 2 : 1));
    SET_VECTOR_ELT(out, 0, left ? by_reticulate(first, same) : first);
    if (left || callable) SET_VECTOR_ELT(out, 1, Rf_ScalarLogical(left));
    UNPROTECT(2);
    return out;
}

/* The sizes of a tensor, NA where one is not known; NULL when that is for somebody else to find out. */
SEXP tfbridge_dims(SEXP x)
{
    if (!found) return R_NilValue;
    const int gil = python.gil_ensure();
    object_t shape = attribute_of(x, "shape");
    object_t sizes = shape ? python.as_list(shape) : NULL;
    if (shape) python.decref(shape);
    if (!sizes) python.clear();
    const int rank = sizes ? (int) python.list_size(sizes) : 0;
    SEXP dims = PROTECT(Rf_allocVector(INTSXP, rank));
    int right = sizes != NULL;
    for (int i = 0; right && i < rank; i++) {
        object_t size = python.get_list(sizes, i);
        if (size == python.none) INTEGER(dims)[i] = NA_INTEGER;
        else right = type_of(size) == python.int_type && small_int(size, &INTEGER(dims)[i]);
    }
    if (sizes) python.decref(sizes);
    python.gil_release(gil);
    UNPROTECT(1);
    return right ? dims : R_NilValue;
}

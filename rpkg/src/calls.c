/* Calls of Python's functions at Python's own price.
 *
 * reticulate converts each argument and result by way of S3 dispatch in R, which takes longer than many an op of TensorFlow.
 * Here the values of which nearly all crossings are made (objects of Python, numbers, strings, NULL, arrays, short vectors and
 * lists of them) are converted directly, to what reticulate would have made of them, and to objects as reticulate lays them out: an
 * environment with `pyobj` and `convert`, or a function with such a one as its attribute `py_object`. For everything else the
 * answer is "not me", before Python was called or, for results, by leaving the conversion to reticulate.
 */
#include "tfbridge.h"
#include "python.h"
#include "values.h"

static SEXP s_option;
static int found = 0;

/* `as_function` makes the R function of an object that can be called through the barrier. */
SEXP tfbridge_find(SEXP library, SEXP as_function)
{
    s_option = Rf_install("tfbridge.fast_calls");
    tfbridge_use_objects(as_function);
    found = tfbridge_find_python(CHAR(STRING_ELT(library, 0)));
    return Rf_ScalarLogical(found);
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
        object_t value = tfbridge_to_python(VECTOR_ELT(arguments, i));
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
    SET_VECTOR_ELT(out, 0, tfbridge_to_r(result, &left));
    python.gil_release(gil);
    if (left) SET_VECTOR_ELT(out, 0, tfbridge_convert(VECTOR_ELT(out, 0), same));
    UNPROTECT(1);
    return out;
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
    if (!found || !tfbridge_converts(x)) return R_NilValue;
    const int gil = python.gil_ensure();
    object_t value = attribute_of(x, CHAR(STRING_ELT(name, 0)));
    if (!value) {
        python.gil_release(gil);
        return R_NilValue;
    }
    SEXP callable = tfbridge_class_of_callable(value);
    int left = 0;
    SEXP first = PROTECT(callable ? tfbridge_held(value, callable) : tfbridge_to_r(value, &left));
    python.gil_release(gil);
    SEXP out = PROTECT(Rf_allocVector(VECSXP, left || callable ? 2 : 1));
    SET_VECTOR_ELT(out, 0, left ? tfbridge_convert(first, same) : first);
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
        else right = tfbridge_type_of(size) == python.int_type && tfbridge_small_int(size, &INTEGER(dims)[i]);
    }
    if (sizes) python.decref(sizes);
    python.gil_release(gil);
    UNPROTECT(1);
    return right ? dims : R_NilValue;
}

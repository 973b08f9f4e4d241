/* Python's values as R's.
 *
 * What has a type seen before becomes an object as reticulate lays it out, with the class vector that reticulate gave to the first
 * of its type; numbers, text and structures of them become R values. Of all else reticulate is asked.
 */
#include <limits.h>
#include <string.h>
#include "tfbridge.h"
#include "python.h"
#include "arrays.h"
#include "values.h"

/* Structures that are deeper, as those that hold themselves, are reticulate's matter. */
#define DEEPEST 16

static SEXP s_pyobj, s_convert, s_py_object, as_function;

/* The class vectors that reticulate gave to objects of each type; NULL for a type whose objects it converts. Of what can be
 * called it makes functions, which have the class too; layers are functions of ours. */
typedef struct {
    object_t type;
    SEXP class;
    int callable, layer;
} type_t;
static type_t *types = NULL;
static int known = 0, room = 0;

void tfbridge_use_objects(SEXP function)
{
    s_pyobj = Rf_install("pyobj");
    s_convert = Rf_install("convert");
    s_py_object = Rf_install("py_object");
    as_function = function;
    R_PreserveObject(as_function);
}

/* The Python object in one of R, NULL when there is none or it is from an earlier session. */
object_t tfbridge_object_in(SEXP x)
{
    if (TYPEOF(x) == CLOSXP) x = Rf_getAttrib(x, s_py_object);
    if (TYPEOF(x) != ENVSXP) return NULL;
    SEXP pointer = Rf_findVarInFrame(x, s_pyobj);
    return TYPEOF(pointer) == EXTPTRSXP ? R_ExternalPtrAddr(pointer) : NULL;
}

int tfbridge_converts(SEXP x)
{
    if (TYPEOF(x) == CLOSXP) x = Rf_getAttrib(x, s_py_object);
    return TYPEOF(x) == ENVSXP && Rf_asLogical(Rf_findVarInFrame(x, s_convert)) == TRUE;
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
SEXP tfbridge_held(object_t object, SEXP class)
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

object_t tfbridge_type_of(object_t object)
{
    object_t type = python.type(object);
    /* The object keeps its type alive. */
    python.decref(type);
    return type;
}

static type_t *type_known(object_t type)
{
    for (int i = 0; i < known; i++) if (types[i].type == type) return &types[i];
    return NULL;
}

SEXP tfbridge_class_of_callable(object_t object)
{
    type_t *seen = type_known(tfbridge_type_of(object));
    return seen && seen->callable ? seen->class : NULL;
}

/* R's integers only. */
int tfbridge_small_int(object_t object, int *value)
{
    int overflow;
    const long number = python.as_long(object, &overflow);
    if (overflow || number > INT_MAX || number <= INT_MIN) return 0;
    *value = (int) number;
    return 1;
}

static SEXP string(object_t object)
{
    ptrdiff_t length;
    const char *text = python.as_text(object, &length);
    if (!text) python.clear();
    return text && length < INT_MAX && !memchr(text, 0, length) ? Rf_mkCharLenCE(text, (int) length, CE_UTF8) : NULL;
}

static SEXPTYPE vector_type(object_t type)
{
    if (type == python.bool_type) return LGLSXP;
    if (type == python.int_type) return INTSXP;
    if (type == python.float_type) return REALSXP;
    return type == python.text_type ? STRSXP : NILSXP;
}

/* Writes a value of the vector's type; 0 when R has none like it. */
static int fill(SEXP vector, R_xlen_t i, object_t object)
{
    SEXP text;
    switch (TYPEOF(vector)) {
    case LGLSXP: LOGICAL(vector)[i] = object == python.true_; return 1;
    case INTSXP: return tfbridge_small_int(object, &INTEGER(vector)[i]);
    case REALSXP: REAL(vector)[i] = python.as_double(object); return 1;
    default:
        text = string(object);
        if (text) SET_STRING_ELT(vector, i, text);
        return text != NULL;
    }
}

static SEXP plain(object_t object, int depth);

/* A list, or what is read like one; of values of one type a vector, if it may be. */
static SEXP sequence(object_t list, object_t (*get)(object_t, ptrdiff_t), ptrdiff_t length, int may_be_vector, int depth)
{
    SEXPTYPE type = length && may_be_vector ? vector_type(tfbridge_type_of(get(list, 0))) : NILSXP;
    object_t first = length ? tfbridge_type_of(get(list, 0)) : NULL;
    for (ptrdiff_t i = 1; type != NILSXP && i < length; i++) if (tfbridge_type_of(get(list, i)) != first) type = NILSXP;
    SEXP made = PROTECT(Rf_allocVector(type == NILSXP ? VECSXP : type, length));
    int right = 1;
    for (ptrdiff_t i = 0; right && i < length; i++) {
        if (type != NILSXP) {
            right = fill(made, i, get(list, i));
        } else {
            SEXP item = plain(get(list, i), depth + 1);
            right = item != NULL;
            if (right) SET_VECTOR_ELT(made, i, item);
        }
    }
    UNPROTECT(1);
    return right ? made : NULL;
}

static SEXP dictionary(object_t dict, int depth)
{
    const ptrdiff_t length = python.dict_size(dict);
    SEXP made = PROTECT(Rf_allocVector(VECSXP, length));
    SEXP names = PROTECT(Rf_allocVector(STRSXP, length));
    Rf_setAttrib(made, R_NamesSymbol, names);
    object_t key, value;
    ptrdiff_t place = 0;
    int right = 1;
    for (ptrdiff_t i = 0; right && i < length && python.dict_next(dict, &place, &key, &value); i++) {
        SEXP name = tfbridge_type_of(key) == python.text_type ? string(key) : NULL;
        if (name) SET_STRING_ELT(names, i, name);
        SEXP item = name ? plain(value, depth + 1) : NULL;
        right = item != NULL;
        if (right) SET_VECTOR_ELT(made, i, item);
    }
    UNPROTECT(2);
    return right ? made : NULL;
}

/* The R value of an object; NULL when that is left to reticulate. */
static SEXP plain(object_t object, int depth)
{
    object_t type = tfbridge_type_of(object);
    if (object == python.none) return R_NilValue;
    const SEXPTYPE vector = vector_type(type);
    if (vector != NILSXP) {
        SEXP made = PROTECT(Rf_allocVector(vector, 1));
        const int right = fill(made, 0, object);
        UNPROTECT(1);
        return right ? made : NULL;
    }
    if (depth > DEEPEST) return NULL;
    if (type == python.list_type) return sequence(object, python.get_list, python.list_size(object), 1, depth);
    if (type == python.tuple_type) return sequence(object, python.get_tuple, python.tuple_size(object), 0, depth);
    if (type == python.dict_type) return dictionary(object, depth);
    type_t *seen = type_known(type);
    if (!seen || !seen->class || seen->callable) return NULL;
    python.incref(object);
    return tfbridge_held(object, seen->class);
}

/* The R value of a result, whose reference is taken over; `left` is set when it is a held object that is still to be converted
 * by `tfbridge_convert()`. */
SEXP tfbridge_to_r(object_t object, int *left)
{
    SEXP made = plain(object, 0);
    *left = made == NULL;
    if (made) {
        PROTECT(made);
        python.decref(object);
        UNPROTECT(1);
        return made;
    }
    SEXP class = PROTECT(Rf_mkString("python.builtin.object"));
    made = tfbridge_held(object, class);
    UNPROTECT(1);
    return made;
}

/* Remembers what reticulate made of an object, for others of its type. */
static void remember(object_t object, SEXP made)
{
    object_t type = tfbridge_type_of(object);
    if (type_known(type)) return;
    if (known == room) {
        room = room ? 2 * room : 64;
        types = R_Realloc(types, room, type_t);
    }
    const int gil = python.gil_ensure();
    python.incref(type);
    python.gil_release(gil);
    type_t seen = {type, NULL, TYPEOF(made) == CLOSXP, Rf_inherits(made, "keras.layers.Layer")};
    if (tfbridge_object_in(made) == object && Rf_inherits(made, "python.builtin.object")) {
        seen.class = Rf_getAttrib(made, R_ClassSymbol);
        MARK_NOT_MUTABLE(seen.class);
        R_PreserveObject(seen.class);
    }
    types[known++] = seen;
}

/* What reticulate makes of a held object, asked of itself: `same` is a Python function that returns what it is given. */
static SEXP by_reticulate(SEXP held, SEXP same)
{
    SEXP call = PROTECT(Rf_lang2(same, held));
    SEXP made = PROTECT(Rf_eval(call, R_GlobalEnv));
    remember(tfbridge_object_in(held), made);
    /* In a list it would convert some of them otherwise. */
    for (R_xlen_t i = 0; TYPEOF(made) == VECSXP && i < XLENGTH(made); i++) {
        object_t item = tfbridge_object_in(VECTOR_ELT(made, i));
        if (!item || type_known(tfbridge_type_of(item))) continue;
        SEXP asked = PROTECT(Rf_lang2(same, VECTOR_ELT(made, i)));
        SEXP alone = PROTECT(Rf_eval(asked, R_GlobalEnv));
        remember(item, alone);
        UNPROTECT(2);
    }
    UNPROTECT(2);
    return made;
}

/* The R value of a held object that `tfbridge_to_r()` left. Called without the GIL. */
SEXP tfbridge_convert(SEXP held, SEXP same)
{
    object_t object = tfbridge_object_in(held), type = tfbridge_type_of(object);
    if (tfbridge_is_array(type)) {
        SEXP array = tfbridge_array_to_r(held);
        if (array) return array;
    }
    type_t *seen = type_known(type);
    if (!seen || !seen->layer || !seen->class) return by_reticulate(held, same);
    Rf_setAttrib(held, R_ClassSymbol, seen->class);
    SEXP call = PROTECT(Rf_lang2(as_function, held));
    SEXP made = Rf_eval(call, R_GlobalEnv);
    UNPROTECT(1);
    return made;
}

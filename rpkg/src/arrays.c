/* Arrays on their way between R and Python, where reticulate copies them or asks S3 for each of them.
 *
 * A NumPy array looks at the memory of an R array, which is preserved as long as NumPy has a use for it; R copies an array that
 * it is about to change when something else refers to it. The other way NumPy writes into the memory of a new R array. What
 * NumPy has to do for that stands in bridge/barrier/memory.py.
 */
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include "tfbridge.h"
#include "python.h"
#include "arrays.h"
#include "values.h"

#define OWNER "tfbridge.r_array"
#define MOST_DIMS 32

static object_t look_at = NULL, describe = NULL, write_into = NULL, array_type = NULL;
static pthread_t r_thread;

/* R arrays that threads other than R's let go: R's own lets them go when it comes by. Whoever touches this holds the GIL. */
static SEXP *let_go = NULL;
static size_t waiting = 0, room = 0;

SEXP tfbridge_use_arrays(SEXP functions)
{
    object_t *const places[] = {&look_at, &describe, &write_into, &array_type};
    r_thread = pthread_self();
    for (int i = 0; i < 4; i++) {
        *places[i] = tfbridge_object_in(VECTOR_ELT(functions, i));
        const int gil = python.gil_ensure();
        python.incref(*places[i]);
        python.gil_release(gil);
    }
    return R_NilValue;
}

static void release(object_t owner)
{
    SEXP array = (SEXP) python.capsule_pointer(owner, OWNER);
    if (pthread_equal(pthread_self(), r_thread)) {
        R_ReleaseObject(array);
        return;
    }
    if (waiting == room) {
        SEXP *larger = realloc(let_go, (room ? 2 * room : 64) * sizeof(SEXP));
        /* Without memory for a note of it, the array stays for good. */
        if (!larger) return;
        let_go = larger;
        room = room ? 2 * room : 64;
    }
    let_go[waiting++] = array;
}

static const char *letter_of(SEXP x)
{
    switch (TYPEOF(x)) {
    case REALSXP: return "d";
    case INTSXP: return "i";
    case LGLSXP: return "l";
    case CPLXSXP: return "c";
    default: return NULL;
    }
}

static int holds_na(SEXP x)
{
    const int *values = LOGICAL_RO(x);
    for (R_xlen_t i = 0; i < XLENGTH(x); i++) if (values[i] == NA_LOGICAL) return 1;
    return 0;
}

/* A new reference to a NumPy array that looks at an R array; NULL when that is left to reticulate. */
object_t tfbridge_array_to_python(SEXP x)
{
    while (waiting) R_ReleaseObject(let_go[--waiting]);
    SEXP dim = Rf_getAttrib(x, R_DimSymbol);
    const char *letter = letter_of(x);
    if (!look_at || !letter || TYPEOF(dim) != INTSXP || (letter[0] == 'l' && holds_na(x))) return NULL;
    object_t dims = python.new_list(LENGTH(dim));
    for (int i = 0; i < LENGTH(dim); i++) python.set_list(dims, i, python.from_long(INTEGER(dim)[i]));
    R_PreserveObject(x);
    object_t arguments = python.new_tuple(4);
    python.set_tuple(arguments, 0, python.from_pointer((void *) DATAPTR_RO(x)));
    python.set_tuple(arguments, 1, python.from_text(letter, 1));
    python.set_tuple(arguments, 2, dims);
    python.set_tuple(arguments, 3, python.new_capsule(x, OWNER, release));
    object_t made = python.call(look_at, arguments, NULL);
    python.decref(arguments);
    if (!made) python.clear();
    return made;
}

int tfbridge_is_array(object_t type)
{
    return array_type && type == array_type;
}

/* Large memory that is new costs most in its pages: fewer when they are huge, as NumPy too asks for. */
static void ask_for_huge_pages(void *memory, size_t bytes)
{
#ifdef MADV_HUGEPAGE
    const uintptr_t page = 4096, start = ((uintptr_t) memory + page - 1) / page * page;
    if (bytes >= 1 << 22) madvise((void *) start, bytes - page, MADV_HUGEPAGE);
#endif
}

/* The R array of a held NumPy array, NULL when that is left to reticulate. Called without the GIL: R may jump for want of
 * memory. */
SEXP tfbridge_array_to_r(SEXP held)
{
    object_t array = tfbridge_object_in(held);
    int gil = python.gil_ensure();
    object_t arguments = python.new_tuple(1);
    python.incref(array);
    python.set_tuple(arguments, 0, array);
    object_t described = python.call(describe, arguments, NULL);
    python.decref(arguments);
    if (!described) python.clear();
    const int rank = described && described != python.none ? (int) python.list_size(described) - 1 : 0;
    int dims[MOST_DIMS], overflow = rank > MOST_DIMS;
    char letter = 0;
    double size = 1;
    for (int i = 0; !overflow && i < rank; i++) {
        const long dim = python.as_long(python.get_list(described, i + 1), &overflow);
        if (dim > INT_MAX) overflow = 1;
        dims[i] = (int) dim;
        size *= (double) dim;
    }
    if (rank) letter = python.as_text(python.get_list(described, 0), NULL)[0];
    if (described) python.decref(described);
    python.gil_release(gil);
    if (!rank || overflow) return NULL;

    const SEXPTYPE type = letter == 'd' ? REALSXP : letter == 'i' ? INTSXP : letter == 'l' ? LGLSXP : CPLXSXP;
    SEXP made = PROTECT(Rf_allocVector(type, (R_xlen_t) size));
    SEXP dim = PROTECT(Rf_allocVector(INTSXP, rank));
    for (int i = 0; i < rank; i++) INTEGER(dim)[i] = dims[i];
    Rf_setAttrib(made, R_DimSymbol, dim);
    const ptrdiff_t bytes = (ptrdiff_t) size * (type == CPLXSXP ? 16 : type == REALSXP ? 8 : 4);
    int failed = 0;
    if (bytes) {
        ask_for_huge_pages(DATAPTR(made), (size_t) bytes);
        gil = python.gil_ensure();
        arguments = python.new_tuple(3);
        python.incref(array);
        python.set_tuple(arguments, 0, array);
        python.set_tuple(arguments, 1, python.look_at_memory((char *) DATAPTR(made), bytes, WRITABLE));
        python.set_tuple(arguments, 2, python.from_text(&letter, 1));
        object_t written = python.call(write_into, arguments, NULL);
        python.decref(arguments);
        failed = !written;
        if (failed) python.clear();
        else python.decref(written);
        python.gil_release(gil);
    }
    UNPROTECT(2);
    return failed ? NULL : made;
}

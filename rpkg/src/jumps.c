/* Jumps of R code that Python called.
 *
 * A handler of tryCatch(), a restart, callCC() or an interrupt leaves R code by a jump to a frame further out. Between the
 * two lie frames of Python and C++, which a jump would tear up. So each R function that Python calls runs under
 * R_UnwindProtect(): the jump stops there, with what R needs to go on with it in a token. Python unwinds by an exception of
 * its own, and the R frame that had called Python goes on with the jump as it ends (`carry_on()` in rpkg/R/barrier.R).
 */
#include <setjmp.h>
#include "tfbridge.h"

/* How many guarded functions run, one within the other. */
static int depth = 0;

typedef struct {
    SEXP call, env;
} code_t;

static SEXP run(void *data)
{
    code_t *code = (code_t *) data;
    return Rf_eval(code->call, code->env);
}

/* R calls this once it has unwound its own frames down to here. */
static void leave(void *data, Rboolean jump)
{
    if (jump) longjmp(*(jmp_buf *) data, 1);
}

/* The value of a call; when it jumps, what `carry_on` makes of a pointer that holds the token. */
SEXP tfbridge_stop_jump(SEXP call, SEXP env, SEXP carry_on)
{
    SEXP token = PROTECT(R_MakeUnwindCont());
    code_t code = {call, env};
    jmp_buf here;

    depth++;
    if (setjmp(here) == 0) {
        SEXP value = R_UnwindProtect(run, &code, leave, &here, token);
        depth--;
        UNPROTECT(1);
        return value;
    }
    depth--;
    SEXP held = PROTECT(R_MakeExternalPtr(NULL, R_NilValue, token));
    SEXP then = PROTECT(Rf_lang2(carry_on, held));
    SEXP marker = Rf_eval(then, env);
    UNPROTECT(3);
    return marker;
}

/* Goes on with a jump; does not return. Its target still exists: it lies below the frame that had called Python. */
SEXP tfbridge_go_on(SEXP held)
{
    R_ContinueUnwind(R_ExternalPtrProtected(held));
    return R_NilValue;
}

SEXP tfbridge_depth(void)
{
    return Rf_ScalarInteger(depth);
}

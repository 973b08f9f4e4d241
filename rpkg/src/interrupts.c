/* R's flags of interrupts, for Python (bridge/barrier/interrupts.py calls these by their addresses).
 *
 * When Python calls an R function, reticulate converts arguments and result by R code of its own, outside of the guard. An
 * interrupt or a time limit that R noticed there would jump out through Python's frames. So R does not look while that code
 * runs; in the guarded function it does (`guard()` in rpkg/R/barrier.R).
 */
#include <stdio.h>
#include "tfbridge.h"
/* It declares the flags; GraphicsDevice.h does, which asks for this. */
#include <R_ext/GraphicsEngine.h>

/* What it was before. */
static int suspend(int on)
{
    Rboolean before = R_interrupts_suspended;
    R_interrupts_suspended = on ? TRUE : FALSE;
    return before;
}

/* Whether one is to be handled now; none is after `reset`. */
static int pending(int reset)
{
    if (R_interrupts_suspended) return 0;
    if (reset) R_interrupts_pending = 0;
    return R_interrupts_pending != 0;
}

SEXP tfbridge_interrupt_functions(void)
{
    char address[2][32];
    SEXP out = PROTECT(Rf_allocVector(STRSXP, 2));
    snprintf(address[0], sizeof address[0], "%p", (void *) suspend);
    snprintf(address[1], sizeof address[1], "%p", (void *) pending);
    for (int i = 0; i < 2; i++) SET_STRING_ELT(out, i, Rf_mkChar(address[i]));
    UNPROTECT(1);
    return out;
}

/* What R calls, by file. */
#ifndef TFBRIDGE_H
#define TFBRIDGE_H

#define R_NO_REMAP
#include <R.h>
#include <Rinternals.h>

/* jumps.c */
SEXP tfbridge_stop_jump(SEXP call, SEXP env, SEXP carry_on);
SEXP tfbridge_go_on(SEXP held);
SEXP tfbridge_depth(void);

/* interrupts.c */
SEXP tfbridge_interrupt_functions(void);

/* arrays.c */
SEXP tfbridge_use_arrays(SEXP functions);

/* values.c */
SEXP tfbridge_all_ascii(SEXP x);

/* calls.c */
SEXP tfbridge_find(SEXP library, SEXP as_function);
SEXP tfbridge_call(SEXP function, SEXP arguments, SEXP same);
SEXP tfbridge_attribute(SEXP x, SEXP name, SEXP same);
SEXP tfbridge_dims(SEXP x);

#endif

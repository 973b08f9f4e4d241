/* The table of what R may call. */
#include <R_ext/Rdynload.h>
#include "tfbridge.h"

static const R_CallMethodDef calls[] = {
    {"C_stop_jump", (DL_FUNC) &tfbridge_stop_jump, 3},
    {"C_go_on", (DL_FUNC) &tfbridge_go_on, 1},
    {"C_depth", (DL_FUNC) &tfbridge_depth, 0},
    {"C_interrupt_functions", (DL_FUNC) &tfbridge_interrupt_functions, 0},
    {"C_use_arrays", (DL_FUNC) &tfbridge_use_arrays, 1},
    {"C_find", (DL_FUNC) &tfbridge_find, 2},
    {"C_attribute", (DL_FUNC) &tfbridge_attribute, 3},
    {"C_dims", (DL_FUNC) &tfbridge_dims, 1},
    {"C_all_ascii", (DL_FUNC) &tfbridge_all_ascii, 1},
    {"C_call", (DL_FUNC) &tfbridge_call, 3},
    {NULL, NULL, 0}
};

void R_init_tfbridge(DllInfo *dll)
{
    R_registerRoutines(dll, NULL, calls, NULL, NULL);
    R_useDynamicSymbols(dll, FALSE);
    R_forceSymbols(dll, TRUE);
}

/* Arrays on their way between R and Python. */
#ifndef TFBRIDGE_ARRAYS_H
#define TFBRIDGE_ARRAYS_H

#include "tfbridge.h"
#include "python.h"

object_t tfbridge_array_to_python(SEXP x);
SEXP tfbridge_array_to_r(SEXP held);
int tfbridge_is_array(object_t type);

#endif

/* What calls.c has done by arrays.c. */
#ifndef TFBRIDGE_ARRAYS_H
#define TFBRIDGE_ARRAYS_H

#include "tfbridge.h"
#include "python.h"

/* The Python object in one of R; calls.c. */
object_t tfbridge_object_in(SEXP x);

object_t tfbridge_array_to_python(SEXP x);
SEXP tfbridge_array_to_r(SEXP held);
int tfbridge_is_array(object_t type);

#endif

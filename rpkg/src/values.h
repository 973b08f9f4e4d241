/* Values on their way between R and Python. Whoever calls these holds the GIL, where nothing else is said. */
#ifndef TFBRIDGE_VALUES_H
#define TFBRIDGE_VALUES_H

#include "tfbridge.h"
#include "python.h"

/* values.c: a new reference to what reticulate would make of an R value, NULL when that is left to reticulate. */
object_t tfbridge_to_python(SEXP x);

/* results.c */
void tfbridge_use_objects(SEXP as_function);
object_t tfbridge_object_in(SEXP x);
int tfbridge_converts(SEXP x);
object_t tfbridge_type_of(object_t object);
SEXP tfbridge_class_of_callable(object_t object);
int tfbridge_small_int(object_t object, int *value);
SEXP tfbridge_held(object_t object, SEXP class);
SEXP tfbridge_to_r(object_t object, int *left);
SEXP tfbridge_convert(SEXP held, SEXP same);

#endif

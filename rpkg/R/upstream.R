# What is not ours and not promised: internals of reticulate. Nothing outside of this file may rely on such a thing (`make
# lint` looks); each of them says why, since when, and what would be lost. test-upstream.R holds them against the real ones.

#' The attributes by which reticulate knows a function that stands for a Python object
#'
#' Why: reticulate makes such functions only of what it takes for callable, and exports no way to make one. `py_object` since
#' 1.0. If it were gone: layers that are called through the barrier could not be given to Python.
#' @noRd
attributes_of_callable <- function(object) {
  # Where it is a function already, reticulate has put them there itself.
  if (is.function(object)) attributes(object) else c(attributes(object), list(py_object = object))
}

#' The Python object that a function stands for, the function itself when it stands for none
#'
#' Why and since when: as `attributes_of_callable()`.
#' @noRd
object_of_callable <- function(x) {
  object <- attr(x, "py_object", exact = TRUE)
  if (is.environment(object)) object else x
}

#' Whether the results of a Python object become R values
#'
#' Why: what was imported with `convert = FALSE` is left alone. `convert` in the environment of the object since 1.0.
#' If it were gone: such functions would not guard the R functions that they are given.
#' @noRd
converts <- function(x) isTRUE(get0("convert", as.environment(x), inherits = FALSE))

#' Whether reticulate refuses an object because it comes from another session
#'
#' Why: what to do about it is not said there. Since 1.8. If it read otherwise: it would be told as it is.
#' @noRd
is_of_another_session <- function(error) grepl("previous session", conditionMessage(error), fixed = TRUE)

#' Have a function look at the classes of each Python object on its way to R
#'
#' Why: S3 methods need classes that stay. Exported as internal since 1.16. If it were gone: no method would be found.
#' @noRd
filter_classes <- function(filter) reticulate::register_class_filter(filter)

# The raw modules `tf` and `keras`. What they hold does not change, so R remembers it: looking up `tf$nn$relu` through
# reticulate takes longer than many an op, and the body of a layer or a training loop is full of such look-ups.

#' TensorFlow and Keras modules
#'
#' The raw Python modules `tensorflow` and `keras`, loaded when they are first looked into. What is called through them
#' is ordinary Python: positions and axes count from 0, and integers need `L`.
#'
#' @format A Python module.
#' @examplesIf tfbridge::is_ready()
#' tf$ones(shape(2, 3))
#' keras$version()
#' @export
tf <- NULL

#' @rdname tf
#' @export
keras <- NULL

lazy_module <- function(name) {
  # Once Python runs, reticulate imports at once, whatever `delay_load` says.
  if (reticulate::py_available(initialize = FALSE)) cross("backend.load")
  remembering(reticulate::import(name, delay_load = list(
    priority = 100,
    before_load = function() cross("backend.load")
  )))
}

#' A module that remembers its functions, classes, dtypes and submodules
#' @noRd
remembering <- function(module) {
  attr(module, "known") <- new.env(parent = emptyenv())
  class(module) <- unique(c("tfbridge_module", class(module)))
  module
}

#' @export
`$.tfbridge_module` <- function(x, name) {
  known <- attr(x, "known")
  found <- known[[name]]
  if (!is.null(found)) return(found)
  found <- NextMethod()
  if (inherits(found, "python.builtin.module")) found <- remembering(found)
  fixed <- c("python.builtin.module", "tensorflow.python.framework.dtypes.DType")
  if (is.function(found) || inherits(found, fixed)) known[[name]] <- found
  found
}

#' @export
print.tfbridge_module <- function(x, ...) {
  # reticulate prints a null pointer for one that is not loaded yet.
  x$`__name__`
  NextMethod()
}

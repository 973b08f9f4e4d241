# Configurations: the counting and the conversion are in bridge/catalog/configs.py.

#' Configurations of Keras objects
#'
#' `get_config()` says what an object was made with, in the terms of R: axes count from 1. `from_config()` makes another one
#' of it, and so does the constructor: `do.call(layer_dense, get_config(layer))`.
#'
#' @param object a layer, model, optimizer, loss, metric or other Keras object; for `from_config()` an object or a class, or
#'   the configuration itself, which knows its class.
#' @param config a configuration: the result of `get_config()`, changed or not.
#' @param custom_objects classes and functions by name.
#' @param ... not used.
#' @returns `get_config()`: a named list. `from_config()`: a new object.
#' @family saving
#' @examplesIf tfbridge::is_ready()
#' config <- get_config(layer_dense(units = 3))
#' config$units <- 4
#' from_config(config)$units
#' @export
get_config <- function(object, ...) {
  check_no_more(...)
  told <- cross("catalog.configs.get_config", object)
  structure(told$config, keras_class = told$class)
}

#' @rdname get_config
#' @export
from_config <- function(object = NULL, config = NULL, custom_objects = NULL, ...) {
  check_no_more(...)
  if (is.null(config)) {
    config <- object
    object <- NULL
  }
  known <- attr(config, "keras_class", exact = TRUE)
  class <- object %||% known
  if (inherits(class, "tfbridge_class")) class <- python_class(class)
  attr(config, "keras_class") <- NULL
  crossed <- cross_argument(config, "config")
  callable(cross(
    "catalog.configs.from_config", class, crossed, cross_objects(custom_objects), !is.null(known)
  ))
}

#' What the installed Keras says of a function
#'
#' Keras' own documentation of what a function of this package stands for, shown as text. It is Python's: the names of
#' functions and arguments, `NULL`, `TRUE` and `FALSE` are written as in R, code is left as it is.
#'
#' @param f a function such as [layer_dense()], its name, or an object such as a layer, a model or an optimizer.
#' @param ... not used.
#' @returns The text, of class `tfbridge_keras_help`, which prints as it is.
#' @family set-up
#' @examplesIf tfbridge::is_ready()
#' keras_help(regularizer_l2)
#' @export
keras_help <- function(f, ...) {
  check_no_more(...)
  if (inherits(f, "python.builtin.object")) {
    return(structure(cross("catalog.documentation.keras_help_of", f), class = "tfbridge_keras_help"))
  }
  name <- if (is.function(f)) catalog_name(f) else f
  if (!is.character(name) || length(name) != 1L) {
    abort_kind("argument", "`f` must be a function that stands for one of Keras, or the name of one.")
  }
  structure(cross("catalog.documentation.keras_help", name), class = "tfbridge_keras_help")
}

#' @export
print.tfbridge_keras_help <- function(x, ...) {
  writeLines(x)
  invisible(x)
}

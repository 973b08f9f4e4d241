#' Make a shape
#'
#' @param ... sizes: whole numbers, `NA` or `NULL` where unknown, vectors of them, or shapes.
#' @returns A `tf.TensorShape`, which R functions of Keras and TensorFlow take where a shape is meant. `as.integer()` gives
#'   the sizes, with `NA`.
#' @family tensors
#' @examplesIf tfbridge::is_ready()
#' shape(NA, 28, 28)
#' as.integer(shape(2, 3))
#' @export
shape <- function(...) {
  sizes <- lapply(list(...), function(size) if (is.null(size)) list(NA) else as.list(size))
  cross("values.shapes.shape", cross_argument(unlist(sizes, recursive = FALSE, use.names = FALSE)))
}

#' @export
as.integer.tensorflow.TensorShape <- function(x, ...) known_sizes(cross("values.shapes.dims_of_shape", x))

#' @export
as.list.tensorflow.TensorShape <- function(x, ...) as.list(as.integer(x))

#' @export
length.tensorflow.TensorShape <- function(x) length(as.integer(x))

#' @export
`[.tensorflow.TensorShape` <- function(x, i) shape(as.integer(x)[i])

#' @export
`[[.tensorflow.TensorShape` <- function(x, i) as.integer(x)[[i]]

#' @export
c.tensorflow.TensorShape <- function(...) shape(...)

#' @export
Ops.tensorflow.TensorShape <- function(e1, e2) {
  if (!.Generic %in% c("==", "!=")) abort_kind("shape", paste0("`", .Generic, "` has no meaning for shapes."))
  same <- identical(as.integer(e1), as.integer(e2))
  if (.Generic == "==") same else !same
}

#' @export
print.tensorflow.TensorShape <- function(x, ...) {
  cat(format(x), "\n", sep = "")
  invisible(x)
}

#' @export
format.tensorflow.TensorShape <- function(x, ...) {
  sizes <- as.integer(x)
  paste0("TensorShape([", paste(ifelse(is.na(sizes), "None", sizes), collapse = ", "), "])")
}

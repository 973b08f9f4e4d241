#' Make a shape
#'
#' Makes the shape that sizes describe, with `NA` for a size that is not known; functions that take shapes take plain vectors
#' too.
#'
#' @param ... sizes: whole numbers, `NA` or `NULL` where unknown, vectors of them, or shapes; or one tensor, for its shape.
#'   Nothing is the shape of a single number.
#' @param dims the sizes as one vector or list; `NULL` is a shape whose rank is not known.
#' @returns A `tf.TensorShape`, which R functions of Keras and TensorFlow take where a shape is meant. `as.integer()` and
#'   `as.numeric()` give the sizes with `NA`, `as.list()` with `NULL`, `length()` the rank. Where the rank is not
#'   known, `length()` is `NA`, and asking for sizes is an error.
#' @family tensors
#' @examplesIf tfbridge::is_ready()
#' shape(NA, 28, 28)
#' as.integer(shape(2, 3))
#' shape()
#' shape(dims = NULL)
#' @export
shape <- function(..., dims = rlang::list2(...)) {
  if (!missing(dims) && ...length() > 0L) check_no_more(...)
  if (length(dims) == 1L && is.list(dims) && inherits(dims[[1L]], "tensorflow.tensor")) dims <- dims[[1L]]
  if (is.null(dims) || inherits(dims, "tensorflow.tensor")) return(cross("values.shapes.shape_of", dims))
  sizes <- lapply(as.list(dims), function(size) if (is.null(size)) list(NA) else as.list(size))
  # Through as.list(), NULL is a size that is not known.
  sizes <- lapply(unlist(sizes, recursive = FALSE, use.names = FALSE), function(size) size %||% NA)
  cross("values.shapes.shape", cross_argument(sizes))
}

#' @export
as.integer.tensorflow.TensorShape <- function(x, ...) {
  sizes <- ranked_sizes(x)
  if (is.integer(sizes)) return(sizes)
  large <- format(max(sizes, na.rm = TRUE), scientific = FALSE)
  abort_kind(
    "shape", paste0("R has no integer for a size of ", large, "."), hints = "`as.numeric(x)` has it.", call = users_call()
  )
}

#' @export
as.double.tensorflow.TensorShape <- function(x, ...) as.double(ranked_sizes(x))

#' @export
as.vector.tensorflow.TensorShape <- function(x, mode = "any") as.vector(ranked_sizes(x), mode)

#' @export
is.na.tensorflow.TensorShape <- function(x) is.na(ranked_sizes(x))

#' @export
anyNA.tensorflow.TensorShape <- function(x, recursive = FALSE) anyNA(shape_sizes(x) %||% NA)

#' @export
Summary.tensorflow.TensorShape <- function(..., na.rm = FALSE) {
  sizes <- lapply(list(...), function(x) if (inherits(x, "tensorflow.TensorShape")) ranked_sizes(x) else x)
  do.call(.Generic, c(sizes, na.rm = na.rm))
}

#' The sizes; a rank that is not known is an error
#' @noRd
ranked_sizes <- function(x) {
  sizes <- shape_sizes(x)
  if (is.null(sizes)) abort_kind("shape", "The rank of the shape is not known: it has no sizes.", call = users_call())
  sizes
}

#' The sizes with NA, NULL where the rank is not known
#' @noRd
shape_sizes <- function(x) known_sizes(cross("values.shapes.dims_of_shape", x))

#' @export
as.list.tensorflow.TensorShape <- function(x, ...) lapply(ranked_sizes(x), function(size) if (!is.na(size)) size)

#' @export
length.tensorflow.TensorShape <- function(x) {
  sizes <- shape_sizes(x)
  if (is.null(sizes)) NA_integer_ else length(sizes)
}

#' @export
`[.tensorflow.TensorShape` <- function(x, i) shape(ranked_sizes(x)[i])

#' @export
`[[.tensorflow.TensorShape` <- function(x, i) ranked_sizes(x)[[i]]

#' @export
c.tensorflow.TensorShape <- function(...) shape(...)

#' @export
Ops.tensorflow.TensorShape <- function(e1, e2) {
  if (!.Generic %in% c("==", "!=")) abort_kind("shape", paste0("`", .Generic, "` has no meaning for shapes."))
  sizes <- function(x) shape_sizes(if (inherits(x, "tensorflow.TensorShape")) x else shape(x))
  same <- identical(sizes(e1), sizes(e2))
  if (.Generic == "==") same else !same
}

#' @export
print.tensorflow.TensorShape <- function(x, ...) {
  cat(format(x), "\n", sep = "")
  invisible(x)
}

#' @export
format.tensorflow.TensorShape <- function(x, ...) {
  sizes <- shape_sizes(x)
  if (is.null(sizes)) return("TensorShape(None)")
  shown <- ifelse(is.na(sizes), "None", format(sizes, scientific = FALSE, trim = TRUE))
  paste0("TensorShape([", paste(shown, collapse = ", "), "])")
}

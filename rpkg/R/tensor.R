#' Make a tensor from an R value
#'
#' | R | tensor |
#' | --- | --- |
#' | one bare double | float32, rank 0 |
#' | doubles | float64, of the same `dim()`; a vector has rank 1 |
#' | integers, factors | int32 (factors: codes from 0) |
#' | logicals | bool |
#' | character | string |
#' | raw | uint8 |
#' | complex | complex128 |
#' | sparse matrices and vectors of Matrix | a sparse tensor |
#' | integer64 of bit64 | int64 |
#' | data frame | a float matrix when all columns are numeric, else a named list |
#' | list | the same list of tensors; an array when `dtype` or `shape` is given |
#'
#' NA is an error unless a float dtype is asked for: it becomes NaN there. Values that `dtype` cannot hold (fractions in an
#' integer dtype, numbers out of range) are errors, of tensors too; `tf$cast()` takes them as they come. Digits that a float
#' dtype has no room for are rounded.
#'
#' @param x a vector, array, data frame, list or tensor.
#' @param dtype name of a dtype (`"float32"`, `"int64"`, R's own `"double"`) or a TensorFlow dtype; `NULL` keeps that of
#'   the R type.
#' @param shape sizes, filled row by row; one `NA` or `-1` is inferred, one number is repeated to fill.
#' @param ... not used.
#' @returns A tensor, or a list of tensors.
#' @family tensors
#' @examplesIf tfbridge::is_ready()
#' as_tensor(array(1:6, c(2, 3)))
#' as_tensor(1:6, shape = c(NA, 3))
#' as_tensor(0, shape = c(2, 3))
#' @export
as_tensor <- function(x, dtype = NULL, shape = NULL, ...) {
  if (...length()) check_no_more(...)
  shape <- if (!is.null(shape)) cross_argument(shape)
  if (isS4(x) && is_sparse(x)) return(cross("values.sparse.sparse_tensor", sparse_slots(x), dtype, shape))
  kind <- if (inherits(x, "integer64")) "integer64" else if (is.logical(x) || is.raw(x)) typeof(x)
  # Of these two the class is known to Python by `kind`.
  if (identical(kind, "integer64")) x <- unclass(x)
  if (identical(kind, "raw")) storage.mode(x) <- "integer"
  cross("values.arrays.as_tensor", cross_data(x), dtype, shape, kind = kind)
}

#' @export
as.array.tensorflow.tensor <- function(x, ...) {
  value <- cross("values.arrays.for_r", x)
  if (is.list(value)) return(if (identical(names(value), "sparse")) sparse_matrix(value$sparse) else value)
  if (is.null(dim(value))) dim(value) <- length(value)
  value
}

#' Whether it is a sparse matrix or vector of the package Matrix
#' @noRd
is_sparse <- function(x) {
  requireNamespace(attr(class(x), "package") %||% "methods", quietly = TRUE)
  inherits(x, c("sparseMatrix", "sparseVector"))
}

sparse_slots <- function(x) {
  slots <- attributes(x)
  lapply(slots[setdiff(names(slots), c("class", "Dimnames", "factors"))], cross_array)
}

sparse_matrix <- function(triplets) {
  parts <- lapply(triplets, as.vector)
  if (!requireNamespace("Matrix", quietly = TRUE)) {
    dense <- matrix(0, parts$dims[[1L]], parts$dims[[2L]])
    dense[cbind(parts$i, parts$j)] <- parts$x
    return(dense)
  }
  Matrix::sparseMatrix(parts$i, j = parts$j, x = parts$x, dims = parts$dims)
}

#' @export
as.matrix.tensorflow.tensor <- function(x, ...) as.matrix(as.array(x))

#' @export
as.vector.tensorflow.tensor <- function(x, mode = "any") as.vector(as.array(x), mode)

#' @export
as.numeric.tensorflow.tensor <- function(x, ...) as.numeric(as.array(x))

#' @export
as.double.tensorflow.tensor <- as.numeric.tensorflow.tensor

#' @export
as.integer.tensorflow.tensor <- function(x, ...) as.integer(as.array(x))

#' @export
as.logical.tensorflow.tensor <- function(x, ...) as.logical(as.array(x))

#' @export
as.character.tensorflow.tensor <- function(x, ...) as.character(as.array(x))

#' @export
dim.tensorflow.tensor <- function(x) {
  if (the$fast && !is.null(sizes <- .Call(C_dims, x))) sizes else known_sizes(cross("values.shapes.dims_of", x))
}

# As of an array without any; reticulate has Python's attributes here, which are no names of elements.
#' @export
names.tensorflow.tensor <- function(x) NULL

#' @export
length.tensorflow.tensor <- function(x) {
  sizes <- dim(x)
  # Of unknown rank as of unknown sizes: NA.
  count <- if (is.null(sizes)) NA else prod(sizes)
  if (is.na(count) || count <= .Machine$integer.max) as.integer(count) else count
}

# What is assigned to a variable, or to a part of it, is an R value: it crosses as one.
#' @export
`$.tensorflow.tensor` <- function(x, name) {
  if (!name %in% c("assign", "assign_add", "assign_sub")) return(NextMethod())
  function(value, ...) cross("tensors.subset.assign", x, name, cross_data(value))
}

# Keras gives a tuple and a string where TensorFlow's tensors have objects: R users see the same for both.
#' @export
`$.keras.KerasTensor` <- function(x, name) {
  if (name %in% c("shape", "dtype")) return(cross("tensors.text.symbolic_attribute", x, name))
  NextMethod()
}

#' Reshape an array or a tensor
#'
#' Gives the elements another shape, row by row as tensors and NumPy have them, where `dim<-` goes by columns.
#'
#' @param x an array, vector or tensor.
#' @param dim new sizes; one `NA` or `-1` is inferred.
#' @param order `"C"` reads and fills row by row, as tensors do; `"F"` column by column, as R does.
#' @param ... not used.
#' @returns An R array; a tensor when `x` is one.
#' @family tensors
#' @examplesIf tfbridge::is_ready()
#' array_reshape(1:6, c(2, 3))
#' array_reshape(1:6, c(-1, 3), order = "F")
#' @export
array_reshape <- function(x, dim, order = c("C", "F"), ...) {
  if (...length()) check_no_more(...)
  order <- if (missing(order)) "C" else check_choice(order, c("C", "F"))
  if (is.raw(x)) storage.mode(x) <- "integer"
  cross("tensors.reshape.array_reshape", cross_data(x), cross_argument(dim), order)
}

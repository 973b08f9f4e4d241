# R's group generics on tensors. What they mean stands in bridge/tensors/generics.py.

number <- function(x) {
  if (is.object(x) || (length(x) == 1L && is.null(dim(x)) && !is.na(x))) x else cross_data(x)
}

#' @export
Ops.tensorflow.tensor <- function(e1, e2) {
  if (missing(e2)) return(cross("tensors.generics.unary", .Generic, e1))
  cross("tensors.generics.arithmetic", .Generic, number(e1), number(e2))
}

#' @export
Math.tensorflow.tensor <- function(x, ...) {
  arguments <- list(...)
  cross("tensors.generics.mathematics", .Generic, x, if (length(arguments)) arguments[[1L]])
}

#' @export
Summary.tensorflow.tensor <- function(..., axis = NULL, keepdims = FALSE, na.rm = FALSE) {
  values <- list(...)
  cross("tensors.generics.reduce", .Generic, values[[1L]], axis, keepdims, na.rm, lapply(values[-1L], number))
}

#' Mean of a tensor
#'
#' @param x a tensor.
#' @param ... not used.
#' @param axis one axis or several to reduce, counted from 1, negative from the end; `NULL` reduces all. `sum()`, `prod()`,
#'   `min()`, `max()`, `range()`, `any()` and `all()` take it too.
#' @param keepdims whether reduced axes stay, with size 1.
#' @param na.rm whether NaN are left out.
#' @returns A tensor. The mean of integers has their dtype, and warns when that drops a fraction.
#' @family tensors
#' @examplesIf tfbridge::is_ready()
#' m <- as_tensor(1:12, shape = c(3, 4))
#' mean(m, axis = 1, keepdims = TRUE)
#' @export
mean.tensorflow.tensor <- function(x, ..., axis = NULL, keepdims = FALSE, na.rm = FALSE) {
  cross("tensors.generics.reduce", "mean", x, axis, keepdims, na.rm)
}

#' Matrix product
#'
#' R's `%*%` asks S3 classes from R 4.3 on. Before, this package has one of its own that does, and calls base R for all
#' else.
#'
#' @param x,y matrices, vectors or tensors.
#' @returns A tensor when `x` or `y` is one.
#' @family tensors
#' @examplesIf tfbridge::is_ready()
#' as_tensor(diag(2)) %*% c(1, 2)
#' @rawNamespace
#' if (getRversion() < "4.3.0") export("%*%") else S3method(matrixOps, tensorflow.tensor)
`%*%` <- function(x, y) {
  if (!inherits(x, "tensorflow.tensor") && !inherits(y, "tensorflow.tensor")) return(base::`%*%`(x, y))
  cross("tensors.generics.matmul", number(x), number(y))
}

matrixOps.tensorflow.tensor <- function(x, y) cross("tensors.generics.matmul", number(x), number(y))

#' @export
t.tensorflow.tensor <- function(x) cross("tensors.reshape.transpose", x)

#' @export
aperm.tensorflow.tensor <- function(a, perm = NULL, ...) cross("tensors.reshape.transpose", a, perm)

#' @export
Complex.tensorflow.tensor <- function(z) cross("tensors.generics.complex_part", .Generic, z)

#' @export
is.na.tensorflow.tensor <- function(x) cross("tensors.generics.is_kind", "nan", x)

#' @export
is.nan.tensorflow.tensor <- is.na.tensorflow.tensor

#' @export
is.finite.tensorflow.tensor <- function(x) cross("tensors.generics.is_kind", "finite", x)

#' @export
is.infinite.tensorflow.tensor <- function(x) cross("tensors.generics.is_kind", "infinite", x)

#' Cross product
#'
#' `crossprod(x, y)` is `t(x) %*% y`, `tcrossprod(x, y)` is `x %*% t(y)`. Base R's, unless `x` or `y` is a tensor.
#'
#' @param x,y matrices or tensors; `y` is `x` when missing.
#' @param ... passed to base R.
#' @returns A tensor when `x` or `y` is one.
#' @family tensors
#' @examplesIf tfbridge::is_ready()
#' crossprod(as_tensor(diag(2)))
#' @export
crossprod <- function(x, y = NULL, ...) {
  if (!inherits(x, "tensorflow.tensor") && !inherits(y, "tensorflow.tensor")) return(base::crossprod(x, y, ...))
  cross("tensors.generics.crossprod", number(x), if (!is.null(y)) number(y), FALSE)
}

#' @rdname crossprod
#' @export
tcrossprod <- function(x, y = NULL, ...) {
  if (!inherits(x, "tensorflow.tensor") && !inherits(y, "tensorflow.tensor")) return(base::tcrossprod(x, y, ...))
  cross("tensors.generics.crossprod", number(x), if (!is.null(y)) number(y), TRUE)
}

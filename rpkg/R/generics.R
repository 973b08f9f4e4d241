# R's group generics on tensors. What they mean stands in bridge/tensors: operators.py, mathematics.py, reductions.py.

number <- function(x) {
  if (is.object(x) || (length(x) == 1L && is.null(dim(x)) && !is.na(x))) x else cross_data(x)
}

#' TRUE or FALSE; whatever else it is crosses as what it is, to be refused: reticulate has True for NA
#' @noRd
flag <- function(x) if (is.logical(x) && length(x) == 1L && !is.na(x)) x else cross_data(x)

#' @export
Ops.tensorflow.tensor <- function(e1, e2) {
  if (missing(e2)) return(cross("tensors.operators.unary", .Generic, e1))
  cross("tensors.operators.arithmetic", .Generic, number(e1), number(e2))
}

#' @export
Math.tensorflow.tensor <- function(x, ...) {
  if (...length() == 0L) return(cross("tensors.mathematics.mathematics", .Generic, x))
  cross("tensors.mathematics.mathematics", .Generic, x, math_argument(.Generic, list(...)))
}

#' What `log()`, `round()` and `signif()` take beside `x`, by a name that base R would match too
#' @noRd
math_argument <- function(verb, arguments) {
  known <- switch(verb, log = "base", round = , signif = "digits")
  if (length(arguments) > 1L || is.null(known)) refuse_argument(verb, NULL, known)
  name <- names(arguments)
  if (!is.null(name) && nzchar(name) && is.na(pmatch(name, known))) refuse_argument(verb, name, known)
  argument <- arguments[[1L]]
  if (is.logical(argument)) as.double(argument) else number(argument)
}

#' @export
Summary.tensorflow.tensor <- function(..., axis = NULL, keepdims = FALSE, na.rm = FALSE) {
  values <- list(...)
  if (length(values) == 1L && is.null(names(values))) {
    return(cross("tensors.reductions.reduce", .Generic, values[[1L]], axis, flag(keepdims), flag(na.rm)))
  }
  for (i in which(nzchar(names(values)))) {
    # A value may have any name, but what has one and is no tensor was meant for an argument.
    if (!inherits(values[[i]], "tensorflow.tensor")) {
      refuse_argument(.Generic, names(values)[[i]], c("axis", "keepdims", "na.rm"))
    }
  }
  more <- unname(lapply(values[-1L], number))
  cross("tensors.reductions.reduce", .Generic, values[[1L]], axis, flag(keepdims), flag(na.rm), more)
}

#' Mean of a tensor
#'
#' Averages all elements, or those along one axis or several; summaries such as `sum()` and `max()` take the same arguments.
#'
#' @param x a tensor.
#' @param ... not used.
#' @param axis one axis or several to reduce, counted from 1, negative from the end; `NULL` reduces all. `sum()`, `prod()`,
#'   `min()`, `max()`, `range()`, `any()` and `all()` take it too.
#' @param keepdims whether reduced axes stay, with size 1.
#' @param na.rm whether NaN are left out.
#' @returns A tensor. The mean of integers has their dtype, and warns when that drops a fraction; that of logicals is the
#'   share of TRUE. `sum()` of logicals and of integers of 8 and 16 bits is int32, `prod()` of integers is float64; what a
#'   dtype of integers cannot hold comes back in a wider one, with a warning.
#' @family tensors
#' @examplesIf tfbridge::is_ready()
#' m <- as_tensor(1:12, shape = c(3, 4))
#' mean(m, axis = 1, keepdims = TRUE)
#' @export
mean.tensorflow.tensor <- function(x, ..., axis = NULL, keepdims = FALSE, na.rm = FALSE) {
  if (...length()) check_no_more(...)
  cross("tensors.reductions.reduce", "mean", x, axis, flag(keepdims), flag(na.rm))
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
  cross("tensors.operators.matmul", number(x), number(y))
}

matrixOps.tensorflow.tensor <- function(x, y) cross("tensors.operators.matmul", number(x), number(y))

#' @export
t.tensorflow.tensor <- function(x) cross("tensors.reshape.transpose", x)

#' @export
aperm.tensorflow.tensor <- function(a, perm = NULL, ...) {
  check_no_more(...)
  cross("tensors.reshape.transpose", a, perm)
}

#' @export
Complex.tensorflow.tensor <- function(z) cross("tensors.mathematics.complex_part", .Generic, z)

#' @export
is.na.tensorflow.tensor <- function(x) cross("tensors.mathematics.is_kind", "nan", x)

#' @export
is.nan.tensorflow.tensor <- is.na.tensorflow.tensor

# An answer for `if`, as base R gives it; a tensor where values are known only when the graph runs.
#' @export
anyNA.tensorflow.tensor <- function(x, recursive = FALSE) cross("tensors.mathematics.any_missing", x)

#' @export
is.finite.tensorflow.tensor <- function(x) cross("tensors.mathematics.is_kind", "finite", x)

#' @export
is.infinite.tensorflow.tensor <- function(x) cross("tensors.mathematics.is_kind", "infinite", x)

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
  cross("tensors.operators.crossprod", number(x), if (!is.null(y)) number(y), FALSE)
}

#' @rdname crossprod
#' @export
tcrossprod <- function(x, y = NULL, ...) {
  if (!inherits(x, "tensorflow.tensor") && !inherits(y, "tensorflow.tensor")) return(base::tcrossprod(x, y, ...))
  cross("tensors.operators.crossprod", number(x), if (!is.null(y)) number(y), TRUE)
}

#' The diagonal of a matrix, or a diagonal matrix
#'
#' Base R's, unless `x` is a tensor: of a matrix the diagonal, of a vector (also of length 1) the matrix that has it.
#'
#' @param x a matrix, vector or tensor.
#' @param nrow,ncol,names passed to base R; a tensor takes none of them.
#' @returns A tensor when `x` is one.
#' @family tensors
#' @examplesIf tfbridge::is_ready()
#' diag(as_tensor(matrix(1:4, 2)))
#' @export
diag <- function(x = 1, nrow, ncol, names = TRUE) {
  given <- c(
    if (!missing(x)) list(x = x), if (!missing(nrow)) list(nrow = nrow), if (!missing(ncol)) list(ncol = ncol),
    if (!missing(names)) list(names = names)
  )
  if (missing(x) || !inherits(x, "tensorflow.tensor")) return(do.call(base::diag, given, quote = TRUE))
  if (length(given) > 1L) refuse_argument("diag", names(given)[[2L]], NULL)
  cross("tensors.arrange.diagonal", x)
}

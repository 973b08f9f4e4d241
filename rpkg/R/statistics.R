# Base R's statistics and pictures of a tensor: something to look at, so its values go to R.

#' The values of a tensor as base R has them: a vector, or an array of two axes and more
#' @noRd
plain_values <- function(x) {
  values <- as.array(x)
  if (length(dim(values)) <= 1L) as.vector(values) else values
}

#' @export
#' @importFrom stats median
median.tensorflow.tensor <- function(x, na.rm = FALSE, ...) median(plain_values(x), na.rm = na.rm, ...)

#' @export
#' @importFrom stats quantile
quantile.tensorflow.tensor <- function(x, ...) quantile(plain_values(x), ...)

#' @export
summary.tensorflow.tensor <- function(object, ...) summary(plain_values(object), ...)

#' @export
cut.tensorflow.tensor <- function(x, ...) cut(as.vector(plain_values(x)), ...)

#' @export
duplicated.tensorflow.tensor <- function(x, incomparables = FALSE, ...) duplicated(plain_values(x), incomparables, ...)

#' @export
anyDuplicated.tensorflow.tensor <- function(x, incomparables = FALSE, ...) {
  anyDuplicated(plain_values(x), incomparables, ...)
}

#' @export
determinant.tensorflow.tensor <- function(x, logarithm = TRUE, ...) determinant(as.matrix(x), logarithm, ...)

#' @export
rowsum.tensorflow.tensor <- function(x, group, reorder = TRUE, ...) rowsum(plain_values(x), group, reorder, ...)

#' @export
as.data.frame.tensorflow.tensor <- function(x, row.names = NULL, optional = FALSE, ...) {
  as.data.frame(as.array(x), row.names, optional, ...)
}

#' @export
#' @importFrom graphics image
image.tensorflow.tensor <- function(x, ...) image(as.matrix(x), ...)

#' @export
#' @importFrom graphics hist
hist.tensorflow.tensor <- function(x, ...) {
  name <- deparse1(substitute(x))
  # The title is what stands in the call.
  here <- list2env(rlang::set_names(list(as.vector(plain_values(x))), name), parent = environment())
  eval(bquote(graphics::hist(.(as.symbol(name)), ...)), here)
}

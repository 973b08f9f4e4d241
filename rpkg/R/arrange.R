# Elements in another order or company.

#' @export
rev.tensorflow.tensor <- function(x) cross("tensors.arrange.pick", x, cross_array(rev(seq_len(length(x)))))

#' @export
rep.tensorflow.tensor <- function(x, ...) cross("tensors.arrange.pick", x, cross_array(rep(seq_len(length(x)), ...)))

#' @export
sort.tensorflow.tensor <- function(x, decreasing = FALSE, ...) {
  check_no_more(...)
  cross("tensors.arrange.sort", x, decreasing)
}

#' @export
unique.tensorflow.tensor <- function(x, incomparables = FALSE, ...) {
  values <- plain_values(x)
  kept <- which(!duplicated(values, incomparables, ...))
  cross("tensors.arrange.pick", x, cross_array(kept), !is.null(dim(values)))
}

#' @export
diff.tensorflow.tensor <- function(x, lag = 1L, differences = 1L, ...) {
  check_no_more(...)
  cross("tensors.arrange.differences", x, lag, differences)
}

#' @export
solve.tensorflow.tensor <- function(a, b, ...) {
  check_no_more(...)
  cross("tensors.operators.solve", a, if (!missing(b)) number(b))
}

# What `order()` sorts by: it gives R positions, from 1, that `[` takes.
#' @export
xtfrm.tensorflow.tensor <- function(x) as.vector(as.array(x))

#' @export
rbind.tensorflow.tensor <- function(..., deparse.level = 1) bind(list(...), TRUE)

#' @export
cbind.tensorflow.tensor <- function(..., deparse.level = 1) bind(list(...), FALSE)

bind <- function(values, by_row) cross("tensors.arrange.bind", unname(lapply(values, number)), by_row)

#' @export
as.list.tensorflow.tensor <- function(x, ...) cross("tensors.arrange.unstack", x)

#' @rawNamespace
#' importFrom(zeallot, destructure)
#' S3method(destructure, tensorflow.tensor)
destructure.tensorflow.tensor <- function(x) as.list(x)

#' @export
all.equal.tensorflow.tensor <- function(target, current, ...) {
  # A tensor of rank 1 equals R's vector and its array.
  values <- function(x) {
    if (inherits(x, "tensorflow.tensor")) x <- as.array(x)
    if (length(dim(x)) == 1L) as.vector(x) else x
  }
  all.equal(values(target), values(current), ...)
}

#' @export
#' @importFrom grDevices as.raster
as.raster.tensorflow.tensor <- function(x, max = NULL, ...) {
  values <- as.array(x)
  as.raster(values, max = if (is.null(max)) { if (is.integer(values)) 255L else 1 } else max, ...)
}

#' Lists side by side
#'
#' Puts the elements of several lists together by position or by name.
#'
#' @param ... lists (or vectors) of the same length; all named alike, in whatever order, or none. Names of the arguments
#'   become those of the inner lists.
#' @returns A list: for each position (or name) the list of what stands there. `optimizer$apply_gradients()` takes one of
#'   gradients and weights.
#' @family tensors
#' @export
#' @examples
#' zip_lists(list(1, 2), list("a", "b"))
#' str(zip_lists(gradient = list(kernel = 1, bias = 2), weight = list(bias = "b", kernel = "k")))
zip_lists <- function(...) {
  lists <- rlang::list2(...)
  sizes <- lengths(lists)
  if (any(sizes != sizes[1L])) {
    abort_kind("argument", paste0("The lists have ", paste(sizes, collapse = ", "), " elements: they must be as long."))
  }
  names <- lapply(unname(lists), names)
  if (!all(vapply(names, identical, NA, names[[1L]]))) {
    keys <- names[[1L]]
    alike <- vapply(names, function(names) !anyDuplicated(names) && !is.null(names) && setequal(names, keys), NA)
    if (!all(alike)) abort_kind("argument", "The lists must have the same names, each once, or none.")
    lists <- lapply(lists, function(list) list[keys])
  }
  zipped <- lapply(seq_len(max(sizes, 0L)), function(i) lapply(lists, function(list) list[[i]]))
  if (length(lists)) rlang::set_names(zipped, names[[1L]]) else zipped
}

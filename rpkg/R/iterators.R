# How R walks through datasets and whatever else has elements.

#' Walk through datasets and other iterables
#'
#' `as_iterator()` starts, `iter_next()` gives an element at a time; it ends with `NULL`, or what `completed` says.
#' `as_array_iterator()` gives R arrays in place of tensors, in the same single crossing. `dataset_collect()` gives all
#' elements in a list, and `next_batch()` the next element, or the first of a dataset.
#'
#' R's own `for` cannot walk through a dataset, but for inside of [tf_function()]. `iterate()` calls a function of each
#' element.
#'
#' @param x a dataset, a generator, a list or a vector: whatever has elements.
#' @param it an iterator.
#' @param completed the value at the end.
#' @param dataset a dataset; for `next_batch()` an iterator too.
#' @param f a function of an element.
#' @param simplify whether single values of one type are given as a vector, in place of a list.
#' @param iter_max how many elements at most.
#' @param ... not used.
#' @returns An iterator; the next element; a list of elements, or of the values of `f`.
#' @family datasets
#' @examplesIf tfbridge::is_ready()
#' iterator <- as_iterator(list(1, "b"))
#' while (!is.null(element <- iter_next(iterator))) print(element)
#' dataset <- tensor_slices_dataset(list(x = c(1, 2), y = 1:2))
#' iterate(as_array_iterator(dataset), function(element) element$x * element$y)
#' dataset_collect(range_dataset(0, 2))
#' @export
as_iterator <- function(x, ...) {
  check_no_more(...)
  cross("data.iterators.iterator", with_elements(x))
}

with_elements <- function(x) {
  if (is.function(x) && !inherits(x, "python.builtin.object")) x <- python_function(x)
  if (is.atomic(x) || is.list(x)) lapply(unname(as.list(x)), guarded_value) else x
}

#' @rdname as_iterator
#' @export
iter_next <- function(it, completed = NULL, ...) {
  check_no_more(...)
  element <- cross("data.iterators.element", it)
  if (inherits(element, "bridge.data.iterators.End")) completed else raw_value(element)
}

#' @rdname as_iterator
#' @export
as_array_iterator <- function(dataset, ...) {
  check_no_more(...)
  cross("data.iterators.Arrays", with_elements(dataset))
}

#' @rdname as_iterator
#' @export
iterate <- function(it, f = identity, simplify = TRUE, ...) {
  check_no_more(...)
  it <- as_iterator(it)
  values <- list()
  repeat {
    element <- iter_next(it, completed = at_end)
    if (identical(element, at_end)) break
    # In a list, NULL would take the place away.
    values[length(values) + 1L] <- list(f(element))
  }
  single <- vapply(values, function(value) is.atomic(value) && length(value) == 1L && !is.object(value), NA)
  if (simplify && length(values) && all(single) && length(unique(lapply(values, typeof))) == 1L) unlist(values) else values
}

#' @rdname as_iterator
#' @export
dataset_collect <- function(dataset, iter_max = Inf, ...) {
  check_no_more(...)
  cross("data.iterators.collect", dataset, iter_max)
}

#' @rdname as_iterator
#' @export
next_batch <- function(dataset, ...) {
  check_no_more(...)
  iterator_get_next(if (inherits(dataset, "tensorflow.dataset")) as_iterator(dataset) else dataset)
}

#' Iterators as earlier packages had them
#'
#' `make_iterator_one_shot()` and `make_iterator_initializable()` are [as_iterator()]; nothing needs to be initialized.
#' `iterator_get_next()` gives the next element; at the end it is an error of class `tfbridge_error_out_of_range`, until
#' which `until_out_of_range()` repeats an expression. `with_dataset()` runs an expression that walks through a dataset, and
#' `out_of_range_handler()` is the handler for `tryCatch(error = )`.
#'
#' @param dataset a dataset.
#' @param iterator an iterator.
#' @param expr an expression.
#' @param e a condition.
#' @param shared_name,name,... not used.
#' @returns An iterator; an element; `TRUE` or `NULL`, invisibly.
#' @family datasets
#' @examplesIf tfbridge::is_ready()
#' iterator <- make_iterator_one_shot(range_dataset(0, 2))
#' until_out_of_range(print(iterator_get_next(iterator)))
#' @export
make_iterator_one_shot <- function(dataset, ...) {
  check_no_more(...)
  as_iterator(dataset)
}

#' @rdname make_iterator_one_shot
#' @export
make_iterator_initializable <- function(dataset, shared_name = NULL, ...) {
  check_no_more(...)
  as_iterator(dataset)
}

#' @rdname make_iterator_one_shot
#' @export
iterator_get_next <- function(iterator, name = NULL, ...) {
  check_no_more(...)
  element <- iter_next(iterator, completed = at_end)
  if (identical(element, at_end)) abort_kind("out_of_range", "There is no further element.", call = users_call())
  element
}

at_end <- structure(list(), class = "tfbridge_end")

#' @rdname make_iterator_one_shot
#' @export
until_out_of_range <- function(expr) {
  code <- substitute(expr)
  frame <- parent.frame()
  with_dataset(repeat eval(code, frame))
}

#' @rdname make_iterator_one_shot
#' @export
with_dataset <- function(expr) {
  tryCatch(expr, error = out_of_range_handler)
  invisible(TRUE)
}

#' @rdname make_iterator_one_shot
#' @export
out_of_range_handler <- function(e) {
  ends <- inherits(e, "tfbridge_error_out_of_range") || grepl("OutOfRangeError|StopIteration", conditionMessage(e))
  if (ends) invisible(NULL) else stop(e)
}

# Datasets of TensorFlow: what they are made of, and how R walks through them.

#' Datasets from arrays
#'
#' @param tensors an array, or a (named) list of arrays; rows are elements. Factors become numbers from 0, with a warning: a
#'   dataset keeps no levels for [fit()] to go by.
#' @param ... not used.
#' @returns A dataset: [fit()] takes it, [dataset_batch()] and other `dataset_*()` functions change it, [as_iterator()] walks through it.
#' @family datasets
#' @examplesIf tfbridge::is_ready()
#' dataset <- list(x = matrix(1:6, 3), y = 1:3) |> tensor_slices_dataset() |> dataset_batch(2)
#' iterator <- as_iterator(dataset)
#' iter_next(iterator)
#' @export
tensor_slices_dataset <- function(tensors, ...) {
  check_no_more(...)
  if (length(rapply(list(tensors), levels, classes = "factor", how = "unlist"))) warn_factors_lose_levels()
  cross("data.datasets.tensor_slices", cross_data(tensors))
}

warn_factors_lose_levels <- function() {
  rlang::warn(bullets(
    "Factors in a dataset are numbers from 0: their levels are not kept.",
    hints = "`fit()` of arrays and data frames goes by levels; `as.integer(f) - 1L` makes the numbers oneself."
  ), class = "tfbridge_warning", call = users_call())
}

#' Verbs on datasets
#'
#' @param dataset a dataset.
#' @param batch_size number of elements in a batch.
#' @param drop_remainder whether a last batch that is not full is left out.
#' @param buffer_size number of elements to draw from, or to have ready; for prefetching `NULL` lets TensorFlow decide.
#' @param seed a whole number, for an order that can be repeated.
#' @param reshuffle_each_iteration whether the order changes each time.
#' @param count number of elements, or of repetitions (`NULL`: for ever).
#' @param ... not used.
#' @returns A dataset.
#' @family datasets
#' @examplesIf tfbridge::is_ready()
#' tensor_slices_dataset(1:10) |> dataset_shuffle(10) |> dataset_batch(4)
#' @export
dataset_batch <- function(dataset, batch_size, drop_remainder = FALSE, ...) {
  check_no_more(...)
  check_flag(drop_remainder)
  cross("data.datasets.batch", dataset, batch_size, drop_remainder)
}

#' @rdname dataset_batch
#' @export
dataset_shuffle <- function(dataset, buffer_size, seed = NULL, reshuffle_each_iteration = NULL, ...) {
  check_no_more(...)
  if (!is.null(reshuffle_each_iteration)) check_flag(reshuffle_each_iteration)
  cross("data.datasets.shuffle", dataset, buffer_size, seed, reshuffle_each_iteration)
}

#' @rdname dataset_batch
#' @export
dataset_repeat <- function(dataset, count = NULL, ...) {
  check_no_more(...)
  cross("data.datasets.repeat", dataset, count)
}

#' @rdname dataset_batch
#' @export
dataset_take <- function(dataset, count, ...) {
  check_no_more(...)
  cross("data.datasets.take", dataset, count)
}

#' @rdname dataset_batch
#' @export
dataset_prefetch <- function(dataset, buffer_size = NULL, ...) {
  check_no_more(...)
  cross("data.datasets.prefetch", dataset, buffer_size)
}

#' Walk through datasets and other iterables
#'
#' `as_iterator()` starts, `iter_next()` gives an element at a time; it ends with `NULL`, or what `completed` says.
#'
#' @param x a dataset, a generator, a list or a vector: whatever has elements.
#' @param it an iterator.
#' @param completed the value at the end.
#' @param ... not used.
#' @returns An iterator; the next element.
#' @family datasets
#' @examplesIf tfbridge::is_ready()
#' iterator <- as_iterator(list(1, "b"))
#' while (!is.null(element <- iter_next(iterator))) print(element)
#' @export
as_iterator <- function(x, ...) {
  check_no_more(...)
  if (is.function(x) && !inherits(x, "python.builtin.object")) x <- python_function(x)
  if (is.atomic(x) || is.list(x)) x <- lapply(unname(as.list(x)), guarded_value)
  cross("data.iterators.iterator", x)
}

#' @rdname as_iterator
#' @export
iter_next <- function(it, completed = NULL, ...) {
  check_no_more(...)
  element <- cross("data.iterators.element", it)
  if (inherits(element, "bridge.data.iterators.End")) completed else raw_value(element)
}

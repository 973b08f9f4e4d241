# Datasets of TensorFlow, where R has more to say than the catalog: names of columns, any number of datasets, options.

#' Datasets from arrays
#'
#' Makes a dataset whose elements are the rows of arrays, for data that are prepared while a model trains.
#'
#' @param tensors an array, a data frame, or a (named) list of arrays; rows are elements. Those of a data frame are named
#'   lists of its columns; within a list, a data frame of numbers is a matrix. Factors become numbers from 0, with a
#'   warning: a dataset keeps no levels for [fit()] to go by.
#' @param ... not used.
#' @returns A dataset: [fit()] takes it, [dataset_batch()] and other `dataset_*()` functions change it, [as_iterator()]
#'   walks through it.
#' @family datasets
#' @examplesIf tfbridge::is_ready()
#' dataset <- list(x = matrix(1:6, 3), y = 1:3) |> tensor_slices_dataset() |> dataset_batch(2)
#' iterator <- as_iterator(dataset)
#' iter_next(iterator)
#' @export
tensor_slices_dataset <- function(tensors, ...) {
  check_no_more(...)
  if (length(rapply(list(tensors), levels, classes = "factor", how = "unlist"))) warn_factors_lose_levels()
  if (is.data.frame(tensors)) tensors <- lapply(as.list(tensors), as_column)
  cross("data.datasets.tensor_slices", cross_data(tensors))
}

warn_factors_lose_levels <- function() {
  rlang::warn(bullets(
    "Factors in a dataset are numbers from 0: their levels are not kept.",
    hints = "`fit()` of arrays and data frames goes by levels; `as.integer(f) - 1L` makes the numbers oneself."
  ), class = "tfbridge_warning", call = users_call())
}

#' Datasets side by side, and one after the other
#'
#' `zip_datasets()` gives elements that hold one of each dataset, as long as the shortest; with names, named lists.
#' `dataset_concatenate()` gives the elements of one dataset after the other.
#'
#' @param ...,dataset datasets, or a list of them.
#' @returns A dataset.
#' @family datasets
#' @examplesIf tfbridge::is_ready()
#' x <- tensor_slices_dataset(c(10, 20))
#' zip_datasets(x = x, y = range_dataset(0, 2)) |> as_array_iterator() |> iter_next()
#' length(dataset_concatenate(x, x))
#' @export
zip_datasets <- function(...) cross("data.datasets.zipped", given_datasets(...))

#' @rdname zip_datasets
#' @export
dataset_concatenate <- function(dataset, ...) {
  cross("data.datasets.concatenated", c(list(dataset), unname(given_datasets(...))))
}

given_datasets <- function(...) {
  datasets <- rlang::list2(...)
  if (length(datasets) == 1L && is.list(datasets[[1L]]) && !is.object(datasets[[1L]])) datasets[[1L]] else datasets
}

#' Options of a dataset
#'
#' Reads the options that a dataset is run with, or gives a dataset that is run with others.
#'
#' @param dataset a dataset.
#' @param ... options by name, a named list of them, or a `tf$data$Options()`; a dot leads into a group of options:
#'   `threading.private_threadpool_size = 4`.
#' @returns The dataset with the options; without any, those that it has.
#' @family datasets
#' @examplesIf tfbridge::is_ready()
#' dataset <- range_dataset(0, 6) |> dataset_options(deterministic = FALSE)
#' dataset_options(dataset)$deterministic
#' @export
dataset_options <- function(dataset, ...) {
  settings <- rlang::list2(...)
  unnamed <- length(settings) == 1L && is.null(names(settings))
  if (unnamed) settings <- settings[[1L]]
  if (!unnamed && length(settings) && !all(is_named(settings))) {
    abort_kind("argument", "Options must have names.", call = sys.call())
  }
  cross("data.transformations.options", dataset, if (length(settings)) settings)
}

#' Features and response of a dataset
#'
#' Picks columns by name and gives a dataset of features `x` and response `y`, in batches, as training takes it.
#'
#' @param dataset a dataset of named lists, such as records of a file.
#' @param x,y the features and, if there is one, the response: names as they are, `c(a, b)`, `a:c`, `-a`, strings, and
#'   `starts_with("a")`, `ends_with()`, `contains()`, `matches()`, `num_range()`, `one_of()`, `everything()`.
#' @param named whether the parts are called `x` and `y`; without names they are what [fit()] takes for inputs and targets.
#' @param named_features whether features stay apart, by name, in place of one tensor of all.
#' @param parallel_records,num_parallel_batches how many elements are worked on at a time.
#' @param batch_size how many elements make a batch; `NULL` leaves single ones.
#' @param drop_remainder whether a last batch that is not full is left out.
#' @param ... not used.
#' @returns A dataset.
#' @family datasets
#' @examplesIf tfbridge::is_ready()
#' dataset <- tensor_slices_dataset(mtcars) |> dataset_prepare(c(disp, wt), mpg, batch_size = 8, named = FALSE)
#' output_shapes(dataset)
#' @export
dataset_prepare <- function(
    dataset, x, y = NULL, named = TRUE, named_features = FALSE, parallel_records = NULL, batch_size = NULL,
    num_parallel_batches = NULL, drop_remainder = FALSE, ...) {
  check_no_more(...)
  check_flag(named)
  check_flag(named_features)
  columns <- cross("data.elements.column_names", dataset)
  x <- selected(rlang::enquo(x), columns, "x")
  y <- if (!rlang::quo_is_null(rlang::enquo(y))) selected(rlang::enquo(y), columns, "y")
  if (length(y) > 1L) abort_kind("argument", "`y` must be one column.", call = sys.call())
  dataset <- cross("data.elements.prepared", dataset, as.list(x), y, named, named_features, parallel_records)
  if (is.null(batch_size)) dataset else dataset_batch(dataset, batch_size, drop_remainder)
}

#' Names of columns, from an expression of names as `subset(select = )` takes them, a formula, or strings
#' @noRd
selected <- function(quosure, columns, argument) {
  positions <- as.list(stats::setNames(seq_along(columns), columns))
  everything <- list(
    everything = function() seq_along(columns),
    starts_with = function(match) which(startsWith(columns, match)),
    ends_with = function(match) which(endsWith(columns, match)),
    contains = function(match) grep(match, columns, fixed = TRUE),
    matches = function(match) grep(match, columns),
    num_range = function(prefix, range) which(columns %in% paste0(prefix, range)),
    one_of = function(...) match(c(...), columns)
  )
  chosen <- tryCatch(rlang::eval_tidy(quosure, c(positions, everything)), error = function(e) {
    abort_kind(
      "argument", paste0("`", argument, "` does not select columns: ", conditionMessage(e)),
      hints = paste0("There are ", paste0("`", columns, "`", collapse = ", "), "."), call = users_call()
    )
  })
  if (rlang::is_formula(chosen)) chosen <- all.vars(chosen)
  if (is.character(chosen)) chosen <- if (identical(chosen, ".")) seq_along(columns) else match(chosen, columns)
  if (!is.numeric(chosen) || anyNA(chosen) || any(abs(chosen) > length(columns)) || !length(columns[chosen])) {
    abort_kind(
      "argument", paste0("`", argument, "` does not select columns."),
      hints = paste0("There are ", paste0("`", columns, "`", collapse = ", "), "."), call = users_call()
    )
  }
  columns[chosen]
}

#' Read several files at a time
#'
#' Has a constructor of datasets read several files in turns, which are put together in one dataset.
#'
#' @param files paths, patterns such as `"data/*.csv"`, or a dataset of paths.
#' @param reader a function that makes a dataset of a path, such as [text_line_dataset()].
#' @param ... options of `reader`.
#' @param parallel_files how many files are read at a time.
#' @param parallel_interleave how many elements in a row come from each file.
#' @param num_shards,shard_index for reading part of the files only: the number of parts, and which one, from 1.
#' @returns A dataset.
#' @family datasets
#' @examplesIf tfbridge::is_ready()
#' files <- replicate(2, tempfile(fileext = ".txt"))
#' for (file in files) writeLines(c("a", "b"), file)
#' length(dataset_collect(read_files(files, text_line_dataset, parallel_files = 2)))
#' @export
read_files <- function(
    files, reader, ..., parallel_files = 1, parallel_interleave = 1, num_shards = NULL, shard_index = NULL) {
  options <- rlang::list2(...)
  if (length(options)) {
    given <- reader
    reader <- function(path) rlang::inject(given(path, !!!options))
  }
  cross(
    "data.readers.read_files", cross_argument(files), cross_argument(reader, "reader"), parallel_files,
    parallel_interleave, num_shards, shard_index
  )
}

#' How many elements a dataset has
#'
#' Tells the number of elements where it is known without walking through them.
#'
#' @param x a dataset.
#' @returns A number: `Inf` for a dataset without an end, `NA` where only drawing the elements tells.
#' @family datasets
#' @examplesIf tfbridge::is_ready()
#' length(range_dataset(0, 10))
#' @export
length.tensorflow.dataset <- function(x) {
  count <- cross("data.lengths.count", x)
  if (is.nan(count)) NA_integer_ else if (count <= .Machine$integer.max) as.integer(count) else count
}

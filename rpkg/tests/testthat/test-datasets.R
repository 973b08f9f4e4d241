skip_if_no_python()

values <- function(dataset) iterate(as_array_iterator(dataset))

test_that("datasets are made of arrays, walked through and trained on", {
  dataset <- list(inputs = small_x, targets = small_y) |> tensor_slices_dataset() |> dataset_batch(8)
  iterator <- as_iterator(dataset)
  sizes <- integer()
  repeat {
    batch <- iter_next(iterator)
    if (is.null(batch)) break
    sizes <- c(sizes, dim(batch$inputs)[[1]])
  }
  expect_equal(sizes, c(8, 8, 4))
  pairs <- list(small_x, small_y) |> tensor_slices_dataset() |> dataset_shuffle(20) |> dataset_batch(8)
  expect_length(fit(small_model(), pairs, epochs = 2, verbose = 0)$epoch, 2)
})

test_that("mappers are functions and formulas, of parts by name or position", {
  pair <- tensor_slices_dataset(list(c(10, 20), 1:2))
  record <- tensor_slices_dataset(list(x = c(10, 20), y = 1:2))
  expect_equal(values(dataset_map(tensor_slices_dataset(c(10, 20)), ~ .x / 10)), c(1, 2))
  expect_equal(values(dataset_map(pair, function(x, y) list(b = x / 10, a = y)))[[2]], list(b = 2, a = 2L))
  expect_equal(values(dataset_map(pair, ~ list(.y, "t")))[[1]], list(1L, "t"))
  expect_equal(values(dataset_map(pair, function(pair) pair[[2]])), 1:2)
  expect_equal(values(dataset_map(record, function(record) record$y)), 1:2)
  expect_equal(values(dataset_map(record, function(y, x) x)), c(10, 20))
  expect_equal(values(dataset_map(record, function(a, b) b)), 1:2)
  expect_equal(values(dataset_map(pair, ~ c(1, 2)))[[1]], array(c(1, 2)))
  expect_equal(values(dataset_map(tensor_slices_dataset(c(1, 2)), op_square)), c(1, 4))
  expect_error(dataset_map(pair, function(x, y, z) x), "`map_func` takes `x`, `y`, `z`", class = "tfbridge_error_argument")
  expect_error(dataset_map(pair, function(x, y) rlang::abort("not so", class = "mine")), "not so", class = "mine")
  expect_error(dataset_map(pair, function(x, y) NULL), "gave NULL", class = "tfbridge_error_data")
})

test_that("datasets in datasets, states and keys are R code too", {
  numbers <- range_dataset(0, 6)
  windows <- dataset_window(numbers, 3, shift = 1, drop_remainder = TRUE) |> dataset_flat_map(~ dataset_batch(.x, 3))
  expect_equal(do.call(rbind, lapply(values(windows), as.vector)), embed(0:5, 3)[, 3:1])
  groups <- dataset_group_by_window(numbers, ~ .x %% 2L, function(key, window) dataset_batch(window, 3), window_size = 3)
  expect_equal(lapply(values(groups), as.vector), list(c(0, 2, 4), c(1, 3, 5)))
  expect_equal(values(dataset_scan(numbers, as_tensor(0, "int64"), function(s, x) list(s + x, s + x))), cumsum(0:5))
  expect_equal(as.vector(dataset_reduce(numbers, 0, function(state, x) state + 1)), 6)
  expect_equal(values(dataset_filter(numbers, ~ .x %% 2L == 0L)), c(0, 2, 4))
  expect_equal(values(dataset_enumerate(tensor_slices_dataset(c("a", "b"))))[[2]], list(2, "b"))
})

test_that("datasets go side by side and one after the other", {
  numbers <- range_dataset(0, 2)
  expect_equal(values(zip_datasets(b = numbers, a = tensor_slices_dataset(c("x", "y"))))[[2]], list(b = 1, a = "y"))
  expect_equal(values(zip_datasets(list(numbers, numbers)))[[2]], c(1, 1))
  expect_equal(values(dataset_concatenate(numbers, numbers, range_dataset(5, 6))), c(0, 1, 0, 1, 5))
  expect_error(dataset_concatenate(numbers, tensor_slices_dataset("a")), "dataset 2", class = "tfbridge_error_argument")
})

test_that("a data frame is a dataset of its columns, which can be prepared for training", {
  cars <- tensor_slices_dataset(mtcars)
  expect_named(iter_next(as_iterator(cars)), names(mtcars))
  batch <- values(dataset_prepare(cars, c(disp, wt), mpg, batch_size = 32, named = FALSE))[[1]]
  expect_equal(batch[[1]], unname(as.matrix(mtcars[c("disp", "wt")])), tolerance = 1e-6)
  expect_equal(as.vector(batch[[2]]), mtcars$mpg, tolerance = 1e-6)
  columns <- function(...) names(values(dataset_take(dataset_prepare(cars, ..., named_features = TRUE), 1))[[1]]$x)
  expect_equal(columns(mpg:hp), names(mtcars)[1:4])
  expect_equal(columns(-mpg), names(mtcars)[-1])
  expect_equal(columns(starts_with("c")), c("cyl", "carb"))
  expect_equal(columns(c("wt", "am")), c("wt", "am"))
  expect_equal(columns(~ wt + am), c("wt", "am"))
  expect_error(dataset_prepare(cars, speed), "There are `mpg`", class = "tfbridge_error_argument")
  expect_error(dataset_prepare(range_dataset(0, 2), x), "have no names", class = "tfbridge_error_argument")
  expect_named(layer_input_from_dataset(dataset_batch(tensor_slices_dataset(mtcars[1:2]), 4)), c("mpg", "cyl"))
})

test_that("datasets say how long they are and what they hold", {
  expect_identical(length(range_dataset(0, 10)), 10L)
  expect_identical(length(dataset_repeat(range_dataset(0, 10))), Inf)
  expect_identical(length(dataset_filter(range_dataset(0, 10), ~ .x > 4L)), NA_integer_)
  dataset <- tensor_slices_dataset(list(x = matrix(1, 2, 3), y = 1:2))
  expect_equal(lapply(output_shapes(dataset), length), list(x = 1L, y = 0L))
  expect_equal(output_types(dataset)$y$name, "int32")
  expect_equal(output_classes(dataset), list(x = "Tensor", y = "Tensor"))
  expect_equal(dataset_options(dataset_options(dataset, deterministic = FALSE))$deterministic, FALSE)
  expect_error(dataset_options(dataset, nonsense = 1), "`nonsense`", class = "tfbridge_error_argument")
})

test_that("records of files are named lists", {
  file <- withr::local_tempfile(lines = c("x,y,z", "1.5,a,TRUE", "NA,b,FALSE"))
  spec <- csv_record_spec(file)
  expect_equal(values(text_line_dataset(file, record_spec = spec))[[2]], list(x = NaN, y = "b", z = FALSE))
  twice <- read_files(c(file, file), text_line_dataset, record_spec = spec, parallel_files = 2)
  expect_equal(vapply(values(twice), `[[`, "", "y"), c("a", "a", "b", "b"))
  counted <- withr::local_tempfile(lines = c("n", "1", "NA"))
  rows <- text_line_dataset(counted, record_spec = csv_record_spec(counted, types = "i"))
  expect_error(values(rows), "Element 2 of the dataset.*Column 1", class = "tfbridge_error_data")
  expect_error(text_line_dataset("none.txt"), "There is no file none.txt", class = "tfbridge_error_file")
  expect_error(text_line_dataset("\xff.txt"), "`filenames`", class = "tfbridge_error")
})

test_that("what cannot be trained on is said before or while", {
  model <- small_model()
  pairs <- tensor_slices_dataset(list(small_x, small_y))
  expect_error(fit(model, dataset_take(pairs, 0)), "without elements", class = "tfbridge_error_data")
  expect_error(fit(model, dataset_repeat(dataset_batch(pairs, 8))), "`steps_per_epoch`", class = "tfbridge_error_argument")
  expect_error(predict(model, dataset_repeat(dataset_batch(pairs, 8))), "`steps`", class = "tfbridge_error_argument")
  expect_length(fit(model, dataset_repeat(dataset_batch(pairs, 8)), steps_per_epoch = 1, verbose = 0)$epoch, 1)
  expect_silent(fit(model, dataset_batch(dataset_filter(pairs, ~ TRUE), 8), verbose = 0))
  ragged <- range_dataset(1, 5) |> dataset_map(~ list(tf$ones(list(.x)), .x)) |> dataset_batch(2)
  expect_error(fit(model, ragged, verbose = 0), "could not be computed", class = "tfbridge_error_data")
})

test_that("a picture that cannot be read is named", {
  folder <- withr::local_tempdir()
  for (class in c("a", "b")) {
    dir.create(file.path(folder, class))
    for (i in 1:2) image_array_save(array(i, c(4, 4, 3)), file.path(folder, class, paste0(i, ".png")))
  }
  read <- function() image_dataset_from_directory(folder, image_size = c(4, 4), batch_size = 2, verbose = FALSE)
  expect_equal(dim(iter_next(as_array_iterator(read()))[[1]]), c(2L, 4L, 4L, 3L))
  writeLines("no picture", file.path(folder, "b", "2.png"))
  expect_error(values(dataset_map(read(), ~ .x / 255)), "2.png is damaged", class = "tfbridge_error_file")
})

skip_if_no_python()

two_inputs <- function() {
  a <- layer_input(2, name = "a")
  b <- layer_input(3, name = "b")
  keras_model(list(a, b), layer_concatenate(a, b) |> layer_dense(units = 1))
}

deep <- function(layers = 40) {
  Reduce(function(model, units) layer_dense(model, units), 10 + seq_len(layers), keras_model_sequential(input_shape = 3))
}

test_that("models are drawn, whatever their shape and the way of arrows", {
  withr::local_pdf(NULL)
  model <- two_inputs()
  for (rankdir in c("TB", "BT", "LR", "RL")) {
    expect_identical(plot(model, show_shapes = TRUE, show_dtype = TRUE, rankdir = rankdir, expand_nested = TRUE), model)
  }
  expect_s3_class(plot(deep(), fold = TRUE), "keras.models.Model")
  expect_error(plot(keras_model_sequential() |> layer_dense(units = 1)), class = "tfbridge_error_argument")
  expect_error(plot(model, rankdir = "XY"), class = "tfbridge_error_argument")
  expect_error(plot(model, shapes = TRUE), class = "tfbridge_error_argument")
})

test_that("what does not fit in one column stands in several, and every box is drawn once", {
  withr::local_pdf(NULL)
  shown <- list(names = TRUE, shapes = TRUE, dtype = FALSE, activations = FALSE, trainable = FALSE)
  pictures <- cross("models.picture.pictures", deep(13), FALSE, NULL)
  (page <- fit_pages(pictures, shown, "TB", c(7, 7)))
  expect_length(page, 1)
  expect_gte(page[[1]]$scale * base_size, least_size)
  expect_true(all(page[[1]]$size * page[[1]]$scale <= 7))
  expect_equal(nrow(page[[1]]$boxes), 13)
  expect_gt(length(unique(round(page[[1]]$boxes$x, 3))), 1)
  pages <- fit_pages(cross("models.picture.pictures", two_inputs(), FALSE, NULL)[1], shown, "TB", c(1, 1))
  expect_equal(sum(vapply(pages, function(page) nrow(page$boxes), 0L)), 4)
})

test_that("boxes say what was asked for", {
  model <- keras_model_sequential(input_shape = 3) |> layer_dense(units = 2, activation = "relu", name = "one")
  picture <- cross("models.picture.pictures", model, FALSE, NULL)[[1]]
  shown <- list(names = TRUE, shapes = TRUE, dtype = TRUE, activations = TRUE, trainable = TRUE)
  expect_equal(
    box_lines(picture, shown)[[1]], c("Dense, relu", "one", "in (NA, 3)", "out (NA, 2) float32", "trainable")
  )
  expect_false(has_frozen(picture))
  freeze_weights(model)
  expect_true(has_frozen(cross("models.picture.pictures", model, FALSE, NULL)[[1]]))
})

test_that("files are whole, of the size asked for, and the user's device stays", {
  withr::local_pdf(NULL)
  before <- grDevices::dev.cur()
  directory <- withr::local_tempdir()
  for (ending in c("png", "pdf", "svg")) {
    file <- file.path(directory, paste0("model.", ending))
    plot(two_inputs(), to_file = file)
    expect_gt(file.size(file), 1000)
  }
  plot(two_inputs(), to_file = file.path(directory, "small.png"), width = 2, height = 3, dpi = 50)
  # Width and height stand in a PNG's header.
  header <- readBin(file.path(directory, "small.png"), "raw", 24)
  expect_equal(readBin(header[17:24], "integer", 2, endian = "big"), c(100, 150))
  expect_setequal(
    list.files(directory, all.files = TRUE, no.. = TRUE), c("model.png", "model.pdf", "model.svg", "small.png")
  )
  expect_equal(grDevices::dev.cur(), before)
  expect_error(plot(two_inputs(), to_file = "model.xyz"), class = "tfbridge_error_argument")
  expect_error(plot(two_inputs(), to_file = "no_such_directory/model.png"), class = "tfbridge_error_file")
})

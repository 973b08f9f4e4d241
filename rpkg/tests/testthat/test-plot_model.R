skip_if_no_python()

test_that("models are drawn, whatever their shape", {
  file <- withr::local_tempfile(fileext = ".pdf")
  grDevices::pdf(file)
  withr::defer(grDevices::dev.off())
  a <- layer_input(2, name = "a")
  b <- layer_input(3, name = "b")
  model <- keras_model(list(a, b), layer_concatenate(a, b) |> layer_dense(units = 1))
  expect_identical(plot(model, show_shapes = TRUE), model)
  expect_s3_class(plot(small_model()), "keras.models.Model")
  expect_error(plot(keras_model_sequential() |> layer_dense(units = 1)), class = "tfbridge_error_argument")
})

test_that("the graph knows layers, shapes and arrows", {
  a <- layer_input(2, name = "a")
  b <- layer_input(3, name = "b")
  model <- keras_model(list(a, b), layer_concatenate(a, b) |> layer_dense(units = 1))
  graph <- lapply(cross("models.inspect.graph", model), unlist)
  expect_equal(graph$depth, c(0, 0, 1, 2))
  expect_equal(graph$from, c(1, 2, 3))
  expect_equal(graph$to, c(3, 3, 4))
  expect_equal(graph$output[[3]], "(NA, 5)")
})

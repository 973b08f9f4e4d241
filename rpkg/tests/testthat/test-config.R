skip_if_no_python()

test_that("a configuration makes another object, with and without the one it is of", {
  start <- initializer_random_normal(stddev = 0.1)
  config <- get_config(layer_dense(units = 3, activation = "relu", kernel_initializer = start))
  expect_equal(config$units, 3)
  config$units <- 4
  for (made in list(from_config(config), from_config(layer_dense(units = 1), config), do.call(layer_dense, config))) {
    expect_equal(made$units, 4)
    expect_equal(made$kernel_initializer$stddev, 0.1)
  }
  expect_equal(from_config(serialize_keras_object(layer_dense(units = 3)))$units, 3)
  expect_error(from_config(list(units = 3)), "does not say which class", class = "tfbridge_error_argument")
})

test_that("models come back from their configurations", {
  model <- keras_model_sequential(input_shape = 2) |> layer_dense(units = 3) |> layer_dense(units = 1)
  expect_equal(dim(from_config(get_config(model))(matrix(1, 4, 2))), c(4L, 1L))
  inputs <- layer_input(2)
  functional <- keras_model(inputs, layer_concatenate(inputs, layer_dense(inputs, 3)))
  expect_equal(dim(from_config(get_config(functional))(matrix(1, 4, 2))), c(4L, 5L))
})

test_that("axes of configurations count from 1", {
  config <- get_config(layer_concatenate(axis = 2))
  expect_equal(config$axis, 2)
  expect_equal(do.call(layer_concatenate, config)$axis, 1)
  expect_equal(from_config(config)$axis, 1)
})

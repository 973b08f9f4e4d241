skip_if_no_python()

test_that("custom objects are found by their own names, and functions by their source", {
  path <- withr::local_tempfile(fileext = ".keras")
  run_r(c(
    "triple <- function(x) x * 3",
    'Twofold <- Layer("Twofold", call = function(x) x * 2)',
    "model <- keras_model_sequential(input_shape = 1) %>%",
    '  layer_dense(1, activation = triple, kernel_initializer = "ones") %>% Twofold()',
    sprintf("save_model(model, %s)", deparse(path))
  ))
  expect_error(load_model(path), "Twofold", class = "tfbridge_error_file")
  value <- function(...) as.vector(load_model(path, ...)(matrix(1)))
  made <- Layer("Twofold", call = function(x) x * 2)
  triple <- function(x) x * 3
  given <- list(made, triple = triple)
  pass_on <- function(objects) value(custom_objects = objects)
  expect_equal(value(custom_objects = list(made, triple)), 6)
  expect_equal(value(custom_objects = c(made, triple)), 6)
  expect_equal(value(given), 6)
  expect_equal(pass_on(list(made, triple)), 6)
  expect_equal(as.vector(load_model_hdf5(path, list(made, triple))(matrix(1))), 6)
  expect_equal(value(custom_objects = list(Twofold = made, activation = function(x) x * 5)), 10)
  expect_error(value(custom_objects = list(made, function(x) x)), "Element 2", class = "tfbridge_error_argument")
  config <- model_to_json(load_model(path, given))
  expect_s3_class(model_from_json(config, list(made, triple)), "keras.models.Model")
})

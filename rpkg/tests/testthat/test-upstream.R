# Each thing in R/upstream.R against the real reticulate.

test_that("functions that stand for Python objects are known by their attributes", {
  layer <- layer_dense(units = 1)
  expect_true(is.function(layer))
  expect_true(is.environment(tfbridge:::object_of_callable(layer)))
  # reticulate makes an object like it of a callable.
  own <- reticulate::import_builtins()$len
  expect_true(is.function(own))
  expect_true(is.environment(attr(own, "py_object")))
  expect_identical(tfbridge:::object_of_callable(sum), sum)
  expect_true(reticulate::py_to_r(reticulate::import_builtins(convert = FALSE)$callable(layer)))
})

test_that("objects say whether their results become R values", {
  expect_true(tfbridge:::converts(reticulate::import_builtins()$len))
  expect_false(tfbridge:::converts(reticulate::import_builtins(convert = FALSE)$len))
})

test_that("reticulate refuses objects from other sessions in these words", {
  object <- reticulate::import("builtins", convert = FALSE)$object()
  file <- tempfile()
  on.exit(unlink(file))
  saveRDS(object, file)
  dead <- readRDS(file)
  error <- tryCatch(reticulate::py_call(dead), error = identity)
  expect_true(tfbridge:::is_of_another_session(error))
})

test_that("classes that R methods go by stand behind the class of the object itself", {
  classes <- list(
    tensorflow.tensor = as_tensor(1), tensorflow.tensor = tf$Variable(1), tensorflow.tensor = layer_input(shape = 2),
    keras.KerasTensor = layer_input(shape = 2), tensorflow.TensorShape = shape(2), tensorflow.DType = tf$float32,
    keras.models.Model = keras_model_sequential(input_shape = 2), keras.layers.Layer = layer_dense(units = 1),
    keras.object = loss_huber(), keras.object = optimizer_sgd(), keras.object = metric_mean()
  )
  for (i in seq_along(classes)) expect_s3_class(classes[[i]], names(classes)[[i]])
})

test_that("a bare wrapper is its Keras object whatever its body is", {
  expect_s3_class(tfbridge:::catalog_symbol(loss_huber), "keras.object")
  expect_null(tfbridge:::catalog_symbol(function(y_true, y_pred) y_true))
  expect_null(tfbridge:::catalog_symbol(sum))
})

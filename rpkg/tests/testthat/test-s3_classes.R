skip_if_no_python()

test_that("an object's own class comes first, and methods are found", {
  Own <- Layer("Own", call = function(x) x)
  objects <- list(
    Conv2D = layer_conv_2d(filters = 1, kernel_size = 1), Own = Own(), Sequential = keras_model_sequential(),
    EagerTensor = as_tensor(1), EarlyStopping = callback_early_stopping(), Adam = optimizer_adam()
  )
  for (name in names(objects)) expect_match(class(objects[[name]])[[1L]], paste0("[.]", name, "$"))
  layer <- layer_dense(units = 1)
  expect_false(inherits(layer, class(layer_conv_2d(NULL, 1, 1))[1]))
  expect_true(inherits(layer, class(layer_dense(units = 2))[1]))
  expect_false(inherits(Layer("Other", call = function(x) x)(), class(objects$Own)[1]))
  expect_s3_class(layer, "keras.layers.Layer")
  expect_s3_class(objects$Sequential, "keras.models.Model")
  expect_s3_class(objects$EagerTensor, "tensorflow.tensor")
  expect_s3_class(tf$Variable(1) + 1, "tensorflow.tensor")
})

skip_if_no_python()

test_that("models are made of functions", {
  model <- keras_model_custom(function(self) {
    self$dense <- layer_dense(units = 2)
    function(inputs, mask = NULL) inputs %>% self$dense()
  })
  compile(model, "sgd", "mse")
  fit(model, small_x, small_x[, 1:2], verbose = 0)
  expect_length(model$trainable_weights, 2)
})

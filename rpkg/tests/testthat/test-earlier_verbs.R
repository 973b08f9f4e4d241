test_that("former verbs of training call those of today", {
  skip_if_no_python()
  model <- small_model()
  expect_equal(predict_proba(model, small_x), predict(model, small_x))
  expect_true(all(predict_classes(model, small_x) %in% 0:1))
  expect_equal(use_backend("tensorflow"), NULL)
  expect_error(use_backend("jax"), class = "tfbridge_error_argument")
  expect_true(is_keras_available())
})

test_that("functions are traced into graphs", {
  skip_if_no_python()
  traces <- 0
  power <- tf_function(function(x, n) {
    traces <<- traces + 1
    x^n
  })
  expect_equal(as.vector(power(as_tensor(3), as_tensor(2))), 9)
  expect_equal(as.vector(power(as_tensor(4), as_tensor(2))), 16)
  expect_equal(traces, 1)
})

test_that("custom_metric() names a metric wherever it stands", {
  mean_pred <- custom_metric("mean_pred", function(y_true, y_pred) mean(y_pred))
  model <- small_model()
  compile(model, "sgd", "sparse_categorical_crossentropy", metrics = c("accuracy", mean_pred))
  expect_named(fit(model, small_x, small_y, verbose = 0)$metrics, c("loss", "accuracy", "mean_pred"))
})

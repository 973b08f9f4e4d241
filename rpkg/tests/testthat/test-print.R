skip_if_no_python()

test_that("objects print what they are, and their settings", {
  clear_session()
  Own <- Layer(
    "Own",
    initialize = function(units, act = NULL, ...) {
      super$initialize(...)
      self$units <- units
    },
    call = function(x) x
  )
  Every <- Callback("Every", initialize = function(n = 2) super$initialize(), on_epoch_end = function(epoch, logs) NULL)
  Rate <- new_learning_rate_schedule_class("Rate", initialize = function(rate) self$rate <- rate)
  built <- layer_dense(units = 2)
  built(matrix(1, 1, 3))
  expect_snapshot_output({
    print(optimizer_rmsprop(learning_rate_schedule_exponential_decay(0.1, 10, 0.9)))
    print(callback_early_stopping(patience = 3))
    print(callback_lambda(on_epoch_end = function(epoch, logs) NULL))
    print(loss_mean_squared_error())
    print(metric_mean(name = "m"))
    print(constraint_maxnorm(2, axis = 1))
    print(initializer_constant(3))
    print(regularizer_l2(0.01))
    print(layer_dense(units = 2, activation = function(x) x, kernel_regularizer = "l2"))
    print(built)
    print(layer_concatenate(axis = 2))
    print(layer_bidirectional(layer = layer_lstm(units = 3)))
    print(Own(units = 3, name = "mine"))
    print(Every(n = 5))
    print(Rate(0.5))
  })
})

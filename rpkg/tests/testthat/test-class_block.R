skip_if_no_python()

test_that("%py_class% and the newer spelling define classes", {
  Twice(keras$layers$Layer) %py_class% {
    call <- function(x) x * self$factor
    factor %<-active% function() 2
  }
  expect_equal(as.vector(Twice()(as_tensor(3))), 6)
  layer_half <- Layer("Half", call = function(x) x / 2)
  expect_equal(as.vector(layer_half(as_tensor(3))), 1.5)
  half_life <- new_learning_rate_schedule_class(
    "HalfLife",
    initialize = function(rate) self$rate <- rate,
    call = function(step) self$rate / (op_cast(step, "float32") + 1)
  )
  expect_equal(as.vector(half_life(0.5)(1L)), 0.25)
})

skip_if_no_python()

test_that("a schedule is drawn by what it gives at each step", {
  drawn <- plot(learning_rate_schedule_exponential_decay(0.1, decay_steps = 10, decay_rate = 0.5), steps = 100)
  expect_equal(drawn$data$step, 0:100)
  expect_equal(drawn$data$learning_rate, 0.1 * 0.5^(0:100 / 10), tolerance = 1e-5)
  pieces <- learning_rate_schedule_piecewise_constant_decay(c(2L, 4L), c(1, 0.1, 0.01))
  expect_equal(plot(pieces, steps = 6)$data$learning_rate, c(1, 1, 1, 0.1, 0.1, 0.01, 0.01), tolerance = 1e-6)
  own <- new_learning_rate_schedule_class("Own", call = function(step) tf$cast(step, "float32") * 2)
  expect_equal(plot(own(), steps = 3)$data$learning_rate, 0:3 * 2)
  expect_error(plot(pieces, steps = 0), class = "tfbridge_error_argument")
})

skip_if_no_python()

test_that("generators written in R train, validate, evaluate and predict", {
  model <- small_model()
  drawn <- 0
  rows <- function() {
    drawn <<- drawn + 1
    list(small_x, small_y)
  }
  history <- fit(
    model, rows, steps_per_epoch = 3, epochs = 2, validation_data = function() list(small_x, small_y), validation_steps = 1,
    verbose = 0
  )
  expect_equal(drawn, 6)
  expect_named(history$metrics, c("loss", "accuracy", "val_loss", "val_accuracy"))
  expect_equal(unname(evaluate(model, rows, steps = 1)), unname(evaluate(model, small_x, small_y)), tolerance = 1e-5)
  expect_equal(predict(model, function() list(small_x), steps = 1), predict(model, small_x), tolerance = 1e-6)
  expect_length(fit_generator(model, rows, steps_per_epoch = 2, epochs = 2, verbose = 0)$epoch, 2)
})

test_that("a generator trains as its data would", {
  from_data <- small_model()
  fit(from_data, small_x, small_y, batch_size = 20, epochs = 2, shuffle = FALSE, verbose = 0)
  from_generator <- small_model()
  fit(from_generator, function() list(small_x, small_y), steps_per_epoch = 1, epochs = 2, verbose = 0)
  expect_equal(get_weights(from_generator), get_weights(from_data), tolerance = 1e-6)
})

test_that("a generator that ends serves every epoch with its batches", {
  left <- 2
  some <- function() {
    left <<- left - 1
    if (left >= 0) list(small_x, small_y)
  }
  expect_length(fit(small_model(), some, epochs = 3, verbose = 0)$metrics$loss, 3)
})

test_that("errors of generators are errors of fit", {
  model <- small_model()
  expect_error(fit(model, function() rlang::abort("no data", class = "mine"), steps_per_epoch = 1), class = "mine")
  expect_error(fit(model, function() 5, steps_per_epoch = 1), "Batch 1", class = "tfbridge_error_data")
  expect_error(fit(model, function() NULL, steps_per_epoch = 1), "no batch", class = "tfbridge_error_data")
  expect_error(fit(model, function() list(small_x, small_y), y = 1, steps_per_epoch = 1), class = "tfbridge_error_argument")
  expect_s3_class(fit(model, small_x, small_y, verbose = 0), "keras_training_history")
})

test_that("batches may have several inputs, tables and factors", {
  a <- layer_input(2, name = "a")
  b <- layer_input(1, name = "b")
  model <- keras_model(list(a, b), layer_dense(layer_concatenate(list(a, b)), 1))
  compile(model, "sgd", "mse")
  rows <- function() list(list(small_x[, 1:2], small_x[, 3, drop = FALSE]), small_y)
  expect_length(fit(model, rows, steps_per_epoch = 2, verbose = 0)$epoch, 1)
  expect_equal(unname(evaluate(model, rows, steps = 1)), unname(evaluate(model, rows()[[1]], small_y)), tolerance = 1e-5)
  d <- as.data.frame(small_x)
  y <- factor(small_y, labels = c("no", "yes"))
  model <- small_model()
  fit(model, function() list(d, y), steps_per_epoch = 1, verbose = 0)
  other_order <- function() list(d[3:1], factor(y, c("yes", "no")))
  expect_equal(evaluate(model, other_order, steps = 1), evaluate(model, d, y), tolerance = 1e-5)
  expect_identical(levels(predict(model, d, type = "class")), c("no", "yes"))
  expect_equal(predict(model, function() list(d[3:1]), steps = 1), predict(model, d), tolerance = 1e-6)
})

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

test_that("batches are drawn when their steps come, and none is kept", {
  drawn <- 0
  rows <- function() {
    drawn <<- drawn + 1
    list(small_x, small_y)
  }
  at <- integer()
  counting <- callback_lambda(on_train_batch_begin = function(batch, logs) at <<- c(at, drawn))
  fit(small_model(), rows, steps_per_epoch = 3, epochs = 2, callbacks = counting, verbose = 0)
  expect_equal(at, c(1, 1, 2, 3, 4, 5))
  expect_equal(drawn, 6)
})

test_that("batches may change their size, have weights, and be weighted by class", {
  size <- 0
  grows <- function() {
    size <<- size + 2
    list(small_x[1:size, ], small_y[1:size], rep(1, size))
  }
  expect_length(fit(small_model(), grows, steps_per_epoch = 5, verbose = 0)$epoch, 1)
  size <- 0
  expect_length(predict(small_model(), function() grows()[1], steps = 2), 2 * (2 + 4))
  named <- function() list(y = small_y, x = small_x)
  expect_named(evaluate(small_model(), named, steps = 1), c("loss", "accuracy"))
  weighted <- function(x, ...) {
    model <- small_model()
    fit(model, x, ..., class_weight = list(`0` = 1, `1` = 5), epochs = 2, verbose = 0, shuffle = FALSE)
    get_weights(model)
  }
  expect_equal(
    weighted(function() list(small_x, small_y), steps_per_epoch = 1), weighted(small_x, small_y, batch_size = 20),
    tolerance = 1e-6
  )
})

test_that("a generator that ends too early, or never, is told of", {
  left <- 2
  some <- function() {
    left <<- left - 1
    if (left >= 0) list(small_x, small_y)
  }
  model <- small_model()
  expect_error(
    suppressWarnings(fit(model, some, steps_per_epoch = 3, epochs = 2, verbose = 0)), "has ended.* after number 2",
    class = "tfbridge_error_data"
  )
  expect_length(model$history$epoch, 1)
  tiny <- array(0, c(1, 3))
  expect_error(
    predict(model, function() list(tiny)), "goes on, without any steps", class = "tfbridge_error_argument"
  )
  wrong <- 0
  turns <- function() {
    wrong <<- wrong + 1
    if (wrong == 3) list(small_x[, 1:2], small_y) else list(small_x, small_y)
  }
  expect_error(fit(model, turns, steps_per_epoch = 5, verbose = 0), "batch 3", class = "tfbridge_error_data")
})

test_that("Python generators of R functions are walked through, trained on and made datasets of", {
  counts <- function(n) {
    i <- 0
    function() {
      i <<- i + 1
      if (i <= n) list(small_x[1:4, ] + i, small_y[1:4])
    }
  }
  generator <- as_generator(counts(2))
  expect_equal(generator_next(generator)[[1]], small_x[1:4, ] + 1)
  expect_equal(generator_next(counts(1))[[1]], small_x[1:4, ] + 1)
  expect_length(iter_next(generator), 2)
  expect_equal(generator_next(generator, completed = "end"), "end")
  expect_length(fit(small_model(), as_generator(counts(4)), steps_per_epoch = 2, epochs = 2, verbose = 0)$epoch, 2)
  expect_equal(dim(predict(small_model(), as_generator(counts(2)))), c(8L, 2L))
  signature <- tuple(tf$TensorSpec(shape(NA, 3), "float32"), tf$TensorSpec(shape(NA), "int32"))
  dataset <- tf$data$Dataset$from_generator(function() as_generator(counts(3)), output_signature = signature)
  for (i in 1:2) {
    iterator <- as_iterator(dataset$prefetch(2L))
    for (j in 1:3) expect_equal(as.array(iter_next(iterator)[[1]]), small_x[1:4, ] + j, tolerance = 1e-6)
    expect_null(iter_next(iterator))
  }
  expect_error(as_generator(function(x) 1), "without arguments", class = "tfbridge_error_data")
  expect_error(as_generator(1), "must be an R function", class = "tfbridge_error_argument")
})

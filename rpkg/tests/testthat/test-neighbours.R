# Faults that sat beside those already known: each is a way in which numbers, names or files got lost without a word.

skip_if_no_python()

x <- array(sin(1:80), c(20, 4))
two <- rep(0:1, 10)

column_model <- function(loss, metrics = NULL) {
  set_random_seed(1)
  model <- keras_model_sequential(input_shape = 4) %>% layer_dense(1)
  compile(model, optimizer_sgd(0), loss, metrics = metrics)
}

test_that("targets of rank 1 stand in a column where the model's output does", {
  y <- cos(1:20)
  squared <- new_loss_class("Squared", call = function(y_true, y_pred) op_mean(op_square(y_true - y_pred), axis = -1))
  metric <- new_metric_class(
    "Off",
    initialize = function(name = "off") {
      super$initialize(name = name)
      self$total <- self$add_weight(shape = shape(), initializer = "zeros")
    },
    update_state = function(y_true, y_pred, sample_weight = NULL) self$total$assign(op_mean(op_square(y_true - y_pred))),
    result = function() self$total
  )
  plain <- function(y_true, y_pred) op_mean(op_square(y_true - y_pred), axis = -1)
  model <- column_model(squared(), list(metric(), custom_metric("plain", plain)))
  wanted <- mean((predict(model, x)[, 1] - y)^2)
  for (targets in list(y, matrix(y), data.frame(y = y))) {
    got <- evaluate(model, x, targets, batch_size = 20)
    expect_equal(as.numeric(unlist(got)), rep(wanted, 3), tolerance = 1e-5)
  }
  expect_equal(fit(model, x, y, batch_size = 20, verbose = 0)$metrics$loss, wanted, tolerance = 1e-5)
  expect_equal(train_on_batch(model, x, y)$loss, wanted, tolerance = 1e-5)
  history <- fit(model, x, y, validation_data = list(x, y), batch_size = 20, verbose = 0)
  expect_equal(history$metrics$val_loss, wanted, tolerance = 1e-5)
})

test_that("classes of one column are cut where the loss says", {
  score <- function(loss, value) {
    model <- column_model(loss)
    set_weights(model, list(matrix(0, 4, 1), array(value, 1)))
    predict(model, x[1:2, ], type = "class")
  }
  expect_identical(score(loss_binary_crossentropy(from_logits = TRUE), 0.4), c(1L, 1L))
  expect_identical(score(loss_binary_crossentropy(from_logits = TRUE), -0.4), c(0L, 0L))
  expect_identical(score("binary_crossentropy", 0.4), c(0L, 0L))
  expect_identical(score("binary_crossentropy", 0.6), c(1L, 1L))
  expect_identical(score("hinge", 0.2), c(1L, 1L))
  expect_error(score("mse", 7), "needs probabilities", class = "tfbridge_error_argument")
})

test_that("the class of a prediction that is NaN is NA", {
  model <- small_model()
  set_weights(model, lapply(get_weights(model), function(w) w * NaN))
  expect_warning(codes <- predict(model, small_x, type = "class"), "NaN: their class is NA", class = "tfbridge_warning")
  expect_true(all(is.na(codes)))
})

test_that("names of class weights are all levels or all numbers", {
  f <- factor(two + 1)
  loss <- function(weights) {
    fit(small_model(), small_x, f, verbose = 0, shuffle = FALSE, class_weight = weights)$metrics$loss
  }
  expect_equal(loss(c(1, 5)), loss(list("0" = 1, "1" = 5)))
  expect_equal(loss(c(1, 5)), loss(list("1" = 1, "2" = 5)))
  expect_error(loss(list("1" = 1, "b" = 5)), "`b`, which is no class", class = "tfbridge_error_argument")
  expect_error(loss(c(1, Inf)), "class_weight", class = "tfbridge_error_argument")
})

test_that("levels and columns survive HDF5 files, and factors a model never saw are told of", {
  d <- data.frame(a = x[, 1], b = x[, 2], c = x[, 3])
  f <- factor(ifelse(two == 1, "yes", "no"))
  path <- withr::local_tempfile(fileext = ".h5")
  model <- small_model()
  fit(model, d, f, epochs = 3, verbose = 0)
  save_model_hdf5(model, path)
  loaded <- suppressWarnings(load_model_hdf5(path))
  other <- factor(f, levels = c("yes", "no"))
  expect_equal(evaluate(loaded, d[3:1], other), evaluate(model, d, f), tolerance = 1e-6)
  expect_identical(predict(loaded, d, type = "class"), predict(model, d, type = "class"))
  numbers <- small_model()
  fit(numbers, small_x, two, verbose = 0)
  expect_warning(evaluate(numbers, small_x, f), "was trained on numbers", class = "tfbridge_warning")
})

test_that("saving as HDF5 leaves the model as it was", {
  model <- small_model()
  fit(model, small_x, two, verbose = 0)
  before <- model$get_compile_config()
  save_model_hdf5(model, withr::local_tempfile(fileext = ".h5"))
  expect_identical(model$get_compile_config(), before)
  path <- withr::local_tempfile(fileext = ".keras")
  save_model(model, path)
  expect_identical(class(load_model(path)$optimizer)[[1L]], class(model$optimizer)[[1L]])
  path <- withr::local_tempfile(fileext = ".h5")
  save_model_hdf5(model, path, include_optimizer = FALSE)
  expect_false(suppressWarnings(load_model_hdf5(path))$compiled)
})

test_that("parts of `validation_data` go by their names", {
  model <- keras_model_sequential(input_shape = 4) %>% layer_dense(4)
  compile(model, optimizer_sgd(0), "mse")
  loss <- function(...) fit(model, x, x * 2, validation_data = list(...), verbose = 0)$metrics$val_loss
  wanted <- loss(x, x * 2)
  expect_equal(loss(y = x * 2, x = x), wanted)
  weights <- seq_len(20)
  expect_equal(loss(x = x, sample_weight = weights, y = x * 2), loss(x, x * 2, weights))
})

test_that("missing values are told of in tensors and generators too", {
  wrong <- x[, 1:3]
  wrong[1, 1] <- NA
  expect_warning(predict(small_model(), as_tensor(wrong)), "missing values", class = "tfbridge_warning")
  expect_warning(
    fit(small_model(), function() list(wrong, two), steps_per_epoch = 2, verbose = 0), "missing values",
    class = "tfbridge_warning"
  )
  expect_error(
    fit(small_model(), function() list(x[, 1:2], two), steps_per_epoch = 1, verbose = 0), "x of batch 1",
    class = "tfbridge_error_data"
  )
})

test_that("a generator that never ends needs a number of steps", {
  batch <- list(small_x[1:2, ], two[1:2])
  expect_error(fit(small_model(), function() batch, verbose = 0), "steps_per_epoch", class = "tfbridge_error_argument")
})

test_that("files of the user inside a SavedModel directory are not deleted", {
  path <- withr::local_tempfile()
  model <- small_model()
  save_model_tf(model, path)
  save_model_tf(model, path)
  for (place in c("assets", "variables", "assets.extra")) {
    mine <- file.path(path, place, "mine.txt")
    writeLines("mine", mine)
    expect_error(save_model_tf(model, path), "mine.txt", class = "tfbridge_error_file")
    expect_identical(readLines(mine), "mine")
    unlink(mine)
  }
})

test_that("columns beyond those a model knows are left out, of any kind; columns of one name are refused", {
  d <- data.frame(a = x[, 1], b = 1:20, c = x[, 3])
  model <- small_model()
  fit(model, d, two, verbose = 0)
  more <- cbind(d[3:1], kind = factor(two), text = "a")
  expect_equal(predict(model, more), predict(model, d))
  names(d) <- c("a", "a", "b")
  expect_error(predict(model, d), "more than one column `a`", class = "tfbridge_error_data")
})

test_that("a summary is as wide as it is asked to be", {
  text <- capture.output(summary(small_model(), line_length = 120, show_trainable = TRUE))
  expect_match(paste(text, collapse = "\n"), "Trainable")
  expect_match(paste(text, collapse = "\n"), "Param #")
  expect_gt(max(nchar(text)), 100)
})

test_that("factors in datasets lose their levels with a warning", {
  expect_warning(tensor_slices_dataset(list(small_x, factor(two))), "levels are not kept", class = "tfbridge_warning")
  expect_silent(tensor_slices_dataset(list(small_x, two)))
})

test_that("a misspelt argument of compile() is told", {
  expect_error(compile(small_model(), optimzer = "adam"), "Did you mean `optimizer`", class = "tfbridge_error_argument")
})

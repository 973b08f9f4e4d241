skip_if_no_python()

test_that("progress is R output, a line for each epoch", {
  lines <- capture.output(fit(small_model(), small_x, small_y, epochs = 3, verbose = 1))
  expect_length(lines, 3)
  expect_match(lines, "^Epoch [1-3]/3 - [0-9.]+s - loss: [0-9.e-]+ - accuracy: [0-9.]+$")
  expect_silent(fit(small_model(), small_x, small_y, verbose = 0))
})

test_that("evaluate gives named numbers, predict an array", {
  model <- small_model()
  expect_named(evaluate(model, small_x, small_y), c("loss", "accuracy"))
  expect_named(model %>% evaluate(x = small_x, y = small_y), c("loss", "accuracy"))
  predicted <- predict(model, small_x)
  expect_equal(dim(predicted), c(20L, 2L))
  expect_equal(rowSums(predicted), rep(1, 20), tolerance = 1e-6)
  expect_equal(predicted, as.array(model(small_x)), tolerance = 1e-6)
})

test_that("data frames and factors are data", {
  model <- keras_model_sequential(input_shape = 4) %>% layer_dense(3, activation = "softmax")
  compile(model, "adam", "sparse_categorical_crossentropy")
  expect_s3_class(fit(model, iris[, 1:4], iris$Species, verbose = 0), "keras_training_history")
})

test_that("losses, metrics and optimizers may be names, objects, bare functions and R functions", {
  square <- function(y_true, y_pred) mean((y_true - y_pred)^2)
  losses <- list("mse", loss_mean_squared_error(), loss_mean_squared_error, square, ~ mean((.x - .y)^2))
  results <- vapply(losses, function(loss) {
    set_random_seed(3)
    model <- keras_model_sequential(input_shape = 3) %>% layer_dense(1)
    compile(model, optimizer_sgd(), loss, list("mae", square = square))
    fit(model, small_x, small_y, epochs = 2, verbose = 0)$metrics$loss[[2]]
  }, numeric(1))
  expect_equal(results, rep(results[[1]], 5), tolerance = 1e-6)
})

test_that("several inputs and outputs go by position and by name", {
  a <- layer_input(2, name = "a")
  b <- layer_input(3, name = "b")
  merged <- layer_concatenate(list(a, b))
  model <- keras_model(list(a, b), list(layer_dense(merged, 1, name = "p"), layer_dense(merged, 1, name = "q")))
  x <- list(matrix(runif(20), 10), matrix(runif(30), 10))
  y <- list(matrix(runif(10)), matrix(runif(10)))
  compile(model, "sgd", c("mse", "mae"), metrics = c("mae", "mse"))
  expect_s3_class(fit(model, x, y, verbose = 0), "keras_training_history")
  compile(model, "sgd", c(p = "mse", q = "mae"))
  history <- fit(model, list(a = x[[1]], b = x[[2]]), list(p = y[[1]], q = y[[2]]), verbose = 0)
  expect_s3_class(history, "keras_training_history")
  c(p, q) %<-% predict(model, x)
  expect_equal(dim(p), c(10L, 1L))
})

test_that("wrong training data is an error that names the parts", {
  model <- small_model()
  expect_snapshot_output(show_conditions({
    fit(model, small_x, small_y[1:18])
    fit(model, small_x, small_y, validation_data = list(small_x, 1:3))
    fit(model, small_x, small_y, epochs = 1.5)
    fit(model, small_x, small_y, epoch = 2)
    fit(model, mean, small_y)
    fit(keras_model_sequential(input_shape = 3), small_x, small_y)
    get_layer(model, "nope")
    fit(model, small_x, small_y + 1)
    fit(model, small_x, letters[1:20])
    fit(model, small_x[, 1:2], small_y)
    predict(model, small_x[1, ])
    fit(model, small_x, small_y, callbacks = print)
    compile(model, "adma", "mse")
    compile(model, "adam", c("mse", "huberr"))
    layer_dense(units = 2, activation = "rellu")
    invisible(fit(model, replace(small_x, 5, NA), small_y, verbose = 0))
  }))
  expect_error(fit(model, small_x, small_y[1:18]), class = "tfbridge_error_data")
})

test_that("factors are classes, and come back as such", {
  model <- keras_model_sequential(input_shape = 4) |> layer_dense(3, activation = "softmax")
  compile(model, optimizer_adam(0.05), "sparse_categorical_crossentropy")
  x <- scale(as.matrix(iris[, 1:4]))
  fit(model, x, iris$Species, epochs = 20, class_weight = c(setosa = 1, versicolor = 2, virginica = 2), verbose = 0)
  predicted <- predict(model, x, type = "class")
  expect_identical(levels(predicted), levels(iris$Species))
  expect_gt(mean(predicted == iris$Species), 0.85)
  expect_error(fit(model, x, iris$Species, class_weight = c(rose = 1)), "rose", class = "tfbridge_error_argument")
  fit(model, x, as.integer(iris$Species) - 1L, verbose = 0)
  expect_identical(levels(predict(model, x, type = "class")), levels(iris$Species))
})

iris_model <- function() {
  set_random_seed(1)
  model <- keras_model_sequential(input_shape = 4) |> layer_dense(3, activation = "softmax")
  compile(model, optimizer_adam(0.05), "sparse_categorical_crossentropy", "accuracy")
  fit(model, iris[, 1:4], iris$Species, epochs = 15, verbose = 0)
  model
}

test_that("levels and columns go by name in every verb, and after loading", {
  model <- iris_model()
  x <- iris[, 1:4]
  y <- iris$Species
  wanted <- evaluate(model, as.matrix(unname(x)), as.integer(y) - 1L)
  expect_gt(wanted$accuracy, 0.8)
  some <- y != "setosa"
  directory <- withr::local_tempdir()
  models <- list(
    model, load_model(save_model(model, file.path(directory, "m.keras"))), unserialize_model(serialize_model(model)),
    load_model(save_model_tf(model, file.path(directory, "m")))
  )
  for (one in models) {
    expect_equal(evaluate(one, x[4:1], factor(y, rev(levels(y)))), wanted, tolerance = 1e-5)
    expect_equal(evaluate(one, cbind(more = 1, as.matrix(x)[, c(2, 1, 4, 3)]), y), wanted, tolerance = 1e-5)
    expect_equal(evaluate(one, list(x[4:1]), list(factor(y, rev(levels(y))))), wanted, tolerance = 1e-5)
    expect_equal(evaluate(one, x[some, ], droplevels(y[some])), evaluate(one, x[some, ], y[some]), tolerance = 1e-5)
    expect_equal(test_on_batch(one, x[4:1], factor(y, rev(levels(y)))), wanted, tolerance = 1e-5)
    expect_equal(predict(one, x[c(3, 1, 2, 4)]), predict(one, as.matrix(unname(x))), tolerance = 1e-6)
    expect_identical(predict(one, x[c(3, 1, 2, 4)], type = "class"), predict(one, x, type = "class"))
    expect_equal(predict_on_batch(one, x[4:1]), predict(one, x), tolerance = 1e-6)
    rows <- function() list(x[4:1], factor(y, rev(levels(y))))
    expect_equal(evaluate(one, rows, steps = 1), wanted, tolerance = 1e-5)
    held_out <- list(x[some, 4:1], droplevels(y[some]))
    history <- fit(one, x[4:1], factor(y, rev(levels(y))), validation_data = held_out, verbose = 0)
    expect_gt(history$metrics$val_accuracy, 0.7)
    expect_error(evaluate(one, x, factor(sub("setosa", "rose", y))), "level `rose`", class = "tfbridge_error_data")
    expect_error(predict(one, setNames(x, letters[1:4])), "lacks the columns `Sepal.Length`", class = "tfbridge_error_data")
    expect_error(predict(one, x[1:3]), "lacks the column `Petal.Width`", class = "tfbridge_error_data")
  }
  expect_type(predict(clone_model(model), x, type = "class"), "integer")
})

test_that("data frames of several kinds and one-column parts are data", {
  inputs <- list(kind = layer_input(1, name = "kind", dtype = "int32"), size = layer_input(1, name = "size"))
  merged <- layer_concatenate(list(layer_flatten(layer_embedding(inputs$kind, 3, 2)), inputs$size))
  model <- keras_model(inputs, layer_dense(merged, 1))
  compile(model, "sgd", "mse")
  d <- data.frame(kind = factor(rep(c("a", "b", "c"), 4)), size = 1:12 / 12)
  fit(model, d, d["size"], sample_weight = data.frame(w = 1:12), validation_data = list(d[2:1], d["size"]), verbose = 0)
  again <- data.frame(more = 0, size = d$size, kind = factor(d$kind, c("c", "b", "a", "unused")))
  expect_equal(predict(model, again), predict(model, d))
  expect_error(predict(model, data.frame(kind = factor("z"), size = 1)), "level `z`", class = "tfbridge_error_data")
  expect_error(predict(model, d["size"]), "the inputs of the model are `kind`, `size`", class = "tfbridge_error_data")
})

test_that("a comma at the end of a call is none", {
  model <- keras_model_sequential(input_shape = 3) |> layer_dense(2, activation = "softmax")
  compile(model, "sgd", "sparse_categorical_crossentropy", )
  expect_s3_class(fit(model, small_x, small_y, verbose = 0, ), "keras_training_history")
  expect_s3_class(fit(model, small_x, small_y, epochs = 1, verbose = 0, ), "keras_training_history")
  expect_named(evaluate(model, small_x, small_y, ), "loss")
  expect_equal(dim(predict(model, small_x, )), c(20L, 2L))
})

test_that("compile() alone and verbs without data", {
  model <- keras_model_sequential(input_shape = 3) |> layer_dense(2)
  compile(model)
  expect_s3_class(model$optimizer, "keras.src.optimizers.rmsprop.RMSprop")
  for (verb in list(fit, predict, evaluate)) {
    expect_error(verb(model), "`x` is missing", class = "tfbridge_error_argument")
  }
  expect_error(fit(small_model(), small_x, verbose = 0), "`y` is missing", class = "tfbridge_error_data")
})

test_that("every argument that is wrong is named", {
  model <- small_model()
  wrong <- list(-1, 0, 2.5, NA, NaN, Inf, "x", list(), 1:2)
  for (name in c("epochs", "batch_size", "steps_per_epoch", "validation_steps", "validation_batch_size")) {
    for (value in wrong) {
      call <- c(list(model, small_x, small_y, verbose = 0), rlang::set_names(list(value), name))
      expect_error(do.call(fit, call), paste0("`", name, "` must be"), class = "tfbridge_error_argument")
    }
  }
  refused <- list(
    shuffle = list("no", NA, 3, "x"), validation_split = list(NA, 1, -0.1, "x", Inf), verbose = list("x", NA, 7, NULL, 1:2),
    view_metrics = list("x", NA, 1:2), initial_epoch = list(-1, NA, 0.5), class_weight = list(c("9" = 1), c(a = 1), 1:3)
  )
  for (name in names(refused)) {
    for (value in refused[[name]]) {
      call <- c(list(model, small_x, small_y), rlang::set_names(list(value), name))
      expect_error(do.call(fit, call), paste0("`", name, "`"), class = "tfbridge_error_argument")
    }
  }
  expect_error(fit(model, small_x, small_y, batchsize = 2), "batchsize", class = "tfbridge_error_argument")
  expect_error(predict(model, small_x, step = 2), "step", class = "tfbridge_error_argument")
  expect_error(evaluate(model, small_x, small_y, verbose = "x"), "`verbose`", class = "tfbridge_error_argument")
  expect_error(evaluate(model, small_x, small_y, steps = 0), "`steps`", class = "tfbridge_error_argument")
})

test_that("missing values are told of in each verb", {
  model <- keras_model_sequential(input_shape = 3) |>
    layer_dense(4, activation = "relu") |>
    layer_dense(2, activation = "softmax")
  compile(model, "sgd", "sparse_categorical_crossentropy")
  x <- replace(small_x, 5, NA)
  expect_warning(predict(model, x, type = "class"), "`x` has missing values in sample 5: predictions mean nothing")
  expect_warning(evaluate(model, x, small_y), "the loss and the metrics mean nothing")
  expect_warning(
    fit(model, small_x, small_y, validation_data = list(x, small_y), verbose = 0), "validation_data\\[\\[1]]` has missing"
  )
  expect_warning(fit(model, x, small_y, verbose = 0), "makes weights NaN")
  expect_true(anyNA(unlist(get_weights(model))))
})

test_that("classes that only the held-out samples have are named", {
  model <- keras_model_sequential(input_shape = 4) |> layer_dense(3, activation = "softmax")
  compile(model, "adam", "sparse_categorical_crossentropy")
  expect_warning(
    fit(model, iris[, 1:4], iris$Species, validation_split = 0.4, verbose = 0), "only they have the class `virginica`"
  )
  i <- c(matrix(1:150, 3, byrow = TRUE))
  expect_silent(fit(model, iris[i, 1:4], iris$Species[i], validation_split = 0.4, verbose = 0))
})

test_that("labels that Keras computes with are warned of", {
  model <- keras_model_sequential(input_shape = 3) |> layer_dense(1, activation = "sigmoid")
  compile(model, "sgd", "binary_crossentropy")
  expect_warning(fit(model, small_x, 9 * small_y, verbose = 0), "has the label 9, but the labels of 2 classes")
})

test_that("weights of classes may be named numbers in a list, callbacks a vector", {
  w <- c("0" = 1, "1" = 2)
  losses <- vapply(list(w, list("0" = w["0"], "1" = w["1"]), list("0" = 1, "1" = 2)), function(weights) {
    fit(small_model(), small_x, small_y, class_weight = weights, verbose = 0)$metrics$loss
  }, numeric(1))
  expect_equal(losses, rep(losses[[1]], 3))
  seen <- 0
  one <- callback_lambda(on_epoch_end = function(epoch, logs) seen <<- seen + 1)
  two <- callback_lambda(on_epoch_end = function(epoch, logs) seen <<- seen + 10)
  fit(small_model(), small_x, small_y, callbacks = c(one, two), verbose = 0)
  expect_equal(seen, 11)
})

test_that("an interrupt keeps the weights and the epochs that ended", {
  Stops <- new_callback_class("Stops", on_epoch_end = function(epoch, logs) {
    if (epoch < 3) return()
    tools::pskill(Sys.getpid(), tools::SIGINT)
    Sys.sleep(0.2)
  })
  model <- small_model()
  before <- model$get_weights()
  stopped <- tryCatch(
    fit(model, small_x, small_y, epochs = 50, callbacks = Stops(), verbose = 0),
    interrupt = function(i) "stopped"
  )
  expect_identical(stopped, "stopped")
  expect_false(identical(model$get_weights(), before))
  expect_equal(unique(as.data.frame(model$history)$epoch), 1:2)
  expect_output(print(model$history), "Trained for 2 epochs")
})

test_that("an error in a loss, a layer or a generator is caught by its class, and the model stays usable", {
  fails <- function(...) rlang::abort("out of order", class = "mine")
  model <- keras_model_sequential(input_shape = 3) %>% layer_dense(1)
  compile(model, "sgd", fails)
  expect_error(fit(model, small_x, small_y, verbose = 0), "out of order", class = "mine")
  layer_fails <- new_layer_class("FailsInTraining", call = function(inputs, training = FALSE) {
    if (isTRUE(training)) fails() else inputs
  })
  broken <- keras_model_sequential(input_shape = 3) %>% layer_fails() %>% layer_dense(1)
  compile(broken, "sgd", "mse")
  expect_error(fit(broken, small_x, small_y, verbose = 0), class = "mine")
  compile(model, "sgd", "mse")
  expect_error(fit(model, fails, steps_per_epoch = 2, verbose = 0), class = "mine")
  expect_s3_class(fit(model, small_x, small_y, verbose = 0), "keras_training_history")
})

test_that("the learning rate may be an R function of the updates so far", {
  model <- small_model()
  compile(model, optimizer_sgd(learning_rate = function(step) 0.5 * 0.5^step), "sparse_categorical_crossentropy")
  fit(model, small_x, small_y, batch_size = 10, verbose = 0)
  expect_equal(as.numeric(model$optimizer$learning_rate), 0.125)
  file <- withr::local_tempfile(fileext = ".keras")
  save_model(model, file)
  expect_equal(as.numeric(load_model(file)$optimizer$learning_rate), 0.125)
  compile(model, optimizer_sgd(learning_rate = function() 0.25), "sparse_categorical_crossentropy")
  expect_equal(as.numeric(model$optimizer$learning_rate), 0.25)
})

test_that("functions of epochs and batches count from 1, with the formals that they have", {
  seen <- character()
  note <- function(...) seen <<- c(seen, paste(...))
  told <- callback_lambda(
    on_train_begin = function() note("begin"),
    on_epoch_begin = function(epoch) note("epoch", epoch),
    on_train_batch_end = function(batch, logs) note("batch", batch, is.numeric(logs$loss)),
    on_epoch_end = function(epoch, logs) note("end", epoch, length(logs))
  )
  fit(small_model(), small_x, small_y, epochs = 2, batch_size = 10, callbacks = told, verbose = 0)
  batches <- c("batch 1 TRUE", "batch 2 TRUE")
  expect_equal(seen, c("begin", "epoch 1", batches, "end 1 2", "epoch 2", batches, "end 2 2"))

  model <- small_model()
  rate <- callback_learning_rate_scheduler(function(epoch) 0.5 / epoch)
  fit(model, small_x, small_y, epochs = 2, callbacks = rate, verbose = 0)
  expect_equal(as.numeric(model$optimizer$learning_rate), 0.25)
  rate <- callback_learning_rate_scheduler(function(epoch, lr) lr / epoch)
  fit(model, small_x, small_y, epochs = 2, callbacks = rate, verbose = 0)
  expect_equal(as.numeric(model$optimizer$learning_rate), 0.125)
})

test_that("callback_lambda() has every hook, and counts from 1", {
  ends <- c("begin", "end")
  counted <- paste0("on_", rep(c("epoch", "train_batch", "test_batch", "predict_batch"), each = 2), "_", ends)
  whole <- paste0("on_", rep(c("train", "test", "predict"), each = 2), "_", ends)
  seen <- list()
  hooks <- lapply(rlang::set_names(c(counted, whole)), function(hook) {
    function(first, ...) seen[[hook]] <<- c(seen[[hook]], if (hook %in% counted) first)
  })
  all <- do.call(callback_lambda, hooks)
  model <- small_model()
  fit(model, small_x, small_y, epochs = 2, batch_size = 10, callbacks = all, verbose = 0)
  evaluate(model, small_x, small_y, batch_size = 10, callbacks = all, verbose = 0)
  predict(model, small_x, batch_size = 10, callbacks = all)
  expect_equal(seen$on_epoch_end, 1:2)
  expect_equal(seen$on_train_batch_begin, c(1:2, 1:2))
  for (hook in c("on_test_batch_begin", "on_test_batch_end", "on_predict_batch_begin", "on_predict_batch_end")) {
    expect_equal(seen[[hook]], 1:2, label = hook)
  }
  called <- character()
  wholes <- lapply(rlang::set_names(whole), function(hook) function() called <<- c(called, hook))
  all <- do.call(callback_lambda, wholes)
  fit(model, small_x, small_y, callbacks = all, verbose = 0)
  evaluate(model, small_x, small_y, callbacks = all, verbose = 0)
  predict(model, small_x, callbacks = all)
  expect_setequal(called, whole)
  expect_error(callback_lambda(on_tset_end = print), "on_test_end", class = "tfbridge_error_argument")
})

test_that("a model called like a function goes by the names of columns", {
  d <- data.frame(a = stats::rnorm(6), b = stats::rnorm(6))
  model <- keras_model_sequential(input_shape = 2) %>% layer_dense(1)
  compile(model, "sgd", "mse")
  fit(model, d, d$a, verbose = 0)
  expect_equal(as.array(model(d[c("b", "a")])), predict(model, d), tolerance = 1e-5)
  expect_equal(as.array(model(as.matrix(d)[, 2:1])), predict(model, d), tolerance = 1e-5)
  expect_error(model(d["a"]), "lacks the column `b`", class = "tfbridge_error_data")
})

skip_if_no_python()

test_that("only what the user supplies crosses, and Keras' defaults hold", {
  layer <- layer_dense(units = 32)
  expect_equal(layer$units, 32)
  expect_true(layer$use_bias)
  expect_named((function(a, b = 2, ...) tfbridge:::supplied())(1, c = 3), c("a", "c"))
})

test_that("wrappers can be called by do.call(), with dots and from other functions", {
  expect_equal(do.call(layer_dense, list(units = 3))$units, 3)
  layer_mine <- function(object, ...) layer_dense(object, ...)
  expect_equal(dim(layer_input(2) %>% layer_mine(units = 5)), c(NA, 5L))
  lazily <- function(n) layer_dense(units = n)
  expect_equal(lazily(2 + 2)$units, 4)
})

test_that("layers compose with models, tensors and arrays, by both pipes", {
  model <- keras_model_sequential(input_shape = 4) %>% layer_dense(8) |> layer_dense(2)
  expect_length(model$layers, 2)
  layer_dense(model, 3)
  expect_length(model$layers, 3)
  expect_equal(dim(layer_input(4) %>% layer_dense(2)), c(NA, 2L))
  expect_equal(dim(matrix(1, 2, 4) %>% layer_dense(2)), c(2L, 2L))
  expect_equal(dim(layer_concatenate(list(layer_input(2), layer_input(3)))), c(NA, 5L))
  expect_equal(dim(layer_concatenate(layer_input(2), layer_input(3), axis = -1)), c(NA, 5L))
})

test_that("R functions and formulas are activations, initializers and layers", {
  expect_equal(as.vector(as_tensor(c(1, 2, 3), "float32") %>% layer_activation(~ .x^2)), c(1, 4, 9))
  expect_equal(as.vector(as_tensor(c(1, 2), "float32") %>% layer_lambda(function(x) x + 1)), c(2, 3))
  expect_equal(as.array(matrix(1, 1, 2) %>% layer_dense(1, kernel_initializer = 2)), matrix(4))
  named <- layer_dense(units = 1, activation = activation_relu)
  expect_equal(named$activation$`__name__`, "relu")
})

test_that("losses and metrics construct without data and compute with it", {
  expect_equal(as.vector(loss_mean_squared_error(c(1, 2), c(2, 4))), 2.5)
  expect_s3_class(loss_huber(delta = 2), "python.builtin.object")
  expect_equal(as.vector(metric_mean_absolute_error(c(1, 2), c(2, 4))), 1.5)
  expect_equal(as.vector(activation_relu(c(-1, 2))), c(0, 2))
})

test_that("printed things say what they are", {
  expect_snapshot({
    layer_scale <- new_layer_class("Scale", call = function(inputs) inputs * 2)
    layer_scale
  })
})

test_that("wrong arguments are errors in the user's terms", {
  expect_snapshot_output(show_conditions({
    layer_dense(units = 32.5)
    layer_dense(units = "a")
    layer_dense()
    layer_dense(32)
    layer_dense(units = 3, activaton = "relu")
    layer_conv_2d(filters = 3, kernel_size = c(2.5, 1))
    layer_dense(layer_dense(units = 3), units = 2)
    optimizer_adam(learningrate = 0.1)
    loss_huber(1)
    keras_model_sequential(list(3))
    keras_model(1, 2)
  }))
  expect_error(layer_dense(units = 32.5), class = "tfbridge_error_argument")
  expect_error(layer_dense(32, units = 2), class = "tfbridge_error_compose")
})

test_that("lr is still understood, with a notice", {
  cross("barrier.notes.forget_said")
  expect_warning(optimizer <- optimizer_sgd(lr = 0.25), "`lr` is called `learning_rate` now")
  expect_equal(as.numeric(optimizer$learning_rate), 0.25)
  expect_silent(optimizer_sgd(lr = 0.25))
})

test_that("an error in a pipe names the step that it is in", {
  caught <- tryCatch(
    keras_model_sequential() %>% layer_embedding(10, 2, nonsense = 3) %>% layer_lstm(8) %>% layer_dense(1),
    error = identity
  )
  expect_identical(as.character(conditionCall(caught)[[1]]), "layer_embedding")
})

test_that("a trailing comma is no argument", {
  expect_equal(layer_dense(units = 3, )$units, 3)
  model <- keras_model_sequential(input_shape = 4)
  layer_dense(model, 2, )
  expect_equal(dim(layer_concatenate(layer_input(2), layer_input(3), )), c(NA, 5L))
  expect_s3_class(loss_huber(delta = 1, ), "python.builtin.object")
  expect_equal(as.vector(op_sum(c(1, 2), )), 3)
  expect_equal(dim(layer_dense(units = 2, )(matrix(1, 1, 3), )), 1:2)
  expect_equal(optimizer_adam(beta_1 = 0.5, )$beta_1, 0.5)
  expect_equal(named_list(a = 1, ), list(a = 1))
})

test_that("names of vectors are no dictionaries, but where one is meant", {
  w <- c("0" = 1, "1" = 2)
  expect_equal(as.vector(op_sum(c(a = 1, b = 2))), 3)
  expect_equal(as.vector(as_tensor(optimizer_adam(c(lr = 0.25))$learning_rate)), 0.25)
  expect_equal(layer_dense(units = c(n = 3))$units, 3)
  expect_equal(dim(layer_reshape(target_shape = c(a = 2, b = 3))(matrix(1, 1, 6))), c(1L, 2:3))
  for (weights in list(w, as.list(w), list("0" = w["0"], "1" = w["1"]))) {
    set_random_seed(1)
    model <- keras_model_sequential(input_shape = 2) |> layer_dense(units = 1, activation = "sigmoid")
    compile(model, "sgd", "binary_crossentropy")
    history <- fit(model, matrix(1, 4, 2), c(0, 1, 0, 1), class_weight = weights, verbose = 0)
    first <- if (identical(weights, w)) history$metrics$loss else first
    expect_equal(history$metrics$loss, first)
  }
})

test_that("layers and models called with a Sequential, or piped onto it, are added", {
  normalization <- layer_normalization()
  base <- keras_model_sequential(input_shape = 4) |> layer_dense(units = 2)
  model <- keras_model_sequential(input_shape = 4) %>% normalization() %>% base()
  expect_length(model$layers, 2)
  grown <- keras_model_sequential()
  base(grown)
  expect_length(grown$layers, 1)
  expect_equal(dim((keras_model_sequential() %>% base() %>% layer_dense(3))(matrix(1, 5, 4))), c(5L, 3L))
})

test_that("a layer starts from the weights that it is given", {
  weights <- list(matrix(1:8 + 0, 4), c(1, 2))
  model <- keras_model_sequential(input_shape = 4) |> layer_dense(units = 2, weights = weights)
  inputs <- layer_input(4)
  functional <- keras_model(inputs, layer_dense(inputs, 2, weights = weights))
  called <- layer_dense(units = 2, weights = weights)
  called(matrix(1, 1, 4))
  for (made in list(model, functional, called)) {
    expect_equal(get_weights(made)[[1]], weights[[1]])
    expect_equal(as.vector(get_weights(made)[[2]]), weights[[2]])
  }
  expect_error(
    keras_model_sequential(input_shape = 3) |> layer_dense(units = 2, weights = weights), "`weights`",
    class = "tfbridge_error_argument"
  )
})

test_that("recurrent layers take a fixed batch, and states beside their input", {
  for (model in list(
    keras_model_sequential() |> layer_lstm(units = 2, stateful = TRUE, batch_input_shape = c(4, 3, 2)),
    keras_model_sequential() |> layer_lstm(2, stateful = TRUE, batch_shape = c(4, 3, 2))
  )) {
    expect_equal(unlist(model$input_shape), c(4, 3, 2))
    expect_equal(dim(predict(model, array(1, c(4, 3, 2)), verbose = 0)), c(4L, 2L))
  }
  sequences <- as_tensor(array(1, c(2, 3, 4)), "float32")
  piped <- layer_rnn(list(sequences, as_tensor(matrix(0, 2, 2), "float32")), cell = rnn_cell_gru(2))
  expect_equal(dim(piped), c(2L, 2L))
})

test_that("a cell of an R class gets constants at every step, in loaded models too", {
  Cell <- new_layer_class("CellWithConstants",
    initialize = function(units, ...) {
      super$initialize(...)
      self$units <- self$state_size <- units
    },
    build = function(input_shape) {
      self$kernel <- self$add_weight(shape = shape(input_shape[[2]], self$units), initializer = "ones")
    },
    call = function(inputs, states, constants) {
      h <- inputs %*% self$kernel + states[[1]] / 2 + constants[[1]]
      list(h, list(h))
    }
  )
  x <- array(stats::rnorm(24), c(2, 4, 3))
  constant <- matrix(stats::rnorm(4), 2)
  h <- matrix(0, 2, 2)
  for (step in 1:4) h <- x[, step, ] %*% matrix(1, 3, 2) + h / 2 + constant
  rnn <- layer_rnn(cell = Cell(units = 2))
  expect_equal(as.array(rnn(x, constants = list(constant))), h, tolerance = 1e-5)
  inputs <- list(layer_input(c(4, 3)), layer_input(2))
  model <- keras_model(inputs, layer_rnn(inputs, Cell(units = 2), num_constants = 1))
  path <- withr::local_tempfile(fileext = ".keras")
  save_model(model, path)
  expect_equal(predict(load_model(path), list(x, constant)), h, tolerance = 1e-5)
  expect_error(rnn(x), "`constants` is missing", class = "tfbridge_error_argument")
  expect_error(layer_lstm(units = 2)(x, constants = constant), "with `constants`", class = "tfbridge_error_argument")
})

test_that("results and values of functions that compute are those of R", {
  parts <- op_qr(diag(2))
  expect_type(parts, "list")
  expect_equal(abs(as.array(parts[[1]])), diag(2))
  x <- c(3, 1, 3, 2)
  found <- op_unique(x, return_index = TRUE, return_inverse = TRUE)
  expect_equal(as.vector(found[[2]]), match(sort(unique(x)), x))
  expect_equal(as.vector(found[[3]]), match(x, sort(unique(x))))
  expect_equal(as.vector(op_searchsorted(c(1, 3, 5), 3)), 2)
  expect_equal(as.vector(op_bitwise_and(6, 3)), bitwAnd(6, 3))
  expect_equal(as.vector(op_get_item(matrix(1:4, 2), list(1, 2))), 3)
  expect_equal(as.vector(op_in_top_k(1, matrix(c(0.1, 0.9), 1), k = 1)), TRUE)
  expect_equal(op_dtype(c(1, 2)), "float64")
  expect_equal(dim(random_binomial(3, counts = c(1, 10, 100), probabilities = 0.5)), 3L)
  expect_equal(unlist(distribution_tensor_layout("batch")$axes), "batch")
})

test_that("initializers take shapes, variables values", {
  for (shape in list(c(2, 3), list(2, 3), shape(2, 3), 2:3)) expect_equal(dim(initializer_ones()(shape)), 2:3)
  expect_equal(dim(initializer_ones()(3)), 3L)
  expect_equal(as.vector(keras_variable(1)), 1)
  expect_equal(as.vector(keras_variable(c(1, 2))), c(1, 2))
})

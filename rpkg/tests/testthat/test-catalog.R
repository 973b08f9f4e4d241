skip_if_no_python()

test_that("functions of the surface take R values and count from 1", {
  expect_equal(as.vector(op_argmax(c(1, 5, 2))), 2L)
  expect_equal(as.vector(op_argmax(c(1, 5, 2), zero_indexed = TRUE)), 1L)
  expect_equal(as.vector(op_take(c(5, 6, 7), c(3, 1))), c(7, 5))
  expect_equal(as.vector(op_sum(matrix(1:4, 2), axis = 1)), c(3L, 7L))
  expect_equal(as.array(op_matmul(diag(2), matrix(1:4 + 0, 2))), matrix(1:4 + 0, 2))
  expect_equal(as.vector(op_map(c(1, 2), function(x) x * 10)), c(10, 20))
  expect_equal(as.vector(op_cond(TRUE, function() as_tensor(1), function() as_tensor(2))), 1)
  expect_equal(op_convert_to_array(as_tensor(1:3)), array(1:3))
  expect_equal(as.vector(op_subset_set(as_tensor(1:4), 2:3, value = 0L)), c(1L, 0L, 0L, 4L))
  expect_equal(dim(op_expand_dims(layer_input(3), 2)), c(NA, 1L, 3L))
  expect_equal(dim(random_normal(c(2, 3))), 2:3)
})

test_that("functions can be handed over bare", {
  model <- keras_model_sequential(input_shape = 2) |> layer_dense(units = 1, activation = op_relu)
  compile(model, optimizer_sgd(), loss_mean_squared_error, list(metric_mean_absolute_error))
  expect_s3_class(fit(model, small_x[, 1:2], small_y, verbose = 0), "keras_training_history")
})

test_that("wrong arguments are errors that name them", {
  expect_snapshot_output(show_conditions({
    op_take(1:3, 0)
    op_sum(1:3, axis = 0)
    op_one_hot(1:3, num_classes = 2.5)
    op_matmul(1:3)
    pad_sequences(list(1:3), maxlen = "a")
    random_normal(c(2, -3))
    k_get_session()
    layer_cudnn_lstm(units = 3)
    config_set_floatx("flaot32")
    dataset_mnist(path = "none/mnist.npz")
  }))
})

test_that("settings can be read and set", {
  expect_equal(config_floatx(), "float32")
  expect_equal(config_backend(), "tensorflow")
  config_set_image_data_format("channels_last")
  expect_equal(config_image_data_format(), "channels_last")
})

test_that("weights and verbs on one batch are R values", {
  model <- small_model()
  weights <- get_weights(model)
  expect_equal(dim(weights[[1]]), c(3L, 2L))
  set_weights(model, lapply(weights, function(w) w * 0))
  expect_equal(predict_on_batch(model, small_x)[1, ], c(0.5, 0.5))
  expect_named(unlist(train_on_batch(model, small_x, small_y)), c("loss", "accuracy"))
  expect_equal(count_params(model), 8)
  expect_equal(get_vocabulary(layer_string_lookup(vocabulary = c("b", "a"))), c("[UNK]", "b", "a"))
  expect_equal(get_config(layer_dense(units = 3))$units, 3)
  expect_equal(from_config(layer_dense(units = 3), get_config(layer_dense(units = 4)))$units, 4)
  freeze_weights(model)
  expect_length(model$trainable_weights, 0)
})

test_that("arrays are prepared as Keras does it", {
  expect_equal(pad_sequences(list(1:3, 4), maxlen = 2), rbind(2:3, c(0L, 4L)))
  expect_equal(to_categorical(c(0, 2)), rbind(c(1, 0, 0), c(0, 0, 1)))
  file <- withr::local_tempfile(fileext = ".png")
  image <- array(as.numeric(0:47), c(4, 4, 3))
  image_array_save(image, file, scale = FALSE)
  expect_equal(image_to_array(image_load(file)), image)
  expect_length(unclass(texts_to_sequences(fit_text_tokenizer(text_tokenizer(), c("a b", "b")), "b a b"))[[1]], 3)
})

test_that("named features become one tensor", {
  space <- layer_feature_space(features = list(
    x = feature_float(), kind = feature_string_categorical(num_oov_indices = 0L)
  ))
  data <- tf$data$Dataset$from_tensor_slices(list(x = c(1, 2), kind = c("a", "b")))
  adapt(space, data)
  expect_equal(dim(space(list(x = as_tensor(array(c(1, 2))), kind = as_tensor(c("a", "b"))))), 2:3)
})

test_that("op_arange() counts as seq() does", {
  expect_equal(as.vector(op_arange(3)), 1:3)
  expect_equal(as.vector(op_arange(2, 10, 2)), seq(2, 10, 2))
  expect_equal(as.vector(op_arange(0, 3, include_end = FALSE)), 0:2)
})

test_that("functions of the former backend take matrices", {
  a <- matrix(1:6 + 0, 2)
  suppressWarnings({
    expect_equal(as.array(k_constant(a)), a)
    expect_equal(as.array(k_dot(k_constant(a), t(a))), a %*% t(a))
    expect_equal(as.array(k_dot(a, t(a))), a %*% t(a))
  })
})

test_that("layers to freeze are named, numbered, given by logicals or found by a function", {
  model <- keras_model_sequential(input_shape = 2) |>
    layer_dense(units = 3, name = "one") |> layer_dense(units = 2, name = "two") |> layer_dense(units = 1, name = "three")
  trainable <- function() vapply(model$layers, function(layer) layer$trainable, NA)
  choices <- list(2, "two", c(FALSE, TRUE, FALSE), function(layer) layer$name == "two", ~ .x$units == 2L, model$layers[2])
  for (which in choices) {
    unfreeze_weights(model)
    freeze_weights(model, which = which)
    expect_equal(trainable(), c(TRUE, FALSE, TRUE))
  }
  expect_error(freeze_weights(model, which = c(TRUE, FALSE)), "2 logicals", class = "tfbridge_error_argument")
  expect_error(freeze_weights(model, witch = 1), "Did you mean `which`", class = "tfbridge_error_argument")
  expect_error(do.call(freeze_weights, list(model, witch = 1)), "`freeze_weights()` has no argument", fixed = TRUE)
})

test_that("seeds may be generators", {
  expect_length(as.vector(random_normal(3, seed = random_seed_generator(1))), 3)
  expect_error(random_normal(3, seed = 1.5), "`seed` must be a whole number")
})

test_that("what is not provided says what to use instead", {
  expect_error(layer_random_height(0.2), "layer_random_zoom", class = "tfbridge_error_not_provided")
})

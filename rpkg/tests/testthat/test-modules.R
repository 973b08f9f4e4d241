skip_if_no_python()

# An R error that is heard by its class, wherever TensorFlow called the function that it is of.
fails <- function(...) rlang::abort("of mine", class = "mine")
one <- as_tensor(1)
numbers <- tensor_slices_dataset(1:4)

ways <- list(
  "tf$map_fn" = function(f) tf$map_fn(f, as_tensor(c(1, 2))),
  "tf$py_function" = function(f) tf$py_function(f, list(one), tf$float32),
  "tf$numpy_function" = function(f) tf$numpy_function(f, list(one), tf$float32),
  "tf$cond" = function(f) tf$cond(as_tensor(TRUE), f, f),
  "tf$while_loop" = function(f) tf$while_loop(f, f, list(one)),
  "tf$switch_case, a list" = function(f) tf$switch_case(as_tensor(0L), list(f, f)),
  "tf$nest$map_structure" = function(f) tf$nest$map_structure(f, list(1, list(2))),
  "tf$function" = function(f) tf$`function`(f)(one),
  "tf[[\"function\"]]" = function(f) tf[["function"]](f)(one),
  "dataset$map" = function(f) numbers$map(f),
  "dataset$filter of a dataset of a dataset" = function(f) numbers$batch(2L)$filter(f),
  "dataset$reduce" = function(f) numbers$reduce(as_tensor(0L), f),
  "a generator" = function(f) {
    generated <- tf$data$Dataset$from_generator(f, output_signature = tf$TensorSpec(shape(NA), "float32"))
    iter_next(as_iterator(generated))
  },
  "keras$layers$Lambda" = function(f) keras$layers$Lambda(f)(one),
  "keras$Sequential, a list" = function(f) keras$Sequential(list(keras$layers$Lambda(f)))(one),
  "an activation" = function(f) keras$layers$Activation(f)(one),
  "an attribute" = function(f) {
    layer <- layer_activation(activation = "relu")
    layer$activation <- f
    layer(one)
  },
  "model$fit" = function(f) {
    callback <- keras$callbacks$LambdaCallback(on_epoch_end = f)
    small_model()$fit(small_x, as.matrix(small_y), verbose = 0L, callbacks = list(callback))
  },
  "a loss" = function(f) compile(small_model(), "sgd", f)$evaluate(small_x, as.matrix(small_y), verbose = 0L)
)

for (way in names(ways)) {
  test_that(paste("an R function is guarded that goes to", way), {
    expect_error(ways[[way]](fails), "of mine", class = "mine")
  })
}

test_that("functions that go to the modules compute", {
  expect_equal(as.array(tf$map_fn(function(x) x * 2, as_tensor(c(1, 2)))), array(c(2, 4)))
  expect_equal(as.array(tf$py_function(function(a, b) a + b, list(one, as_tensor(2)), tf$float32)), as.array(as_tensor(3)))
  doubled <- as_iterator(numbers$map(function(x) x * 2L))
  expect_equal(as.vector(iter_next(doubled)), 2L)
  last <- tf$while_loop(function(i) tf$less(i, 10L), function(i) list(i + 1L), list(as_tensor(1L)))
  expect_equal(as.vector(last[[1]]), 10L)
  expect_equal(as.vector(tf$`function`(function(a) a * 2)(as_tensor(3))), 6)
  expect_equal(as.vector(tf$data$Dataset$range(4L)$reduce(as_tensor(0, "int64"), function(a, b) a + b)), 6)
  expect_equal(as.vector(tf$constant(c(1, 2), )), c(1, 2))
})

test_that("R functions in a training step end in words, jumps go on, and so does the session", {
  result <- run_r(c('
    kind <- function(expr) tryCatch({ expr; "nothing" }, error = function(e) class(e)[[1]])
    squares <- function(y_true, y_pred) {
      loss <- tf$py_function(function(a, b) tf$reduce_mean((a - b)^2, axis = -1L), list(y_true, y_pred), tf$float32)
      loss$set_shape(shape(NA))
      loss
    }
    model <- keras_model_sequential(input_shape = 2) |> layer_dense(1) |> compile("sgd", squares)
    cat(kind(fit(model, matrix(1, 4, 2), 1:4, verbose = 0)), "\n")
    jumps <- function(v) invokeRestart("outside", "jumped")
    for (i in 1:20) {
      value <- withRestarts(tf$map_fn(jumps, as_tensor(c(1, 2))), outside = identity)
      stopifnot(value == "jumped")
      warned <- tryCatch(tf$map_fn(function(v) { warning("heard"); v }, as_tensor(c(1, 2))), warning = conditionMessage)
      stopifnot(warned == "heard")
    }
    # Newer versions of reticulate have R\'s thread run it.
    pool <- reticulate::import("concurrent.futures")$ThreadPoolExecutor(1L)
    Early <- reticulate::PyClass("Early", list(run = function(self) 1L))
    for (f in list(reticulate::r_to_py(function() 1L), Early()$run)) {
      said <- tryCatch(pool$submit(f)$result(), error = conditionMessage)
      cat(if (grepl("ThreadError", said) || identical(said, 1L)) "told" else said, "\n")
    }
    cat("goes on\n")'))
  expect_equal(result$status, 0L)
  said <- c("tfbridge_error_thread", "told", "told", "goes on")
  expect_equal(trimws(result$output[nzchar(result$output)]), said)
})

test_that("errors of Python's own stay what they are", {
  caught <- tryCatch(tf$constant("a", dtype = "float32"), error = identity)
  expect_match(conditionMessage(caught), "TypeError: Cannot convert 'a'", fixed = TRUE)
  expect_false(inherits(caught, "tfbridge_error"))
  expect_match(reticulate::py_last_error()$message, "Cannot convert 'a'", fixed = TRUE)
})

test_that("functions of the modules stay Python's to reticulate and to R", {
  expect_true(inherits(tf$constant, "python.builtin.function"))
  expect_true(inherits(keras$layers$Layer, "python.builtin.type"))
  expect_match(format(tf$constant), "function constant", fixed = TRUE)
  expect_identical(reticulate::py_get_attr(tf$nn$relu, "__name__") |> reticulate::py_to_r(), "relu")
  expect_s3_class(layer_dense(units = 1, activation = tf$nn$relu), "keras.layers.Layer")
  expect_true(reticulate::py_has_attr(small_model()$fit, "__self__"))
  unconverted <- reticulate::import("tensorflow", convert = FALSE)
  expect_s3_class(unconverted$constant(1)$shape$rank, "python.builtin.object")
})

test_that("errors that Python swallowed are forgotten", {
  swallows <- reticulate::py_run_string("
def swallows(f):
    try:
        f()
    except Exception:
        pass
", local = TRUE)$swallows
  fails <- python_function(function() stop("swallowed"))
  for (i in 1:5) swallows(fails)
  expect_length(barrier$escaped, 5)
  as_tensor(1)
  expect_length(barrier$escaped, 0)
})

test_that("Python's warnings outside of verbs are not put down to the next verb", {
  warnings <- reticulate::import("warnings")
  said <- reticulate::py_capture_output(warnings$warn("of the user's own"), type = "stderr")
  expect_match(said, "of the user's own")
  expect_silent(as_tensor(1) + 1)
  warns <- new_callback_class("WarnsInPython", on_epoch_end = function(epoch, logs) warnings$warn("inside"))
  expect_warning(fit(small_model(), small_x, small_y, callbacks = warns(), verbose = 0), "inside")
})

test_that("batches of generators count from 1", {
  generator <- timeseries_generator(matrix(1:20 + 0, 20), 1:20 + 0, length = 3, batch_size = 4)
  expect_equal(generator[[1]][[1]][1, , 1], 1:3 + 0)
  expect_equal(generator[[length(generator)]], generator[[-1]])
  for (wrong in c(0, 99)) expect_error(generator[[wrong]], "batches count from 1", class = "tfbridge_error_subscript")
  images <- flow_images_from_data(array(1:192, c(1, 8, 8, 3)), y = 1)
  expect_equal(dim(images[[1]][[1]]), c(1L, 8L, 8L, 3L))
})

test_that("maps keep what is assigned, and are handed over as they are", {
  layouts <- distribution_layout_map(distribution_device_mesh(1, "batch", "cpu:0"))
  layouts[["dense/kernel"]] <- list("batch", NULL)
  layouts[["dense/bias"]] <- distribution_tensor_layout("batch")
  expect_equal(layouts[["dense/kernel"]]$axes, list("batch", NULL))
  expect_equal(unlist(layouts[["dense/bias"]]$axes), "batch")
  parallel <- distribution_model_parallel(layout_map = layouts)
  expect_s3_class(parallel, "keras.src.distribution.distribution_lib.ModelParallel")
  policies <- dtype_policy_map()
  policies[["dense"]] <- "float16"
  expect_equal(policies[["dense"]]$name, "float16")
})

test_that("NA of integers and logicals goes to no function of Python's", {
  for (na in list(NA, NA_integer_, c(1L, NA), matrix(c(TRUE, NA), 1), list(1L, list(c(2L, NA))))) {
    expect_error(tf$constant(na), class = "tfbridge_error_conversion")
    expect_error(metric_mean()$update_state(na), class = "tfbridge_error_conversion")
    expect_error(small_model()$predict(na, verbose = 0L), class = "tfbridge_error_conversion")
  }
  expect_equal(as.vector(tf$constant(c(1, NA))), c(1, NaN))
  expect_equal(dim(tf$ones(shape(2, 3))), c(2L, 3L))
})

test_that("NA of integers is refused or NaN wherever arrays go to Keras", {
  expect_error(k_constant(c(TRUE, NA)), class = "tfbridge_error_conversion")
  expect_error(adapt(layer_normalization(), matrix(c(1L, NA, 3L, 4L), 2)), "`data`: 1 value is NA")
  expect_error(pad_sequences(list(1:2, 3L), value = NA), class = "tfbridge_error_conversion")
  expect_error(op_one_hot(c(1L, NA), 3), "whole numbers")
  expect_no_warning(expect_equal(as.vector(as.array(k_variable(c(1, NA)))), c(1, NaN)))
  expect_equal(pad_sequences(split(1:3, c(1, 1, 2))), rbind(1:2, c(0L, 3L)))
  expect_equal(callback_early_stopping(mode = "Min")$mode, "min")
})

test_that("configurations hold whole numbers of any size, and what gives nothing prints nothing", {
  layer <- layer_embedding(input_dim = 2^31, output_dim = 2)
  expect_identical(layer$get_config()$input_dim, 2^31)
  expect_identical(keras$saving$serialize_keras_object(layer)$config$input_dim, 2^31)
  model <- keras_model_sequential(input_shape = 2) |> layer_dense(1)
  expect_invisible(model$compile("sgd", "mse"))
  expect_invisible(model$reset_metrics())
  expect_visible(model$count_params())
})

test_that("what is asked of an object from another session is answered in words", {
  objects <- list(layer_dense(units = 1), optimizer_adam(), keras$Sequential())
  for (object in objects) expect_true("name" %in% names(object))
  for (dead in unserialize(serialize(objects, NULL))) {
    for (ask in list(names, \(x) x[["a"]], \(x) x[[1]], \(x) x$a, \(x) x$a <- 1, print, str)) {
      expect_error(ask(dead), class = "tfbridge_error_session")
    }
  }
})

test_that("nothing and functions are no tensors", {
  for (value in list(NULL, mean, list(NULL), list(1, mean))) {
    expect_error(as_tensor(value), "cannot become a tensor", class = "tfbridge_error_conversion")
  }
})

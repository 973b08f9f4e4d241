skip_if_no_python()

# Numbers alone in a list are one vector, here as everywhere that reticulate converts.
nested <- list(list(1, "b"), list(x = list(3, "a"), y = NULL), list(list(list("c", 4))))

test_that("lists on self are R lists all the way down, in every kind of class and every way of writing one", {
  keeping <- function(define, ...) {
    define("Keeping", ..., initialize = function(given = NULL, ...) {
      super$initialize(...)
      self$given <- given
      self$own <- nested
      self$seen <- identical(self$own[[1]][[2]], "b")
    })
  }
  for (define in list(new_layer_class, new_model_class, new_metric_class, new_callback_class, new_constraint_class)) {
    made <- keeping(define)(given = nested)
    expect_identical(made$own, nested)
    expect_identical(made$given, nested)
    expect_true(made$seen)
    expect_identical(unlist(made$own), unlist(nested))
  }
  custom <- keras_model_custom(function(self) {
    self$own <- nested
    function(inputs, mask = NULL, training = NULL) inputs
  })
  expect_identical(custom$own, nested)
})

test_that("layers in nested lists are themselves, are used in order, and can be replaced", {
  Blocks <- new_layer_class(
    "Blocks",
    initialize = function() {
      super$initialize()
      self$b <- list(list(layer_rescaling(scale = 2), layer_rescaling(scale = 3)), c = list(layer_rescaling(scale = 5)))
    },
    call = function(inputs) {
      for (block in self$b) for (layer in block) inputs <- layer(inputs)
      inputs
    }
  )
  layer <- Blocks()
  expect_identical(layer$b[[1]][[1]]$scale, 2)
  expect_identical(reticulate::py_id(layer$b[[1]][[2]]), reticulate::py_id(layer$b[[1]][[2]]))
  layer$b[[1]][[2]] <- layer_rescaling(scale = 7)
  expect_equal(as.array(layer(as_tensor(1, shape = 1))), array(70))
})

test_that("lists on Keras' own objects are R lists too", {
  layer <- layer_dense(units = 2)
  layer$nested <- nested
  expect_identical(layer$nested, nested)
  expect_identical(layer[["nested"]][[1]][[1]], 1)
  layer$nested[[1]][[1]] <- 9
  expect_identical(layer$nested[[1]][[1]], 9)
  model <- keras_model_sequential(input_shape = 4) %>% layer_dense(2)
  model$blocks <- list(list(layer, model$layers[[1]]))
  expect_identical(model$blocks[[1]][[2]]$name, model$layers[[1]]$name)
})

test_that("whole numbers of 2^31 and more reach R as they are, wherever they are read", {
  for (number in c(2^31, 3e9, 2^32 + 5, 2^52)) {
    expect_identical(as.numeric(shape(number, 2)), c(number, 2))
    expect_identical(as.list(shape(number, NA)), list(number, NULL))
    expect_identical(as.numeric(shape(number)[1]), number)
    expect_match(format(shape(number)), format(number, scientific = FALSE), fixed = TRUE)
    expect_true(shape(number) == shape(number))
    expect_error(as.integer(shape(number)), class = "tfbridge_error_shape")
    expect_identical(dim(layer_input(c(number, 2))), c(NA, number, 2))
    expect_identical(get_config(layer_dropout(rate = 0.5, seed = number))$seed, number)
    expect_identical(layer_dropout(rate = 0.5, seed = number)$seed, number)
    expect_identical(initializer_random_normal(seed = number)$seed, number)
    expect_identical(get_config(initializer_random_normal(seed = number))$seed, number)
    expect_identical(get_config(layer_embedding(input_dim = number, output_dim = 2))$input_dim, number)
    seen <- NULL
    Seeing <- new_layer_class("Seeing", build = function(input_shape) seen <<- input_shape, call = function(inputs) inputs)
    layer <- Seeing()
    layer$build(shape(NA, number))
    expect_identical(seen, c(NA, number))
    expect_error(set_random_seed(number), class = "tfbridge_error_argument")
  }
  expect_identical(layer_dense(units = 3)$units, 3L)
  expect_identical(dim(layer_input(3)), c(NA, 3L))
})

test_that("shapes are numbers to base R", {
  sizes <- shape(2, NA, 4)
  expect_identical(as.numeric(sizes), c(2, NA, 4))
  expect_identical(as.vector(sizes), c(2L, NA, 4L))
  expect_identical(is.na(sizes), c(FALSE, TRUE, FALSE))
  expect_true(anyNA(sizes))
  expect_false(anyNA(shape(2, 4)))
  expect_true(anyNA(shape(dims = NULL)))
  expect_error(is.na(shape(dims = NULL)), class = "tfbridge_error_shape")
  expect_identical(prod(shape(2, 3)), 6)
  expect_identical(range(shape(2, 3), 7), c(2, 7))
  expect_identical(max(sizes, na.rm = TRUE), 4L)
  expect_identical(max(sizes), NA_integer_)
})

test_that("anyNA() looks into tensors", {
  for (values in list(c(1, NaN), c(1, 2), numeric(), 1:3, c(TRUE, FALSE), "a", complex(real = 1, imaginary = NaN))) {
    expect_identical(anyNA(as_tensor(values)), anyNA(values))
  }
  expect_true(anyNA(as_tensor(c(1, NA), "float32")))
  expect_true(anyNA(tf$Variable(NaN)))
  expect_true(anyNA(list(1, as_tensor(NaN)), recursive = TRUE))
  count <- tf_function(function(x) tf$where(anyNA(x), 1, 0))
  expect_identical(as.numeric(count(as_tensor(c(1, NaN)))), 1)
  expect_s3_class(anyNA(layer_input(2)), "keras.KerasTensor")
})

test_that("a tensor has no names, and base R that asks for them goes on", {
  x <- as_tensor(c(1, 2, 2))
  expect_null(names(x))
  expect_null(names(layer_input(2)))
  expect_true("dtype" %in% utils::.DollarNames(x, "^dtype$"))
})

test_that("flags of reductions are TRUE or FALSE", {
  x <- as_tensor(matrix(c(1, 2, 3, 4), 2))
  for (verb in list(sum, prod, min, max, range, mean, any, all)) {
    for (flag in list(NA, "yes", NULL, 2, c(TRUE, FALSE), NA_real_)) {
      expect_error(verb(x, keepdims = flag), "keepdims", class = "tfbridge_error_argument")
      expect_error(verb(x, na.rm = flag), "na.rm", class = "tfbridge_error_argument")
    }
  }
  expect_error(sum(x, keepdims = NA), "not NA[.]")
})

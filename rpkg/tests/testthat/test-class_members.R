skip_if_no_python()

scaled <- function(layer) as.vector(layer(as_tensor(c(1, 2), "float32")))

test_that("the parent is called as R and as Python do it, with a comma too many", {
  parents <- list(
    function(...) super$initialize(..., ), function(...) super()$initialize(...), function(...) super()$`__init__`(...),
    function(self, ...) super$`__init__`(...)
  )
  for (parent in parents) {
    Once <- Layer(
      "Once",
      initialize = parent,
      build = function(input_shape) {
        super()$build(input_shape, )
        self$k <- self$add_weight(shape = list(), initializer = initializer_constant(3), )
      },
      call = function(x) x * self$k,
    )
    layer <- Once(name = "mine", )
    expect_equal(scaled(layer), c(3, 6))
    expect_equal(layer$name, "mine")
  }
})

test_that("members are given as R6 gives them, under Python's names, with self, and need not be functions", {
  Own <- Layer(
    "Own",
    public = list(
      `__init__` = function(self, units = 2, ...) {
        super()$`__init__`(...)
        self$units <- units
      },
      `__call__` = function(self, x) x * self$units,
      level = 3, tag = "t", none = NULL, `__doc__` = "A layer.",
      added = function(self, private, z) private$add(z)
    ),
    private = list(k = 5, add = function(z) private$k + z + self$units),
    active = list(sum = function() private$add(1))
  )
  layer <- Own(units = 4)
  expect_equal(scaled(layer), c(4, 8))
  expect_identical(list(layer$level, layer$tag, layer$none, layer$`__doc__`), list(3, "t", NULL, "A layer."))
  expect_equal(c(layer$sum, layer$added(2)), c(10, 11))
  expect_false("k" %in% names(layer))
  Heir <- Layer("Heir", inherit = Own, private = list(k = 50))
  expect_equal(c(Heir()$sum, Own()$sum), c(53, 8))
})

test_that("every kind takes its members so", {
  x <- as_tensor(c(-1, 2), "float32")
  for (name in c("call", "__call__")) {
    members <- rlang::set_names(list(function(w) op_relu(w) + private$a), name)
    expect_equal(as.vector(Constraint("C", public = members, private = list(a = 1))()(x)), c(1, 3))
    members <- rlang::set_names(list(function(self, x) op_sum(x)), name)
    expect_equal(as.vector(new_regularizer_class("R", public = members)()(x)), 1)
    members <- rlang::set_names(list(function(shape, dtype = NULL) op_ones(shape) * self$by), name)
    expect_equal(as.vector(new_initializer_class("I", public = members, by = 2)()(c(2L))), c(2, 2))
    members <- rlang::set_names(list(function(step) self$rate), name)
    expect_equal(new_learning_rate_schedule_class("S", public = members, rate = 0.5)()(1L), 0.5)
  }
  Apart <- Loss("Apart", public = list(call = function(y_true, y_pred) op_mean(op_abs(y_true - y_pred)) * private$by),
                private = list(by = 3))
  expect_equal(as.vector(Apart()(matrix(1), matrix(3))), 6)
  Counts <- Callback("Counts", public = list(on_epoch_end = function(self, epoch, logs) private$n <- epoch),
                     private = list(n = 0), active = list(seen = function() private$n))
  counts <- Counts()
  fit(small_model(), small_x, small_y, epochs = 2, callbacks = counts, verbose = 0)
  expect_equal(counts$seen, 2)
  Seen <- Metric(
    "Seen",
    public = list(
      initialize = function(...) {
        super$initialize(...)
        self$n <- self$add_weight(name = "n", initializer = "zeros")
      },
      update_state = function(y_true, y_pred, sample_weight = NULL) self$n$assign_add(1), result = function() self$n
    )
  )
  seen <- Seen()
  seen$update_state(1, 2)
  expect_equal(as.vector(seen$result()), 1)
  Plus <- Model("Plus", public = list(call = function(self, inputs, training = NULL) inputs + self$one), one = 1)
  expect_equal(scaled(Plus()), c(2, 3))
})

test_that("private is what the class says, for each instance, and methods see what parent_env has", {
  env <- list2env(list(factor = 7), parent = globalenv())
  Far <- Layer("Far", call = function(x) x * factor, parent_env = env)
  expect_equal(scaled(Far()), c(7, 14))
  expect_error(Layer("Nameless", public = list(1)), "must have names", class = "tfbridge_error_class")
})

test_that("classes are defined without Python", {
  ran <- run_r('
    A <- Layer("A", call = function(inputs) inputs, inherit = keras$layers$Layer)
    B(keras$layers$Layer) %py_class% { call <- function(self, x) x * 2 }
    C <- R6::R6Class("C", inherit = keras$layers$Layer, public = list(call = function(x) x + 1))
    D <- new_layer_class("D", inherit = A, call = function(inputs) super$call(inputs) * 3)
    cat(isNamespaceLoaded("reticulate") && reticulate::py_available(), "\n")
    one <- as_tensor(1)
    cat(as.vector(A()(one)), as.vector(B()(one)), as.vector(create_layer(C, one)), as.vector(D()(one)), "\n")
  ')
  expect_identical(trimws(ran$output), c("FALSE", "1 2 2 3"))
})

test_that("a class that is defined again leaves models and files of the first as they were", {
  Same <- Layer("Same", call = function(x) x * 2)
  first <- keras_model_sequential(input_shape = 1) %>% Same()
  Again <- Layer("Same", call = function(x) x * 3)
  models <- list(
    first, keras_model_sequential(input_shape = 1) %>% Again(),
    keras_model_sequential(input_shape = 1) %>% Same() %>% Again() %>% Same()
  )
  paths <- vapply(models, function(model) {
    path <- tempfile(fileext = ".keras")
    save_model(model, path)
    path
  }, "")
  on.exit(unlink(paths))
  values <- lapply(models, function(model) as.vector(model(matrix(1))))
  expect_equal(values, list(2, 3, 12))
  ran <- run_r(c(
    paste("paths <-", paste(deparse(paths), collapse = "")),
    'for (path in paths) cat(as.vector(load_model(path, safe_mode = FALSE)(matrix(1))), "\n")',
    'cat(tryCatch(load_model(paths[[3]]), tfbridge_error_file = function(e) "refused"), "\n")'
  ))
  expect_identical(trimws(ran$output)[1:3], c("2", "3", "12"))
})

skip_if_no_python()

Affine <- R6::R6Class("Affine",
  inherit = KerasLayer,
  public = list(
    units = NULL,
    w = NULL,
    initialize = function(units) {
      self$units <- units
    },
    build = function(input_shape) {
      self$w <- self$add_weight(
        name = "w", shape = list(input_shape[[2]], self$units), initializer = initializer_ones(), trainable = TRUE
      )
    },
    call = function(x, mask = NULL) private$scaled(k_dot(x, self$w)),
    compute_output_shape = function(input_shape) list(input_shape[[1]], self$units)
  ),
  private = list(factor = 10, scaled = function(x) x * private$factor)
)

test_that("R6 classes are layers", {
  made <- suppressWarnings(create_layer(Affine, as_tensor(matrix(1, 1, 3), "float32"), list(units = 2L, name = "affine")))
  expect_equal(as.array(made), matrix(30, 1, 2))
  layer_affine <- create_layer_wrapper(Affine, modifiers = list(units = as.integer))
  model <- keras_model_sequential(input_shape = 3) |> layer_affine(units = 2)
  expect_equal(model$output_shape, list(NULL, 2L))
  compile(model, "sgd", "mse")
  expect_s3_class(fit(model, small_x, small_x[, 1:2], verbose = 0), "keras_training_history")
  Shifted <- R6::R6Class("Shifted", inherit = Affine, public = list(call = function(x, mask = NULL) super$call(x) + 1))
  expect_equal(as.array(create_layer(Shifted, as_tensor(matrix(1, 1, 3), "float32"), list(units = 1L))), matrix(31, 1, 1))
})

test_that("R6 callbacks and constraints take part in training", {
  seen <- R6::R6Class("Seen", inherit = KerasCallback, public = list(
    epochs = NULL, on_epoch_end = function(epoch, logs = list()) self$epochs <- c(self$epochs, epoch)
  ))$new()
  nonnegative <- R6::R6Class(
    "NonNegative", inherit = KerasConstraint, public = list(call = function(w) w * k_cast(w >= 0, "float32"))
  )
  model <- keras_model_sequential(input_shape = 3) |> layer_dense(units = 2, kernel_constraint = nonnegative$new())
  compile(model, "sgd", "mse")
  fit(model, small_x, -small_x[, 1:2], epochs = 3, callbacks = seen, verbose = 0)
  expect_equal(seen$epochs, 1:3)
  expect_gte(min(get_weights(model)[[1]]), 0)
})

losses_of <- list(losses = NULL, last = list(), on_epoch_end = function(epoch, logs = list()) {
  self$losses <- c(self$losses, logs[["loss"]])
  private$n <- private$n + 1
  self$last <- list(epoch, private$n)
})

test_that("R6 classes that inherit from Python's are callbacks, by object and by class, with fields that R reads", {
  History <- R6::R6Class("History", inherit = keras$callbacks$Callback, public = losses_of, private = list(n = 0))
  HistoryToo <- R6::R6Class("HistoryToo", inherit = KerasCallback, public = losses_of, private = list(n = 0))
  for (class in list(History, HistoryToo)) {
    kept <- r_to_py(class)()
    fit(small_model(), small_x, small_y, epochs = 3, callbacks = list(kept), verbose = 0)
    expect_length(kept$losses, 3)
    expect_equal(unlist(kept$last), c(3, 3))
    expect_s3_class(fit(small_model(), small_x, small_y, callbacks = class, verbose = 0), "keras_training_history")
  }
  kept <- HistoryToo$new()
  fit(small_model(), small_x, small_y, epochs = 2, callbacks = kept, verbose = 0)
  expect_length(kept$losses, 2)
})

test_that("R6 classes that inherit from Python's are layers", {
  Times <- R6::R6Class("Times", inherit = keras$layers$Layer, public = list(
    units = NULL,
    initialize = function(units, ...) {
      super$initialize(...)
      self$units <- units
    },
    call = function(x) x * self$units
  ))
  TimesToo <- R6::R6Class("TimesToo", inherit = keras$layers$Layer, public = list(
    `__init__` = function(self, units) {
      super()$`__init__`()
      self$units <- units
    },
    call = function(self, x) x * self$units
  ))
  for (class in list(Times, TimesToo)) {
    layer <- create_layer(class, args = list(units = 3))
    expect_equal(as.vector(layer(as_tensor(2, "float32"))), 6)
    expect_equal(as.vector(create_layer(class, as_tensor(2, "float32"), list(units = 3))), 6)
    expect_length((keras_model_sequential(input_shape = 2) %>% create_layer(class, ., list(units = 2)))$layers, 1)
    expect_equal(as.vector(r_to_py(class)(units = 4)(as_tensor(2, "float32"))), 8)
  }
})

test_that("%py_class% takes any base or none, a text first, and values", {
  reticulate::py_run_string("
class Hyper:
    def __init__(self, name='h'): self.name = name
    def run(self, hp): return self.build(hp)
")
  Search(reticulate::py$Hyper) %py_class% {
    "How to search."
    tries <- 3
    build <- function(self, hp) paste(hp, self$name)
  }
  search <- Search(name = "me")
  expect_equal(search$run("it is"), "it is me")
  expect_equal(list(search$tries, search$`__doc__`), list(3, "How to search."))
  Plain %py_class% {
    initialize <- function(self, a, ...) self$a <- list(a, ...)
    get <- function() unlist(self$a)
  }
  expect_equal(Plain(1, 2)$get(), c(1, 2))
})

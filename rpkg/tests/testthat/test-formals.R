skip_if_no_python()

test_that("constant defaults are told as they are, expressions are left to R", {
  told <- function(f) {
    parameters <- tfbridge:::parameters_of(f)
    rlang::set_names(lapply(parameters, `[`, -1L), vapply(parameters, `[[`, "", 1L))
  }
  f <- function(a, b = NULL, c = TRUE, d = FALSE, e = -1, f = "x", g = 2L, h = (3),
                i = F, # nolint: T_and_F_symbol_linter.
                j = c(), k = Inf, ...,
                l = NA, m = c(1, 2), n = a + 1, o = -a, p = list(), q = nrow(a), r = !TRUE, s = NA_real_) NULL
  answers <- told(f)
  expect_identical(answers$a, list(FALSE))
  constants <- lapply(answers[letters[2:11]], `[[`, 2L)
  expect_identical(constants, list(
    b = NULL, c = TRUE, d = FALSE, e = -1, f = "x", g = 2L, h = 3, i = FALSE, j = NULL, k = Inf
  )[names(constants)])
  expect_true(all(lengths(answers[letters[2:11][-10]]) == 2L))
  for (name in letters[12:19]) expect_identical(answers[[name]], list(TRUE), label = name)
  T <- FALSE # nolint: T_and_F_symbol_linter.
  expect_identical(told(function(x = T) NULL)$x, list(TRUE, FALSE)) # nolint: T_and_F_symbol_linter.
  expect_identical(told(sum), list(... = list(TRUE), na.rm = list(TRUE, FALSE)))
})

# The same layer written in Python and in R, by the default of `training`.
twins <- function() {
  reticulate::py_run_string("
import keras
def twin(default):
    def make():
        scope = {}
        exec(f'def call(self, inputs, training{default}, mask=None): return self.compute(inputs, training, mask)', scope)
        class Twin(keras.layers.Layer):
            def __init__(self):
                super().__init__()
                self.drop, self.norm = keras.layers.Dropout(0.5, seed=3), keras.layers.BatchNormalization()
                self.supports_masking = True
            def compute(self, inputs, training, mask):
                y = self.norm(self.drop(inputs))
                return y if mask is None else y * keras.ops.expand_dims(keras.ops.cast(mask, y.dtype), -1)
        Twin.call = scope['call']
        return Twin()
    return make
")
  define <- function(call) {
    Layer(
      "Twin",
      initialize = function() {
        super$initialize()
        self$drop <- layer_dropout(rate = 0.5, seed = 3)
        self$norm <- layer_batch_normalization()
        self$supports_masking <- TRUE
      },
      compute = function(inputs, training, mask) {
        y <- self$norm(self$drop(inputs))
        if (is.null(mask)) y else y * op_expand_dims(op_cast(mask, y$dtype), -1)
      },
      call = call
    )
  }
  none <- NULL
  calls <- list(
    "=None" = function(inputs, training = NULL, mask = NULL) self$compute(inputs, training, mask),
    "=False" = function(inputs, training = FALSE, mask = NULL) self$compute(inputs, training, mask),
    "=True" = function(inputs, training = TRUE, mask = NULL) self$compute(inputs, training, mask),
    "=None " = function(inputs, training = none, mask = none) self$compute(inputs, training, mask)
  )
  lapply(rlang::set_names(names(calls)), function(default) {
    list(r = define(calls[[default]]), python = reticulate::py$twin(trimws(default)))
  })
}

test_that("layers and models run in the mode, and with the masks, of their Python twins", {
  x <- as_tensor(array(c(1, 2, 0, 3, 4, 0), c(1, 3, 2)), "float32")
  Outer <- Model(
    "Outer",
    initialize = function(make) {
      super$initialize()
      self$masking <- layer_masking()
      self$inner <- make()
    },
    call = function(inputs, training = NULL) self$inner(self$masking(inputs))
  )
  ways <- list(
    direct = function(make) make(),
    sequential = function(make) keras_model_sequential(list(layer_masking(), make())),
    functional = function(make) {
      inputs <- keras_input(c(3, 2))
      keras_model(inputs, make()(layer_masking(inputs)))
    },
    subclassed = function(make) Outer(make)
  )
  run <- function(make, way, given) {
    set_random_seed(1)
    made <- ways[[way]](make)
    values <- lapply(1:2, function(i) as.array(do.call(made, c(list(x), given))))
    c(values, lapply(made$non_trainable_weights[1:2], function(w) c(as.array(w))))
  }
  for (twin in twins()) {
    for (way in names(ways)) {
      for (given in list(list(), list(training = TRUE), list(training = FALSE))) {
        expect_equal(run(twin$r, way, given), run(twin$python, way, given), tolerance = 1e-6)
      }
    }
  }
})

test_that("a layer that nobody trains does not drop", {
  Drops <- Layer(
    "Drops",
    initialize = function() {
      super$initialize()
      self$drop <- layer_dropout(rate = 0.5)
    },
    call = function(inputs, training = NULL) self$drop(inputs)
  )
  expect_equal(as.vector(Drops()(op_ones(c(1, 8)))), rep(1, 8))
  expect_setequal(as.vector(Drops()(op_ones(c(1, 64)), training = TRUE)), c(0, 2))
})

test_that("formals and methods may have any name", {
  Named <- Layer(
    "Named",
    call = function(inputs, run = TRUE, args = 1, kwargs = 2, na.rm = FALSE, class = 3, `lambda` = 4, `x y` = 5) {
      if (run) inputs + args + 10 * na.rm + class + `lambda` + `x y` else inputs
    },
    my.method = function(x, na.rm = x + 1, ...) c(x, na.rm, ...),
    self.use = function(cls = 2) self$my.method(cls)
  )
  x <- as_tensor(1, "float32")
  layer <- Named()
  expect_equal(as.vector(layer(x)), 14)
  expect_equal(as.vector(layer(x, run = FALSE)), 1)
  expect_equal(as.vector(layer(x, na.rm = TRUE, args = 2, class = 1, lambda = 0, "x y" = 0)), 14)
  expect_equal(layer$my.method(1), c(1, 2))
  expect_equal(layer$my.method(1, na.rm = 7, 9), c(1, 7, 9))
  expect_equal(layer$self.use(), c(2, 3))
  inputs <- keras_input(1)
  model <- keras_model(inputs, layer(inputs, na.rm = TRUE, "x y" = 0))
  expect_equal(as.vector(clone_model(model)(matrix(1))), 19)
  path <- withr::local_tempfile(fileext = ".keras")
  save_model(model, path)
  expect_equal(as.vector(load_model(path)(matrix(1))), 19)
})

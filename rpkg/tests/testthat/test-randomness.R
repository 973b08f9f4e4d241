skip_if_no_python()

weights_after_fit <- function() {
  model <- keras_model_sequential(input_shape = 3) |> layer_dense(2) |> layer_dropout(0.5) |> layer_dense(1)
  compile(model, "sgd", "mse")
  fit(model, small_x, 1:20, epochs = 2, batch_size = 4, verbose = 0)
  unlist(lapply(get_weights(model), as.vector))
}

test_that("set.seed() reproduces weights, dropout and shuffling, whatever was drawn before", {
  for (draws in c(0, 1, 10, 623, 624, 5000)) {
    run <- function(seed) {
      set.seed(seed)
      runif(draws)
      weights_after_fit()
    }
    first <- run(1)
    expect_identical(run(1), first)
    expect_identical(run(1), first)
    expect_false(identical(run(2), first))
  }
})

test_that("two runs of a script that draws a little more are each reproducible", {
  run <- function(draws) {
    set.seed(1)
    runif(draws)
    weights_after_fit()
  }
  run(10)
  after_ten <- run(20)
  run(30)
  expect_identical(run(20), after_ten)
})

test_that("models after one another differ, with and without a seed", {
  expect_false(identical(weights_after_fit(), weights_after_fit()))
  set.seed(1)
  expect_false(identical(weights_after_fit(), weights_after_fit()))
  runif(3)
  expect_false(identical(weights_after_fit(), weights_after_fit()))
})

test_that("a fresh session without a seed has fresh weights", {
  code <- "cat(sum(get_weights(keras_model_sequential(input_shape = 9) |> layer_dense(9))[[1]]))"
  expect_false(identical(run_r(code)$output, run_r(code)$output))
})

test_that("R's own numbers are as if no model had been built", {
  for (seed in 1:5) {
    for (before in c(0, 1, 300, 622:626, 2000)) {
      numbers <- function(build) {
        set.seed(seed)
        first <- runif(before)
        if (build) layer_dense(units = 2)
        second <- rnorm(700)
        if (build) weights_after_fit()
        list(first, second, sample(2000), runif(3))
      }
      expect_identical(numbers(TRUE), numbers(FALSE))
      if (before > 1) break
    }
  }
  set.seed(1)
  expected <- c(runif(3), rnorm(1300))
  set.seed(1)
  tfbridge:::follow_seed()
  expect_identical(c(runif(3), rnorm(1300)), expected)
})

test_that("set_random_seed() seeds Python as Keras does, and draws in R leave it so", {
  python <- function(draws) {
    set_random_seed(7)
    runif(draws)
    get_weights(keras_model_sequential(input_shape = 3) |> layer_dense(2))[[1]]
  }
  keras$utils$set_random_seed(7L)
  twin <- keras$layers$Dense(2L)
  twin$build(shape(NA, 3))
  for (draws in c(0, 10, 5000)) expect_equal(python(draws), as.array(twin$kernel))
  raw <- function(draws) {
    keras$utils$set_random_seed(7L)
    runif(draws)
    get_weights(keras_model_sequential(input_shape = 3) |> layer_dense(2))[[1]]
  }
  expect_equal(raw(10), raw(5000))
})

test_that("set.seed() after set_random_seed() counts again", {
  run <- function(first) {
    set_random_seed(first)
    set.seed(5)
    weights_after_fit()
  }
  expect_identical(run(1), run(2))
  set_random_seed(5)
  other <- weights_after_fit()
  expect_false(identical(run(5), other))
})

test_that("other generators of R are followed too, from the same seed at once again and after draws", {
  before <- RNGkind()
  # Not withr's: some of its versions leave the kind as it was set.
  withr::defer(do.call(RNGkind, as.list(before)))
  kinds <- c("Wichmann-Hill", "Marsaglia-Multicarry", "Super-Duper", "Knuth-TAOCP-2002", "Knuth-TAOCP", "L'Ecuyer-CMRG")
  weights <- function() as.vector(get_weights(keras_model_sequential(input_shape = 3) |> layer_dense(2))[[1]])
  for (kind in kinds) {
    suppressWarnings(RNGkind(kind))
    for (draws in c(0, 2)) {
      run <- function(seed) {
        set.seed(seed)
        runif(draws)
        weights()
      }
      first <- run(1)
      expect_identical(run(1), first, label = kind)
      expect_false(identical(weights(), first), label = kind)
      expect_false(identical(run(2), first), label = kind)
      expect_identical(run(1), first, label = kind)
      set_random_seed(9)
      expect_identical(run(1), first, label = kind)
    }
  }
  run <- function() {
    set.seed(1)
    weights_after_fit()
  }
  expect_identical(run(), run())
})

test_that("layers written in R follow the seed too", {
  layer_own <- new_layer_class("Own",
    initialize = function() {
      super$initialize()
      self$inner <- layer_dense(units = 2)
    },
    build = function(input_shape) self$more <- self$add_weight(shape = list(2L), initializer = initializer_random_normal()),
    call = function(inputs) self$inner(inputs) + self$more
  )
  run <- function() {
    set.seed(3)
    model <- keras_model_sequential(input_shape = 3)
    expect_invisible(layer_own(model))
    get_weights(model)
  }
  expect_identical(run(), run())
})

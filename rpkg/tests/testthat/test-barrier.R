skip_if_no_python()

# Each case runs in a session of its own: what goes wrong here kills it.
prelude <- '
x <- array((1:60) / 60, c(20, 3))
y <- array((1:20) / 20, c(20, 1))
model <- keras_model_sequential(input_shape = 3) %>% layer_dense(1)
model %>% compile("sgd", "mse")
signal <- function(kind) switch(kind,
  warning = warning("from R"), message = message("from R"),
  custom = signalCondition(structure(class = c("custom", "condition"), list(message = "from R", call = NULL))))
callback <- function(kind) new_callback_class("Signals", on_epoch_end = function(epoch, logs) signal(kind))()
catch <- function(kind, expr) {
  handlers <- list(function(c) conditionMessage(c))
  names(handlers) <- kind
  do.call(tryCatch, c(list(quote(expr)), handlers))
}
'

for (kind in c("warning", "message", "custom")) {
  test_that(paste0("a ", kind, " in a callback reaches tryCatch() around fit(), 50 times"), {
    result <- run_r(c(prelude, sprintf('
      for (i in 1:50) {
        caught <- catch("%s", fit(model, x, y, callbacks = callback("%s"), verbose = 0))
        stopifnot(trimws(caught) == "from R")
      }
      history <- fit(model, x, y, epochs = 2, verbose = 0)
      cat("epochs:", length(history$epoch), "\n")', kind, kind)))
    expect_equal(result$status, 0L)
    expect_equal(trimws(result$output), "epochs: 2")
  })
}

test_that("a layer that warns while it is traced reaches tryCatch(), 50 times", {
  result <- run_r(c(prelude, '
    layer_noisy <- new_layer_class("Noisy", call = function(inputs) { warning("traced"); inputs })
    for (i in 1:50) {
      caught <- tryCatch({
        noisy <- keras_model_sequential(input_shape = 3)
        noisy %>% layer_noisy()
      }, warning = conditionMessage)
      stopifnot(caught == "traced")
    }
    invisible(fit(model, x, y, verbose = 0))
    cat("done\n")'))
  expect_equal(result$status, 0L)
  expect_equal(result$output, "done")
})

test_that("restarts and callCC() cannot jump through Python", {
  result <- run_r(c(prelude, '
    jumps <- new_callback_class("Jumps", on_epoch_end = function(epoch, logs) invokeRestart("outside", 1))
    caught <- withRestarts(
      tryCatch(fit(model, x, y, callbacks = jumps(), verbose = 0), tfbridge_error_jump = function(e) "stopped"),
      outside = function(value) "jumped")
    cat(caught, "\n")
    escape <- callCC(function(k) {
      leaves <- new_callback_class("Leaves", on_epoch_end = function(epoch, logs) k("jumped"))
      tryCatch(fit(model, x, y, callbacks = leaves(), verbose = 0), tfbridge_error_jump = function(e) "stopped")
    })
    cat(escape, "\n")
    invisible(fit(model, x, y, verbose = 0))'))
  expect_equal(result$status, 0L)
  expect_equal(trimws(result$output), c("stopped", "stopped"))
})

test_that("conditions that are not caught are signalled when fit() has returned", {
  model <- small_model()
  warns <- new_callback_class("Warns", on_epoch_end = function(epoch, logs) warning("epoch ", epoch))
  heard <- character()
  history <- withCallingHandlers(
    fit(model, small_x, small_y, epochs = 2, callbacks = warns(), verbose = 0),
    warning = function(w) {
      heard <<- c(heard, conditionMessage(w))
      invokeRestart("muffleWarning")
    }
  )
  expect_equal(heard, c("epoch 1", "epoch 2"))
  expect_equal(history$epoch, 1:2)
})

test_that("handlers inside the R function come first", {
  model <- small_model()
  quiet <- new_callback_class("Quiet", on_epoch_end = function(epoch, logs) suppressWarnings(warning("unheard")))
  expect_silent(fit(model, small_x, small_y, callbacks = quiet(), verbose = 0))
})

test_that("an error keeps its class, its message and its call", {
  model <- small_model()
  fails <- new_callback_class("Fails", on_epoch_end = function(epoch, logs) rlang::abort("no more", class = "mine"))
  expect_error(fit(model, small_x, small_y, callbacks = fails(), verbose = 0), "no more", class = "mine")
  helper <- function() stop("deep down")
  deep <- new_callback_class("Deep", on_epoch_end = function(epoch, logs) helper())
  caught <- tryCatch(fit(model, small_x, small_y, callbacks = deep(), verbose = 0), error = identity)
  expect_equal(conditionCall(caught), quote(helper()))
  expect_s3_class(fit(model, small_x, small_y, verbose = 0), "keras_training_history")
})

test_that("nothing is written to stderr at the start", {
  result <- run_r("invisible(as_tensor(1))")
  expect_identical(result$output, character())
  expect_equal(result$status, 0L)
})

test_that("attaching the package does not start Python", {
  result <- run_r("cat(reticulate::py_available())")
  expect_identical(result$output, "FALSE")
})

test_that("a Python that is not there is named, with what to type", {
  withr::local_envvar(RETICULATE_PYTHON = "/nowhere/python")
  result <- run_r(c(
    "caught <- tryCatch(as_tensor(1), tfbridge_error_python_not_found = identity)",
    "cat(conditionMessage(caught))", "config <- tf_config()", "stopifnot(!config$available)"
  ))
  expect_equal(result$status, 0L)
  expect_snapshot(writeLines(result$output))
})

test_that("endless recursion in a method is an error, and the session goes on", {
  endless <- function(x) endless(x + 1)
  layer_endless <- new_layer_class("Endless", call = function(inputs) endless(1))
  expect_error(layer_endless(as_tensor(1:2, "float32")), "too deeply|too close to the limit")
  expect_equal(as.vector(as_tensor(1:2) + 1L), c(2, 3))
})

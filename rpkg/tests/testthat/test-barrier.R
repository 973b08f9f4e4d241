skip_if_no_python()

# What can go wrong here ends the session, so torture has one of its own. TFBRIDGE_TORTURE is how often each kind of R
# function jumps there; 10000 takes some minutes. Also: `Rscript -e 'gctorture(TRUE)'` around calls of `guard()`, and
# `R -d valgrind -f rpkg/tests/testthat/test-barrier.R`, with R_LIBS and RETICULATE_PYTHON set as in the Makefile.
times <- as.integer(Sys.getenv("TFBRIDGE_TORTURE", "20"))

test_that("each kind of R function can jump in each way, again and again", {
  result <- run_r(c(sprintf("times <- %d", times), '
    jumps <- list(
      warning = function() tryCatch(run(function() warning("out")), warning = conditionMessage),
      message = function() trimws(tryCatch(run(function() message("out")), message = conditionMessage)),
      custom = function() tryCatch(
        run(function() signalCondition(structure(class = c("custom", "condition"), list(message = "out", call = NULL)))),
        custom = conditionMessage
      ),
      error = function() tryCatch(run(function() stop("out")), error = conditionMessage),
      restart = function() withRestarts(run(function() invokeRestart("outside", "out")), outside = identity),
      callCC = function() callCC(function(k) run(function() k("out"))),
      interrupt = function() tryCatch(run(function() rlang::interrupt()), interrupt = function(e) "out")
    )
    x <- as_tensor(matrix(1, 4, 3), "float32")
    model <- function(...) {
      compile(keras_model_sequential(layers = list(...), input_shape = 3), "sgd", "mse", run_eagerly = TRUE)
    }
    one <- layer_dense(units = 1)
    ones <- matrix(1, 4, 1)
    Jumps <- new_layer_class("Jumps", call = function(inputs) { jump(); inputs })
    Builds <- new_layer_class("Builds", build = function(input_shape) jump(), call = function(inputs) inputs)
    Loss <- new_loss_class("Loss", call = function(y_true, y_pred) jump())
    Metric <- new_metric_class(
      "Metric", update_state = function(y_true, y_pred, sample_weight = NULL) jump(), result = function() 1
    )
    Callback <- new_callback_class("Callback", on_batch_end = function(batch, logs) jump())
    Schedule <- new_learning_rate_schedule_class("Schedule", call = function(step) jump())
    Steps <- new_model_class("Steps", call = function(inputs) inputs, train_step = function(data) { jump(); list() })
    jumping <- Jumps()
    loss <- Loss()
    metric <- Metric()
    schedule <- Schedule()
    plain <- model(one)
    steps <- compile(Steps(), "sgd", "mse", run_eagerly = TRUE)
    python <- reticulate::py_run_string("
def call(f):
    return f()

def swallow(f):
    try:
        f()
    except BaseException:
        pass
    return 1
", local = TRUE)
    jumper <- tfbridge:::python_function(function(...) { jump(); as_tensor(1) })
    places <- list(
      call = function() jumping(x), build = function() Builds()(x), loss = function() loss(ones, ones),
      metric = function() metric(ones, ones), schedule = function() schedule(1),
      py_function = function() tf$py_function(jumper, list(1), tf$float32),
      raw = function() jumping$call(x), python = function() python$call(jumper),
      swallowed = function() python$swallow(jumper),
      callback = function() fit(plain, x, ones, callbacks = Callback(), verbose = 0),
      generator = function() fit(plain, function() { jump(); list(x, ones) }, steps_per_epoch = 1, verbose = 0),
      train_step = function() fit(steps, x, ones, verbose = 0)
    )
    slow <- c("callback", "generator", "train_step")
    for (place in names(places)) for (kind in names(jumps)) {
      run <- function(how) {
        jump <<- how
        places[[place]]()
        "did not jump"
      }
      for (i in seq_len(if (place %in% slow) max(1, times %/% 10) else times)) {
        got <- jumps[[kind]]()
        # What raw Python makes an error of has its words around it; what Python swallows, it swallows.
        right <- if (kind == "error" && place == "swallowed") "did not jump" else "out"
        if (!grepl(right, got, fixed = TRUE)) cat(place, kind, got, "\n")
      }
    }
    stopifnot(tfbridge:::depth() == 0, isTRUE(getOption("show.error.messages", TRUE)))
    jump <- function() NULL
    history <- fit(plain, x, ones, epochs = 2, callbacks = Callback(), verbose = 0)
    cat("epochs:", length(history$epoch), "\n")'))
  expect_equal(result$status, 0L)
  # Where raw Python is in between, R thinks of an interrupt, and starts a new line.
  expect_equal(trimws(result$output[nzchar(result$output)]), "epochs: 2")
})

layer_of <- function(f) new_layer_class("Of", call = function(inputs) f(inputs))()
ones <- as_tensor(c(1, 1), "float32")

test_that("a jump passes through R and Python, many times over", {
  nested <- function(levels, f) {
    if (levels == 0) return(f())
    layer_of(function(inputs) {
      nested(levels - 1, f)
      inputs
    })(ones)
  }
  left <- character()
  leave <- function(f) {
    on.exit(left <<- c(left, "outer"))
    layer_of(function(inputs) {
      on.exit(left <<- c(left, "inner"))
      f()
    })(ones)
  }
  for (i in 1:20) {
    expect_equal(tryCatch(nested(4, function() warning("deep")), warning = conditionMessage), "deep")
    expect_equal(tryCatch(nested(4, function() stop("deep")), error = conditionMessage), "deep")
    expect_equal(callCC(function(k) nested(4, function() k("deep"))), "deep")
  }
  expect_equal(tryCatch(leave(function() warning("deep")), warning = conditionMessage), "deep")
  expect_equal(left, c("inner", "outer"))
  # The handler between goes first, and what lies below it goes on.
  between <- function(inputs) {
    heard <<- tryCatch(nested(2, function() message("up to here")), message = conditionMessage)
    inputs
  }
  heard <- NULL
  expect_equal(as.vector(layer_of(between)(ones)), c(1, 1))
  expect_equal(heard, "up to here\n")
})

test_that("conditions are heard while fit() runs", {
  model <- small_model()
  order <- character()
  says <- new_callback_class(
    "Says", on_epoch_begin = function(epoch, logs) order <<- c(order, "begin"),
    on_epoch_end = function(epoch, logs) {
      message("epoch ", epoch)
      warning("after ", epoch)
      order <<- c(order, "went on")
    }
  )
  hear <- function(restart) function(condition) {
    order <<- c(order, trimws(conditionMessage(condition)))
    # The whole stack is there, from this test down to the callback.
    expect_true(any(vapply(sys.calls(), function(call) identical(call[[1]], quote(fit)), NA)))
    invokeRestart(restart)
  }
  history <- withCallingHandlers(
    fit(model, small_x, small_y, epochs = 2, callbacks = says(), verbose = 0),
    message = hear("muffleMessage"), warning = hear("muffleWarning")
  )
  expect_equal(order, c("begin", "epoch 1", "after 1", "went on", "begin", "epoch 2", "after 2", "went on"))
  expect_equal(history$epoch, 1:2)
})

test_that("expectations can be checked inside a layer", {
  reporter <- SilentReporter$new()
  with_reporter(reporter, test_that("inside", {
    checked <- layer_of(function(inputs) {
      expect_equal(1, 1)
      expect_equal(1, 2)
      expect_true(TRUE)
      inputs
    })
    checked(ones)
  }))
  kinds <- vapply(reporter$expectations(), function(expectation) class(expectation)[[1]], "")
  expect_equal(kinds, paste0("expectation_", c("success", "failure", "success")))
})

test_that("a handler can use a restart that comes with an error", {
  model <- small_model()
  skipped <- 0
  fails <- new_callback_class("Fails", on_epoch_end = function(epoch, logs) {
    withRestarts(rlang::abort("no more", class = "mine"), skip = function() skipped <<- skipped + 1)
  })
  history <- withCallingHandlers(
    fit(model, small_x, small_y, epochs = 2, callbacks = fails(), verbose = 0), mine = function(e) invokeRestart("skip")
  )
  expect_equal(c(skipped, length(history$epoch)), c(2, 2))
  expect_s3_class(
    tryCatch(fit(model, small_x, small_y, callbacks = fails(), verbose = 0), error = identity),
    c("mine", "rlang_error", "error"),
    exact = FALSE
  )
})

# fit(), evaluate() and predict() on many batches; `at` is run after the fifth.
verbs_with <- function(at) {
  x <- small_x[rep(1:20, 1e4), ]
  y <- rep(small_y, 1e4)
  batches <- 0
  count <- function(batch, logs) {
    batches <<- batch
    if (batch == 5) at()
  }
  counting <- new_callback_class(
    "Counting", on_train_batch_end = count, on_test_batch_end = count, on_predict_batch_end = count
  )()
  list(
    fit = function(model) fit(model, x, y, batch_size = 8, callbacks = counting, verbose = 0),
    evaluate = function(model) evaluate(model, x, y, batch_size = 8, callbacks = counting),
    predict = function(model) predict(model, x, batch_size = 8, callbacks = counting),
    batches = function() batches
  )
}

test_that("an interrupt stops fit(), evaluate() and predict() at the next batch, and what was learned is kept", {
  skip_on_os("windows")
  model <- small_model()
  before <- as.array(model$weights[[1]])
  verbs <- verbs_with(function() tools::pskill(Sys.getpid(), tools::SIGINT))
  for (verb in c("fit", "evaluate", "predict")) {
    expect_equal(tryCatch(verbs[[verb]](model), interrupt = function(e) "interrupted"), "interrupted")
    expect_lte(verbs$batches(), 6)
  }
  expect_false(identical(as.array(model$weights[[1]]), before))
  # An error that comes later is no interrupt.
  expect_error(as_tensor("a", "float32"), class = "tfbridge_error")
  expect_error(reticulate::py_eval("1 / 0"), "ZeroDivisionError")
})

test_that("a time limit stops fit(), evaluate() and predict(), also one that reticulate ran into", {
  model <- small_model()
  verbs <- verbs_with(function() setTimeLimit(elapsed = 0.3))
  on.exit(setTimeLimit())
  for (verb in c("fit", "evaluate", "predict")) {
    expect_error(verbs[[verb]](model), "reached elapsed time limit", fixed = TRUE)
    setTimeLimit()
  }
  # As if reticulate had met it.
  swallow <- reticulate::py_eval(
    "lambda seconds, time=__import__('time'): [time.sleep(0.05) for _ in range(int(20 * seconds))]"
  )
  verbs <- verbs_with(function() {
    setTimeLimit(elapsed = 0.1)
    swallow(3)
  })
  expect_error(verbs$fit(model), "reached elapsed time limit", fixed = TRUE)
  expect_lte(verbs$batches(), 6)
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

test_that("attaching the package does not start Python, and nothing is written to stderr at the start", {
  result <- run_r("cat(reticulate::py_available()); invisible(as_tensor(1))")
  expect_identical(result$output, "FALSE")
  expect_equal(result$status, 0L)
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

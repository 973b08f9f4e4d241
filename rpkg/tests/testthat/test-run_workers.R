# Two workers that run R code in everything that trains, against one.

writes <- function(code, ...) {
  path <- withr::local_tempfile(fileext = ".R", .local_envir = parent.frame())
  writeLines(c("suppressMessages(library(tfbridge))", code), path)
  path
}

trains <- function() {
  Gain <- new_layer_class("Gain",
    build = function(input_shape) self$gain <- self$add_weight(shape = input_shape[2], initializer = "ones"),
    call = function(inputs) inputs * self$gain
  )
  Within <- new_metric_class("Within",
    initialize = function(...) {
      super$initialize(...)
      self$hit <- self$add_weight(name = "hit", initializer = "zeros")
      self$n <- self$add_weight(name = "n", initializer = "zeros")
    },
    update_state = function(y_true, y_pred, sample_weight = NULL) {
      near <- op_cast(abs(y_true - y_pred) < 0.5, "float32")
      self$hit$assign_add(op_sum(near))
      self$n$assign_add(op_cast(op_size(near), "float32"))
    },
    result = function() self$hit / self$n
  )
  Mine <- new_model_class("Mine",
    initialize = function(...) {
      super$initialize(...)
      self$d <- layer_dense(units = 1)
    },
    call = function(inputs, training = NULL) self$d(inputs),
    train_step = function(data) {
      c(x, y) %<-% data
      with(tf$GradientTape() %as% tape, {
        loss <- op_mean(op_square(self(x, training = TRUE) - y))
      })
      gradients <- tape$gradient(loss, self$trainable_variables)
      self$optimizer$apply_gradients(zip_lists(gradients, self$trainable_variables))
      list(own = loss)
    }
  )
  weights <- function(model) unlist(lapply(get_weights(model), as.vector))
  square <- function(y_true, y_pred) op_mean(op_square(y_true - y_pred), axis = -1)

  set.seed(1)
  x <- matrix(rnorm(65 * 4), 65)
  y <- as.vector(x %*% c(1, -1, 0.5, 2))
  epochs <- 0
  model <- keras_model_sequential(input_shape = 4) %>% Gain() %>% layer_dense(1)
  model %>% compile(optimizer_adam(0.01), loss = square, metrics = list(Within(name = "within")), jit_compile = FALSE)
  count <- callback_lambda(on_epoch_end = function(epoch, logs) epochs <<- epochs + 1)
  history <- model %>%
    fit(x, y, batch_size = 16, epochs = 2, shuffle = FALSE, validation_split = 0.2, callbacks = count, verbose = 0)

  stepped <- Mine()
  stepped %>% compile(optimizer_sgd(0.05), jit_compile = FALSE)
  i <- 0
  batches <- function() {
    i <<- i + 1
    rows <- ((i - 1) %% 4) * 16 + 1:16
    list(x[rows, ], matrix(y[rows]))
  }
  invisible(stepped(x[1:2, ]))
  own <- stepped %>% fit(batches, steps_per_epoch = 4, epochs = 2, verbose = 0)
  list(
    numbers = c(
      weights(model), unlist(history$metrics), unlist(evaluate(model, x, y)), predict(model, x[1:3, ]), epochs,
      weights(stepped), unlist(own$metrics)
    ),
    sum = as.array(worker_sum(list(n = worker_index()))$n), workers = n_workers()
  )
}

test_that("what is written in R trains on two workers as on one; the second fails at the end, and all is told", {
  skip_if_no_python()
  place <- withr::local_tempdir()
  function_file <- file.path(place, "trains.R")
  dump("trains", function_file)
  script <- writes(c(
    sprintf("source(%s)", deparse1(function_file)),
    "found <- with(strategy_multi_worker(timeout = 60), trains())",
    sprintf("saveRDS(found, file.path(%s, worker_index()))", deparse1(place)),
    "cat('done\\n')",
    "if (!is_chief()) stop('no more of this')"
  ))
  withr::local_envvar(CUDA_VISIBLE_DEVICES = "-1", TF_NUM_INTRAOP_THREADS = "1", TF_NUM_INTEROP_THREADS = "2")
  shown <- capture.output(error <- expect_error(run_workers(script, timeout = 240), class = "tfbridge_error_worker"))
  expect_match(conditionMessage(error), "Worker 2 has failed with exit status 1")
  expect_match(conditionMessage(error), "no more of this", fixed = TRUE)
  expect_true(all(c("[1] done", "[2] done") %in% shown))
  alone <- with(strategy_multi_worker(), trains())
  expect_equal(alone[-1], list(sum = array(1), workers = 1L), ignore_attr = TRUE)
  for (worker in 1:2) {
    found <- readRDS(file.path(place, worker))
    expect_equal(found$numbers, alone$numbers, tolerance = 1e-6)
    expect_equal(as.vector(found$sum), 3)
    expect_identical(found$workers, 2L)
  }
})

test_that("scripts, their arguments and their exit status", {
  skip_if_no_python()
  script <- writes("cat(commandArgs(TRUE), '\\n')")
  shown <- capture.output(report <- run_workers(script, workers = 1, args = c("a", "b c")))
  expect_identical(shown, "[1] a b c")
  expect_identical(report$status, 0L)
  expect_error(run_workers("no such.R"), class = "tfbridge_error_file")
  expect_error(run_workers(script, workers = 0), class = "tfbridge_error_argument")
  expect_error(run_workers(script, timeout = "long"), class = "tfbridge_error_argument")
})

test_that("a strategy that comes too late, or is none", {
  skip_if_no_python()
  invisible(as_tensor(1))
  expect_error(
    strategy_multi_worker(c("127.0.0.1:9", "127.0.0.1:10"), 1), "comes too late", class = "tfbridge_error_worker"
  )
  expect_error(strategy_multi_worker("here", 1), class = "tfbridge_error_argument")
  expect_error(strategy_multi_worker(shard = "files"), class = "tfbridge_error_argument")
  expect_error(strategy_multi_worker(timeout = -1), class = "tfbridge_error_argument")
  expect_identical(c(worker_index(), n_workers()), c(1L, 1L))
  expect_true(is_chief())
})

test_that("what distributes nothing on TensorFlow says so, and what does", {
  skip_if_no_python()
  parallel <- distribution_data_parallel(device_mesh = distribution_device_mesh(1, "batch", "cpu:0"))
  expect_error(distribution_set(parallel), "strategy_multi_worker", class = "tfbridge_error_argument")
  expect_error(
    distribution_initialize("127.0.0.1:9999", 1, 0), "strategy_multi_worker", class = "tfbridge_error_argument"
  )
  expect_error(distribution_initialize(), class = "tfbridge_error_argument")
  expect_silent(distribution_set(NULL))
  expect_null(distribution_get())
})

test_that("R code on the threads of a strategy is told what to use", {
  skip_if_no_python()
  path <- writes(c(
    "invisible(tf$config$set_logical_device_configuration(tf$config$list_physical_devices('CPU')[[1]],",
    "  rep(list(tf$config$LogicalDeviceConfiguration()), 2)))",
    "strategy <- tf$distribute$MirroredStrategy(c('cpu:0', 'cpu:1'))",
    "Twice <- new_layer_class('Twice', call = function(inputs) inputs * 2)",
    "with(strategy$scope(), {",
    "  model <- keras_model_sequential(input_shape = 2) %>% Twice() %>% layer_dense(1)",
    "  model %>% compile('sgd', 'mse')",
    "})",
    "tryCatch(fit(model, matrix(1, 4, 2), 1:4, verbose = 0), error = function(e) {",
    "  cat(inherits(e, 'tfbridge_error_thread'), grepl('strategy_multi_worker', conditionMessage(e)), '\\n')",
    "})"
  ))
  rscript <- file.path(R.home("bin"), "Rscript")
  shown <- suppressWarnings(system2(rscript, shQuote(path), stdout = TRUE, stderr = FALSE, env = "CUDA_VISIBLE_DEVICES=-1"))
  expect_identical(trimws(utils::tail(shown, 1L)), "TRUE TRUE")
})

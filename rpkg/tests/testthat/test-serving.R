skip_if_no_python()

# An R function at each element, on threads of TensorFlow's.
elements <- function(f, size = 8, ..., dtype = tf$int32) {
  range <- tensor_slices_dataset(seq_len(size))
  range$map(function(x) tf$py_function(function(v) f(as.vector(as.array(v))), list(x), dtype), ...)
}

walk <- function(dataset) {
  iterator <- as_iterator(dataset)
  found <- list()
  while (!is.null(element <- iter_next(iterator))) found <- c(found, list(as.vector(as.array(element))))
  unlist(found)
}

test_that("R functions compute elements, in order, however many at a time", {
  pipelines <- list(
    elements(\(v) v * 2L), elements(\(v) v * 2L, num_parallel_calls = 4L), elements(\(v) v * 2L)$prefetch(3L),
    elements(\(v) v * 2L, num_parallel_calls = 2L)$batch(3L)$prefetch(1L),
    tf$data$Dataset$range(1L)$interleave(function(i) elements(\(v) v * 2L), cycle_length = 2L, num_parallel_calls = 2L)
  )
  for (pipeline in pipelines) expect_equal(walk(pipeline), 2L * 1:8)
  expect_equal(walk(elements(\(v) v / 2, dtype = tf$float32)), 1:8 / 2)
  expect_equal(walk(tensor_slices_dataset(1:3)$map(\(x) tf$numpy_function(\(v) v + 1L, list(x), tf$int32))), 2:4)
  expect_equal(walk(elements(\(v) c(v, v), dtype = tf$float32)$unbatch()), rep(1:8 + 0, each = 2))
})

test_that("models train on them, and on images that R has changed", {
  drawn <- 0
  rows <- function(v) {
    drawn <<- drawn + 1
    matrix(v, 4, 3)
  }
  pairs <- elements(rows, 1, dtype = tf$float32)$`repeat`()$map(function(x) {
    x$set_shape(shape(4, 3))
    list(x, tf$zeros(shape(4), tf$int32))
  })$prefetch(2L)
  model <- small_model()
  expect_length(fit(model, pairs, steps_per_epoch = 5, epochs = 2, verbose = 0)$epoch, 2)
  # In each epoch two wait in the buffer and one is being made.
  expect_lte(drawn, 10 + 2 * 3)
  expect_named(evaluate(model, pairs, steps = 1), c("loss", "accuracy"))
  expect_equal(dim(predict(model, pairs, steps = 2)), c(8L, 2L))
  halves <- image_data_generator(preprocessing_function = function(image) {
    expect_equal(dim(image), c(2L, 2L, 3L))
    image / 2
  })
  images <- flow_images_from_data(array(1, c(8, 2, 2, 3)), y = rep(0:1, 4), generator = halves, batch_size = 4)
  expect_equal(range(images[[1]][[1]]), c(0.5, 0.5))
  of_images <- keras_model_sequential(input_shape = c(2, 2, 3)) |> layer_flatten() |> layer_dense(1)
  compile(of_images, "sgd", "mse")
  expect_length(fit(of_images, images, epochs = 2, verbose = 0)$epoch, 2)
})

test_that("an error is that error, at its element, whatever was computed ahead", {
  fails <- function(v) if (v %in% c(3, 4)) rlang::abort(paste("no", v), class = "mine", element = v) else v
  for (dataset in list(elements(fails), elements(fails, num_parallel_calls = 4L)$prefetch(8L))) {
    iterator <- as_iterator(dataset)
    expect_equal(as.vector(as.array(iter_next(iterator))), 1L)
    as_tensor(1)
    expect_equal(as.vector(as.array(iter_next(iterator))), 2L)
    caught <- tryCatch(iter_next(iterator), error = identity)
    expect_s3_class(caught, "mine")
    expect_equal(list(conditionMessage(caught), caught$element), list("no 3", 3L))
    expect_s3_class(caught$trace, "rlang_trace")
    expect_error(iter_next(iterator), "no 4", class = "mine")
    expect_equal(as.vector(as.array(iter_next(iterator))), 5L)
  }
  pairs <- elements(\(v) if (v == 3) stop("third") else matrix(0, 4, 3), dtype = tf$float32)$map(function(x) {
    x$set_shape(shape(4, 3))
    list(x, tf$zeros(shape(4), tf$int32))
  })
  expect_error(fit(small_model(), pairs, verbose = 0), "^third$", class = "simpleError")
})

test_that("conditions are heard, and jumps leave for good", {
  warns <- function(v) {
    if (v == 2) warning("heard")
    v
  }
  expect_equal(tryCatch(walk(elements(warns)$prefetch(2L)), warning = conditionMessage), "heard")
  expect_equal(suppressWarnings(walk(elements(warns)$prefetch(2L))), 1:8)
  expect_equal(callCC(function(k) walk(elements(\(v) k("out"), num_parallel_calls = 2L))), "out")
  once <- 0
  iterator <- as_iterator(elements(function(v) {
    once <<- once + 1
    if (once == 1) rlang::interrupt()
    v
  }))
  expect_equal(tryCatch(iter_next(iterator), interrupt = function(e) "interrupted"), "interrupted")
  expect_equal(as.vector(as.array(iter_next(iterator))), 1L)
})

test_that("interrupts and time limits reach R while it waits for others", {
  skip_on_os("windows")
  sleep <- reticulate::py_eval("lambda x: [__import__('time').sleep(0.05) for _ in range(20)] and x")
  slow <- function() as_iterator(tensor_slices_dataset(1:3)$map(\(x) tf$py_function(sleep, list(x), tf$int32)))
  iterator <- slow()
  system(sprintf("(sleep 0.3; kill -INT %d) &", Sys.getpid()))
  expect_equal(tryCatch(iter_next(iterator), interrupt = function(e) "interrupted"), "interrupted")
  expect_equal(as.vector(as.array(iter_next(iterator))), 1L)
  on.exit(setTimeLimit())
  iterator <- slow()
  expect_error({
    setTimeLimit(elapsed = 0.2, transient = TRUE)
    iter_next(iterator)
  }, "reached elapsed time limit", fixed = TRUE)
  setTimeLimit()
})

# The long run: TFBRIDGE_TORTURE=200.
test_that("generators and pipelines end in every way, at random moments, and R leaves with one that waits", {
  times <- as.integer(Sys.getenv("TFBRIDGE_TORTURE", "20"))
  result <- run_r(c(sprintf("times <- %d", times), '
    rows <- function(v) matrix(v, 4, 3)
    model <- keras_model_sequential(input_shape = 3) |> layer_dense(1) |> compile("sgd", "mse")
    pipeline <- function(f) {
      endless <- tensor_slices_dataset(1)$`repeat`()
      endless$map(function(x) {
        x <- tf$py_function(function(v) f(), list(x), tf$float32)
        x$set_shape(shape(4, 3))
        list(x, tf$zeros(shape(4, 1)))
      }, num_parallel_calls = sample(3L, 1L))$prefetch(sample(3L, 1L))
    }
    memory <- function() as.numeric(strsplit(readLines("/proc/self/statm"), " ")[[1]][[2]]) * 4 / 1024
    set.seed(1)
    ends <- character()
    for (i in seq_len(times)) {
      left <- sample(12L, 1L)
      way <- sample(c("error", "interrupt", "signal", "abandon", "steps"), 1L)
      f <- function() {
        left <<- left - 1L
        if (left == 0L) switch(
          way, error = rlang::abort("at random", class = "mine"), interrupt = rlang::interrupt(),
          signal = tools::pskill(Sys.getpid(), tools::SIGINT)
        )
        matrix(0, 4, 3)
      }
      ends[[i]] <- tryCatch({
        kind <- sample(3L, 1L)
        if (kind == 1L) {
          fit(model, pipeline(f), steps_per_epoch = 10, verbose = 0)
        } else if (kind == 2L) {
          fit(model, function() list(f(), matrix(0, 4, 1)), steps_per_epoch = 10, verbose = 0)
        } else {
          iterator <- as_iterator(pipeline(f))
          for (j in seq_len(if (way == "abandon") 2 else 10)) iter_next(iterator)
          rm(iterator)
        }
        Sys.sleep(0)
        "end"
      }, mine = function(e) "mine", interrupt = function(e) "interrupt")
      if (i %% 7 == 0) gc(verbose = FALSE)
      if (i == times %/% 4) before <- memory()
    }
    stopifnot(all(c("end", "mine", "interrupt") %in% ends))
    gc(verbose = FALSE)
    cat("grown by", memory() - before, "MB\\n")
    stopifnot(memory() - before < 100)
    f <- function() matrix(0, 4, 3)
    iterator <- as_iterator(pipeline(f))
    invisible(iter_next(iterator))
    Sys.sleep(0.1)
    cat("left\\n")'))
  expect_equal(result$status, 0L)
  expect_equal(tail(result$output, 1), "left")
})

test_that("tf_py_function() calls R for values within datasets, and refuses where R is busy", {
  rows <- matrix(c(3, 1, 2, 9, 7, 8), 2, byrow = TRUE)
  dataset <- tensor_slices_dataset(rows) |>
    dataset_map(function(row) tf_py_function(function(x) rank(as.array(x)), row, "float32"), num_parallel_calls = 2)
  expect_equal(lapply(dataset_collect(dataset), as.array), lapply(1:2, function(i) array(rank(rows[i, ]))))
  both <- tf_py_function(function(x, y) list(as.array(x + y), nchar("abc")), list(as_tensor(1), 2), list("float64", "int32"))
  expect_equal(lapply(both, as.vector), list(3, 3L))
  expect_error(tf_py_function(function(x) stop("no rank"), as_tensor(1), "float32"), "no rank")
  expect_error(tf_py_function(identity, 1, "float32", zzz = 1), class = "tfbridge_error_argument")
})

local_runs <- function(env = parent.frame()) {
  home <- withr::local_tempdir(.local_envir = env)
  withr::local_dir(home, .local_envir = env)
  withr::local_options(tfruns.runs_dir = "runs", .local_envir = env)
  home
}

script <- function(..., path = "train.R") {
  writeLines(c(...), path)
  path
}

quiet_run <- function(...) {
  result <- NULL
  utils::capture.output(suppressMessages(result <- training_run(..., view = FALSE)))
  result
}

counting <- c(
  "FLAGS <- flags(flag_numeric('rate', 0.1), flag_integer('n', 3), flag_string('name', 'a'))",
  "loss <- FLAGS$rate * (FLAGS$n:1)",
  "write_run_metadata('metrics', list(loss = loss, val_loss = loss + 1))",
  "write_run_metadata('evaluation', list(loss = min(loss)))"
)

test_that("a run keeps its flags, numbers, script, output, plots and files", {
  local_runs()
  writeLines("old", "kept.txt")
  writeLines("old", "changed.txt")
  script(counting, "cat('hello\\n')", "message('told')", "plot(1)", "dir.create('deep')", "writeLines('x', 'deep/new.txt')",
    "writeLines('newer', 'changed.txt')", "writeLines('mine', file.path(run_dir(), 'mine.txt'))",
    "active <- is_run_active()")
  devices <- grDevices::dev.list()
  run <- quiet_run("train.R", flags = list(rate = 0.5), properties = list(author = "me"), context = "here",
    envir = environment())
  expect_identical(grDevices::dev.list(), devices)
  expect_true(active)
  expect_false(is_run_active())
  expect_identical(run_dir(), getwd())
  expect_match(run$run_dir, "^runs/\\d{4}-\\d\\d-\\d\\dT\\d\\d-\\d\\d-\\d\\dZ$")
  expect_equal(unlist(run[c("flag_rate", "flag_n", "metric_loss", "metric_val_loss", "eval_loss")], use.names = FALSE),
    c(0.5, 3, 0.5, 1.5, 0.5))
  info <- run_info(run)
  expect_equal(info$metrics, data.frame(loss = c(1.5, 1, 0.5), val_loss = c(2.5, 2, 1.5)))
  expect_identical(info[c("flag_name", "author", "context", "script", "status", "completed")], list(
    flag_name = "a", author = "me", context = "here", script = "train.R", status = "completed", completed = TRUE
  ))
  expect_s3_class(info$end, "POSIXct")
  expect_true(info$end >= info$start && info$end <= Sys.time())
  expect_match(info$output, "\nhello\n.*\ntold\n\n> plot")
  expect_setequal(list.files(run$run_dir, recursive = TRUE), c(
    "changed.txt", "deep/new.txt", "mine.txt", "plots/Rplot001.png",
    file.path("tfruns.d", c("evaluation.json", "flags.json", "metrics.json", "output.txt", "source.tar.gz")),
    file.path("tfruns.d/properties", c("author", "completed", "context", "end", "host", "process", "process_start", "script",
      "start", "status", "type"))
  ))
  expect_identical(script_of(info), readLines("train.R"))
})

test_that("a run that fails, or that nobody lets end, says so", {
  local_runs()
  script(counting, "inner <- function() stop('no such luck')", "try(stop('caught'), silent = TRUE)", "inner()")
  expect_error(quiet_run("train.R"), "no such luck")
  expect_identical(sink.number(), 0L)
  expect_false(is_run_active())
  info <- latest_run()
  expect_identical(c(info$status, info$error_message), c("failed", "no such luck"))
  expect_match(info$error_traceback, "inner()", fixed = TRUE)
  expect_match(info$output, "Error: no such luck")
  expect_equal(info$metric_loss, 0.1)
  script("rlang::interrupt()")
  expect_identical(tryCatch(quiet_run("train.R"), interrupt = function(e) "interrupted"), "interrupted")
  expect_identical(latest_run()$status, "interrupted")
  script("write_run_metadata('metrics', list(loss = 1))", "cat('so far\\n')", "write_run_metadata('flags', list(a = 1))",
    "tools::pskill(Sys.getpid(), 9)")
  try(silent = TRUE, callr::r(function() {
    library(tfbridge)
    training_run("train.R")
  }))
  info <- latest_run()
  killed <- list(status = "killed", completed = FALSE, metric_loss = 1)
  expect_identical(info[names(killed)], killed)
  expect_match(info$output, "so far")
  expect_s3_class(info$end, "POSIXct")
  expect_length(list.files("runs", "part-", recursive = TRUE, all.files = TRUE), 0)
  expect_identical(ls_runs()$status, c("killed", "interrupted", "failed"))
})

test_that("what fit() and evaluate() know is recorded", {
  skip_if_no_python()
  local_runs()
  script(
    "x <- matrix(rnorm(80), 20)", "y <- rnorm(20)",
    "model <- keras_model_sequential(input_shape = 4) %>% layer_dense(1)",
    "model %>% compile(optimizer_sgd(0.02), 'mse', metrics = 'mae')",
    "history <- model %>% fit(x, y, epochs = 3, batch_size = 5, validation_split = 0.2)",
    "model %>% evaluate(x, y)"
  )
  run <- quiet_run("train.R", envir = environment())
  expect_equal(unlist(run[c("samples", "validation_samples", "batch_size", "epochs", "epochs_completed", "learning_rate")],
    use.names = FALSE), c(16, 4, 5, 3, 3, 0.02), tolerance = 1e-6)
  expect_identical(c(run$optimizer, run$loss_function), c("SGD", "mse"))
  expect_equal(as.list(run_info(run)$metrics), history$metrics)
  expect_true(is.finite(run$eval_mae))
  expect_match(run$model, "Total params")
  expect_match(run_info(run)$output, "Epoch 3/3")
  script("model %>% fit(x, y, epochs = 5, verbose = 0, callbacks = callback_lambda(",
    "  on_epoch_end = function(epoch, logs) if (epoch == 2) stop('enough')))")
  expect_error(quiet_run("train.R", envir = environment()), "enough")
  expect_identical(latest_run()$status, "failed")
  expect_equal(latest_run()$epochs, 5)
})

test_that("runs are listed, subset and ordered by their columns", {
  local_runs()
  expect_identical(dim(ls_runs()), c(0L, 4L))
  expect_null(latest_run())
  rates <- c(0.3, 0.1, 0.2)
  for (rate in rates) {
    path <- unique_run_dir()
    write_run_metadata("flags", list(rate = rate, kind = "a"), path)
    write_run_metadata("metrics", data.frame(loss = c(1, rate), val_acc = c(0, 1 - rate)), path)
    write_run_metadata("properties", list(start = as.numeric(Sys.time()), completed = TRUE), path)
  }
  write_run_metadata("properties", list(start = as.numeric(Sys.time()) + 1), last <- unique_run_dir())
  expect_identical(ls_runs()$flag_rate, c(NA, rev(rates)))
  expect_identical(ls_runs(decreasing = FALSE)$flag_rate, c(rates, NA))
  ways <- list(
    quote(flag_rate), "flag_rate", quote(c(flag_kind, flag_rate)), c("flag_kind", "flag_rate"), quote(1 - metric_val_acc)
  )
  for (by in ways) {
    expect_identical(eval(bquote(ls_runs(flag_rate > 0.1, order = .(by))))$flag_rate, c(0.3, 0.2))
  }
  limit <- 0.15
  expect_identical(ls_runs(metric_loss < limit)$flag_rate, 0.1)
  expect_identical(nrow(ls_runs(latest_n = 2)), 2L)
  expect_identical(latest_run()$run_dir, last)
  expect_error(ls_runs(order = "nothing"), "must be columns", class = "tfbridge_error_argument")
  expect_identical(names(ls_runs())[1:5], c("run_dir", "metric_loss", "metric_val_acc", "flag_rate", "flag_kind"))
  expect_output(print(ls_runs()), "Runs: 4.*flag_rate")
  expect_output(print(run_info(ls_runs()[2, ])), "metrics +\\(data frame, 2 x 2\\)")
  expect_error(run_info("nowhere"), "no run nowhere", class = "tfbridge_error_file")
})

test_that("values come back as they were recorded", {
  local_runs()
  path <- unique_run_dir()
  values <- list(whole = 3L, tenth = 0.1, tiny = 1e-300, text = "a\"b\\ \u00fc", flag = TRUE, none = NA)
  write_run_metadata("flags", values, path)
  flags <- paste0("flag_", names(values))
  expect_equal(unclass(run_info(path))[flags], setNames(c(values[1:5], "NA"), flags))
  metrics <- data.frame(loss = c(NaN, Inf, 1 / 3), one = c(NA, -Inf, 0))
  write_run_metadata("metrics", metrics, path)
  expect_equal(run_info(path)$metrics, metrics)
  write_run_metadata("metrics", list(loss = 2), path)
  expect_identical(run_info(path)$metrics, data.frame(loss = 2))
  write_run_metadata("evaluation", list(loss = 1, acc = 2), path)
  write_run_metadata("evaluation", list(acc = 3), path)
  expect_equal(unlist(unclass(run_info(path))[c("eval_loss", "eval_acc")], use.names = FALSE), c(1, 3))
  uneven <- list(a = 1, b = 1:2)
  expect_error(write_run_metadata("metrics", uneven, path), "one number for each", class = "tfbridge_error_argument")
  expect_error(write_run_metadata("metrics", list(1), path), "must have names", class = "tfbridge_error_argument")
  expect_error(write_run_metadata("properties", list(`../x` = 1), path), class = "tfbridge_error_argument")
  expect_error(write_run_metadata("no such", 1, path), class = "tfbridge_error_argument")
  expect_false(write_run_metadata("flags", values))
  paths <- replicate(5, unique_run_dir())
  expect_identical(anyDuplicated(paths), 0L)
})

test_that("a grid is tried in this session and in processes of its own", {
  local_runs()
  script(counting, "if (FLAGS$n == 2) stop('bad luck')", "if (FLAGS$n == 9) tools::pskill(Sys.getpid(), 9)")
  tune <- function(...) {
    result <- NULL
    capture.output(suppressMessages(result <- tuning_run("train.R", ..., echo = FALSE, confirm = FALSE)))
    result
  }
  runs <- tune(flags = list(rate = c(0.1, 0.2), n = 3:4))
  expect_equal(runs[c("flag_rate", "flag_n")], expand.grid(flag_rate = c(0.1, 0.2), flag_n = 3:4), ignore_attr = TRUE)
  expect_equal(runs$eval_loss, c(0.1, 0.2, 0.1, 0.2))
  expect_identical(nrow(tune(flags = list(rate = 1:10 / 10), sample = 0.3)), 3L)
  expect_warning(
    runs <- tune(flags = data.frame(rate = c(0.5, 0.5, 0.5), n = c(2, 3, 9)), workers = 2), "2 of 3 runs did not complete"
  )
  expect_identical(runs$status, c("failed", "completed", "killed"))
  expect_identical(runs$error_message, c("bad luck", NA, NA))
  expect_error(tuning_run("train.R", flags = list()), "at least one flag", class = "tfbridge_error_argument")
  expect_error(tuning_run("train.R", flags = list(rate = 1), sample = 2), "`sample`", class = "tfbridge_error_argument")
  misspelt <- list(rat = 1)
  expect_error(quiet_run("train.R", flags = misspelt), "no flag `rat`.*mean `rate`", class = "tfbridge_error_argument")
  expect_error(training_run("none.R"), "no script none.R", class = "tfbridge_error_file")
})

test_that("runs are copied, put away and removed", {
  local_runs()
  script(counting, "writeLines('x', file.path(run_dir(), 'model.txt'))")
  run <- quiet_run("train.R", run_dir = "runs/one")
  expect_true(copy_run(run, "copies"))
  expect_true(copy_run_files("one", "copies", rename = "files"))
  expect_identical(list.files("copies/files"), "model.txt")
  expect_equal(run_info("copies/one")$metrics, run_info(run)$metrics)
  expect_error(copy_run(run, "copies"), "copies/one exists", class = "tfbridge_error_file")
  going <- unique_run_dir()
  write_run_metadata("properties", list(status = "running", process = Sys.getpid(), host = Sys.info()[["nodename"]]), going)
  expect_warning(count <- suppressMessages(clean_runs()), "left alone")
  expect_identical(count, 1L)
  expect_identical(ls_runs()$run_dir, going)
  expect_true(dir.exists("runs/archive/one"))
  expect_identical(suppressMessages(purge_runs()), 1L)
  expect_length(list.files("runs/archive"), 0)
})

test_that("pages show a run, and what differs between runs", {
  skip_if_not_installed("rmarkdown")
  skip_if_not(rmarkdown::pandoc_available("1.12.3"))
  local_runs()
  script(counting, "plot(1)", "cat('said & <done>\\n')")
  first <- quiet_run("train.R")
  page <- paste(readLines(save_run_view(first)), collapse = "\n")
  expect_identical(list.files(pattern = "html$"), paste0(basename(first$run_dir), ".html"))
  parts <- c("flag_rate", "completed", "said &amp; &lt;done&gt;", "data:image/png")
  for (part in parts) expect_match(page, part, fixed = TRUE)
  script(counting, "more <- 1")
  quiet_run("train.R", flags = list(rate = 0.25))
  shown <- NULL
  compare_runs(viewer = function(path) shown <<- paste(readLines(path), collapse = "\n"))
  for (part in c("0.25", "more", "Comparison of 2 runs")) expect_match(shown, part, fixed = TRUE)
  expect_error(compare_runs(first), "two runs or more", class = "tfbridge_error_argument")
})

test_that("listing runs starts no Python", {
  local_runs()
  script(counting)
  started <- callr::r(function() {
    library(tfbridge)
    utils::capture.output(training_run("train.R", view = FALSE))
    ls_runs()
    reticulate::py_available()
  }, show = FALSE)
  expect_false(started)
})

get <- function(page, path) {
  withr::local_envvar(no_proxy = "127.0.0.1")
  connection <- url(paste0(page, path))
  on.exit(close(connection))
  jsonlite::fromJSON(paste(readLines(connection, warn = FALSE), collapse = "\n"), simplifyVector = FALSE)
}

until <- function(f, seconds = 30) {
  end <- Sys.time() + seconds
  while (!isTRUE(tryCatch(f(), error = function(e) FALSE)) && Sys.time() < end) Sys.sleep(0.2)
  expect_true(tryCatch(f(), error = conditionMessage))
}

test_that("TensorBoard shows what a training and tf$summary wrote, until it is stopped", {
  skip_if_no_python()
  home <- withr::local_tempdir()
  logs <- file.path(home, c("a", "b"))
  model <- keras_model_sequential(input_shape = c(4, 4, 1)) %>% layer_conv_2d(2, 3) %>% layer_flatten() %>% layer_dense(1)
  model %>% compile("sgd", "mse")
  x <- array(runif(128), c(8, 4, 4, 1))
  seen <- callback_tensorboard(logs[[1]], histogram_freq = 1, write_graph = TRUE, write_images = TRUE)
  history <- model %>% fit(x, rnorm(8), epochs = 2, verbose = 0, callbacks = seen)
  writer <- tf$summary$create_file_writer(logs[[2]])
  with(writer$as_default(), {
    for (step in 1:3) tf$summary$scalar("reward", step / 2, step = step)
    tf$summary$histogram("weights", rnorm(20), step = 1L)
    tf$summary$image("digits", x, step = 1L, max_outputs = 2L)
    tf$summary$text("note", "from R", step = 1L)
  })
  writer$close()

  url <- NULL
  expect_output(url <- tensorboard(c(one = logs[[1]], two = logs[[2]]), launch_browser = FALSE), "TensorBoard: http://127")
  withr::defer(tensorboard(action = "stop"))
  until(function() all(c("two/.", "one/train") %in% names(get(url, "data/plugin/scalars/tags"))))
  losses <- get(url, "data/plugin/scalars/scalars?tag=epoch_loss&run=one%2Ftrain")
  expect_equal(vapply(losses, `[[`, 0, 3), history$metrics$loss, tolerance = 1e-5)
  rewards <- get(url, "data/plugin/scalars/scalars?tag=reward&run=two%2F.")
  expect_equal(lapply(rewards, `[`, -1), list(list(1L, 0.5), list(2L, 1), list(3L, 1.5)))
  histograms <- get(url, "data/plugin/histograms/tags")
  expect_true("weights" %in% names(histograms$`two/.`))
  expect_true(any(grepl("kernel", names(histograms$`one/train`))))
  images <- get(url, "data/plugin/images/tags")
  expect_true("digits" %in% names(images$`two/.`) && any(grepl("kernel", names(images$`one/train`))))
  expect_true("note" %in% unlist(get(url, "data/plugin/text/tags")))
  expect_true(any(grepl("keras", names(get(url, "data/plugin/graphs/info")$`one/train`$tags))))

  opened <- NULL
  expect_identical(tensorboard(c(one = logs[[1]], two = logs[[2]]), launch_browser = function(url) opened <<- url), url)
  expect_identical(opened, url)
  board <- the$boards[[1]]$process
  expect_identical(tensorboard(action = "stop"), url)
  expect_false(board$is_alive())
  expect_false(answers(url))
})

test_that("TensorBoard ends with an R that is killed", {
  skip_if_no_python()
  session <- callr::r_session$new()
  withr::defer(session$close())
  pid <- session$run(function(logs) {
    tfbridge::tensorboard(logs, launch_browser = identity)
    asNamespace("tfbridge")$the$boards[[1]]$process$get_pid()
  }, list(withr::local_tempdir()))
  board <- ps::ps_handle(as.integer(pid))
  expect_true(ps::ps_is_running(board))
  tools::pskill(session$get_pid(), 9)
  until(function() !ps::ps_is_running(board) || ps::ps_status(board) == "zombie")
})

test_that("what keeps TensorBoard from starting is said", {
  expect_error(tensorboard(1), "`log_dir`", class = "tfbridge_error_argument")
  expect_error(tensorboard(c(a = "x", a = "y")), "must differ", class = "tfbridge_error_argument")
  expect_error(tensorboard("x", port = "some"), "`port`", class = "tfbridge_error_argument")
  expect_error(tensorboard("x", "halt"), class = "tfbridge_error_argument")
  bare <- withr::local_tempdir()
  python <- file.path(bare, "python")
  writeLines(c("#!/bin/sh", "echo \"python: No module named 'tensorboard'\" >&2", "exit 1"), python)
  Sys.chmod(python, "755")
  said <- callr::r(function(logs) {
    tryCatch(tfbridge::tensorboard(logs), error = function(e) c(class(e), conditionMessage(e)))
  }, list(bare), env = c(callr::rcmd_safe_env(), RETICULATE_PYTHON = python))
  expect_true("tfbridge_error_not_provided" %in% said)
  expect_match(said, "TensorBoard is not installed", all = FALSE)
})

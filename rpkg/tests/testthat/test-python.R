skip_if_no_python()

test_that("in forked children everything that crosses is an error at once", {
  skip_on_os("windows")
  model <- small_model()
  tensor <- as_tensor(1:3)
  iterator <- as_iterator(tensor_slices_dataset(1:3))
  layer <- layer_dense(units = 1)
  cases <- list(
    predict = function() predict(model, small_x), fit = function() fit(model, small_x, small_y),
    `a method` = function() model$predict(small_x), `a call` = function() model(small_x), print = function() print(tensor),
    values = function() as.array(tensor), arithmetic = function() tensor + 1L, subset = function() tensor[1],
    tensor = function() as_tensor(1), module = function() tf$constant(1), layer = function() layer(as_tensor(small_x)),
    element = function() iter_next(iterator), save = function() save_model(model, tempfile(fileext = ".keras")),
    `a verb not used yet` = function() model_to_yaml(model)
  )
  answers <- parallel::mclapply(cases, function(run) {
    setTimeLimit(elapsed = 20)
    tryCatch(
      {
        run()
        "nothing"
      },
      error = function(e) class(e)[[1]]
    )
  }, mc.cores = 2)
  expect_equal(unlist(answers), vapply(cases, function(case) "tfbridge_error_fork", ""))
  expect_equal(as.vector(tensor + 1L), 2:4)
})

test_that("objects of another session say so, whatever is done with them", {
  file <- withr::local_tempfile()
  written <- run_r(c(
    "model <- keras_model_sequential(input_shape = 2) |> layer_dense(1)",
    "made <- list(model = model, layer = model$layers[[1]], optimizer = optimizer_sgd(), tensor = as_tensor(1),",
    "  dataset = tensor_slices_dataset(1:2), loss = loss_huber(), method = model$predict)",
    sprintf("saveRDS(made, %s)", deparse(file))
  ))
  expect_equal(written$status, 0L)
  dead <- readRDS(file)
  verbs <- list(
    print = print, format = format, dollar = function(x) x$name,
    save = function(x) save_model(x, tempfile(fileext = ".keras")), batch = function(x) dataset_batch(x, 2),
    walk = as_iterator, config = get_config,
    compile = function(x) compile(small_model(), optimizer = x), input = function(x) keras_model(x, x),
    data = function(x) predict(small_model(), x)
  )
  for (kind in names(dead)) {
    for (verb in names(verbs)) {
      answer <- tryCatch(
        {
          capture.output(verbs[[verb]](dead[[kind]]))
          "nothing"
        },
        error = function(e) class(e)[[1]]
      )
      expect_equal(answer, "tfbridge_error_session", label = paste(verb, "of", kind))
    }
  }
  caught <- tryCatch(print(dead$optimizer), error = conditionMessage)
  expect_match(caught, "save_model()", fixed = TRUE)
  expect_match(caught, "serialize_model()", fixed = TRUE)
  expect_error(predict(dead$model, small_x), class = "tfbridge_error_session")
  expect_error(fit(dead$model, small_x, small_y), class = "tfbridge_error_session")
  expect_error(dead$model(small_x), class = "tfbridge_error_session")
})

test_that("a foreign module called bridge stays with who has it, and ours is found", {
  dir <- withr::local_tempdir()
  writeLines("value = 42", file.path(dir, "bridge.py"))
  result <- run_r(c(
    sprintf("theirs <- reticulate::import_from_path('bridge', %s)", deparse(dir)),
    "warned <- tryCatch(as_tensor(1), tfbridge_warning = conditionMessage)",
    "cat(grepl('bridge.py', warned, fixed = TRUE), theirs$value, as.array(as_tensor(2) + 1), '\n')",
    "cat(dim(predict(keras_model_sequential(input_shape = 2) |> layer_dense(1), matrix(0, 1, 2))))"
  ))
  expect_equal(trimws(result$output), c("TRUE 42 3", "1 1"))
  withr::local_envvar(PYTHONPATH = dir)
  expect_identical(run_r("cat(as.array(as_tensor(2) + 1))")$output, "3")
})

test_that("a Python that cannot be used is named, with what to change", {
  talks <- withr::local_tempfile(lines = c("#!/bin/sh", "echo 1 2 3", "exit 3"))
  Sys.chmod(talks, "700")
  for (python in c("/bin/true", "/etc/passwd", talks, "/no/such/python")) {
    withr::local_envvar(RETICULATE_PYTHON = python)
    # At every attempt, and by whatever starts Python.
    code <- c(
      "cat(is_ready(), tryCatch(tf$constant(1), error = class)[[1]])",
      "cat(conditionMessage(tryCatch(as_tensor(1), tfbridge_error_python_not_found = identity)))"
    )
    said <- paste(run_r(code)$output, collapse = " ")
    expect_match(said, paste0(python, ", which RETICULATE_PYTHON asks for, was tried."), fixed = TRUE)
    expect_match(said, "Without RETICULATE_PYTHON", fixed = TRUE)
    expect_match(said, "FALSE tfbridge_error_python_not_found", fixed = TRUE)
  }
})

test_that("py_require() is reticulate's where it has it", {
  if (has_py_require()) {
    expect_true("tensorflow" %in% sub("[^a-z].*", "", reticulate::py_require()$packages))
    expect_error(py_require("pillow", action = "none of these"))
  } else {
    expect_error(py_require("pillow"), "reticulate 1.41", class = "tfbridge_error_not_provided")
  }
})

test_that("no stub masks what other packages own", {
  expect_length(intersect(getNamespaceExports("tfbridge"), c("train", "generate", ".")), 0)
})

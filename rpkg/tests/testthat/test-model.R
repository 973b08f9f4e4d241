skip_if_no_python()

test_that("models are made of functions", {
  model <- keras_model_custom(function(self) {
    self$dense <- layer_dense(units = 2)
    function(inputs, mask = NULL) inputs %>% self$dense()
  })
  compile(model, "sgd", "mse")
  fit(model, small_x, small_x[, 1:2], verbose = 0)
  expect_length(model$trainable_weights, 2)
})

test_that("a model prints as a table", {
  keras$utils$clear_session()
  model <- keras_model_sequential(input_shape = 3, name = "tiny") %>% layer_dense(2, name = "only")
  withr::local_options(width = 80)
  expect_snapshot(model)
})

test_that("what changes in place is not printed, and a summary is at once", {
  model <- keras_model_sequential(input_shape = 3)
  expect_invisible(model %>% layer_dense(2))
  expect_invisible(layer_dense(model, 2))
  expect_visible(layer_dense(units = 2))
  expect_visible(layer_dense(layer_input(2), 2))
  expect_invisible(set_weights(model, get_weights(model)))
  expect_identical(class(set_weights(model, get_weights(model)))[[1]], class(model)[[1]])
  expect_invisible(adapt(layer_normalization(), small_x))
  expect_invisible(config_set_floatx("float32"))
  expect_invisible(reset_metrics(model))
  removed <- get_layer(model, index = 2)
  expect_identical(pop_layer(model)$name, removed$name)
  expect_length(model$layers, 1)
  in_loop <- function() for (i in 1:2) summary(model)
  expect_length(grep("^Model:", capture.output(in_loop())), 2)
  capture.output(visible <- withVisible(summary(model))$visible)
  expect_false(visible)
})

test_that("a summary says NA, which layers are frozen, and what the terminal can show", {
  model <- keras_model_sequential(input_shape = c(NA, 3)) |> layer_dense(2) |> layer_flatten(name = "None")
  shown <- function(...) capture.output(summary(model, width = 70, ...))
  expect_true(any(grepl("(NA, NA, 2)", shown(), fixed = TRUE)))
  expect_true(any(grepl("None (Flatten)", shown(), fixed = TRUE)))
  expect_equal(unique(nchar(shown()[2:6])), 70)
  expect_false(any(grepl("Trainable ", shown()[3])))
  freeze_weights(model, to = 1)
  expect_match(shown()[3], "Trainable ", fixed = TRUE)
  expect_false(any(grepl("Trainable ", shown(show_trainable = FALSE)[3])))
  withr::local_options(cli.unicode = FALSE)
  expect_true(all(utf8ToInt(paste(shown(), collapse = "")) < 128))
  withr::local_options(cli.unicode = TRUE, cli.num_colors = 256L)
  expect_identical(cli::ansi_strip(shown()), {
    withr::local_options(cli.num_colors = 1L)
    shown()
  })
})

test_that("the arguments of summary() are Keras'", {
  inner <- keras_model_sequential(input_shape = 3, name = "inner") |> layer_dense(2, name = "first")
  model <- keras_model_sequential(input_shape = 3, name = "outer")
  model$add(inner)
  layer_dense(model, 1, name = "last")
  shown <- function(...) capture.output(summary(model, ...))
  expect_false(any(grepl("first", shown())))
  expect_true(any(grepl("first", shown(expand_nested = TRUE))))
  expect_true(any(grepl("Tr", shown(show_trainable = TRUE)[3])))
  expect_equal(max(nchar(shown(line_length = 60))), 60)
  expect_equal(max(nchar(shown(width = 70))), 70)
  expect_false(any(grepl("inner", shown(layer_range = c("last", "last")))))
  expect_false(identical(shown(positions = c(0.5, 0.8, 1)), shown()))
  for (wrong in list(list(show_trainable = "x"), list(line_length = 1.5), list(positions = 1), list(layer_range = "last"),
                     list(layer_range = c("no", "none")), list(expand_nested = NA), list(expand = TRUE))) {
    expect_error(do.call(summary, c(list(model), wrong)), names(wrong), class = "tfbridge_error_argument")
  }
})

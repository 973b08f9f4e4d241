skip_if_no_python()

test_that("what Keras says is shown for a function or its name, in R's words", {
  shown <- keras_help(layer_dense)
  expect_identical(unclass(keras_help("layer_dense")), unclass(shown))
  expect_match(shown, "units")
  expect_no_match(gsub("```.*?```", "", shown), "\\b(None|True|False)\\b")
  expect_output(print(shown), "keras.layers.Dense", fixed = TRUE)
  expect_match(keras_help(op_sum), "from 0 below: `axis`", fixed = TRUE)
  expect_match(keras_help(set_weights), "set_weights", fixed = TRUE)
  expect_error(keras_help(mean), "`f` must be", class = "tfbridge_error_argument")
  expect_error(keras_help("layer_dence"), "layer_dense", class = "tfbridge_error_argument")
})

test_that("objects lead to what makes them, and complete their members", {
  expect_identical(keras_help(layer_dense(units = 1)), keras_help(layer_dense))
  expect_identical(keras_help(optimizer_sgd()), keras_help(optimizer_sgd))
  expect_match(keras_help(small_model()), "Sequential", fixed = TRUE)
  expect_match(keras_help(as_tensor(1)), "Tensor", fixed = TRUE)
  own <- new_layer_class("Own", call = function(inputs) inputs)
  expect_match(keras_help(own()), "Layer", fixed = TRUE)
  expect_true(all(c("relu", "relu6") %in% utils::.DollarNames(tf$nn, "^relu")))
  expect_true("units" %in% utils::.DollarNames(layer_dense(units = 1), "^units$"))
  expect_true("summary" %in% utils::.DollarNames(small_model(), "^sum"))
})

test_that("every generated function has Keras' text, and none of it fails", {
  texts <- vapply(names(tfbridge:::cross("catalog.rows.rows")), keras_help, "")
  expect_true(all(nzchar(texts)))
})

test_that("the verbs of training lead to this package's pages", {
  for (verb in c("fit", "compile", "predict", "evaluate")) {
    pages <- as.character(utils::help((verb), package = "tfbridge"))
    expect_length(pages, 1L)
  }
})

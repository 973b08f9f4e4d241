skip_if_no_python()

# Functions that take expressions, not values, are handlers, or are operators of R.
without_dots <- c(
  "%*%", "%<-active%", "%py_class%", "active_property", "mark_active", "diag",
  "until_out_of_range", "with_dataset", "out_of_range_handler"
)

hand_written <- function() {
  namespace <- asNamespace("tfbridge")
  made <- c("make_object", "make_layer", "compute", "stop_not_provided", "UseMethod")
  Filter(function(name) {
    f <- namespace[[name]]
    is.function(f) && identical(environment(f), namespace) && length(formals(f)) && !any(made %in% all.names(body(f)))
  }, sort(getNamespaceExports("tfbridge")))
}

test_that("every verb refuses an argument that it does not have, with a class", {
  for (name in setdiff(hand_written(), without_dots)) {
    expect_true("..." %in% names(formals(name, asNamespace("tfbridge"))), info = name)
  }
  for (name in c(
    "flag_numeric", "model_from_json", "set_custom_objects", "keras_model_sequential", "layer_input", "load_model",
    "as_tensor", "dataset_batch", "train_on_batch", "get_layer", "parse_flags", "serialize_model", "with_custom_object_scope"
  )) {
    message <- paste0("`", name, "\\(\\)` has no argument `zzz`")
    expect_error(do.call(name, list(zzz = 1)), message, class = "tfbridge_error_argument")
  }
  expect_error(tf_function(identity, zzz = 1), "has no argument `zzz`", class = "tfbridge_error_argument")
  expect_error(keras_model_sequential(inputshape = 3), "Did you mean `input_shape`", class = "tfbridge_error_argument")
})

test_that("flags are TRUE or FALSE, choices one of their words", {
  model <- keras_model_sequential(input_shape = 2) |> layer_dense(units = 1)
  file <- withr::local_tempfile(fileext = ".keras")
  weights <- withr::local_tempfile(fileext = ".weights.h5")
  save_model(model, file)
  save_model_weights(model, weights)
  wrong <- list("no", NA, c(TRUE, FALSE), NULL, 2)
  verbs <- list(
    compile = function(x) load_model(file, compile = x), safe_mode = function(x) load_model(file, safe_mode = x),
    overwrite = function(x) save_model(model, file, overwrite = x),
    overwrite = function(x) save_model_tf(model, file, overwrite = x),
    skip_mismatch = function(x) load_model_weights(model, weights, skip_mismatch = x),
    include_optimizer = function(x) serialize_model(model, include_optimizer = x),
    compile = function(x) unserialize_model(serialize_model(model), compile = x),
    autograph = function(x) tf_function(identity, autograph = x),
    warn_negatives_pythonic = function(x) tf_extract_opts(warn_negatives_pythonic = x)
  )
  for (i in seq_along(verbs)) {
    for (value in wrong) {
      expect_error(
        verbs[[i]](value), paste0("`", names(verbs)[[i]], "` must be TRUE or FALSE"), class = "tfbridge_error_argument"
      )
    }
  }
  expect_s3_class(load_model(file, compile = 1), "keras.models.Model")
  expect_error(array_reshape(1:4, c(2, 2), order = "X"), "`order` must be \"C\" or \"F\"", class = "tfbridge_error_argument")
  expect_equal(array_reshape(1:4, c(2, 2), order = "f"), array_reshape(1:4, c(2, 2), order = "F"))
  expect_error(predict(model, matrix(1, 1, 2), type = "prob"), "`type` must be", class = "tfbridge_error_argument")
})

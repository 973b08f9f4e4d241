skip_if_no_python()

test_that("models are saved and loaded in every format", {
  model <- small_model()
  fit(model, small_x, small_y, verbose = 0)
  dir <- withr::local_tempdir("with space ")
  wanted <- predict(model, small_x)
  save_model(model, file.path(dir, "a.keras"))
  expect_equal(predict(load_model(file.path(dir, "a.keras")), small_x), wanted)
  save_model_hdf5(model, file.path(dir, "b.h5"))
  expect_equal(predict(load_model_hdf5(file.path(dir, "b.h5")), small_x), wanted)
  save_model_tf(model, file.path(dir, "c/"))
  expect_equal(predict(load_model_tf(file.path(dir, "c")), small_x), wanted)
  expect_equal(predict(unserialize_model(serialize_model(model)), small_x), wanted)
  save_model_weights(model, file.path(dir, "w"))
  other <- clone_model(model)
  load_model_weights(other, file.path(dir, "w"))
  expect_equal(predict(other, small_x), wanted)
  expect_setequal(list.files(dir), c("a.keras", "b.h5", "c", "w.weights.h5"))
  expect_true("serving_default" %in% view_savedmodel(file.path(dir, "c")))
})

test_that("models with classes written in R load where the class is defined", {
  layer_twice <- new_layer_class(
    "Twice",
    initialize = function(by = 2) {
      super$initialize()
      self$by <- by
    },
    call = function(x) x * self$by
  )
  model <- keras_model_sequential(input_shape = 3) |> layer_twice(by = 3)
  path <- withr::local_tempfile(fileext = ".keras")
  save_model(model, path)
  expect_equal(predict(load_model(path), small_x), small_x * 3, tolerance = 1e-6)
})

test_that("files that are missing, damaged or in the way are errors", {
  dir <- withr::local_tempdir()
  path <- file.path(dir, "model.keras")
  writeLines("junk", path)
  expect_error(load_model(path), "damaged", class = "tfbridge_error_file")
  expect_error(save_model(small_model(), path), "exists", class = "tfbridge_error_file")
  expect_error(load_model(file.path(dir, "none.keras")), "There is no file", class = "tfbridge_error_file")
  expect_error(load_model_config(file.path(dir, "none.json")), class = "tfbridge_error_file")
})

test_that("configurations are text", {
  model <- small_model()
  expect_equal(model_from_json(model_to_json(model))$layers[[1]]$units, 2)
  expect_equal(model_from_yaml(model_to_yaml(model))$layers[[1]]$units, 2)
  path <- withr::local_tempfile()
  save_model_config(model, path)
  expect_length(load_model_config(path)$layers, 1)
})

test_that("names for classes and functions hold where they are given", {
  thrice <- with_custom_object_scope(list(thrice = function(x) x * 3), get_registered_object("thrice"))
  expect_equal(as.vector(thrice(as_tensor(2))), 6)
  expect_null(get_registered_object("thrice"))
  set_custom_objects(list(twice = function(x) x * 2))
  expect_named(get_custom_objects(), "twice")
})

test_that("what a class of R is made from is saved and cloned without a get_config()", {
  layer_shrink <- new_layer_class(
    "Shrink",
    initialize = function(by, activation = NULL, ...) {
      super$initialize(...)
      self$by <- by
      self$activation <- activation
    },
    call = function(inputs) self$activation(inputs / self$by[[1]])
  )
  expect_equal(layer_shrink(by = c(2, 3), name = "kept")$get_config()[c("name", "by")], list(name = "kept", by = c(2, 3)))
  times <- function(k) function(x) x * k
  model <- keras_model_sequential(input_shape = 2) |>
    layer_shrink(by = 4, activation = activation_relu, name = "shrunk") |>
    layer_shrink(by = 1, activation = times(10))
  x <- matrix(c(4, -4, 8, 2), 2)
  file <- withr::local_tempfile(fileext = ".keras")
  save_model(model, file)
  for (again in list(load_model(file), clone_model(model), unserialize_model(serialize_model(model)))) {
    expect_equal(predict(again, x), pmax(x, 0) / 4 * 10)
    expect_identical(again$layers[[1]]$name, "shrunk")
  }
})

test_that("another session defines what it does not know from the file, once that is trusted", {
  file <- withr::local_tempfile(fileext = ".keras")
  layer_base <- new_layer_class("BaseOfFile", call = function(inputs) inputs + 1, answer = mark_active(function() 42))
  layer_child <- new_layer_class("ChildOfFile", inherit = layer_base, call = function(inputs) super$call(inputs) * 2)
  model <- keras_model_sequential(input_shape = 1) |> layer_child() |> layer_dense(1, activation = function(x) -x)
  model$set_weights(list(matrix(1), array(0, 1)))
  compile(model, optimizer_sgd(function(step) 0.5), loss = function(y_true, y_pred) mean((y_true - y_pred)^2))
  save_model(model, file)
  layer_by <- new_layer_class("ByOfFile",
    initialize = function(by) {
      super$initialize()
      self$by <- by
    },
    call = function(x) x * self$by
  )
  scaled <- withr::local_tempfile(fileext = ".keras")
  save_model(keras_model_sequential(input_shape = 3) |> layer_by(by = 3), scaled)
  result <- run_r(c(
    sprintf("file <- %s", deparse(file)), sprintf("scaled <- %s", deparse(scaled)),
    "for (path in c(scaled, file)) cat(conditionMessage(tryCatch(load_model(path), tfbridge_error_file = identity)), '\\n')",
    "model <- load_model(file, safe_mode = FALSE)",
    "cat(evaluate(model, matrix(3), 0), as.numeric(model$optimizer$learning_rate), '')",
    "cat(predict(model, matrix(3)), model$layers[[1]]$answer)"
  ))
  expect_match(result$output, "has a `ByOfFile`, which is not defined here", fixed = TRUE, all = FALSE)
  expect_match(result$output, "has a `ChildOfFile`, which is not defined here", fixed = TRUE, all = FALSE)
  expect_match(tail(result$output, 1), "64 0.5 -8 42", fixed = TRUE)
})

test_that("`overwrite` is TRUE or FALSE, wherever it is", {
  model <- small_model()
  dir <- withr::local_tempdir()
  writers <- list(
    save_model = function(path, overwrite) save_model(model, paste0(path, ".keras"), overwrite),
    save_model_hdf5 = function(path, overwrite) save_model_hdf5(model, path, overwrite),
    save_model_tf = function(path, overwrite) save_model_tf(model, path, overwrite),
    export_savedmodel = function(path, overwrite) export_savedmodel(model, path, overwrite = overwrite),
    model_to_saved_model = function(path, overwrite) model_to_saved_model(model, path, overwrite = overwrite),
    save_model_weights = function(path, overwrite) save_model_weights(model, path, overwrite),
    save_model_weights_hdf5 = function(path, overwrite) save_model_weights_hdf5(model, path, overwrite),
    save_model_weights_tf = function(path, overwrite) save_model_weights_tf(model, path, overwrite),
    save_model_config = function(path, overwrite) save_model_config(model, path, overwrite)
  )
  for (writer in names(writers)) {
    for (overwrite in list("no", NA, NULL, c(TRUE, FALSE), 0)) {
      expect_error(
        writers[[writer]](file.path(dir, "x"), overwrite), "`overwrite` must be TRUE or FALSE, not",
        class = "tfbridge_error_argument", label = paste(writer, deparse(overwrite))
      )
    }
    path <- writers[[writer]](file.path(dir, writer), FALSE)
    expect_error(writers[[writer]](file.path(dir, writer), FALSE), "exists", class = "tfbridge_error_file")
    expect_equal(writers[[writer]](file.path(dir, writer), TRUE), path)
  }
  expect_length(list.files(dir, all.files = TRUE, no.. = TRUE), length(writers))
})

test_that("a directory that is no SavedModel is left alone", {
  dir <- withr::local_tempdir()
  writeLines("kept", file.path(dir, "thesis.txt"))
  expect_error(save_model_tf(small_model(), dir), "thesis.txt", class = "tfbridge_error_file")
  expect_error(export_savedmodel(small_model(), dir), "thesis.txt", class = "tfbridge_error_file")
  expect_error(save_model_tf(small_model(), file.path(dir, "thesis.txt")), "is a file", class = "tfbridge_error_file")
  expect_error(save_model(small_model(), dir, TRUE), "is a directory", class = "tfbridge_error_file")
  expect_equal(readLines(file.path(dir, "thesis.txt")), "kept")
})

test_that("weights are kept under the name that was given, and any name is read", {
  model <- small_model()
  dir <- withr::local_tempdir()
  other <- clone_model(model)
  for (name in c("w.h5", "w.hdf5", "weights")) {
    path <- save_model_weights_hdf5(model, file.path(dir, name))
    expect_equal(basename(path), name)
    other$set_weights(lapply(other$get_weights(), function(weight) weight * 0))
    load_model_weights_hdf5(other, path)
    expect_equal(predict(other, small_x), predict(model, small_x))
  }
  file.rename(save_model(model, file.path(dir, "m.keras")), file.path(dir, "m.model"))
  expect_equal(predict(load_model(file.path(dir, "m.model")), small_x), predict(model, small_x))
})

test_that("a path is one string", {
  model <- keras_model_sequential(input_shape = 2) |> layer_dense(1)
  writers <- list(save_model, save_model_hdf5, save_model_tf, save_model_weights, save_model_weights_hdf5, save_model_config,
                  load_model_weights, export_savedmodel)
  withr::local_dir(withr::local_tempdir())
  for (path in list(NA, NA_character_, "", 3, c("a.keras", "b.keras"), character())) {
    for (write in writers) expect_error(write(model, path), "`(filepath|export_dir_base)`", class = "tfbridge_error")
    for (read in c(load_model, load_model_tf, load_model_hdf5, load_model_config)) {
      expect_error(read(path), "`(model|filepath)`", class = "tfbridge_error")
    }
  }
  expect_length(dir(), 0)
})

test_that("plain Python serves and trains what R saved, and R trains on what Python saved", {
  dir <- withr::local_tempdir()
  x <- matrix(seq(-1, 1, length.out = 24), 8)
  y <- rowSums(x)
  layer_by <- new_layer_class(
    "ServedBy",
    initialize = function(by = 3, ...) {
      super$initialize(...)
      self$by <- by
    },
    call = function(inputs) inputs * self$by
  )
  inputs <- keras_input(3)
  served <- keras_model(inputs, inputs %>% layer_by() %>% layer_dense(2, activation = function(x) tanh(x) + 1))
  export_savedmodel(served, file.path(dir, "served"))
  trained <- keras_model_sequential(input_shape = 3) %>% layer_dense(4, "tanh") %>% layer_dense(1)
  compile(trained, optimizer_adam(0.05), "mse", metrics = "mae")
  whole <- function(model, epochs) {
    fit(model, x, y, epochs = epochs, batch_size = 8, shuffle = FALSE, verbose = 0)$metrics$loss
  }
  whole(trained, 2)
  save_model(trained, file.path(dir, "from_r.keras"))
  save_model_hdf5(trained, file.path(dir, "from_r.h5"))
  script <- file.path(dir, "plain.py")
  writeLines(c(
    "import json, os, sys", "import numpy as np, tensorflow as tf, keras",
    "os.chdir(sys.argv[1])",
    "x = np.linspace(-1, 1, 24).reshape(3, 8).T.astype('float32')", "y = x.sum(axis=1)",
    "def whole(model, epochs):",
    "    fitted = model.fit(x, y, epochs=epochs, batch_size=8, shuffle=False, verbose=0)",
    "    return fitted.history['loss']",
    "served = tf.saved_model.load('served')", "told = {'served': np.asarray(served.serve(x)).tolist()}",
    "model = keras.models.load_model('from_r.keras')",
    "told['r'] = {'predicted': model.predict(x, verbose=0).tolist(), 'losses': whole(model, 3)}",
    # Keras itself does not find the loss "mse" of an HDF5 file again.
    "told['h5'] = keras.models.load_model('from_r.h5', compile=False).predict(x, verbose=0).tolist()",
    "entry = keras.Input((3,))", "joined = keras.layers.Concatenate()([entry, keras.layers.Dense(2)(entry)])",
    "model = keras.Model(entry, keras.layers.Dense(1)(joined))",
    "model.compile(keras.optimizers.Adam(0.05), 'mse')", "whole(model, 2)", "model.save('from_python.keras')",
    "told['python'] = {'predicted': model.predict(x, verbose=0).tolist(), 'losses': whole(model, 3)}",
    "told['modules'] = sorted(set(sys.modules) & {'bridge', 'rpy2', 'rpycall'})",
    "json.dump(told, open('told.json', 'w'))"
  ), script)
  said <- suppressWarnings(system2(python_program(), c(shQuote(script), shQuote(dir)), stdout = TRUE, stderr = TRUE))
  expect_true(file.exists(file.path(dir, "told.json")), info = paste(tail(said, 5), collapse = "\n"))
  told <- jsonlite::fromJSON(file.path(dir, "told.json"))
  expect_length(told$modules, 0)
  expect_equal(told$served, predict(served, x), tolerance = 1e-5, ignore_attr = TRUE)
  expect_equal(told$r$predicted, predict(trained, x), tolerance = 1e-5, ignore_attr = TRUE)
  expect_equal(told$h5, predict(trained, x), tolerance = 1e-5, ignore_attr = TRUE)
  expect_equal(told$r$losses, whole(load_model(file.path(dir, "from_r.keras")), 3), tolerance = 1e-4)
  expect_equal(told$r$losses, whole(trained, 3), tolerance = 1e-4)
  from_python <- load_model(file.path(dir, "from_python.keras"))
  expect_equal(told$python$predicted, predict(from_python, x), tolerance = 1e-5, ignore_attr = TRUE)
  expect_equal(told$python$losses, whole(from_python, 3), tolerance = 1e-4)
})

# Models, weights and configurations as files. What is written and read stands in bridge/models/persist.py.

#' Save and load models
#'
#' A model is written whole, with its weights, its training configuration and the state of its optimizer, or not at all.
#' The ending says the format: `.keras`, or `.h5` of earlier versions; files of any name are loaded. `save_model_tf()` writes
#' a directory that TensorFlow serves and that loads back too. It takes the place of a SavedModel that is there, never of
#' other directories.
#'
#' @param model,object a model.
#' @param filepath path; `~` is expanded.
#' @param overwrite whether a file that is there is replaced: `TRUE` or `FALSE`.
#' @param include_optimizer whether an HDF5 file holds the optimizer and its state. Other formats do when the model is
#'   compiled.
#' @param custom_objects classes and functions that the model was made with, in a list, by name where they are not called as
#'   they were; classes written in R that are defined in this session are found without it.
#' @param compile whether the model is compiled as it was.
#' @param safe_mode whether code in files is refused: R source of classes and functions that the model was made with, and
#'   Python lambdas. Set it to `FALSE` for files that you trust only: their code runs in the global environment.
#' @param ... not used.
#' @returns The path, invisibly; for loading the model.
#' @family saving
#' @examplesIf tfbridge::is_ready()
#' model <- keras_model_sequential(input_shape = 2) |> layer_dense(units = 1)
#' path <- tempfile(fileext = ".keras")
#' save_model(model, path)
#' load_model(path)
#' @export
save_model <- function(model, filepath, overwrite = FALSE, ...) {
  check_no_more(...)
  check_flag(overwrite)
  invisible(cross("models.persist.save_model", model, check_path(filepath), cross_data(overwrite)))
}

#' @rdname save_model
#' @export
load_model <- function(model, custom_objects = NULL, compile = TRUE, safe_mode = TRUE, ...) {
  check_no_more(...)
  check_flag(compile)
  check_flag(safe_mode)
  define_waiting()
  trusted <- if (!safe_mode) python_function(run_trusted, "run_trusted")
  callable(cross("models.persist.load_model", check_path(model), cross_objects(custom_objects), compile, safe_mode, trusted))
}

#' What R makes of source that a trusted file holds: a class is defined, a function is made ready for Python
#' @noRd
run_trusted <- function(source) {
  made <- eval(parse(text = source, keep.source = FALSE), globalenv())
  if (inherits(made, "tfbridge_class")) {
    python_class(made)
    return(NULL)
  }
  python_function(made)
}

#' @rdname save_model
#' @export
save_model_hdf5 <- function(object, filepath, overwrite = TRUE, include_optimizer = TRUE, ...) {
  check_no_more(...)
  check_flag(overwrite)
  check_flag(include_optimizer)
  check_path(filepath)
  if (!grepl("[.]h(df)?5$", filepath)) filepath <- paste0(filepath, ".h5")
  invisible(cross("models.persist.save_model", object, check_path(filepath), cross_data(overwrite), include_optimizer))
}

#' @rdname save_model
#' @export
load_model_hdf5 <- function(filepath, custom_objects = NULL, compile = TRUE, ...) {
  check_no_more(...)
  load_model(check_path(filepath), custom_objects, compile)
}

#' @rdname save_model
#' @export
save_model_tf <- function(object, filepath, overwrite = TRUE, include_optimizer = TRUE, ...) {
  check_no_more(...)
  check_flag(overwrite)
  check_flag(include_optimizer)
  invisible(cross("models.persist.save_directory", object, check_path(filepath), cross_data(overwrite)))
}

#' @rdname save_model
#' @export
load_model_tf <- load_model_hdf5

#' @rdname save_model
#' @export
model_to_saved_model <- function(object, filepath, overwrite = TRUE, ...) save_model_tf(object, filepath, overwrite, ...)

#' @rdname save_model
#' @export
model_from_saved_model <- load_model_hdf5

#' Export a model for serving
#'
#' Writes a model as a SavedModel directory, from which TensorFlow Serving and other programs compute predictions without R.
#'
#' @param object a model.
#' @param export_dir_base directory to write.
#' @param overwrite whether a directory that is there is replaced.
#' @param ... not used.
#' @returns The path, invisibly.
#' @family saving
#' @examplesIf tfbridge::is_ready()
#' model <- keras_model_sequential(input_shape = 2) |> layer_dense(units = 1)
#' export_savedmodel(model, tempfile())
#' @export
export_savedmodel <- function(object, export_dir_base, overwrite = TRUE, ...) {
  save_model_tf(object, check_path(export_dir_base), overwrite, ...)
}

#' What a SavedModel directory serves
#'
#' Shows the functions that a SavedModel directory offers, with the shapes and dtypes that they take and give.
#'
#' @param model_dir the directory.
#' @param ... not used.
#' @returns Names of signatures.
#' @family saving
#' @export
view_savedmodel <- function(model_dir, ...) {
  check_no_more(...)
  as.character(cross("models.persist.signatures", check_path(model_dir)))
}

#' Save and load weights
#'
#' Writes the weights of a model to a file, and gives them to a model with the same layers.
#'
#' @inheritParams save_model
#' @param filepath path. Files of weights end in `.weights.h5`, which is added when it is missing;
#'   `save_model_weights_hdf5()` takes any name as it is. Any name is read.
#' @param skip_mismatch whether layers whose shape differs are left as they are.
#' @param by_name whether layers are matched by name; only for files of earlier versions.
#' @returns The path, invisibly; for loading the model, invisibly.
#' @family saving
#' @examplesIf tfbridge::is_ready()
#' model <- keras_model_sequential(input_shape = 2) |> layer_dense(units = 1)
#' path <- tempfile(fileext = ".weights.h5")
#' save_model_weights(model, path)
#' load_model_weights(model, path)
#' @export
save_model_weights <- function(model, filepath, overwrite = FALSE, ...) {
  check_no_more(...)
  check_flag(overwrite)
  invisible(cross("models.persist.save_weights", model, check_path(filepath), cross_data(overwrite)))
}

#' @rdname save_model_weights
#' @export
load_model_weights <- function(model, filepath, skip_mismatch = FALSE, by_name = FALSE, ...) {
  check_no_more(...)
  check_flag(skip_mismatch)
  check_flag(by_name)
  cross("models.persist.load_weights", model, check_path(filepath), skip_mismatch, by_name)
  invisible(model)
}

#' @rdname save_model_weights
#' @export
save_model_weights_hdf5 <- function(object, filepath, overwrite = TRUE, ...) {
  check_no_more(...)
  check_flag(overwrite)
  invisible(cross("models.persist.save_weights", object, check_path(filepath), cross_data(overwrite), TRUE))
}

#' @rdname save_model_weights
#' @export
load_model_weights_hdf5 <- function(object, filepath, by_name = FALSE, skip_mismatch = FALSE, ...) {
  check_no_more(...)
  load_model_weights(object, filepath, skip_mismatch, by_name)
}

#' @rdname save_model_weights
#' @export
save_model_weights_tf <- function(object, filepath, overwrite = TRUE, ...) {
  check_no_more(...)
  save_model_weights(object, filepath, overwrite)
}

#' @rdname save_model_weights
#' @export
load_model_weights_tf <- load_model_weights_hdf5

#' Configurations of models
#'
#' The architecture without weights: as JSON, as a file, as a model again.
#'
#' @inheritParams save_model
#' @param json,yaml text.
#' @param custom_objects classes and functions by name.
#' @returns Text; for `model_from_json()` and `load_model_config()` a new object.
#' @family saving
#' @examplesIf tfbridge::is_ready()
#' model <- keras_model_sequential(input_shape = 2) |> layer_dense(units = 1)
#' model_from_json(model_to_json(model))
#' @export
model_to_json <- function(object, ...) {
  check_no_more(...)
  cross("models.persist.to_json", object)
}

#' @rdname model_to_json
#' @export
model_from_json <- function(json, custom_objects = NULL, ...) {
  check_no_more(...)
  define_waiting()
  callable(cross("models.persist.from_json", json, cross_objects(custom_objects)))
}

#' @rdname model_to_json
#' @export
model_to_yaml <- function(object, ...) {
  check_no_more(...)
  cross("models.persist.to_yaml", object)
}

#' @rdname model_to_json
#' @export
model_from_yaml <- function(yaml, custom_objects = NULL, ...) {
  check_no_more(...)
  define_waiting()
  callable(cross("models.persist.from_yaml", yaml, cross_objects(custom_objects)))
}

#' @rdname model_to_json
#' @export
save_model_config <- function(model, filepath = NULL, overwrite = FALSE, ...) {
  check_no_more(...)
  check_flag(overwrite)
  if (is.null(filepath)) return(model_to_json(model))
  invisible(cross("models.persist.save_config", model, check_path(filepath), cross_data(overwrite)))
}

#' @rdname model_to_json
#' @export
load_model_config <- function(filepath, custom_objects = NULL, ...) {
  check_no_more(...)
  define_waiting()
  callable(cross("models.persist.load_config", check_path(filepath), cross_objects(custom_objects)))
}

#' Models as raw vectors
#'
#' Turns a model into a raw vector, for `saveRDS()`, a database or another session, and back.
#'
#' @inheritParams save_model
#' @param model for `unserialize_model()` a raw vector.
#' @returns A raw vector; a model.
#' @family saving
#' @examplesIf tfbridge::is_ready()
#' model <- keras_model_sequential(input_shape = 2) |> layer_dense(units = 1)
#' unserialize_model(serialize_model(model))
#' @export
serialize_model <- function(model, include_optimizer = TRUE, ...) {
  check_no_more(...)
  check_flag(include_optimizer)
  cross("models.persist.serialize", model)
}

#' @rdname serialize_model
#' @export
unserialize_model <- function(model, custom_objects = NULL, compile = TRUE, ...) {
  check_no_more(...)
  check_flag(compile)
  define_waiting()
  callable(cross("models.persist.unserialize", model, cross_objects(custom_objects), compile))
}

#' Names for classes and functions of one's own
#'
#' Models that are loaded find them by these names.
#'
#' @param objects_named_list,objects a named list.
#' @param clear whether names that were given before are forgotten.
#' @param expr code to run.
#' @param object a class.
#' @param package,name the class is registered as `package>name`.
#' @param ... not used.
#' @returns Nothing; the value of `expr`; the class.
#' @family saving
#' @examplesIf tfbridge::is_ready()
#' set_custom_objects(list(twice = function(x) x * 2))
#' names(get_custom_objects())
#' with_custom_object_scope(list(thrice = function(x) x * 3), get_registered_object("thrice")(as_tensor(1)))
#' @export
set_custom_objects <- function(objects_named_list = NULL, clear = TRUE, ...) {
  check_no_more(...)
  check_flag(clear)
  cross("models.persist.register", if (length(objects_named_list)) cross_objects(objects_named_list, FALSE), clear)
  invisible()
}

#' @rdname set_custom_objects
#' @export
with_custom_object_scope <- function(objects, expr, ...) {
  check_no_more(...)
  scope <- cross("models.persist.enter_scope", cross_objects(objects))
  on.exit(cross("models.persist.leave_scope", scope))
  force(expr)
}

#' @rdname set_custom_objects
#' @export
register_keras_serializable <- function(object, name = NULL, package = NULL, ...) {
  check_no_more(...)
  class <- if (inherits(object, "tfbridge_class")) python_class(object) else object
  cross("models.persist.register_class", class, package %||% "Custom", name)
  invisible(object)
}

#' Makes the Python classes of R definitions that no instance was made of yet: files may hold them
#' @noRd
define_waiting <- function() {
  for (maker in the$waiting) python_class(maker)
  the$waiting <- NULL
}

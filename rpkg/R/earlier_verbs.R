# Verbs of earlier R packages for Keras, written with those of today. What has no counterpart is in gen-not_provided.R.

#' Training with generators, by its earlier names
#'
#' [fit()], [evaluate()] and [predict()] take generators themselves; these names stay for old scripts.
#'
#' @param object a model.
#' @param generator an R function that gives `list(x, y)` at each call, a dataset, or a Python generator.
#' @param steps_per_epoch,steps number of batches.
#' @param epochs,validation_data,validation_steps,class_weight,initial_epoch,callbacks,verbose as in [fit()].
#' @param ... further arguments of [fit()], [evaluate()] or [predict()].
#' @param x data.
#' @param batch_size number of samples in a batch.
#' @returns What [fit()], [evaluate()] and [predict()] return; `predict_classes()` integers, counted from 0.
#' @family training
#' @export
fit_generator <- function(object, generator, steps_per_epoch = NULL, epochs = 1, verbose = getOption("keras.fit_verbose", 1),
                          callbacks = NULL, validation_data = NULL, validation_steps = NULL, class_weight = NULL,
                          initial_epoch = 0, ...) {
  fit(
    object, generator, epochs = epochs, verbose = verbose, callbacks = callbacks, validation_data = validation_data,
    class_weight = class_weight, initial_epoch = initial_epoch, steps_per_epoch = steps_per_epoch,
    validation_steps = validation_steps
  )
}

#' @rdname fit_generator
#' @export
evaluate_generator <- function(object, generator, steps = NULL, ...) evaluate(object, generator, steps = steps)

#' @rdname fit_generator
#' @export
predict_generator <- function(object, generator, steps = NULL, verbose = 0, ...) predict(object, generator, steps = steps)

#' @rdname fit_generator
#' @export
predict_proba <- function(object, x, batch_size = NULL, verbose = 0, steps = NULL, ...) {
  check_no_more(...)
  predict(object, x, batch_size = batch_size)
}

#' @rdname fit_generator
#' @export
predict_classes <- function(object, x, batch_size = NULL, verbose = 0, steps = NULL, ...) {
  check_no_more(...)
  scores <- predict(object, x, batch_size = batch_size)
  if (ncol(scores) == 1L) as.integer(scores[, 1L] > 0.5) else max.col(scores, ties.method = "first") - 1L
}

#' A metric made of a function
#'
#' Names an R function of true values and predictions, so that [compile()][compile.keras.models.Model] takes it as a metric
#' that is shown under that name.
#'
#' @param name by which it is shown.
#' @param metric_fn a function of `y_true` and `y_pred`.
#' @param ... not used.
#' @returns The function, named: for the `metrics` of [compile()].
#' @family training
#' @examples
#' custom_metric("doubled", function(y_true, y_pred) y_pred * 2)
#' @export
custom_metric <- function(name, metric_fn, ...) {
  check_no_more(...)
  structure(metric_fn, py_function_name = name)
}

#' Tensors by their earlier names
#'
#' `keras_array()` is an earlier name of [as_tensor()], with doubles in Keras' default float dtype; `newaxis` is `NULL`,
#' which adds an axis.
#'
#' @param x an array.
#' @param dtype of the tensor.
#' @param ... not used.
#' @returns A tensor.
#' @family tensors
#' @examplesIf tfbridge::is_ready()
#' keras_array(matrix(1:4, 2))
#' @export
keras_array <- function(x, dtype = NULL, ...) {
  check_no_more(...)
  as_tensor(x, dtype %||% if (is.double(x)) config_floatx())
}

#' @rdname keras_array
#' @format `newaxis` stands for a new axis in `x[newaxis, ]`.
#' @export
newaxis <- NULL

#' Which Keras is used
#'
#' There is one implementation, Keras 3 on TensorFlow, so the `use_*()` verbs of earlier packages change nothing; they say
#' so when something else is asked for.
#'
#' @param convert not used.
#' @param backend,implementation,version,seed what is asked for.
#' @param disable_gpu,disable_parallel_cpu,quiet,... not used.
#' @param ... not used.
#' @returns The raw module `keras`; a name; whether there is Keras; versions.
#' @family set-up
#' @examplesIf tfbridge::is_ready()
#' is_keras_available()
#' tf_version()
#' @export
backend <- function(convert = TRUE, ...) {
  check_no_more(...)
  keras$backend
}

#' @rdname backend
#' @export
implementation <- function() "keras"

#' @rdname backend
#' @export
use_backend <- function(backend = "tensorflow", ...) {
  check_no_more(...)
  only_one(backend, "tensorflow")
}

#' @rdname backend
#' @export
use_implementation <- function(implementation = "keras", ...) {
  check_no_more(...)
  only_one(implementation, c("keras", "tensorflow"))
}

#' @rdname backend
#' @export
use_compat <- function(version = "v2", ...) {
  check_no_more(...)
  only_one(version, "v2")
}

#' @rdname backend
#' @export
use_session_with_seed <- function(seed, disable_gpu = TRUE, disable_parallel_cpu = TRUE, quiet = FALSE, ...) {
  check_no_more(...)
  check_flag(disable_gpu)
  check_flag(disable_parallel_cpu)
  check_flag(quiet)
  invisible(set_random_seed(seed))
}

#' @rdname backend
#' @export
is_keras_available <- function(version = NULL, ...) {
  check_no_more(...)
  is_ready() && (is.null(version) || numeric_version(tf_config()$keras) >= version)
}

#' @rdname backend
#' @export
tf_version <- function() numeric_version(sub("^([0-9]+[.][0-9]+).*$", "\\1", tf_config()$tensorflow))

#' @rdname backend
#' @export
tf_gpu_configured <- function() length(tf$config$list_physical_devices("GPU")) > 0

only_one <- function(asked, there_is) {
  if (!asked %in% there_is) {
    message <- paste0("There is no ", asked, " here: this package uses Keras 3 on TensorFlow.")
    abort_kind("argument", message, call = rlang::caller_call())
  }
  invisible()
}

# One batch: a step of training, a test, predictions.

#' One batch
#'
#' `train_on_batch()` makes one step of training, `test_on_batch()` computes loss and metrics, `predict_on_batch()`
#' predictions.
#'
#' @param object a compiled model.
#' @param x,y,sample_weight,class_weight as in [fit.keras.models.Model()]; factors and columns go by name here too.
#' @param ... not used.
#' @returns `train_on_batch()` and `test_on_batch()`: named numbers like those of [evaluate.keras.models.Model()];
#'   `predict_on_batch()` an array, or a list of them.
#' @family training
#' @examplesIf tfbridge::is_ready()
#' model <- keras_model_sequential(input_shape = 2) |> layer_dense(units = 1)
#' compile(model, "sgd", "mse")
#' train_on_batch(model, matrix(0, 4, 2), rep(1, 4))
#' predict_on_batch(model, matrix(0, 4, 2))
#' @export
train_on_batch <- function(object, x, y = NULL, sample_weight = NULL, class_weight = NULL, ...) {
  check_no_more(...)
  arguments <- supplied_training()
  metric_values(cross("models.batches.train_on_batch", object, cross_training(arguments)))
}

#' @rdname train_on_batch
#' @export
test_on_batch <- function(object, x, y = NULL, sample_weight = NULL, ...) {
  check_no_more(...)
  arguments <- supplied_training()
  metric_values(cross("models.batches.test_on_batch", object, cross_training(arguments)))
}

#' @rdname train_on_batch
#' @export
predict_on_batch <- function(object, x, ...) {
  check_no_more(...)
  arguments <- supplied_training()
  cross("models.batches.predict_on_batch", object, cross_training(arguments))
}

# What the networks that are known by name expect, and what their answers mean: bridge/models/applications.py.

#' Prepare images for a known network, and read its answers
#'
#' Networks trained on ImageNet want their images scaled in ways of their own, and answer with 1000 scores: these functions
#' do the one and name the classes of the other.
#'
#' @param model a model that an `application_*()` function made.
#' @param x images, an array or tensor with values from 0 to 255.
#' @param preds what `predict()` gave, one row an image.
#' @param top how many of the best classes.
#' @param ... not used.
#' @param data_format `"channels_last"` or `"channels_first"`.
#' @returns Images; a list with a data frame (`class_name`, `class_description`, `score`) for each image. The names of the
#'   classes are downloaded once.
#' @family image networks
#' @examplesIf tfbridge::is_ready()
#' model <- application_mobilenet(weights = NULL, input_shape = c(32, 32, 3), classes = 2)
#' range(as.array(application_preprocess_inputs(model, array(0:3071 %% 256, c(1, 32, 32, 3)))))
#' @export
application_preprocess_inputs <- function(model, x, ..., data_format = NULL) {
  check_no_more(...)
  cross("models.applications.preprocess", model, cross_data(x), data_format)
}

#' @rdname application_preprocess_inputs
#' @export
application_decode_predictions <- function(model, preds, top = 5L, ...) {
  check_no_more(...)
  lapply(cross("models.applications.decode", model, cross_data(preds), top), as_predictions)
}

#' @rdname application_preprocess_inputs
#' @export
imagenet_decode_predictions <- function(preds, top = 5L, ...) {
  check_no_more(...)
  lapply(cross("models.applications.decode", NULL, cross_data(preds), top), as_predictions)
}

#' @rdname application_preprocess_inputs
#' @export
mobilenet_decode_predictions <- imagenet_decode_predictions

#' @rdname application_preprocess_inputs
#' @export
mobilenet_v2_decode_predictions <- imagenet_decode_predictions

as_predictions <- function(columns) as.data.frame(lapply(columns, as.vector), stringsAsFactors = FALSE)

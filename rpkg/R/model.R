#' A model as a stack of layers
#'
#' Layers piped into it are added in place.
#'
#' @param layers a list of layers; numbers are taken as `input_shape`.
#' @param input_shape shape of one sample, without the batch axis.
#' @param name of the model.
#' @param ... `input_dtype`, `input_batch_size`, `trainable`, by name.
#' @returns A Keras model.
#' @family models
#' @examplesIf tfbridge::is_ready()
#' model <- keras_model_sequential(input_shape = 4) %>%
#'   layer_dense(8, activation = "relu") %>%
#'   layer_dense(1)
#' model
#' @export
keras_model_sequential <- function(layers = list(), input_shape = NULL, name = NULL, ...) {
  if (is.numeric(layers) || inherits(layers, "tensorflow.TensorShape")) {
    input_shape <- layers
    layers <- list()
  }
  callable(cross(
    "models.create.sequential", layers %||% list(), cross_argument(input_shape), name, ...
  ))
}

#' A symbolic input
#'
#' @param shape of one sample, without the batch axis; `NA` where unknown.
#' @param batch_size fixed size of the batch axis.
#' @param name by which data can be given in a named list.
#' @param dtype of the data, float32 by default.
#' @param ... `batch_shape`, `sparse`, `ragged`, `optional`, `tensor`, by name.
#' @returns A symbolic tensor.
#' @family models
#' @examplesIf tfbridge::is_ready()
#' layer_input(shape = c(28, 28), name = "image")
#' @export
layer_input <- function(shape = NULL, batch_size = NULL, name = NULL, dtype = NULL, ...) {
  cross(
    "models.create.input_tensor", cross_argument(shape), batch_size, name, dtype, ...
  )
}

#' @rdname layer_input
#' @export
keras_input <- layer_input

#' A model between inputs and outputs
#'
#' @param inputs,outputs symbolic tensors, lists or named lists of them.
#' @param name of the model.
#' @param ... not used.
#' @returns A Keras model.
#' @family models
#' @examplesIf tfbridge::is_ready()
#' inputs <- layer_input(4)
#' keras_model(inputs, inputs %>% layer_dense(2))
#' @export
keras_model <- function(inputs = NULL, outputs = NULL, name = NULL, ...) {
  check_no_more(...)
  callable(cross("models.create.functional", inputs, outputs, name))
}

#' @export
print.keras.models.Model <- function(x, ...) {
  cat(cross("models.inspect.summary_text", x, getOption("width")), "\n", sep = "")
  invisible(x)
}

#' @export
summary.keras.models.Model <- function(object, ...) {
  structure(list(text = cross("models.inspect.summary_text", object, getOption("width"))), class = "tfbridge_summary")
}

#' @export
print.tfbridge_summary <- function(x, ...) {
  cat(x$text, "\n", sep = "")
  invisible(x)
}

#' A layer of a model
#'
#' @param object a model.
#' @param name,index of the layer; `index` counts from 1.
#' @returns A layer.
#' @family models
#' @export
get_layer <- function(object, name = NULL, index = NULL) {
  callable(cross("models.inspect.get_layer", object, name, index))
}

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
  check_options(c("input_dtype", "input_batch_size", "trainable"), ...)
  callable(cross(
    "models.create.sequential", layers %||% list(), cross_argument(input_shape), name, ...
  ))
}

#' A symbolic input
#'
#' Stands for data that come later: layers that are called on it give symbolic outputs, of which [keras_model()] makes a
#' model.
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
  check_options(c("sparse", "ragged", "optional", "batch_shape", "tensor"), ...)
  cross(
    "models.create.input_tensor", cross_argument(shape), batch_size, name, dtype, ...
  )
}

#' @rdname layer_input
#' @export
keras_input <- layer_input

#' A model between inputs and outputs
#'
#' Makes a model of all layers that lead from symbolic inputs to outputs: with several of them, with branches, with layers
#' that are used twice.
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

#' The table of a model
#'
#' Layers with the shapes that they give and the number of their weights.
#'
#' @param object,x a model.
#' @param line_length,width characters in a line; as wide as R prints by default.
#' @param positions where columns end: shares of the line, or characters.
#' @param expand_nested whether layers of models in the model are shown.
#' @param show_trainable whether a column says which layers are trained; by default where some are frozen.
#' @param layer_range the names (or regular expressions) of the first and the last layer to show.
#' @param compact not used: the table of keras3 has it.
#' @param ... for `print()` the same arguments.
#' @returns The text, invisibly; it is printed at once, in functions and loops too.
#' @family models
#' @examplesIf tfbridge::is_ready()
#' model <- keras_model_sequential(input_shape = 4) %>% layer_dense(2, name = "scores")
#' summary(model, show_trainable = TRUE, line_length = 70)
#' @export
summary.keras.models.Model <- function(object, ..., line_length = width, positions = NULL, expand_nested = FALSE,
                                       show_trainable = NULL, layer_range = NULL, width = getOption("width"),
                                       compact = TRUE) {
  check_no_more(...)
  options <- list(
    line_length = line_length, positions = positions, expand_nested = expand_nested, show_trainable = show_trainable,
    layer_range = layer_range
  )
  text <- cross("models.inspect.summary_text", object, cross_arguments(options))
  cat(for_terminal(text), "\n", sep = "")
  invisible(structure(list(text = text), class = "tfbridge_summary"))
}

#' @rdname summary.keras.models.Model
#' @export
print.keras.models.Model <- function(x, ...) {
  summary(x, ...)
  invisible(x)
}

#' @export
print.tfbridge_summary <- function(x, ...) {
  cat(for_terminal(x$text), "\n", sep = "")
  invisible(x)
}

#' A table as the terminal can show it: in colours, or without lines of Unicode
#' @noRd
for_terminal <- function(text) {
  if (!cli::is_utf8_output()) {
    text <- gsub("[\u2500\u2501]", "-", text)
    text <- gsub("[\u2502\u2503]", "|", text)
    text <- gsub("[\u250c-\u254b]", "+", text)
    text <- gsub("\u2026", ".", text)
    return(text)
  }
  if (cli::num_ansi_colors() < 2L) return(text)
  lines <- strsplit(text, "\n", fixed = TRUE)[[1L]]
  head <- grepl("^Model:|\u2503", lines)
  lines[head] <- cli::style_bold(lines[head])
  rows <- startsWith(lines, "\u2502")
  lines[rows] <- gsub("\\((?=[A-Z])([A-Za-z0-9_]+)\\)", paste0("(", cli::col_blue("\\1"), ")"), lines[rows], perl = TRUE)
  lines[rows] <- gsub("\\bN( +\u2502)$", paste0(cli::col_red("N"), "\\1"), lines[rows])
  paste(lines, collapse = "\n")
}

#' A layer of a model
#'
#' Finds a layer by its name or by its position, counted from 1.
#'
#' @param object a model.
#' @param name,index of the layer; `index` counts from 1.
#' @param ... not used.
#' @returns A layer.
#' @family models
#' @export
get_layer <- function(object, name = NULL, index = NULL, ...) {
  check_no_more(...)
  callable(cross("models.inspect.get_layer", object, name, index))
}

#' A model made of a function
#'
#' Makes a model whose layers and computation an R function gives; [new_model_class()] says the same as a class.
#'
#' @param model_fn a function of `self`: it assigns layers to `self` and returns the function that computes.
#' @param name of the model.
#' @param ... not used.
#' @returns A model.
#' @family classes
#' @examplesIf tfbridge::is_ready()
#' model <- keras_model_custom(function(self) {
#'   self$dense <- layer_dense(units = 2)
#'   function(inputs, mask = NULL) self$dense(inputs)
#' })
#' model(matrix(1, 1, 3))
#' @export
keras_model_custom <- function(model_fn, name = NULL, ...) {
  check_no_more(...)
  force(model_fn)
  maker <- Model("CustomModel", public = list(
    initialize = function(name = NULL) {
      super$initialize(name = name)
      private$compute <- model_fn(self)
    },
    call = function(inputs, mask = NULL, training = NULL) {
      given <- list(inputs, mask = mask, training = training)
      known <- names(formals(private$compute))
      do.call(private$compute, if ("..." %in% known) given else given[names(given) %in% c("", known)])
    }
  ))
  maker(name = name)
}

#' Keep layers from being trained, or let them be again
#'
#' Frozen layers keep their weights while the others are trained, such as when a trained network gets a new top.
#'
#' @param object a layer or model.
#' @param from,to first and last layer of a model, by name or by position from 1; all layers by default.
#' @param which several layers, in place of `from` and `to`: their names or positions, a logical for each layer of the
#'   model, or a function of a layer that gives `TRUE` or `FALSE`.
#' @param ... not used.
#' @returns `object`, invisibly; it is changed in place. A compiled model must be compiled again.
#' @family models
#' @examplesIf tfbridge::is_ready()
#' model <- keras_model_sequential(input_shape = 2) |> layer_dense(units = 3) |> layer_dense(units = 1)
#' freeze_weights(model, to = 1)
#' @export
freeze_weights <- function(object, from = NULL, to = NULL, which = NULL, ...) {
  check_no_more(...)
  cross("models.weights.set_trainable", object, FALSE, from, to, cross_argument(which, "which"))
  invisible(object)
}

#' @rdname freeze_weights
#' @export
unfreeze_weights <- function(object, from = NULL, to = NULL, which = NULL, ...) {
  check_no_more(...)
  cross("models.weights.set_trainable", object, TRUE, from, to, cross_argument(which, "which"))
  invisible(object)
}

#' Configure a model for training
#'
#' Changes the model in place.
#'
#' @param object a model.
#' @param optimizer,loss,metrics names, objects, bare functions (`loss_huber`) or R functions; lists or vectors of them
#'   for several outputs, named ones by output.
#' @param ... `loss_weights`, `weighted_metrics`, `run_eagerly`, `steps_per_execution`, `jit_compile`, by name.
#' @returns The model, invisibly.
#' @family training
#' @export
compile.keras.models.Model <- function(object, optimizer = "rmsprop", loss = NULL, metrics = NULL, ...) {
  cross("models.train.compile", object, cross_arguments(supplied_training()))
  invisible(object)
}

#' Train a model
#'
#' An interrupt or an error stops the training, and so does a time limit, mostly: reticulate can swallow one. The model keeps
#' its weights, and in `model$history` the epochs that ended before ([as.data.frame.keras_training_history()]).
#'
#' @param object a compiled model.
#' @param x,y data: arrays, data frames, factors (codes from 0), tensors, lists of them, or one dataset as `x`.
#' @param batch_size samples for each update; 32 when missing.
#' @param epochs how often to go through the data.
#' @param callbacks one callback or a list of them.
#' @param validation_split share of the data, from its end, that is held out.
#' @param validation_data `list(x, y)`, `list(x, y, sample_weight)` or a dataset.
#' @param shuffle whether samples are shuffled before each epoch.
#' @param class_weight weights of the classes: a vector in class order, or a list named by class number (from 0).
#' @param sample_weight a weight for each sample.
#' @param initial_epoch,steps_per_epoch,validation_steps,validation_batch_size,validation_freq as in `keras$Model$fit`.
#' @param verbose `"auto"` or 1 shows progress (a line for each epoch where the output is no terminal), 0 does not.
#' @param view_metrics whether the history is drawn anew after each epoch; `"auto"` does so in RStudio.
#' @param ... not used.
#' @returns A history of class `keras_training_history`, invisibly: it prints, plots and becomes a data frame.
#' @family training
#' @examplesIf tfbridge::is_ready()
#' x <- as.matrix(iris[, 1:4])
#' model <- keras_model_sequential(input_shape = 4) %>% layer_dense(3, activation = "softmax")
#' model %>% compile("adam", "sparse_categorical_crossentropy", "accuracy")
#' history <- model %>% fit(x, iris$Species, epochs = 2, verbose = 0)
#' history
#' @export
fit.keras.models.Model <- function(object, x = NULL, y = NULL, ..., batch_size = NULL, epochs = 1, callbacks = NULL,
                                   validation_split = 0, validation_data = NULL, shuffle = TRUE, class_weight = NULL,
                                   sample_weight = NULL, initial_epoch = 0, steps_per_epoch = NULL,
                                   validation_steps = NULL, validation_batch_size = NULL, validation_freq = 1,
                                   verbose = getOption("keras.fit_verbose", "auto"),
                                   view_metrics = getOption("keras.view_metrics", "auto")) {
  check_no_more(...)
  arguments <- supplied_training()
  arguments$verbose <- arguments$view_metrics <- NULL
  arguments <- cross_training(arguments)
  write <- if (!identical(as.character(verbose), "0")) progress_writer()
  live <- interactive() && isatty(stdout()) && sink.number() == 0L
  result <- cross(
    "models.train.fit", object, arguments, write, live, heartbeat(), if (is.factor(y)) as.list(levels(y)),
    if (shows_metrics(view_metrics, epochs)) metrics_viewer()
  )
  invisible(training_history(result))
}

#' Evaluate a model
#'
#' A generic of its own: that of the generics package calls its first argument `x`, which is the data here.
#'
#' @param object a model.
#' @param ... arguments of the method.
#' @returns See [evaluate.keras.models.Model()].
#' @family training
#' @export
evaluate <- function(object, ...) UseMethod("evaluate")

#' Loss and metrics of a model on data
#'
#' @inheritParams fit.keras.models.Model
#' @param steps number of batches to use.
#' @returns A named numeric vector; the loss comes first.
#' @family training
#' @export
evaluate.keras.models.Model <- function(object, x = NULL, y = NULL, ..., batch_size = NULL, sample_weight = NULL,
                                        steps = NULL, callbacks = NULL, verbose = 0) {
  check_no_more(...)
  arguments <- supplied_training()
  arguments$verbose <- NULL
  arguments <- cross_training(arguments)
  unlist(cross("models.train.evaluate", object, arguments))
}

#' Predictions of a model
#'
#' @inheritParams evaluate.keras.models.Model
#' @param x data, as for [fit.keras.models.Model()].
#' @param type `"response"`, or `"class"` for the likeliest class of each sample.
#' @returns An array; for several outputs a list of them. Classes are a factor when the model was trained on one, else
#'   integers counted from 0.
#' @family training
#' @export
predict.keras.models.Model <- function(object, x, ..., batch_size = NULL, steps = NULL, callbacks = NULL, verbose = 0,
                                       type = c("response", "class")) {
  check_no_more(...)
  type <- rlang::arg_match(type)
  arguments <- supplied_training()
  arguments$x <- arguments$verbose <- arguments$type <- NULL
  arguments <- cross_training(arguments)
  x <- if (is_generator(x)) cross_generator(x) else cross_data(x)
  result <- cross("models.train.predict", object, x, arguments, type == "class")
  if (type == "response") return(result)
  codes <- as.vector(result$codes)
  if (is.null(result$levels)) codes else factor(unlist(result$levels)[codes + 1L], unlist(result$levels))
}

supplied_training <- function() {
  frame <- parent.frame()
  names <- setdiff(names(formals(sys.function(sys.parent()))), c("object", "..."))
  given <- names[!vapply(names, function(name) eval(call("missing", as.symbol(name)), frame), NA)]
  c(mget(given, frame), if (exists("...", frame, inherits = FALSE)) eval(quote(list(...)), frame))
}

cross_training <- function(arguments) {
  data <- names(arguments) %in% c("x", "y", "sample_weight", "validation_data")
  generators <- data & vapply(arguments, is_generator, NA)
  c(
    lapply(arguments[data & !generators], cross_data), lapply(arguments[generators], cross_generator),
    cross_arguments(arguments[!data])
  )
}

is_generator <- function(x) is.function(x) && !inherits(x, "python.builtin.object")

cross_generator <- function(generator) {
  needed <- Filter(function(default) identical(default, quote(expr = )), formals(args(generator)))
  if (length(setdiff(names(needed), "..."))) {
    abort_kind(
      "data", "A function that gives data is called without arguments; this one needs some.",
      hints = "A generator gives `list(x, y)` at each call, and NULL at its end.", call = users_call()
    )
  }
  python_function(function() cross_data(generator()), "generator")
}

#' What Python calls now and then while a model trains: R looks for interrupts and time limits
#' @noRd
heartbeat <- function() {
  if (is.null(the$heartbeat)) the$heartbeat <- python_function(function() Sys.sleep(0), "heartbeat")
  the$heartbeat
}

shows_metrics <- function(view_metrics, epochs) {
  if (identical(view_metrics, "auto")) return(interactive() && nzchar(Sys.getenv("RSTUDIO")) && epochs > 1)
  isTRUE(as.logical(view_metrics))
}

metrics_viewer <- function() {
  python_function(function(history) {
    suppressMessages(print(plot(training_history(history))))
    NULL
  }, "view")
}

progress_writer <- function() {
  if (is.null(the$writer)) the$writer <- python_function(function(text) {
    cat(text)
    utils::flush.console()
    NULL
  }, "write")
  the$writer
}

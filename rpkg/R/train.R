#' Configure a model for training
#'
#' Says how a model is trained: how its weights are changed (`optimizer`), what is made small (`loss`), and what is shown
#' beside (`metrics`). Changes the model in place.
#'
#' @param object a model.
#' @param optimizer,loss,metrics names, objects, bare functions (`loss_huber`) or R functions; lists or vectors of them
#'   for several outputs, named ones by output.
#' @param ... `loss_weights`, `weighted_metrics`, `run_eagerly`, `steps_per_execution`, `jit_compile`, by name.
#' @returns The model, invisibly.
#' @family training
#' @aliases compile
#' @export
compile.keras.models.Model <- function(object, optimizer = "rmsprop", loss = NULL, metrics = NULL, ...) {
  cross("models.train.compile", object, cross_arguments(supplied_training()))
  invisible(object)
}

#' Train a model
#'
#' Goes through the data `epochs` times in batches and changes the weights of the model, in place, so that the loss falls.
#' An interrupt, a time limit or an error stops the training. The model keeps its weights, and in `model$history` the
#' epochs that ended before ([as.data.frame.keras_training_history()]).
#'
#' @param object a compiled model.
#' @section Names:
#' Factors go by the names of their levels and tables by those of their columns. The first factor that a model is trained
#' on gives each level a code (from 0, in their order), and the first data frame, or matrix with column names, the order
#' of columns. From then on every verb maps levels and columns by name, whatever their order, and leaves out columns that
#' it does not need; a level or a column that is missing is an error. This holds for factors and data frames in lists too,
#' and as long as the model lives: a later `fit()` on whole numbers changes nothing, and one on a factor with a level of
#' its own is an error. `save_model()`, `save_model_tf()`, `serialize_model()` and
#' `callback_model_checkpoint()` (`.keras`) keep the names; files of weights, `clone_model()` and `model$save()` do not.
#' Matrices without column names go by position; so does, with a warning, a matrix none of whose columns the model
#' knows.
#'
#' @param x,y data: arrays, data frames, factors, tensors, lists of them, or one dataset as `x`; or a generator, see
#'   [as_generator()].
#' @param batch_size samples for each update; 32 when missing.
#' @param epochs how often to go through the data.
#' @param callbacks one callback or a list of them.
#' @param validation_split share of the data, from its end, that is held out.
#' @param validation_data `list(x, y)`, `list(x, y, sample_weight)` or a dataset; `x` and `y` as for training.
#' @param shuffle whether samples are shuffled before each epoch.
#' @param class_weight weights of the classes: a vector in class order, or a list named by class number (from 0).
#' @param sample_weight a weight for each sample.
#' @param initial_epoch number of epochs that count as done: training goes on to `epochs`, for the schedules and logs.
#' @param steps_per_epoch,validation_steps number of batches in an epoch, and of held-out ones after it; by default all there
#'   are. Generators that do not end need them.
#' @param validation_batch_size number of held-out samples in a batch; that of training when missing.
#' @param validation_freq after how many epochs the held-out data are looked at, or the numbers of these epochs.
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
#' @aliases fit
#' @export
fit.keras.models.Model <- function(object, x = NULL, y = NULL, ..., batch_size = NULL, epochs = 1, callbacks = NULL,
                                   validation_split = 0, validation_data = NULL, shuffle = TRUE, class_weight = NULL,
                                   sample_weight = NULL, initial_epoch = 0, steps_per_epoch = NULL,
                                   validation_steps = NULL, validation_batch_size = NULL, validation_freq = 1,
                                   verbose = getOption("keras.fit_verbose", "auto"),
                                   view_metrics = getOption("keras.view_metrics", "auto")) {
  check_no_more(...)
  shown <- shows_progress(verbose)
  arguments <- supplied_training()
  arguments$verbose <- arguments$view_metrics <- NULL
  watch <- each_epoch(if (shows_metrics(view_metrics, epochs)) draw_metrics, record_training(object, arguments))
  arguments <- cross_training(arguments)
  live <- interactive() && isatty(stdout()) && sink.number() == 0L
  follow_seed()
  result <- cross("models.train.fit", object, arguments, if (shown) progress_writer(), live, heartbeat(), watch)
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
#' Tests a compiled model on data that it has not been trained on; the model stays as it is.
#'
#' @inheritParams fit.keras.models.Model
#' @param steps number of batches to use.
#' @returns Named numbers, the loss first, of class `tfbridge_metrics`: `result["loss"]`, `result[["loss"]]` and
#'   `result$loss` are the number, and base R's arithmetic, `round()`, `as.list()`, `unlist()` and `as.data.frame()` work. A
#'   metric that has several numbers, one for each class, keeps them.
#' @family training
#' @export
evaluate.keras.models.Model <- function(object, x = NULL, y = NULL, ..., batch_size = NULL, sample_weight = NULL,
                                        steps = NULL, callbacks = NULL, verbose = 0) {
  check_no_more(...)
  shows_progress(verbose)
  arguments <- supplied_training()
  arguments$verbose <- NULL
  record_evaluation(metric_values(cross("models.train.evaluate", object, cross_training(arguments), heartbeat())))
}

#' Predictions of a model
#'
#' Computes the outputs of a model for data, batch by batch.
#'
#' @inheritParams evaluate.keras.models.Model
#' @param x data, as for [fit.keras.models.Model()].
#' @param type `"response"`, or `"class"` for the likeliest class of each sample.
#' @returns An array; for several outputs a list of them. Classes are a factor when the model was trained on one, else
#'   integers counted from 0.
#' @family training
#' @aliases predict
#' @export
predict.keras.models.Model <- function(object, x, ..., batch_size = NULL, steps = NULL, callbacks = NULL, verbose = 0,
                                       type = c("response", "class")) {
  check_no_more(...)
  type <- check_choice(type, c("response", "class"))
  shows_progress(verbose)
  arguments <- supplied_training()
  arguments$verbose <- arguments$type <- NULL
  result <- cross("models.train.predict", object, cross_training(arguments), type == "class", heartbeat())
  if (type == "response") result else as_classes(result)
}

as_classes <- function(result) {
  if (is.null(result$codes)) return(lapply(result, as_classes))
  codes <- as.vector(result$codes)
  if (is.null(result$levels)) codes else factor(unlist(result$levels)[codes + 1L], unlist(result$levels))
}

#' The arguments that a verb was given; `list2()` passes over the comma of an empty last one
#' @noRd
supplied_training <- function() {
  frame <- parent.frame()
  names <- setdiff(names(formals(sys.function(sys.parent()))), c("object", "..."))
  given <- names[!vapply(names, function(name) eval(call("missing", as.symbol(name)), frame), NA)]
  c(mget(given, frame), if (exists("...", frame, inherits = FALSE)) eval(quote(rlang::list2(...)), frame))
}

cross_training <- function(arguments) {
  data <- names(arguments) %in% c("x", "y", "sample_weight", "validation_data")
  generators <- data & vapply(arguments, is_generator, NA)
  c(
    lapply(arguments[data & !generators], cross_samples), lapply(arguments[generators], cross_generator),
    cross_arguments(arguments[!data])
  )
}

#' Data of models made ready to cross: factors with their levels and tables with the names of their columns, which models
#' go by (bridge/values/named.py)
#' @noRd
cross_samples <- function(x) {
  if (is.factor(x)) return(list(`__tfbridge_factor__` = cross_data(x), levels = as.list(utf8_text(levels(x)))))
  names <- colnames_of(x)
  if (is.data.frame(x)) {
    plain <- plain_data(x)
    values <- if (is.list(plain)) lapply(as.list(x), cross_samples) else cross_data(plain)
    return(if (is.null(names)) values else cross_table(values, names, TRUE))
  }
  if (is.list(x) && !is.object(x)) return(lapply(x, cross_samples))
  if (is.null(names)) cross_data(x) else cross_table(cross_data(x), names, FALSE)
}

cross_table <- function(values, names, frame) {
  list(`__tfbridge_table__` = values, columns = as.list(utf8_text(names)), frame = frame)
}

#' The names of columns, where they tell all of them apart; those of a data frame must
#' @noRd
colnames_of <- function(x) {
  if (!is.data.frame(x) && !(is.atomic(x) && length(dim(x)) == 2L)) return(NULL)
  names <- colnames(x)
  twice <- if (is.data.frame(x)) unique(names[duplicated(names)])
  if (length(twice)) {
    message <- paste0("The data frame has more than one column `", twice[[1L]], "`, and columns go by name.")
    abort_kind("data", message, call = users_call())
  }
  if (!length(names) || anyNA(names) || any(!nzchar(names)) || anyDuplicated(names)) NULL else names
}

#' What Python calls now and then while it works through data: R looks for interrupts and time limits
#' @noRd
heartbeat <- function() {
  swallowed_limit()
  if (is.null(the$entry)) start_python()
  the$heartbeat
}

look_out <- function() {
  # Of the times that it could, R looks at its time limits once in six.
  for (i in 1:6) Sys.sleep(0)
  limit <- swallowed_limit()
  if (!is.null(limit)) stop(simpleError(limit))
  NULL
}

#' The time limit that reticulate ran into, NULL for none
#'
#' While Python computes, reticulate has R process its events; an error of that is lost, but for R's last error message.
#' It is told apart by its call, which is reticulate's own, and told once.
#' @noRd
swallowed_limit <- function() {
  message <- geterrmessage()
  if (!grepl(".Call(", message, fixed = TRUE)) return()
  limits <- gettext(
    "reached elapsed time limit", "reached session elapsed time limit", "reached CPU time limit",
    "reached session CPU time limit", domain = "R"
  )
  found <- Find(function(limit) grepl(limit, message, fixed = TRUE), limits)
  if (!is.null(found)) try(stop(simpleError(found)), silent = TRUE)
  found
}

shows_metrics <- function(view_metrics, epochs) {
  if (identical(view_metrics, "auto")) return(interactive() && nzchar(Sys.getenv("RSTUDIO")) && !identical(epochs, 1))
  shown <- if (length(view_metrics) == 1L) suppressWarnings(as.logical(view_metrics)) else NA
  if (is.na(shown)) refuse_choice("view_metrics", "TRUE, FALSE or \"auto\"", view_metrics)
  shown
}

shows_progress <- function(verbose) {
  known <- length(verbose) == 1L && as.character(verbose) %in% c("auto", "0", "1", "2", "TRUE", "FALSE")
  if (!known) refuse_choice("verbose", "\"auto\", 0, 1 or 2", verbose)
  !as.character(verbose) %in% c("0", "FALSE")
}

refuse_choice <- function(argument, choices, value) {
  shown <- paste(deparse(value, width.cutoff = 60L, nlines = 1L), collapse = "")
  abort_kind("argument", paste0("`", argument, "` must be ", choices, ", not ", shown, "."), call = users_call())
}

#' What Python calls after each epoch, with the history so far; NULL for nothing
#' @noRd
each_epoch <- function(...) {
  todo <- Filter(Negate(is.null), list(...))
  if (length(todo)) python_function(function(history) {
    for (f in todo) f(history)
    NULL
  }, "watch")
}

draw_metrics <- function(history) suppressMessages(print(plot(training_history(history))))

progress_writer <- function() {
  if (is.null(the$writer)) the$writer <- python_function(function(text) {
    cat(text)
    utils::flush.console()
    NULL
  }, "write")
  the$writer
}

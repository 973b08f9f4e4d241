# The kinds of classes that R can define. All of them go through new_class() (class.R).

#' @rdname new_layer_class
#' @export
new_model_class <- function(classname, ..., initialize = NULL, call = NULL, train_step = NULL, test_step = NULL,
                            predict_step = NULL, compute_loss = NULL, inherit = NULL) {
  methods <- list(
    initialize = initialize, call = call, train_step = train_step, test_step = test_step, predict_step = predict_step,
    compute_loss = compute_loss, ...
  )
  new_class("model", classname, methods, inherit)
}

#' @rdname new_layer_class
#' @export
new_metric_class <- function(classname, ..., initialize = NULL, update_state = NULL, result = NULL, reset_state = NULL,
                             inherit = NULL) {
  methods <- list(initialize = initialize, update_state = update_state, result = result, reset_state = reset_state, ...)
  new_class("metric", classname, methods, inherit)
}

#' @rdname new_layer_class
#' @export
new_callback_class <- function(classname, ..., initialize = NULL, inherit = NULL) {
  new_class("callback", classname, list(initialize = initialize, ...), inherit)
}

#' @rdname new_layer_class
#' @export
new_loss_class <- function(classname, ..., initialize = NULL, call = NULL, inherit = NULL) {
  new_class("loss", classname, list(initialize = initialize, call = call, ...), inherit)
}

#' @rdname new_layer_class
#' @export
new_constraint_class <- function(classname, ..., initialize = NULL, call = NULL, get_config = NULL, inherit = NULL) {
  new_class("constraint", classname, list(initialize = initialize, call = call, get_config = get_config, ...), inherit)
}

#' @rdname new_layer_class
#' @export
new_regularizer_class <- function(classname, ..., initialize = NULL, call = NULL, get_config = NULL, inherit = NULL) {
  new_class("regularizer", classname, list(initialize = initialize, call = call, get_config = get_config, ...), inherit)
}

#' @rdname new_layer_class
#' @export
new_initializer_class <- function(classname, ..., initialize = NULL, call = NULL, get_config = NULL, inherit = NULL) {
  new_class("initializer", classname, list(initialize = initialize, call = call, get_config = get_config, ...), inherit)
}

#' @rdname new_layer_class
#' @export
new_optimizer_class <- function(classname, ..., initialize = NULL, build = NULL, update_step = NULL, inherit = NULL) {
  new_class("optimizer", classname, list(initialize = initialize, build = build, update_step = update_step, ...), inherit)
}

#' @rdname new_layer_class
#' @export
new_learning_rate_schedule_class <- function(classname, ..., initialize = NULL, call = NULL, get_config = NULL,
                                             inherit = NULL) {
  methods <- list(initialize = initialize, call = call, get_config = get_config, ...)
  new_class("learning_rate_schedule", classname, methods, inherit)
}

#' @rdname new_layer_class
#' @export
Layer <- new_layer_class

#' @rdname new_layer_class
#' @export
Model <- new_model_class

#' @rdname new_layer_class
#' @export
Metric <- new_metric_class

#' @rdname new_layer_class
#' @export
Callback <- new_callback_class

#' @rdname new_layer_class
#' @export
Loss <- new_loss_class

#' @rdname new_layer_class
#' @export
Constraint <- new_constraint_class

#' Mark a method as an active property
#'
#' @param f a function without arguments.
#' @returns `f`, marked: in a class written in R, `self$name` calls it.
#' @family classes
#' @export
#' @examples
#' mark_active(function() 1)
mark_active <- function(f) structure(f, class = c("tfbridge_active", "function"))

#' @rdname mark_active
#' @export
active_property <- mark_active

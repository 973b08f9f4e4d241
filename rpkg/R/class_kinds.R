# The kinds of classes that R can define. All of them go through new_class() (class.R).

#' The function that defines classes of a kind
#'
#' @param methods that have a formal of their own.
#' @noRd
class_definer <- function(kind, methods) {
  force(kind)
  define <- function() {
    given <- c(mget(methods, environment()), list2(...))
    new_class(kind, classname, class_members(kind, classname, given, public, private, active, parent_env), inherit)
  }
  formals(define) <- c(
    alist(classname = , ... = ), rlang::set_names(rep(list(NULL), length(methods)), methods),
    alist(public = list(), private = list(), active = list(), inherit = NULL, parent_env = NULL)
  )
  define
}

#' Classes written in R
#'
#' Define a layer, model, metric, callback, loss and the rest by methods written in R. Inside a method, `self` is the
#' instance (what is assigned to it is converted and tracked by Keras), `super$method(...)` calls the parent class, and
#' `private` is an environment of the instance that nothing converts.
#'
#' `initialize()` is the constructor and must call `super$initialize()`. `build(input_shape)` gets an integer vector with
#' `NA` where a size is unknown. `call()` computes; it may have the formals `training` and `mask`. Epochs and batches of
#' callbacks count from 1. Errors in a method reach the user as they were signalled.
#'
#' @param classname name of the class.
#' @param ... further methods, [mark_active()] properties and values, by name: values are attributes of the class.
#' @param initialize,build,call,get_config,update_state,result,reset_state,train_step,test_step,predict_step methods.
#' @param compute_loss,update_step methods.
#' @param public,private,active lists of members, as R6 classes have them: methods and values. What is private stays in R,
#'   for each instance its own.
#' @param inherit a class to inherit from: made by one of these functions, or a Python class.
#' @param parent_env an environment in which methods look for what they do not define, in place of their own.
#' @returns For layers a function `(object, ...)` that composes like [layer_dense()]; for the others a function that makes
#'   an instance.
#' @family classes
#' @examplesIf tfbridge::is_ready()
#' layer_scale <- new_layer_class(
#'   "Scale",
#'   initialize = function(factor = 2) {
#'     super$initialize()
#'     self$factor <- factor
#'   },
#'   call = function(inputs) inputs * self$factor
#' )
#' as_tensor(1:3, "float32") %>% layer_scale(factor = 10)
#' @export
new_layer_class <- class_definer("layer", c("initialize", "build", "call", "get_config"))

#' @rdname new_layer_class
#' @export
new_model_class <- class_definer("model", c("initialize", "call", "train_step", "test_step", "predict_step", "compute_loss"))

#' @rdname new_layer_class
#' @export
new_metric_class <- class_definer("metric", c("initialize", "update_state", "result", "reset_state"))

#' @rdname new_layer_class
#' @export
new_callback_class <- class_definer("callback", "initialize")

#' @rdname new_layer_class
#' @export
new_loss_class <- class_definer("loss", c("initialize", "call"))

#' @rdname new_layer_class
#' @export
new_constraint_class <- class_definer("constraint", c("initialize", "call", "get_config"))

#' @rdname new_layer_class
#' @export
new_regularizer_class <- class_definer("regularizer", c("initialize", "call", "get_config"))

#' @rdname new_layer_class
#' @export
new_initializer_class <- class_definer("initializer", c("initialize", "call", "get_config"))

#' @rdname new_layer_class
#' @export
new_optimizer_class <- class_definer("optimizer", c("initialize", "build", "update_step"))

#' @rdname new_layer_class
#' @export
new_learning_rate_schedule_class <- class_definer("learning_rate_schedule", c("initialize", "call", "get_config"))

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
#' Has a method of a class called whenever its name is read, without parentheses, as R6's active bindings are.
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

# R6 classes that inherit from Keras' or Python's, on top of new_class() (class.R).

#' Layers, callbacks and constraints as R6 classes
#'
#' R6 classes that inherit from `KerasLayer`, `KerasWrapper`, `KerasCallback` or `KerasConstraint` work as in earlier
#' packages; [new_layer_class()] and its family are simpler. Layers are made by `create_layer()` or a function that
#' `create_layer_wrapper()` gives; callbacks and constraints by `Class$new()`.
#'
#' @aliases KerasLayer KerasWrapper KerasCallback KerasConstraint
#' @rawNamespace export(KerasLayer, KerasWrapper, KerasCallback, KerasConstraint)
#' @importFrom R6 R6Class
#' @param layer_class,wrapper_class an R6 class, a class made by [new_layer_class()] or [new_model_class()], or a Python
#'   class.
#' @param object what the layer is composed with: a model, a tensor or nothing.
#' @param args arguments of `initialize()`, and `name`, `trainable`, `dtype`.
#' @param modifiers named list of functions that change arguments before they are used.
#' @param convert not used.
#' @param ... not used.
#' @returns What layers return: the layer, the model, or the output tensor; `create_layer_wrapper()` a function.
#' @family classes
#' @examplesIf tfbridge::is_ready()
#' Double <- R6::R6Class("Double", inherit = KerasLayer, public = list(call = function(x, mask = NULL) x * 2))
#' create_layer(Double, as_tensor(1:3, "float32"))
#' @export
create_layer <- function(layer_class, object = NULL, args = list(), ...) {
  check_no_more(...)
  if (inherits(object, "R6")) object <- NULL
  given <- split_named(Filter(Negate(is.null), args))
  object <- if (!is.null(object)) cross_data(object)
  follow_seed()
  composed(object, callable(cross("classes.instances.composed", object, any_class(layer_class), given$named, given$unnamed)))
}

#' @rdname create_layer
#' @export
create_wrapper <- function(wrapper_class, object = NULL, args = list(), ...) {
  check_no_more(...)
  create_layer(wrapper_class, object, args)
}

#' @rdname create_layer
#' @export
create_layer_wrapper <- function(layer_class, modifiers = NULL, convert = TRUE, ...) {
  check_no_more(...)
  force(modifiers)
  wrapper <- function() {
    arguments <- supplied()
    changed <- intersect(names(modifiers), names(arguments))
    arguments[changed] <- Map(function(change, value) change(value), modifiers[changed], arguments[changed])
    create_layer(layer_class, arguments$object, arguments[names(arguments) != "object"])
  }
  formals(wrapper) <- c(alist(object = ), wrapper_formals(layer_class))
  wrapper
}

wrapper_formals <- function(class) {
  if (inherits(class, "tfbridge_class")) return(constructor_formals(attr(class, "owner")$members$functions$initialize))
  initialize <- if (inherits(class, "R6ClassGenerator")) class$public_methods$initialize
  formals <- constructor_formals(initialize)
  if ("..." %in% names(formals)) formals else c(formals, alist(... = ))
}

any_class <- function(class) {
  if (inherits(class, "R6ClassGenerator")) class <- r6_maker(class)
  if (inherits(class, "tfbridge_class")) python_class(class) else class
}

KerasLayer <- R6Class("KerasLayer")

KerasWrapper <- R6Class("KerasWrapper")

KerasCallback <- R6Class("KerasCallback", public = list(params = NULL, model = NULL))

KerasConstraint <- R6Class("KerasConstraint", public = list(call = function(weights) weights))

#' The definition in our terms of an R6 class; made once
#'
#' @param kind of a class that inherits from nothing.
#' @noRd
r6_maker <- function(generator, kind = "layer") {
  made <- Find(function(made) identical(rlang::wref_key(made), generator), the$r6_makers)
  if (is.null(made)) {
    parent <- generator$get_inherit()
    root <- if (inherits(parent, "R6ClassGenerator")) r6_roots[[parent$classname]]
    inherit <- NULL
    if (!is.null(root)) {
      kind <- root
      if (identical(parent$classname, "KerasWrapper")) inherit <- keras$layers$Wrapper
    } else if (!is.null(parent)) {
      inherit <- if (inherits(parent, "R6ClassGenerator")) r6_maker(parent, kind) else parent
      kind <- NULL
    }
    public <- c(generator$public_fields, generator$public_methods[names(generator$public_methods) != "clone"])
    public$initialize <- calling_parent(generator$public_methods$initialize, generator$parent_env)
    members <- class_members(
      kind, generator$classname, NULL, public, c(generator$private_fields, generator$private_methods), generator$active,
      generator$parent_env
    )
    # As long as there is the generator.
    made <- rlang::new_weakref(generator, new_class(kind, generator$classname, members, inherit))
    the$r6_makers <- c(Filter(function(other) !is.null(rlang::wref_key(other)), the$r6_makers), made)
  }
  rlang::wref_value(made)
}

#' What the R6 classes stand for that others inherit from
#' @noRd
r6_roots <- list(
  KerasLayer = "layer", KerasWrapper = "layer", KerasCallback = "callback", KerasConstraint = "constraint"
)

#' R6 layers of earlier scripts do not call their parent's `initialize()`: Keras needs that first, with `name` and the like
#' @noRd
calling_parent <- function(initialize, env) {
  if (is.null(initialize) || "super" %in% all.names(body(initialize))) return(initialize)
  formals <- c(formals(initialize), if (!"..." %in% names(formals(initialize))) alist(... = ))
  rlang::new_function(formals, call("{", quote(super$initialize(...)), body(initialize)), env)
}

#' What Keras is given for an R6 callback or constraint
#' @noRd
r6_object <- function(object) {
  if (inherits(object, "R6ClassGenerator")) return(python_class(r6_maker(object, "object")))
  if (inherits(object, "KerasConstraint")) return(python_function(function(w) object$call(w), "constraint"))
  hooks <- grep("^on_", names(object), value = TRUE)
  members <- lapply(rlang::set_names(hooks), function(hook) {
    run <- function() {
      object$model <- self$model
      object$params <- self$params
      do.call(object[[hook]], lapply(names(formals(object[[hook]])), get, envir = environment()))
    }
    formals(run) <- formals(object[[hook]])
    run
  })
  classname <- class(object)[[1L]]
  new_class("callback", classname, class_members("callback", classname, members))()
}

# Classes as earlier packages wrote them, on top of new_class() (class.R): R6 classes that inherit from Keras*, models made
# of a function, and `%py_class%`.

#' Classes as earlier packages wrote them
#'
#' R6 classes that inherit from `KerasLayer`, `KerasWrapper`, `KerasCallback` or `KerasConstraint` run as they did;
#' [new_layer_class()] and its family are simpler. Layers are made by `create_layer()` or a function that
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
  if (is.null(generator$.tfbridge)) {
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
    assign(".tfbridge", new_class(kind, generator$classname, members, inherit), envir = generator)
  }
  generator$.tfbridge
}

#' What the R6 classes stand for that others inherit from
#' @noRd
r6_roots <- list(
  KerasLayer = "layer", KerasWrapper = "layer", KerasCallback = "callback", KerasConstraint = "constraint"
)

#' Book-era layers do not call their parent's `initialize()`: Keras needs it, with `name` and the like, before all else
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

#' A model made of a function
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

#' Classes in Python's order
#'
#' `Name(Base) %py_class% { ... }` defines the class `Name` by what the block assigns, and assigns it. A text that the block
#' begins with is its documentation.
#'
#' @param spec `Name` or `Name(Base)`, where `Base` is any Python class.
#' @param body a block that assigns methods and values.
#' @param sym,value `name %<-active% f` in the block makes a property, see [mark_active()].
#' @returns The class, invisibly.
#' @family classes
#' @examplesIf tfbridge::is_ready()
#' Twice(keras$layers$Layer) %py_class% {
#'   call <- function(x) x * 2
#' }
#' Twice()(as_tensor(1))
#' @export
`%py_class%` <- function(spec, body) {
  spec <- substitute(spec)
  body <- substitute(body)
  env <- parent.frame()
  name <- as.character(if (is.call(spec)) spec[[1L]] else spec)
  block <- new.env(parent = env)
  eval(body, block)
  members <- as.list(block)
  first <- if (is.call(body) && length(body) > 1L) body[[2L]]
  if (is.character(first)) members$`__doc__` <- first
  if (length(spec) > 1L) delayedAssign("inherit", eval(spec[[2L]], env)) else inherit <- NULL
  kind <- if (length(spec) < 2L) "object"
  made <- instance_of(new_class(kind, name, class_members(kind, name, NULL, members), inherit))
  assign(name, made, envir = env)
  invisible(made)
}

#' A class that constructs, and does not compose; its Python class is what Python is given
#' @noRd
instance_of <- function(maker) {
  attributes <- attributes(maker)
  construct <- instance_maker(attributes$owner)
  formals(construct) <- constructor_formals(attributes$owner$members$functions$initialize)
  attributes(construct) <- attributes
  construct
}

#' @rawNamespace
#' S3method(reticulate::r_to_py, R6ClassGenerator)
#' S3method(reticulate::r_to_py, tfbridge_class)
NULL

r_to_py.R6ClassGenerator <- function(x, convert = FALSE) r_to_py.tfbridge_class(r6_maker(x, "object"))

# Called from R, the class makes its objects through the barrier, and takes R values as they are.
r_to_py.tfbridge_class <- function(x, convert = FALSE) {
  class <- python_class(x)
  construct <- instance_of(x)
  attributes(construct) <- c(attributes(class), list(owner = attr(x, "owner")))
  construct
}

#' @rdname grapes-py_class-grapes
#' @export
`%<-active%` <- function(sym, value) {
  assign(as.character(substitute(sym)), mark_active(value), envir = parent.frame())
}

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
#' @returns What layers return: the layer, the model, or the output tensor; `create_layer_wrapper()` a function.
#' @family classes
#' @examplesIf tfbridge::is_ready()
#' Double <- R6::R6Class("Double", inherit = KerasLayer, public = list(call = function(x, mask = NULL) x * 2))
#' create_layer(Double, as_tensor(1:3, "float32"))
#' @export
create_layer <- function(layer_class, object = NULL, args = list()) {
  if (inherits(object, "R6")) object <- NULL
  given <- split_named(Filter(Negate(is.null), args))
  object <- if (!is.null(object)) cross_data(object)
  follow_seed()
  composed(object, callable(cross("classes.instances.composed", object, any_class(layer_class), given$named, given$unnamed)))
}

#' @rdname create_layer
#' @export
create_wrapper <- function(wrapper_class, object = NULL, args = list()) create_layer(wrapper_class, object, args)

#' @rdname create_layer
#' @export
create_layer_wrapper <- function(layer_class, modifiers = NULL, convert = TRUE) {
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
  if (inherits(class, "tfbridge_class")) return(constructor_formals(attr(class, "definition")$members$initialize))
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
#' @noRd
r6_maker <- function(generator) {
  if (is.null(generator$.tfbridge)) {
    parent <- generator$get_inherit()
    at_root <- is.null(parent) || parent$classname %in% c("KerasLayer", "KerasWrapper")
    inherit <- if (!at_root) r6_maker(parent) else if (identical(parent$classname, "KerasWrapper")) keras$layers$Wrapper
    members <- c(r6_methods(generator), lapply(generator$active, mark_active))
    assign(".tfbridge", new_class("layer", generator$classname, members, inherit), envir = generator)
  }
  generator$.tfbridge
}

r6_methods <- function(generator) {
  methods <- generator$public_methods
  initialize <- methods$initialize %||% function() NULL
  # Book-era layers do not call their parent's initialize(): Keras needs it, with `name` and the like, before all else.
  own <- names(formals(initialize))
  calls_parent <- "super" %in% all.names(body(initialize))
  lines <- c(
    if (!calls_parent) quote(super$initialize(...)),
    r6_lines(generator$public_fields, function(name, value) bquote(self[[.(name)]] <- .(value))),
    r6_lines(generator$private_fields, function(name, value) bquote(private[[.(name)]] <- .(value))),
    r6_lines(generator$private_methods, function(name, method) {
      bquote(private[[.(name)]] <- .(private_method)(.(method), environment()))
    }),
    body(initialize)
  )
  formals <- c(formals(initialize), if (!"..." %in% own && !calls_parent) alist(... = ))
  body <- as.call(c(quote(`{`), unname(lines)))
  methods$initialize <- rlang::new_function(as.pairlist(formals), body, generator$parent_env)
  methods[names(methods) != "clone"]
}

r6_lines <- function(members, line) Map(line, names(members), members)

private_method <- function(method, frame) {
  environment(method) <- frame
  method
}

#' What Keras is given for an R6 callback or constraint
#' @noRd
r6_object <- function(object) {
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
  new_class("callback", class(object)[[1L]], members, NULL)()
}

#' A model made of a function
#'
#' @param model_fn a function of `self`: it assigns layers to `self` and returns the function that computes.
#' @param name of the model.
#' @returns A model.
#' @family classes
#' @examplesIf tfbridge::is_ready()
#' model <- keras_model_custom(function(self) {
#'   self$dense <- layer_dense(units = 2)
#'   function(inputs, mask = NULL) self$dense(inputs)
#' })
#' model(matrix(1, 1, 3))
#' @export
keras_model_custom <- function(model_fn, name = NULL) {
  force(model_fn)
  maker <- new_class("model", "CustomModel", list(
    initialize = function(name = NULL) {
      super$initialize(name = name)
      private$compute <- model_fn(self)
    },
    call = function(inputs, mask = NULL, training = NULL) {
      given <- list(inputs, mask = mask, training = training)
      known <- names(formals(private$compute))
      do.call(private$compute, if ("..." %in% known) given else given[names(given) %in% c("", known)])
    }
  ), NULL)
  maker(name = name)
}

#' Classes in Python's order
#'
#' `Name(Base) %py_class% { ... }` defines the class `Name` by the functions in the block, and assigns it.
#'
#' @param spec `Name` or `Name(Base)`.
#' @param body a block that assigns methods.
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
  env <- parent.frame()
  name <- as.character(if (is.call(spec)) spec[[1L]] else spec)
  base <- if (is.call(spec)) eval(spec[[2L]], env)
  block <- new.env(parent = env)
  eval(substitute(body), block)
  members <- Filter(is.function, as.list(block))
  kind <- if (inherits(base, "tfbridge_class")) attr(base, "definition")$kind else cross("classes.define.kind_of", base)
  made <- new_class(kind, name, members, base)
  assign(name, if (kind == "layer") instance_of(made) else made, envir = env)
  invisible(get(name, envir = env))
}

#' A layer class that constructs, and does not compose
#' @noRd
instance_of <- function(maker) {
  attributes <- attributes(maker)
  construct <- instance_maker(attributes$owner)
  formals(construct) <- formals(maker)[-1L]
  attributes(construct) <- attributes
  construct
}

#' @rdname grapes-py_class-grapes
#' @export
`%<-active%` <- function(sym, value) {
  assign(as.character(substitute(sym)), mark_active(value), envir = parent.frame())
}

# Classes written in R. The Python class is made when the first instance is (bridge/classes/define.py); its methods come
# back here, where `self`, `super` and `private` are put in reach of the R function.

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
#' @param ... further methods and [mark_active()] properties, by name.
#' @param initialize,build,call,get_config,update_state,result,reset_state,train_step,test_step,predict_step methods.
#' @param compute_loss,update_step methods.
#' @param inherit a class to inherit from: made by one of these functions, or a Python class.
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
new_layer_class <- function(classname, ..., initialize = NULL, build = NULL, call = NULL, get_config = NULL,
                            inherit = NULL) {
  methods <- list(initialize = initialize, build = build, call = call, get_config = get_config, ...)
  new_class("layer", classname, methods, inherit)
}

new_class <- function(kind, classname, members, inherit) {
  members <- Filter(Negate(is.null), members)
  unnamed <- !nzchar(names(members) %||% character(length(members)))
  if (any(unnamed) || !all(vapply(members, is.function, NA))) {
    abort_kind("class", paste0("The members of `", classname, "` must be functions with names."), call = users_call())
  }
  definition <- list(kind = kind, classname = classname, members = members, inherit = inherit)
  owner <- new.env(parent = emptyenv())
  made <- if (kind == "layer") layer_maker(owner) else instance_maker(owner)
  formals(made) <- c(if (kind == "layer") alist(object = ), constructor_formals(members$initialize))
  made <- structure(made, class = c("tfbridge_class", "function"), definition = definition, owner = owner)
  the$waiting[[classname]] <- made
  made
}

constructor_formals <- function(initialize) if (is.null(initialize)) alist(... = ) else formals(initialize)

layer_maker <- function(owner) {
  function() {
    arguments <- supplied()
    first <- names(arguments) %in% "object"
    object <- if (any(first)) cross_data(arguments$object)
    given <- split_named(arguments[!first])
    follow_seed()
    composed(object, callable(cross(
      "classes.instances.composed", object, python_class(sys.function()), given$named, given$unnamed
    )))
  }
}

instance_maker <- function(owner) {
  function() {
    given <- split_named(supplied())
    follow_seed()
    callable(cross("classes.instances.instance", python_class(sys.function()), given$named, given$unnamed))
  }
}

split_named <- function(arguments) {
  if (!length(arguments)) return(NULL)
  if (is.null(names(arguments))) return(list(unnamed = lapply(arguments, cross_argument)))
  named <- nzchar(names(arguments))
  list(named = cross_arguments(arguments[named]), unnamed = unname(lapply(arguments[!named], cross_argument)))
}

#' The Python class of a definition, made at the first use
#' @noRd
python_class <- function(maker) {
  owner <- attr(maker, "owner")
  if (is.null(owner$class)) {
    definition <- attr(maker, "definition")
    active <- vapply(definition$members, inherits, NA, "tfbridge_active")
    made <- cross(
      "classes.define.defined", definition$kind, definition$classname,
      dispatchers(definition$members[!active], owner, definition$classname),
      dispatchers(definition$members[active], owner, definition$classname),
      if (inherits(definition$inherit, "tfbridge_class")) python_class(definition$inherit) else definition$inherit
    )
    owner$class <- made[[1L]]
    owner$number <- made[[2L]]
    owner$parent <- made[3:4]
    the$waiting[[definition$classname]] <- NULL
    the$made[[definition$classname]] <- maker
  }
  owner$class
}

dispatchers <- function(methods, owner, classname) {
  Map(function(method, name) {
    list(guard(dispatcher(method, owner, classname, name)), parameters_of(method))
  }, methods, names(methods))
}

#' A function that runs a method with its instance in reach
#'
#' The method is called under its own name, so that errors and tracebacks say `Class$method(...)`.
#' @noRd
dispatcher <- function(method, owner, classname, name) {
  attributes(method) <- NULL
  enclosing <- environment(method)
  force(owner)
  shown <- paste0(classname, "$", name)
  run <- as.call(list(as.symbol(shown), quote(...)))
  # Callbacks get numbers and named lists, have no time to lose, and end in whatever was done last: a plot, for one. Other
  # methods may get shapes and data.
  run <- if (startsWith(name, "on_")) bquote({
    .(run)
    NULL
  }) else bquote(do.call(function(...) .(run), lapply(list(...), plain_vector)))
  the$slots <- (the$slots %||% 0L) + 1L
  slot <- paste(shown, the$slots)
  dispatch <- function(.number, ...) NULL
  body(dispatch) <- bquote({
    last <- the$selves[[.(slot)]]
    if (is.null(last) || last[[1L]] != .number) {
      last <- list(.number, bound(method, enclosing, owner, .number))
      the$selves[[.(slot)]] <- last
    }
    assign(.(shown), last[[2L]])
    .(run)
  })
  dispatch
}

#' A method with its instance in reach
#'
#' `dispatcher()` keeps the one that it used last beside `self`: in a training, a callback's methods are bound once.
#' @noRd
bound <- function(method, enclosing, owner, number) {
  frame <- new.env(parent = enclosing)
  frame$self <- self_of(number)
  frame$super <- super_of(owner, number)
  delayedAssign("private", private_of(number), assign.env = frame)
  environment(method) <- frame
  method
}

#' The instance of a number
#'
#' Kept until the outermost call into Python returns (`cross()`): a callback fetches itself once in a training, and what
#' R holds no longer can be dropped by Python.
#' @noRd
self_of <- function(number) {
  key <- as.character(number)
  self <- the$selves[[key]]
  if (is.null(self)) {
    self <- callable(cross("classes.instances.numbered", number))
    attr(self, "number") <- number
    if (is.null(the$selves)) the$selves <- new.env(parent = emptyenv())
    the$selves[[key]] <- self
  }
  self
}

#' What a crossing names an instance by
#' @noRd
name_of <- function(self) attr(self, "number", exact = TRUE) %||% self

super_of <- function(owner, number) {
  parts <- list(owner, number)
  class(parts) <- "tfbridge_super"
  parts
}

private_of <- function(number) {
  key <- as.character(number)
  found <- the$private[[key]]
  if (is.null(found)) {
    gone <- as.character(cross("classes.instances.take_gone"))
    rm(list = gone[gone %in% names(the$private)], envir = the$private)
    found <- new.env(parent = emptyenv())
    the$private[[key]] <- found
  }
  found
}

#' @export
`$.tfbridge_super` <- function(x, name) {
  parts <- unclass(x)
  function(...) {
    given <- split_named(list(...))
    callable(cross("classes.instances.call_super", parts[[1L]]$number, parts[[2L]], name, given$unnamed, given$named))
  }
}

python_functions <- c(
  "python.builtin.method", "python.builtin.function", "python.builtin.builtin_function_or_method",
  "python.builtin.method-wrapper"
)

#' @export
`$.bridge.classes.instances.Instance` <- function(x, name) {
  value <- plain_vector(cross("classes.instances.attribute", name_of(x), name))
  # Metrics, losses and the like can be called, and have methods of their own.
  if (!is.function(value) || !inherits(value, python_functions)) return(callable(value))
  function(...) {
    given <- split_named(list(...))
    callable(cross("classes.instances.call_method", value, given$unnamed, given$named))
  }
}

#' @export
`$<-.bridge.classes.instances.Instance` <- function(x, name, value) {
  cross("classes.instances.assign", name_of(x), name, cross_argument(value, name))
  invisible(x)
}

#' @export
print.tfbridge_class <- function(x, ...) {
  definition <- attr(x, "definition")
  cat("<", definition$kind, " class ", definition$classname, ">\n", sep = "")
  cat("  methods: ", paste(names(definition$members), collapse = ", "), "\n", sep = "")
  invisible(x)
}

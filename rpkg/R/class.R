# Classes written in R. The Python class is made when the first instance is (bridge/classes/define.py); its methods come
# back here, where `self`, `super` and `private` are put in reach of the R function.

#' The function that makes instances of a class
#'
#' @param kind what Keras has it for; NULL is what `inherit` is.
#' @param members what `class_members()` gives.
#' @param inherit not evaluated while Python does not run, where it is an expression such as `keras$layers$Layer`: a package
#'   may define classes at its top level.
#' @noRd
new_class <- function(kind, classname, members, inherit = NULL) {
  the$defined <- (the$defined %||% 0L) + 1L
  owner <- list2env(list(kind = kind, classname = classname, members = members, order = the$defined), parent = emptyenv())
  written <- eval(quote(substitute(inherit)), parent.frame())
  if (is.call(written) && is.null(the$entry)) {
    delayedAssign("inherit", inherit, assign.env = owner)
  } else {
    owner$inherit <- inherit
  }
  made <- if (identical(kind, "layer")) layer_maker(owner) else instance_maker(owner)
  formals(made) <- c(if (identical(kind, "layer")) alist(object = ), constructor_formals(members$functions$initialize))
  made <- structure(made, class = c("tfbridge_class", "function"), owner = owner)
  the$waiting[[as.character(owner$order)]] <- made
  made
}

constructor_formals <- function(initialize) if (is.null(initialize)) alist(... = ) else formals(initialize)

layer_maker <- function(owner) {
  force(owner)
  function() {
    arguments <- supplied()
    first <- names(arguments) %in% "object"
    object <- if (any(first)) cross_data(arguments$object)
    given <- split_named(arguments[!first])
    follow_seed()
    composed(object, callable(cross("classes.instances.composed", object, python_class(owner), given$named, given$unnamed)))
  }
}

instance_maker <- function(owner) {
  force(owner)
  function() {
    given <- split_named(supplied())
    follow_seed()
    callable(cross("classes.instances.instance", python_class(owner), given$named, given$unnamed))
  }
}

split_named <- function(arguments) {
  if (!length(arguments)) return(NULL)
  if (is.null(names(arguments))) return(list(unnamed = lapply(arguments, cross_argument)))
  named <- nzchar(names(arguments))
  list(named = cross_arguments(arguments[named]), unnamed = unname(lapply(arguments[!named], cross_argument)))
}

#' The Python class of a definition, made at the first use
#'
#' @param owner what `new_class()` gives, or the environment of the definition that it keeps.
#' @noRd
python_class <- function(owner) {
  if (!is.environment(owner)) owner <- attr(owner, "owner")
  # A package that was built while Python ran keeps a pointer to nothing.
  if (is.null(owner$class) || reticulate::py_is_null_xptr(owner$class)) {
    members <- owner$members
    made <- cross(
      "classes.define.defined", owner$kind, owner$classname,
      dispatchers(members$functions, owner), dispatchers(members$active, owner),
      if (inherits(owner$inherit, "tfbridge_class")) python_class(owner$inherit) else owner$inherit,
      lapply(members$values, cross_argument), guard(function() class_text(owner)), owner$order
    )
    owner$class <- made[[1L]]
    owner$kind <- made[[2L]]
    owner$number <- made[[3L]]
    owner$parent <- made[4:5]
    the$waiting[[as.character(owner$order)]] <- NULL
    the$classes[[as.character(owner$number)]] <- owner
  }
  owner$class
}

dispatchers <- function(methods, owner) {
  Map(function(method, name) {
    list(guard(dispatcher(method, owner, name)), parameters_of(method))
  }, methods, names(methods))
}

#' A function that runs a method with its instance in reach
#'
#' The method is called under its own name, so that errors and tracebacks say `Class$method(...)`.
#' @noRd
dispatcher <- function(method, owner, name) {
  attributes(method) <- NULL
  # Callbacks run outside of graphs.
  if (!startsWith(name, "on_")) method <- converted(method)
  enclosing <- environment(method)
  force(owner)
  shown <- paste0(owner$classname, "$", name)
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

#' `super$name(...)`, and `super()$name(...)`
#' @noRd
super_of <- function(owner, number) {
  force(owner)
  force(number)
  super <- function() super
  class(super) <- "tfbridge_super"
  super
}

private_of <- function(number) {
  key <- as.character(number)
  found <- the$private[[key]]
  if (is.null(found)) {
    told <- cross("classes.instances.classes_of", number)
    gone <- as.character(told[[2L]])
    rm(list = gone[gone %in% names(the$private)], envir = the$private)
    found <- new.env(parent = emptyenv())
    the$private[[key]] <- found
    for (class in told[[1L]]) fill_private(found, the$classes[[as.character(class)]], number)
  }
  found
}

fill_private <- function(private, owner, number) {
  members <- owner$members$private
  for (name in names(members)) {
    member <- members[[name]]
    if (is_method(member)) {
      method <- member
      attributes(method) <- NULL
      method <- converted(method)
      method <- bound(method, environment(method), owner, number)
      if (inherits(member, "tfbridge_active")) {
        makeActiveBinding(name, method, private)
      } else {
        assign(name, method, private)
      }
    } else {
      assign(name, member, private)
    }
  }
}

#' @export
`$.tfbridge_super` <- function(x, name) {
  parts <- environment(x)
  name <- r_name(name)
  function(...) {
    given <- split_named(list2(...))
    callable(cross("classes.instances.call_super", parts$owner$number, parts$number, name, given$unnamed, given$named))
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
    given <- split_named(list2(...))
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
  owner <- attr(x, "owner")
  cat("<", paste(c(owner$kind, "class"), collapse = " "), " ", owner$classname, ">\n", sep = "")
  cat("  methods: ", paste(names(c(owner$members$functions, owner$members$active)), collapse = ", "), "\n", sep = "")
  invisible(x)
}

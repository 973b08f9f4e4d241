# Classes written as a block, `Name(Base) %py_class% { ... }`, and classes of R as Python is given them.

#' A class written as a block
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

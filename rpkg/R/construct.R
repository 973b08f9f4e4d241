# What the generated wrappers call: the arguments that the user supplied, and nothing else, cross to the catalog.

#' The arguments that the caller was given
#'
#' @returns A list with the caller's supplied arguments by name; those in its `...` follow.
#' @noRd
supplied <- function() {
  # By number, not by parent.frame() of a promise: the caller hands `supplied()` on unevaluated.
  number <- sys.parent()
  frame <- sys.frame(number)
  matched <- as.list(match.call(
    sys.function(number), sys.call(number), expand.dots = FALSE, envir = sys.frame(sys.parents()[[number]])
  ))[-1L]
  names <- as.character(names(matched))
  # A trailing comma is no argument.
  given <- names != "..." & !vapply(matched, identical, NA, quote(expr = ))
  arguments <- mget(names[given], frame)
  if ("..." %in% names) c(arguments, eval(quote(rlang::list2(...)), frame)) else arguments
}

#' Make a Keras object by the catalog
#' @noRd
make_object <- function(r_name, arguments) {
  follow_seed()
  callable(cross("catalog.construct.construct", r_name, cross_arguments(arguments)))
}

#' Make a layer and compose it with its first argument
#' @noRd
make_layer <- function(r_name, arguments) {
  first <- names(arguments) %in% c("object", "inputs")
  object <- if (any(first)) cross_data(arguments[first][[1L]], names(arguments)[first][[1L]])
  arguments <- arguments[!first]
  named <- is_named(arguments)
  follow_seed()
  composed(object, callable(cross(
    "compose.layers.layer", r_name, object, cross_arguments(arguments[named]),
    unname(lapply(arguments[!named], cross_data))
  )))
}

#' What came of a layer and the object before it: a model that has grown in place is not printed at every step of a pipe
#' @noRd
composed <- function(object, result) if (inherits(object, "keras.models.Sequential")) invisible(result) else result

#' Compute by the catalog
#' @noRd
compute <- function(r_name, arguments = list()) {
  if (!startsWith(r_name, "op_")) follow_seed()
  named <- is_named(arguments)
  callable(cross(
    "catalog.compute.compute", r_name, cross_arguments(arguments[named]), unname(lapply(arguments[!named], cross_data))
  ))
}

is_named <- function(arguments) {
  if (is.null(names(arguments))) rep(FALSE, length(arguments)) else nzchar(names(arguments))
}

cross_arguments <- function(arguments) {
  if (!length(arguments)) return(NULL)
  names <- names(arguments) %||% rep("", length(arguments))
  for (i in seq_along(arguments)) {
    crossed <- cross_argument(arguments[[i]], names[[i]])
    # Assigned to a list, NULL would take the element away.
    if (!is.null(crossed)) arguments[[i]] <- crossed
  }
  names(arguments) <- names
  arguments
}

#' The R name by which the catalog knows a generated function, NULL for other functions
#' @noRd
catalog_name <- function(f) {
  if (!is.function(f) || !identical(environment(f), topenv())) return(NULL)
  Find(function(name) identical(get0(name, topenv(), "function"), f), wrapper_names())
}

#' The Keras object that a bare wrapper function stands for, NULL for other functions
#' @noRd
catalog_symbol <- function(f) {
  name <- catalog_name(f)
  if (!is.null(name)) cross("catalog.construct.symbol", name)
}

#' The names of functions that stand for a Keras object
#' @noRd
wrapper_names <- function() {
  if (is.null(the$wrappers)) the$wrappers <- cross("catalog.documentation.wrapper_names")
  the$wrappers
}

#' A Python object that can be called like a function, through the barrier and with R values
#' @noRd
callable <- function(x) {
  if (!is.function(x) || inherits(x, "keras.layers.Layer")) return(x)
  callable_of(x)
}

callable_of <- function(object) {
  is_model <- inherits(object, "keras.models.Model")
  called <- function(...) {
    arguments <- rlang::list2(...)
    named <- is_named(arguments)
    callable(cross(
      if (is_model) "models.call.call" else "compose.call.call", object,
      unname(lapply(arguments[!named], if (is_model) cross_samples else cross_data)),
      if (any(named)) lapply(arguments[named], cross_data)
    ))
  }
  attributes(called) <- attributes_of_callable(object)
  called
}

#' The error of a function that is not provided
#' @noRd
stop_not_provided <- function() {
  name <- as.character(rlang::caller_call()[[1L]])
  told <- cross("catalog.documentation.not_provided", name)
  message <- paste0("`", name, "()` is not provided: ", told[[1L]], ".")
  abort_kind("not_provided", message, hints = paste0("Instead: ", told[[2L]], "."), call = rlang::caller_call())
}

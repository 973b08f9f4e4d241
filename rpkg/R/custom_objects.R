# Classes and functions that the user gives for what a file or a configuration names.

#' Custom objects made ready to cross: each by a name, its own where the list has none
#'
#' @param objects a list of classes and functions, or one of them.
#' @param found_by_source whether functions are found by their source too: in files they are called by the argument that
#'   they were given for.
#' @noRd
cross_objects <- function(objects, found_by_source = TRUE) {
  if (is.null(objects)) return(NULL)
  written <- written_in_call("objects", environment())
  if (!is.list(objects)) {
    objects <- list(objects)
    written <- call("list", written)
  }
  names <- names(objects) %||% character(length(objects))
  for (i in which(!nzchar(names))) names[[i]] <- own_name(objects[[i]], as.list(written)[-1L], i)
  crossed <- Map(cross_argument, objects, names)
  names(crossed) <- names
  functions <- vapply(objects, function(object) is_method(object) && is.null(catalog_symbol(object)), NA)
  sources <- paste0("tfbridge>", vapply(objects[functions], source_of, ""))
  c(crossed, if (found_by_source) rlang::set_names(crossed[functions], sources))
}

#' What a class or function is called
#' @noRd
own_name <- function(object, written, i) {
  if (inherits(object, "tfbridge_class")) return(attr(object, "owner")$classname)
  if (inherits(object, "R6ClassGenerator")) return(object$classname)
  if (inherits(object, "python.builtin.object")) return(object$`__name__`)
  name <- attr(object, "py_function_name", exact = TRUE)
  if (!is.null(name)) return(name)
  if (length(written) >= i && is.symbol(written[[i]])) return(as.character(written[[i]]))
  abort_kind(
    "argument", paste0("Element ", i, " of `custom_objects` has no name."),
    hints = "Write `list(name = object)`.", call = users_call()
  )
}

#' The expression that an argument was written as, where functions have only handed it on
#' @noRd
written_in_call <- function(name, frame) {
  repeat {
    written <- eval(call("substitute", as.symbol(name)), frame)
    number <- Position(function(f) identical(f, frame), sys.frames(), right = TRUE)
    if (!is.symbol(written) || is.na(number)) return(written)
    name <- as.character(written)
    number <- sys.parents()[[number]]
    if (number == 0L) return(written)
    frame <- sys.frame(number)
  }
}

# The raw modules `tf` and `keras`. What they hold does not change, so R remembers it: looking up `tf$nn$relu` through
# reticulate takes longer than many an op, and the body of a layer or a training loop is full of such look-ups.

#' TensorFlow and Keras modules
#'
#' The raw Python modules `tensorflow` and `keras`, loaded when they are first looked into. What is called through them
#' is ordinary Python: positions and axes count from 0, integers need `L`, and NA of integers or logicals is an error, for
#' Python has none.
#'
#' @format A Python module.
#' @examplesIf tfbridge::is_ready()
#' tf$ones(shape(2, 3))
#' keras$version()
#' @export
tf <- NULL

#' @rdname tf
#' @export
keras <- NULL

lazy_module <- function(name) {
  # Once Python runs, reticulate imports at once, whatever `delay_load` says.
  if (reticulate::py_available(initialize = FALSE)) cross("backend.load")
  remembering(reticulate::import(name, delay_load = list(
    priority = 100,
    before_load = function() cross("backend.load")
  )))
}

#' A module that remembers its functions, classes, dtypes and submodules
#' @noRd
remembering <- function(module) {
  attr(module, "known") <- new.env(parent = emptyenv())
  class(module) <- unique(c("tfbridge_module", class(module)))
  module
}

#' @export
`$.tfbridge_module` <- function(x, name) {
  known <- attr(x, "known")
  found <- known[[name]]
  if (!is.null(found)) return(found)
  # Before reticulate starts Python: an error on the way has its class only from here.
  if (is.null(the$entry)) start_python()
  found <- NextMethod()
  if (gives_configuration(name, found)) found <- cross("barrier.structures.lossless", found)
  found <- if (inherits(found, "python.builtin.module")) remembering(found) else raw_value(found)
  fixed <- c("python.builtin.module", "tensorflow.DType")
  if (is.function(found) || inherits(found, fixed)) known[[name]] <- found
  found
}

#' @export
`[[.tfbridge_module` <- `$.tfbridge_module`

#' @export
print.tfbridge_module <- function(x, ...) {
  # reticulate prints a null pointer for one that is not loaded yet.
  x$`__name__`
  NextMethod()
}

# Whatever is reached from the modules gives functions that guard the R functions among their arguments: TensorFlow calls
# them from threads of its own and through frames that R must not jump across.

#' @export
`$.tfbridge_object` <- function(x, name) {
  got <- if (the$fast && is.character(name)) get_attribute(x, name)
  if (length(got) == 1L) return(got[[1L]])
  found <- if (is.null(got)) NextMethod() else if (got[[2L]]) got[[1L]] else raw_function(got[[1L]])
  # reticulate has NULL for whatever is asked of an object from another session.
  if (is.null(found)) check_alive(x)
  if (gives_configuration(name, found)) found <- cross("barrier.structures.lossless", found)
  raw_value(if (holds_integers(found)) cross("barrier.structures.attribute", x, name) else found)
}

#' @export
`[[.tfbridge_object` <- `$.tfbridge_object`

#' Whether it is a function that gives a configuration, whose numbers may be larger than R's integers
#' @noRd
gives_configuration <- function(name, x) {
  is.function(x) && grepl("config|^serialize", name) && !inherits(x, "python.builtin.type")
}

#' An attribute by C (src/calls.c); a frame of its own, as that of `call_python()`
#' @noRd
get_attribute <- function(x, name) .Call(C_attribute, x, name, the$same)

#' Whether there are integers, for which reticulate takes whatever whole number Python has, of 2^31 and more too
#' @noRd
holds_integers <- function(x) {
  if (is.object(x)) return(FALSE)
  is.integer(x) && is.null(dim(x)) || is.list(x) && length(x) > 0L && any(vapply(x, holds_integers, NA))
}

# Batches are counted as R counts; reticulate would count from 0, or take the position for an attribute.

#' @export
`[[.keras.batches` <- function(x, i) {
  if (is.character(i)) NextMethod() else plain_vector(cross("models.entries.batch", x, cross_argument(i)))
}

#' @export
`[[.keras.mapping` <- function(x, i) cross("models.entries.entry", x, i)

#' @export
`[[<-.keras.mapping` <- function(x, i, value) {
  cross("models.entries.set_entry", x, i, cross_argument(value, "value"))
  invisible(x)
}

#' @export
`$<-.tfbridge_object` <- function(x, name, value) {
  check_alive(x)
  reticulate::py_set_attr(x, name, guarded_value(value))
  invisible(x)
}

#' @export
print.tfbridge_object <- function(x, ...) {
  check_alive(x)
  NextMethod()
}

#' @export
format.tfbridge_object <- print.tfbridge_object

#' @export
names.tfbridge_object <- print.tfbridge_object

#' @export
str.tfbridge_object <- function(object, ...) {
  check_alive(object)
  NextMethod()
}

#' @export
summary.tfbridge_object <- str.tfbridge_object

check_alive <- function(x) if (reticulate::py_is_null_xptr(x)) stop_dead()

#' A value of Python's as scripts get it: functions guard what they are given
#' @noRd
raw_value <- function(x) {
  # What is called through the barrier already has its home here.
  if (!is.function(x) || identical(parent.env(environment(x)), environment(raw_value))) return(x)
  if (!converts(x)) return(x)
  if (is.null(the$entry)) start_python()
  raw_function(object_of_callable(x), x)
}

#' The function for an object that can be called
#'
#' @param held the object, with its class.
#' @param x the function that reticulate makes of it; made when it is needed.
#' @noRd
raw_function <- function(held, x = NULL) {
  called <- function(...) {
    if (Sys.getpid() != the$pid) cross("backend.missing_modules")
    trailing <- is_trailing(sys.call())
    arguments <- if (trailing) rlang::list2(...) else list(...)
    refuse_raw_na(arguments)
    result <- if (the$fast) call_python(the$attempt, c(list(held), arguments))
    if (is.list(result)) return(raw_result(result[[1L]]))
    if (!is.null(result)) interrupt()
    if (is.null(x)) x <<- the$same(held)
    guarded <- if (holds_functions(arguments)) lapply(arguments, guarded_value) else if (trailing) arguments
    raw_result(withCallingHandlers(if (is.null(guarded)) x(...) else do.call(x, guarded), error = raise_known))
  }
  attributes(called) <- attributes_of_callable(if (is.null(x)) held else x)
  class(called) <- unique(c(setdiff(class(called), "python.builtin.object"), "tfbridge_object", "python.builtin.object"))
  called
}

#' What a raw call gives; an error as reticulate signals it, or as R's own when R is behind it
#' @noRd
raw_result <- function(result) {
  if (inherits(result, "bridge.barrier.crossing.Raised")) {
    withCallingHandlers(outcome_parts("reraise")(result), error = raise_known)
  }
  # What gives None was called for what it does.
  if (is.null(result)) invisible(received(NULL)) else raw_value(received(result))
}

#' Whether a call ends in a comma
#' @noRd
is_trailing <- function(call) identical(call[[length(call)]], quote(expr = ))

#' Refuses NA of integers and logicals, of which reticulate would make -2147483648 and True
#' @noRd
refuse_raw_na <- function(values) {
  for (value in values) {
    if (is.object(value)) next
    if (is.list(value)) {
      refuse_raw_na(value)
    } else if ((is.integer(value) || is.logical(value)) && anyNA(value)) {
      message <- paste("NA of type", typeof(value), "goes to a Python function, which has no NA but NaN of doubles.")
      hints <- "`NULL` is Python's None; `shape()` takes NA, and so does `as_tensor(x, \"float32\")`, as NaN."
      abort_kind("conversion", message, hints = hints, call = users_call())
    }
  }
}

#' Whether there are R functions in a list, however deep
#' @noRd
holds_functions <- function(values) {
  for (value in values) {
    if (is.function(value)) {
      if (!inherits(value, "python.builtin.object")) return(TRUE)
    } else if (is.list(value) && !is.object(value) && holds_functions(value)) {
      return(TRUE)
    }
  }
  FALSE
}

#' A value for Python with every R function in it guarded
#' @noRd
guarded_value <- function(x) {
  if (is.function(x)) return(cross_function(x, "r_function"))
  if (!is.list(x) || is.object(x)) return(x)
  rapply(x, function(f) cross_function(f, "r_function"), classes = c("function", "tfbridge_class"), how = "replace")
}

#' Signals the R error that is behind an error of the modules; others go their way
#' @noRd
raise_known <- function(error) {
  refuse_dead(error)
  # Newer versions of reticulate signal the exception itself.
  known <- inherits(error, "python.builtin.BaseException")
  exception <- if (known) error else attr(reticulate::py_last_error(), "exception")
  if (!is.null(exception)) cross("barrier.crossing.raise_known", exception, conditionMessage(error))
}

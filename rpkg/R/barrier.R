# The barrier: R never jumps out through Python.
#
# Every R function that Python may call is guarded. Its errors are kept here and travel through Python as a number; its
# warnings, messages and other conditions are held back, and signalled when the outermost call into Python has returned.

barrier <- new.env(parent = emptyenv())
barrier$depth <- 0L
barrier$waiting <- FALSE
barrier$held <- list()
barrier$escaped <- list()
barrier$count <- 0L

#' Guard an R function
#'
#' @param f any R function.
#' @returns A function that takes the same arguments, and always returns: the value, or a marker for an escaped condition.
#' @noRd
guard <- function(f) {
  force(f)
  function(...) {
    finished <- FALSE
    barrier$depth <- barrier$depth + 1L
    on.exit({
      barrier$depth <- barrier$depth - 1L
      # A long jump (a restart, callCC) is on its way to frames below Python's: returning here ends it.
      if (!finished) return(escape(stopped_jump()))
    })
    frame <- environment()
    value <- tryCatch(
      withCallingHandlers(f(...), condition = function(condition) hold(condition, frame)),
      error = escape
    )
    finished <- TRUE
    value
  }
}

escape <- function(condition) {
  number <- barrier$count <- barrier$count + 1L
  barrier$escaped[[as.character(number)]] <- condition
  # Python may swallow it: what waits is cleared when the outermost call has returned.
  barrier$waiting <- TRUE
  list(`__tfbridge_escaped__` = number, message = conditionMessage(condition))
}

stopped_jump <- function() {
  rlang::catch_cnd(abort_kind(
    "jump", "R code called by Python tried to jump out of it, by a restart or `callCC()`.",
    hints = "Return a value, or signal an error."
  ))
}

#' Keep a condition on R's side of the barrier until Python has returned
#'
#' Errors are left to the exiting handler, which does not need the stack that endless recursion has filled; interrupts end
#' the guarded function here, because a handler of their own would cost as much again, at each call.
#' @param frame of the guarded function.
#' @noRd
hold <- function(condition, frame) {
  if (inherits(condition, "error")) return()
  if (inherits(condition, "interrupt")) {
    frame$finished <- TRUE
    frame$escaped <- escape(condition)
    rlang::eval_bare(quote(return(escaped)), frame)
  }
  barrier$held[[length(barrier$held) + 1L]] <- condition
  barrier$waiting <- TRUE
  for (restart in c("muffleWarning", "muffleMessage")) {
    if (!is.null(computeRestarts(condition)) && !is.null(findRestart(restart, condition))) invokeRestart(restart)
  }
  return_from_signal()
}

#' Go on after `signalCondition()`
#'
#' It has no restart, and would look for handlers further out, beyond Python's frames.
#' @noRd
return_from_signal <- function() {
  functions <- lapply(seq_len(sys.nframe()), sys.function)
  signal <- Position(function(f) identical(f, base::signalCondition), functions, right = TRUE)
  if (!is.na(signal)) rlang::eval_bare(quote(return(NULL)), sys.frame(signal))
}

#' Signal what was held back, and forget the errors: who was to hear of them has
#' @noRd
signal_held <- function() {
  held <- barrier$held
  barrier$held <- list()
  barrier$escaped <- list()
  barrier$waiting <- FALSE
  for (condition in held) {
    if (inherits(condition, "warning")) {
      warning(condition)
    } else if (inherits(condition, "message")) {
      message(condition)
    } else {
      signalCondition(condition)
    }
  }
}

#' Make an R function callable from Python
#'
#' @param f a function or formula.
#' @param name by which Python shows it, unless `custom_metric()` has given it one.
#' @returns A Python object, called through the barrier.
#' @noRd
python_function <- function(f, name = "r_function") {
  name <- attr(f, "py_function_name", exact = TRUE) %||% name
  f <- rlang::as_function(f)
  cross("barrier.functions.RFunction", guard(under_name(f, name)), name, parameters_of(f), guard(function() source_of(f)))
}

#' A function that calls another by a name, so that errors and tracebacks say `name(...)`
#' @noRd
under_name <- function(f, name) {
  if (!nzchar(name)) return(f)
  run <- function(...) NULL
  body(run) <- as.call(list(as.symbol(name), quote(...)))
  environment(run) <- list2env(rlang::set_names(list(f), name), parent = baseenv())
  run
}

#' The source of a function as text
#' @noRd
source_of <- function(f) paste(deparse(f, width.cutoff = 120L), collapse = "\n")

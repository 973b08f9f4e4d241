# The barrier: R never jumps out through Python.
#
# Every R function that Python may call is guarded. A jump out of it is stopped (src/jumps.c), travels through Python as an
# exception, and goes on where Python was called: conditions are heard while they happen. Errors are caught inside, because
# Python may handle them; they travel as a number and are signalled again.

barrier <- new.env(parent = emptyenv())
barrier$escaped <- list()
barrier$kept <- list()
barrier$count <- 0L
barrier$interrupted <- FALSE

#' Guard an R function
#'
#' @param f any R function.
#' @returns A function that takes the same arguments, and always returns: the value, or a marker for an escaped condition.
#' @noRd
guard <- function(f) {
  force(f)
  function(...) .Call(C_stop_jump, guarded_call, environment(), carry_on)
}

# reticulate has handlers of its own for errors and, since 1.41, for interrupts: neither must get past here. So R looks for
# interrupts and time limits, which Python has suspended (src/interrupts.c), only when these handlers stand.
guarded_call <- quote(
  tryCatch(withCallingHandlers(allowInterrupts(f(...)), error = offer, interrupt = abandon), error = escape)
)

#' How many guarded functions run: none when the outermost call into Python returns
#' @noRd
depth <- function() .Call(C_depth)

#' Keep an error for the crossing below
#' @noRd
escape <- function(condition) {
  number <- barrier$count <- barrier$count + 1L
  barrier$escaped[[as.character(number)]] <- condition
  list(`__tfbridge_escaped__` = number, message = conditionMessage(condition))
}

#' Keep an error beyond the crossing in which it arose: what prefetching met, R asks for later
#' @noRd
keep_condition <- function(number) {
  barrier$kept <- utils::tail(c(barrier$kept, barrier$escaped[as.character(number)]), 64L)
  NULL
}

#' The condition of a number, NULL when it is not known any more
#' @noRd
condition_of <- function(number) {
  key <- as.character(number)
  barrier$escaped[[key]] %||% barrier$kept[[key]]
}

#' Let handlers further out use a restart that comes with an error
#'
#' testthat's expectations are such errors: a handler hears them and has the test continue. Handlers of errors in general do
#' not hear this, reticulate's would come first; so it is signalled by its other classes only.
#' @noRd
offer <- function(condition) {
  restart <- computeRestarts(condition)[1L]
  if (!length(restart) || !is.environment(restart[[1L]]$exit)) return()
  inside <- Position(function(frame) identical(frame, restart[[1L]]$exit), sys.frames(), right = TRUE, nomatch = 0L)
  if (inside <= innermost_frame(is_guard)) return()
  class(condition) <- setdiff(class(condition), "error")
  signalCondition(condition)
}

is_guard <- function(f) "C_stop_jump" %in% all.names(body(f), max.names = 2L)

#' Leave for the interrupt to go on where Python was called
#' @noRd
abandon <- function(interrupt) {
  barrier$interrupted <- TRUE
  invokeRestart("abort")
}

#' Have a jump go on where Python was called
#'
#' The frame that called Python gets the jump as code to run when it ends, however it ends: also when Python code swallowed
#' the exception that stands for the jump. A later jump from the same call takes the place of an earlier one, as in
#' `on.exit()`.
#' @param jump pointer to a stopped jump.
#' @returns The marker that makes Python raise the exception.
#' @noRd
carry_on <- function(jump) {
  interrupted <- barrier$interrupted
  barrier$interrupted <- FALSE
  frame <- innermost_frame(calls_python)
  # Where no entry of bridge is in between, reticulate makes an error of the exception, which users should not see.
  shown <- options(show.error.messages = FALSE)
  go_on <- function() {
    options(shown)
    if (interrupted) interrupt() else .Call(C_go_on, jump)
  }
  # A finalizer runs on a stack of its own, which it cannot leave: there, the jump ends here.
  if (frame == 0L || !add_exit(frame, go_on)) options(shown)
  list(`__tfbridge_escaped__` = 0L)
}

add_exit <- function(frame, f) {
  tryCatch({
    do.call(on.exit, list(as.call(list(f)), add = TRUE), envir = sys.frame(frame))
    TRUE
  }, error = function(e) FALSE)
}

#' Number of the innermost frame whose function is such, 0 for none
#' @noRd
innermost_frame <- function(is) {
  frame <- sys.nframe() - 1L
  while (frame > 0L && !is(sys.function(frame))) frame <- frame - 1L
  frame
}

#' Whether it is one of the functions by which we call Python, or reticulate: there, nothing but a `.Call()`
#' @noRd
calls_python <- function(f) {
  if (identical(f, call_python) || identical(f, get_attribute)) return(TRUE)
  is_reticulates <- !is.null(environment(f)) && identical(topenv(environment(f)), asNamespace("reticulate"))
  is_reticulates && ".Call" %in% all.names(body(f), max.names = 3L)
}

#' Make an R function callable from Python
#'
#' @param f a function or formula.
#' @param name by which Python shows it, unless `custom_metric()` has given it one.
#' @param autograph whether its constructs take tensors (graph_rewrite.R).
#' @param gives_data whether its values are data: `c(1, 2)` is a vector there, where elsewhere it is a list of two.
#' @returns A Python object, called through the barrier.
#' @noRd
python_function <- function(f, name = "r_function", autograph = TRUE, gives_data = name %in% mappers) {
  name <- attr(f, "py_function_name", exact = TRUE) %||% name
  f <- rlang::as_function(f)
  called <- under_name(if (autograph) converted(f) else f, name)
  if (gives_data) called <- giving_data(called)
  cross("barrier.functions.RFunction", guard(called), name, parameters_of(f), guard(function() source_of(f)))
}

#' Arguments that are functions whose values are data
#' @noRd
mappers <- c(
  "map_func", "predicate", "key_func", "reduce_func", "window_size_func", "scan_func", "class_func", "element_length_func",
  "shard_func", "reader_func", "reader"
)

giving_data <- function(f) {
  force(f)
  function(...) cross_data(f(...))
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

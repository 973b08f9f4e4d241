# Failures of Python become R conditions here, and R's own mistakes are worded here.

#' What to do with a result that is no plain value
#' @noRd
settle <- function(outcome) {
  if (!inherits(outcome, "bridge.barrier.crossing.Failure")) {
    parts <- outcome_parts("unwrap")(outcome)
    if (parts[[3]]) gc(verbose = FALSE, full = FALSE)
    call <- users_call()
    for (note in parts[[2]]) {
      rlang::warn(bullets(note$message, hints = note$hints), class = "tfbridge_warning", call = call)
    }
    return(parts[[1]])
  }
  report <- outcome$report
  call <- users_call()
  condition <- if (!is.null(report$number)) condition_of(report$number)
  if (depth() == 0L) barrier$escaped <- list()
  remember_traceback(outcome)
  if (report$kind == "interrupt") interrupt()
  if (is.null(condition)) abort_kind(report$kind, report$message, report$details, report$hints, call = call)
  stop(condition)
}

outcome_parts <- function(name) {
  part <- the$outcome_parts[[name]]
  if (is.null(part)) {
    part <- reticulate::import("bridge.barrier.crossing", convert = TRUE)[[name]]
    the$outcome_parts[[name]] <- part
  }
  part
}

remember_traceback <- function(failure) {
  remember <- function(...) tryCatch(outcome_parts("reraise")(failure), error = function(e) NULL)
  # reticulate 1.28 takes the first exception after an interrupt for that interrupt, again.
  tryCatch(remember(), interrupt = remember)
}

interrupt <- function() {
  # So that it does not take a later exception for it.
  tryCatch(outcome_parts("interrupted")(), error = function(e) NULL, interrupt = function(e) NULL)
  rlang::interrupt()
}

#' Signal an error of class `tfbridge_error_<kind>`
#' @noRd
abort_kind <- function(kind, message, details = NULL, hints = NULL, call = rlang::caller_env()) {
  rlang::abort(
    bullets(message, details, hints),
    class = c(paste0("tfbridge_error_", kind), "tfbridge_error"), call = call
  )
}

#' Refuse what the caller's `...` holds, with the nearest argument
#' @noRd
check_no_more <- function(...) {
  if (...length() == 0L) return(invisible())
  # Not `list()`: an empty last argument is a comma too many, no mistake.
  more <- rlang::list2(...)
  if (!length(more)) return(invisible())
  verb <- get0(".Generic", parent.frame(), inherits = FALSE) %||% verb_of(rlang::caller_call(), rlang::caller_fn())
  refuse_argument(verb, names(more)[1L], setdiff(names(formals(rlang::caller_fn())), c("...", "object")))
}

#' Refuse what the caller's `...` holds beside some options, with the nearest argument
#' @noRd
check_options <- function(options, ...) {
  more <- rlang::list2(...)
  unknown <- setdiff(names(more) %||% character(length(more)), options)
  if (!length(unknown)) return(invisible())
  verb <- verb_of(rlang::caller_call(), rlang::caller_fn())
  refuse_argument(verb, unknown[[1L]], c(setdiff(names(formals(rlang::caller_fn())), "..."), options))
}

#' TRUE or FALSE, else the error in the words of bridge.catalog.kinds
#' @noRd
check_flag <- function(x, name = deparse(substitute(x))) {
  if (isTRUE(x) || isFALSE(x)) x else cross("catalog.kinds.flag", cross_argument(x, name), name)
}

#' The path of one file or directory
#' @noRd
check_path <- function(x, name = deparse(substitute(x))) {
  if (is.character(x) && length(x) == 1L && !is.na(x) && nzchar(x)) return(x)
  cross("catalog.kinds.path", cross_argument(x, name), name)
}

#' One of some words, the first where the caller's default has them all
#' @noRd
check_choice <- function(x, words, name = deparse(substitute(x))) {
  if (identical(x, words)) return(words[[1L]])
  if (is.character(x) && length(x) == 1L && x %in% words) return(x)
  cross("catalog.kinds.word", cross_argument(x, name), name, words)
}

#' Refuse an argument that a verb does not have, with the nearest one; NULL or "" is one without a name
#' @noRd
refuse_argument <- function(verb, name, known) {
  if (is.null(name) || !nzchar(name)) {
    abort_kind("argument", paste0("`", verb, "()` was given an argument too many."), call = users_call())
  }
  distances <- utils::adist(name, known)
  abort_kind(
    "argument", paste0("`", verb, "()` has no argument `", name, "`."),
    hints = if (length(known) && min(distances) <= 3) paste0("Did you mean `", known[which.min(distances)], "`?"),
    call = users_call()
  )
}

#' The name of the function that a call is of: as written, after `::`, or by looking for what `do.call()` was given
#' @noRd
verb_of <- function(call, f) {
  head <- call[[1L]]
  if (is.call(head)) head <- head[[length(head)]]
  if (is.symbol(head)) return(as.character(head))
  Find(function(name) identical(get(name, topenv()), f), getNamespaceExports(topenv())) %||% "function"
}

bullets <- function(message, details = NULL, hints = NULL) {
  details <- as.character(unlist(details))
  hints <- as.character(unlist(hints))
  c(message, rlang::set_names(details, rep("x", length(details))), rlang::set_names(hints, rep("i", length(hints))))
}

#' The call that the user wrote: the first of the package's own calls, on the way out, that comes from elsewhere
#'
#' Not the outermost: in a pipe, calls wait for one another, and the whole of it is on the stack.
#' @noRd
users_call <- function() {
  parents <- sys.parents()
  found <- own_frame(sys.nframe() - 1L, parents)
  if (is.null(found)) return(NULL)
  # What constructs were rewritten as is nothing that a user wrote: his function is.
  if (head_of(sys.call(found)) %in% rewritten && parents[[found]] > 0L) found <- parents[[found]]
  short_call(sys.call(found), get0(".Generic", sys.frame(found), inherits = FALSE))
}

#' The frame of that call, NULL where there is none
#' @noRd
own_frame <- function(last, parents) {
  own <- topenv()
  is_own <- function(frame) frame > 0L && identical(topenv(environment(sys.function(frame))), own)
  found <- NULL
  for (frame in rev(seq_len(last))) {
    if (!is_own(frame) || !is_written(sys.call(frame)[[1]])) next
    found <- frame
    from <- parents[[frame]]
    # 0 is the top level; a frame is its own parent when its code waits in a pipe.
    if (from %in% c(0L, frame) || !(is_own(from) || is_plumbing(sys.function(from)))) break
  }
  found
}

#' The call as the user would read it: the generic's name, no values that were put in by `do.call()` or `<-`
#' @noRd
short_call <- function(call, generic) {
  parts <- lapply(as.list(call)[-1L], function(part) {
    short <- missing(part) || is.null(part) || is.language(part) || (is.atomic(part) && length(part) <= 1L)
    if (short) part else quote(...)
  })
  as.call(c(if (is.null(generic)) call[[1L]] else as.symbol(generic), parts))
}

#' Whether the head of a call is what a user writes, `f`, `x$f` or `f(x)`, and no function put in by a handler
#' @noRd
is_written <- function(head) is.symbol(head) || is.call(head)

is_plumbing <- function(f) {
  if (is.null(environment(f))) return(TRUE)
  home <- topenv(environment(f))
  identical(home, baseenv()) || identical(home, .BaseNamespaceEnv) || identical(home, asNamespace("reticulate"))
}

stop_python_not_found <- function(reason) {
  asked <- Sys.getenv("RETICULATE_PYTHON")
  started <- reticulate::py_available(initialize = FALSE)
  tried <- if (started) reticulate::py_config()$python else asked
  abort_kind(
    "python_not_found", "No Python with TensorFlow and Keras was found.",
    details = c(
      if (nzchar(tried)) paste0(tried, if (nzchar(asked)) ", which RETICULATE_PYTHON asks for,", " was tried."),
      strsplit(trimws(reason), "\n")[[1L]]
    ),
    hints = c(
      paste0(
        if (nzchar(asked)) "Without RETICULATE_PYTHON (in .Renviron, .Rprofile or the shell), ",
        "`install_tfbridge()` makes an environment that has them."
      ),
      "To use one that you have, set RETICULATE_PYTHON to its python before R starts; `tf_config()` shows what is used.",
      if (started) "Python runs already: restart R first."
    ),
    call = users_call()
  )
}

stop_dead <- function() {
  abort_kind(
    "session", "This object is from another R session: files of R hold no Python objects.",
    hints = c(
      "Models: `save_model()` and `load_model()`, or `serialize_model()` for what `saveRDS()` is to hold.",
      "Tensors: `as.array()` before, `as_tensor()` after. What else there is has to be made anew."
    ),
    call = users_call()
  )
}

# What constructs do at run time: R values go R's own way, and tensors of a graph become constructs of the graph
# (bridge/graph). Outside of a graph a tensor has a value, which R goes by.

is_tensor <- function(x) inherits(x, "tensorflow.tensor")

#' The answer of a condition of R's, with R's own errors about it
#' @noRd
r_answer <- function(test, about) {
  if (is.logical(test) && length(test) == 1L && !is.na(test)) return(test)
  as_called(about$call, if (test) TRUE else FALSE)
}

#' Runs code of ours whose errors are of the call that the user wrote
#' @noRd
as_called <- function(call, code) {
  tryCatch(code, error = function(e) {
    e$call <- call
    stop(e)
  })
}

#' Runs code of the user's that waits in an argument of ours
#'
#' Errors and warnings would be of the call here; they are made those of the user's function, as they are where R decides.
#' What reticulate throws has no call: it is given that which the user's function made.
#'
#' @param value the code.
#' @param frame of the user's function.
#' @noRd
as_users <- function(value, frame) {
  withCallingHandlers(value,
    error = function(e) {
      if (is_call_here(e$call)) e$call <- call_of(frame)
      else if (is.null(e$call) && inherits(e, "Rcpp::exception")) e$call <- call_made_in(frame)
      else return()
      stop(e)
    },
    warning = function(w) {
      if (!is_call_here(w$call)) return()
      w$call <- call_of(frame)
      warning(w)
      invokeRestart("muffleWarning")
    }
  )
}

is_call_here <- function(call) {
  is.call(call) && length(call) > 1L && head_of(call) == "withCallingHandlers" && identical(call[[2L]], quote(value))
}

number_of <- function(frame) Position(function(known) identical(known, frame), sys.frames(), right = TRUE)

call_of <- function(frame) {
  number <- number_of(frame)
  if (!is.na(number)) sys.call(number)
}

call_made_in <- function(frame) {
  made <- which(sys.parents() == number_of(frame))
  if (length(made)) short_call(sys.call(made[[length(made)]]), NULL)
}

# An `if` is `switch(graph_if(test, about), yes, no, value)`: what R decides runs where it stands, not as an argument of
# ours, and errors in it are of the call that R would name. `for` and `switch()` likewise.

graph_if <- function(test, about) {
  test <- as_users(test, parent.frame())
  answer <- if (is_tensor(test)) cross("graph.control.decided", test, where_of(about)) else r_answer(test, about)
  if (!is.null(answer)) return(if (answer) 1L else 2L)
  the$value <- trace_if(test, about$yes, about$no_code, about, parent.frame())
  3L
}

graph_value <- function() the$value

trace_if <- function(test, yes, no, about, frame) {
  check_no_jumps(about)
  about <- heard(about)
  state <- open_state(about, frame)
  names <- c(about$live, if (about$used) "<value>")
  entry <- c(values_in(state), if (about$used) list(the_undefined()))
  made <- cross(
    "graph.entries.if_", test, branch_of(yes, state, about$used), branch_of(no, state, about$used), as.list(names),
    unname(entry), as.list(c(about$no, if (about$used) "<value>")), where_of(about), about$lenient, about$name
  )
  close_state(state, about$live, made)
  if (!about$used) return(invisible())
  value <- made[[length(made)]]
  if (inherits(value, "bridge.graph.entries.Kept")) state$after[["<value>"]]$value else plain_vector(value)
}

#' Refuses a jump that no flag stands for: it would leave the graph
#' @noRd
check_no_jumps <- function(about) {
  if (!length(about$left)) return(invisible())
  jump <- if (about$left[[1L]] == "return") "return()" else about$left[[1L]]
  abort_kind(
    "graph", paste0("`", jump, "` inside of a call cannot leave ", where_of(about), ", which a tensor decides."),
    hints = "Assign the value there, and have the jump stand by itself afterwards.", call = about$call
  )
}

graph_and <- function(a, b) {
  both_sides(as_users(a, parent.frame()), as_users(b, parent.frame()), call("&&", substitute(a), substitute(b)), FALSE)
}

graph_or <- function(a, b) {
  both_sides(as_users(a, parent.frame()), as_users(b, parent.frame()), call("||", substitute(a), substitute(b)), TRUE)
}

#' @param decides the answer of the first side that is that of both.
#' @noRd
both_sides <- function(a, b, call, decides) {
  if (is_tensor(a)) return(cross("graph.entries.both", a, guard(function() cross_data(b)), decides))
  first <- as_called(call, if (decides) a || FALSE else a && TRUE)
  if (identical(first, decides)) return(first)
  if (is_tensor(b)) return(if (is.na(first)) stop_na(call) else b)
  as_called(call, if (decides) first || b else first && b)
}

stop_na <- function(call) abort_kind("graph", "NA meets a tensor, which has no NA among TRUE and FALSE.", call = call)

graph_for <- function(over, about) {
  frame <- parent.frame()
  over <- as_users(over, frame)
  if (!inherits(over, "python.builtin.object")) {
    the$value <- over
    if (is.null(about$stop)) return(1L)
    r_for(over, about, frame)
  } else if (cross("graph.entries.walked", over) == "here") {
    walk(over, about, frame)
  } else {
    trace_loop("graph.entries.for_", over, about, frame)
  }
  2L
}

#' A loop of the graph
#'
#' @param verb the entry for it.
#' @param first what `for` goes through; of `while` the test.
#' @noRd
trace_loop <- function(verb, first, about, frame) {
  check_no_jumps(about)
  about <- heard(about)
  state <- open_state(about, frame)
  opened <- open_rows(state)
  if (verb == "graph.entries.while_") first <- test_of(about$test, state)
  made <- cross(
    verb, first, pass_of(about$body, state, about$var), if (!is.null(about$stop)) test_of(about$stop, state),
    as.list(about$live), unname(values_in(state)), where_of(about), about$options, about$name
  )
  close_state(state, about$live[as.integer(unlist(made[[1L]])) + 1L], made[[2L]])
  close_rows(opened, state)
  invisible()
}

#' `for` over a vector or list of R's that a jump may end
#' @noRd
r_for <- function(over, about, frame) {
  for (element in over) if (!for_pass(element, about, frame)) break
}

#' `for` over what Python gives element by element
#' @noRd
walk <- function(over, about, frame) {
  iterator <- as_iterator(over)
  end <- new.env()
  while (!identical(element <- iter_next(iterator, end), end)) if (!for_pass(element, about, frame)) break
}

#' One pass of a loop that R goes through
#'
#' @returns Whether there may be a further one.
#' @noRd
for_pass <- function(element, about, frame) {
  stopped <- if (is.null(about$stop)) FALSE else run_in(about$stop, frame)
  if (is_tensor(stopped)) {
    # Whether the loop has stopped is up to the graph: each further pass is under that condition.
    pass <- call("{", call("<-", about$var, element), about$body)
    unless_stopped(stopped, pass, about, frame)
    return(TRUE)
  }
  if (stopped) return(FALSE)
  set_binding(as.character(about$var), list(value = element), frame)
  run_in(about$body, frame)
  TRUE
}

unless_stopped <- function(stopped, pass, about, frame) {
  answer <- cross("graph.control.decided", stopped, where_of(about))
  if (isTRUE(answer)) return(invisible())
  if (isFALSE(answer)) return(run_in(pass, frame))
  branches <- c(about[c("assigned", "live", "outside", "left", "call", "line")], list(
    used = FALSE, no = about$assigned, lenient = TRUE
  ))
  trace_if(stopped, NULL, pass, branches, frame)
}

graph_while <- function(about) {
  frame <- parent.frame()
  repeat {
    stopped <- if (is.null(about$stop)) FALSE else run_in(about$stop, frame)
    if (is_tensor(stopped)) stopped <- cross("graph.control.decided", stopped, where_of(about))
    if (is.null(stopped)) return(trace_loop("graph.entries.while_", NULL, about, frame))
    if (stopped) break
    test <- run_in(about$test, frame)
    answer <- if (is_tensor(test)) cross("graph.control.decided", test, where_of(about)) else r_answer(test, about)
    if (is.null(answer)) return(trace_loop("graph.entries.while_", NULL, about, frame))
    if (!answer) break
    run_in(about$body, frame)
  }
  invisible()
}

#' `switch()`: of a tensor, one `if` after the other
#' @noRd
graph_switch <- function(test, about) {
  test <- as_users(test, parent.frame())
  if (!is_tensor(test)) {
    if (length(test) != 1L || is.function(test)) as_called(about$call, switch(test, NULL))
    the$value <- test
    return(1L)
  }
  the$value <- trace_switch(test, about$alternatives, about, parent.frame())
  2L
}

trace_switch <- function(test, written, about, frame) {
  keys <- names(written) %||% rep("", length(written))
  by_text <- any(nzchar(keys))
  default <- if (by_text) which(!nzchar(keys))
  # An empty alternative is that of the next one.
  for (i in rev(seq_along(written))) if (is_missing_argument(written[[i]])) written[i] <- written[i + 1L]
  cases <- setdiff(seq_along(written), default)
  tests <- lapply(cases, function(i) cross("graph.entries.is_key", test, if (by_text) keys[[i]] else i))
  about$no <- about$assigned
  code <- if (length(default)) written[[default]]
  if (about$used && !length(default)) {
    # R has NULL where nothing fits, which a graph cannot give in place of a tensor.
    text <- paste0("`", construct_text(about$call), "` has no alternative for the value that it goes by.")
    stop_failed(cross("graph.entries.asserted", cross("graph.entries.any_of", tests), text))
    code <- written[[length(written)]]
    tests <- tests[-length(tests)]
  }
  for (i in rev(seq_along(tests))) code <- decided_code(tests[[i]], written[[cases[[i]]]], code, about)
  run_in(with_functions(code, list(graph_if = graph_if, graph_value = graph_value)), frame)
}

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

graph_if <- function(test, yes, no, about) {
  answer <- if (is_tensor(test)) cross("graph.control.decided", test, where_of(about)) else r_answer(test, about)
  if (!is.null(answer)) return(if (answer) yes else if (missing(no)) invisible() else no)
  trace_if(test, substitute(yes), if (!missing(no)) substitute(no), about, parent.frame())
}

trace_if <- function(test, yes, no, about, frame) {
  check_no_jumps(about)
  state <- open_state(about, frame)
  names <- c(about$live, if (about$used) "<value>")
  entry <- c(values_in(state), if (about$used) list(the_undefined()))
  made <- cross(
    "graph.entries.if_", test, branch_of(yes, state, about$used), branch_of(no, state, about$used), as.list(names),
    unname(entry), as.list(c(about$no, if (about$used) "<value>")), where_of(about), about$lenient
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
  if (is_tensor(a)) return(cross("graph.entries.both", a, guard(function() cross_data(b)), FALSE))
  call <- call("&&", substitute(a), substitute(b))
  first <- as_called(call, a && TRUE)
  if (isFALSE(first)) return(FALSE)
  if (is_tensor(b)) return(if (is.na(first)) stop_na(call) else b)
  as_called(call, first && b)
}

graph_or <- function(a, b) {
  if (is_tensor(a)) return(cross("graph.entries.both", a, guard(function() cross_data(b)), TRUE))
  call <- call("||", substitute(a), substitute(b))
  first <- as_called(call, a || FALSE)
  if (isTRUE(first)) return(TRUE)
  if (is_tensor(b)) return(if (is.na(first)) stop_na(call) else b)
  as_called(call, first || b)
}

stop_na <- function(call) abort_kind("graph", "NA meets a tensor, which has no NA among TRUE and FALSE.", call = call)

graph_for <- function(over, about) {
  frame <- parent.frame()
  if (!inherits(over, "python.builtin.object")) return(invisible(r_for(over, about, frame)))
  if (cross("graph.entries.walked", over) == "here") return(invisible(walk(over, about, frame)))
  check_no_jumps(about)
  state <- open_state(about, frame)
  made <- cross(
    "graph.entries.for_", over, pass_of(about$body, state, about$var), stop_of(about, state), as.list(about$live),
    unname(values_in(state)), where_of(about), loop_options()
  )
  close_state(state, about$live[positions(made)], made[[2L]])
  invisible()
}

positions <- function(made) as.integer(unlist(made[[1L]])) + 1L

stop_of <- function(about, state) if (!is.null(about$stop)) test_of(about$stop, state)

#' `for` over a vector or list of R's
#' @noRd
r_for <- function(over, about, frame) {
  if (is.null(about$stop)) return(run_in(as.call(list(quote(`for`), about$var, over, about$body)), frame))
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
    if (is.null(stopped)) return(trace_while(about, frame))
    if (stopped) break
    test <- run_in(about$test, frame)
    answer <- if (is_tensor(test)) cross("graph.control.decided", test, where_of(about)) else r_answer(test, about)
    if (is.null(answer)) return(trace_while(about, frame))
    if (!answer) break
    run_in(about$body, frame)
  }
  invisible()
}

trace_while <- function(about, frame) {
  check_no_jumps(about)
  state <- open_state(about, frame)
  made <- cross(
    "graph.entries.while_", test_of(about$test, state), pass_of(about$body, state), stop_of(about, state),
    as.list(about$live), unname(values_in(state)), where_of(about), loop_options()
  )
  close_state(state, about$live[positions(made)], made[[2L]])
  invisible()
}

loop_options <- function() NULL

graph_switch <- function(about, EXPR, ...) {
  if (!is_tensor(EXPR)) return(as_called(about$call, switch(EXPR, ...)))
  stop("not yet")
}

replaced <- list()

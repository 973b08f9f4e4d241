# The variables of a function while a construct is traced: a branch or a pass starts from what they held before, and what it
# left in them goes to Python (bridge/graph/state.py).

#' What a traced construct needs of the frame that it is in
#'
#' @param about what `about_branches()` and `rewrite_loop()` say of the construct.
#' @param frame the environment whose variables it assigns.
#' @noRd
open_state <- function(about, frame) {
  state <- list2env(list(about = about, frame = frame, held = list()), parent = emptyenv())
  state$before <- lapply(rlang::set_names(about$assigned), binding_of, frame)
  state$outside <- lapply(rlang::set_names(about$outside), outer_value, frame)
  state
}

# A binding is `NULL` where there is none, else a list with the value, or the function of an active one.

binding_of <- function(name, frame) {
  if (!exists(name, frame, inherits = FALSE)) return(NULL)
  if (bindingIsActive(as.symbol(name), frame)) return(list(active = activeBindingFunction(as.symbol(name), frame)))
  # An argument that was not given has no value.
  tryCatch(list(value = get(name, frame, inherits = FALSE)), error = function(e) NULL)
}

set_binding <- function(name, binding, frame) {
  there <- exists(name, frame, inherits = FALSE)
  if (there && (is.null(binding) || !is.null(binding$active) || bindingIsActive(as.symbol(name), frame))) {
    rm(list = name, envir = frame)
  }
  if (!is.null(binding$active)) makeActiveBinding(name, binding$active, frame)
  if (length(binding) && is.null(binding$active)) assign(name, binding$value, frame)
}

restore <- function(state) {
  for (name in names(state$before)) set_binding(name, state$before[[name]], state$frame)
}

#' Variables as Python sees them
#' @noRd
values_in <- function(state, names = state$about$live) {
  lapply(names, function(name) {
    binding <- binding_of(name, state$frame)
    if (!is.null(binding$active)) {
      mark <- environment(binding$active)$mark
      return(mark %||% state_value(binding$active(), state))
    }
    state_value(if (is.null(binding)) outer_value(name, state$frame) else binding$value, state, is.null(binding))
  })
}

#' What a variable further out holds, that an assignment would hide; functions are no variables
#' @noRd
outer_value <- function(name, frame) {
  found <- tryCatch(get0(name, parent.env(frame)), error = function(e) NULL)
  if (is.function(found)) NULL else found
}

#' A value as Python sees it: what it has no use for is held here
#' @noRd
state_value <- function(x, state, may_be_missing = FALSE) {
  if (is.null(x)) return(if (may_be_missing) the_undefined())
  if (inherits(x, "python.builtin.object") && !is.function(x)) return(x)
  if (is.object(x) || !is.vector(unclass(x), "any") && !is.array(x)) return(hold(x, state))
  if (is.list(x)) lapply(x, state_value, state) else cross_data(x)
}

the_undefined <- function() {
  if (is.null(the$undefined)) the$undefined <- cross("graph.state.undefined")
  the$undefined
}

hold <- function(x, state) {
  known <- Position(function(held) identical(held, x), state$held)
  if (is.na(known)) {
    state$held <- c(state$held, list(x))
    known <- length(state$held)
  }
  cross("graph.state.held", known)
}

#' Has a variable hold what came of a construct
#' @noRd
set_value <- function(name, value, state) {
  if (inherits(value, "bridge.graph.entries.Kept")) return(set_binding(name, state$after[[name]], state$frame))
  if (inherits(value, c("bridge.graph.state.Maybe", "bridge.graph.state.Undefined"))) return(mark(name, value, state))
  set_binding(name, list(value = plain_vector(value)), state$frame)
}

#' Has the reader of a variable be told, or the graph look, whether it has a value
#' @noRd
mark <- function(name, value, state) {
  if (identical(value, the$undefined)) return(set_binding(name, NULL, state$frame))
  set_binding(name, list(active = marked(name, value, state$frame)), state$frame)
}

marked <- function(name, mark, frame) {
  force(mark)
  function(value) {
    if (missing(value)) return(plain_vector(cross("graph.state.read", mark, name == ".value")))
    rm(list = name, envir = frame)
    assign(name, value, frame)
  }
}

#' Runs code in the frame of a function, as if it stood there
#' @noRd
run_in <- function(code, frame) {
  if (!is.language(code)) return(code)
  here <- environment()
  eval(as.call(list(delayedAssign, "value", code, frame, here)))
  as_users(value, frame)
}

#' A function for Python that runs a branch and gives the variables after it
#' @noRd
branch_of <- function(code, state, used) {
  guard(function() {
    restore(state)
    value <- run_in(code, state$frame)
    made <- values_in(state)
    state$after <- lapply(rlang::set_names(state$about$live), binding_of, state$frame)
    if (!used) return(unname(made))
    state$after[["<value>"]] <- list(value = value)
    unname(c(made, list(state_value(value, state))))
  })
}

#' A function for Python that sets variables, runs a pass, and gives the variables after it
#' @noRd
pass_of <- function(code, state, var = NULL) {
  guard(function(at, values, element) {
    restore(state)
    for (i in seq_along(at)) set_value(state$about$live[[at[[i]]]], values[[i]], state)
    if (!is.null(var)) set_binding(as.character(var), list(value = raw_value(plain_vector(element))), state$frame)
    run_in(code, state$frame)
    made <- unname(values_in(state))
    state$after <- lapply(rlang::set_names(state$about$live), binding_of, state$frame)
    made
  })
}

#' The same for the value of a test
#' @noRd
test_of <- function(code, state) {
  guard(function(at, values) {
    restore(state)
    for (i in seq_along(at)) set_value(state$about$live[[at[[i]]]], values[[i]], state)
    cross_data(run_in(code, state$frame))
  })
}

#' Takes over what came of a construct
#' @noRd
close_state <- function(state, names, values) {
  restore(state)
  for (i in seq_along(names)) set_value(names[[i]], values[[i]], state)
  check_not_leaked(state)
}

#' Refuses what `<<-` put outside: a tensor of a branch or a loop is nothing there
#' @noRd
check_not_leaked <- function(state) {
  for (name in names(state$outside)) {
    now <- outer_value(name, state$frame)
    if (inherits(now, "tensorflow.tensor") && !identical(now, state$outside[[name]])) {
      abort_kind(
        "graph", paste0("`", name, " <<-` in ", where_of(state$about), " takes a tensor out of it."),
        hints = c(
          paste0("Use `", name, " <- ...` and return it: a graph hands values on by variables of its own function."),
          "What is to last between calls is a `tf$Variable()`, which has `assign()`."
        ),
        call = state$about$call
      )
    }
  }
}

#' How errors call a construct: what is written, and in which line
#' @noRd
where_of <- function(about) {
  text <- construct_text(about$call)
  line <- about$line
  paste0("`", text, "`", if (!is.null(line)) paste0(" (line ", line[[1L]], ")"))
}

construct_text <- function(e) {
  head <- head_of(e)
  written <- function(x) paste(deparse(x, width.cutoff = 60L, nlines = 1L), collapse = " ")
  switch(head,
    "if" = paste0("if (", written(e[[2L]]), ")"),
    "for" = paste0("for (", e[[2L]], " in ", written(e[[3L]]), ")"),
    "while" = paste0("while (", written(e[[2L]]), ")"),
    "switch" = paste0("switch(", written(e[[2L]]), ", ...)"),
    head
  )
}

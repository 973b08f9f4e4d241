# R functions made ready for tensors: each construct becomes a call of a function that decides at run time (graph_control.R).

#' A function whose `if`, `for`, `while` and the rest take tensors too
#'
#' Made once for each function. What it calls is made ready in the same way when it is found: the user's functions, not those
#' of packages.
#'
#' @param f a function.
#' @noRd
converted <- function(f) {
  if (typeof(f) != "closure" || is_converted(f) || inherits(f, c("python.builtin.object", "tfbridge_class"))) return(f)
  key <- rlang::obj_address(f)
  known <- the$converted[[key]]
  if (!is.null(known)) return(known[[2L]])
  made <- convert(f)
  if (is.null(the$converted) || length(the$converted) > 1000L) the$converted <- new.env(parent = emptyenv())
  # The function itself too: nothing else gets its address as long as it is here.
  the$converted[[key]] <- list(f, made)
  made
}

is_converted <- function(f) exists(".converted", environment(f), inherits = FALSE)

#' Code with its constructs, and the helpers that it calls, as functions in it: there is no environment to find them in
#' @noRd
converted_code <- function(code, env) {
  flags <- new.env(parent = emptyenv())
  flags$loops <- 0L
  lowered <- lower_inside(code, flags)
  about <- about_code(lowered)
  # What runs afterwards is not known.
  about$later <- assigned_in(lowered)
  made <- rewrite(lowered, about$later, TRUE, about)
  here <- as.function(list(NULL), envir = env)
  helpers <- rlang::set_names(helpers_of(here, all.names(lowered)))
  functions <- c(run_time(env), lapply(helpers, function(name) converted(get(name, env))))
  with_functions(made, functions)
}

with_functions <- function(e, functions) {
  if (!is.call(e)) return(e)
  if (is.symbol(e[[1L]]) && as.character(e[[1L]]) %in% names(functions)) e[[1L]] <- functions[[as.character(e[[1L]])]]
  for (i in seq_along(e)) {
    if (is_missing_argument(e[[i]])) next
    part <- e[[i]]
    if (is.call(part)) e[[i]] <- with_functions(part, functions)
    if (is.list(part) && !is.null(part$call)) {
      parts <- intersect(c("body", "test", "stop", "yes", "no_code"), names(part))
      part[parts] <- lapply(part[parts], with_functions, functions)
      e[[i]] <- part
    }
  }
  e
}

convert <- function(f) {
  names <- all.names(body(f))
  named <- unique(c(names, all.names(as.call(c(quote(list), unname(as.list(formals(f))))))))
  helpers <- c(helpers_of(f, named), helper_lists(f, setdiff(named, assigned_outside(body(f)))))
  if (!any(c(constructs, names(replaced)) %in% names) && !length(helpers)) return(f)
  made <- f
  body(made) <- rewritten_body(body(f))
  attributes(made) <- attributes(f)
  environment(made) <- surroundings(environment(f), helpers)
  made
}

#' Constructs that are rewritten
#' @noRd
constructs <- c("if", "for", "while", "repeat", "&&", "||", "switch")

#' What they are rewritten as
#' @noRd
rewritten <- c("graph_if", "graph_for", "graph_while", "graph_switch", "graph_and", "graph_or", "graph_value")

#' The environment of a converted function: the constructs and its helpers, before its own
#' @noRd
surroundings <- function(env, helpers) {
  made <- list2env(c(run_time(env), list(.converted = TRUE)), parent = env)
  for (name in helpers) bind_helper(name, env, made)
  made
}

run_time <- function(env) {
  is_own <- function(name) identical(get0(name, env, mode = "function"), get(name, baseenv()))
  c(mget(rewritten, topenv()), replaced[vapply(names(replaced), is_own, NA)])
}

bind_helper <- function(name, env, made) {
  force(name)
  # Looked up at each use: it may be defined anew.
  makeActiveBinding(name, function() with_converted(get(name, env)), made)
}

with_converted <- function(x) {
  if (is.function(x)) return(converted(x))
  if (is_plain_list(x)) x[] <- lapply(x, with_converted)
  x
}

#' Lists with functions of the user's in them, among some names
#' @noRd
helper_lists <- function(f, names) {
  env <- environment(f)
  holds <- function(x) if (is_plain_list(x)) any(vapply(x, holds, NA)) else typeof(x) == "closure" && is_users(x, f)
  Filter(function(name) {
    found <- tryCatch(get0(name, env), error = function(e) NULL)
    is_plain_list(found) && holds(found)
  }, names)
}

#' The user's functions among some names, as a function sees them
#' @noRd
helpers_of <- function(f, names) {
  env <- environment(f)
  is_helper <- function(name) {
    found <- tryCatch(get0(name, env), error = function(e) NULL)
    typeof(found) == "closure" && is_users(found, f)
  }
  Filter(is_helper, setdiff(names, c(constructs, names(replaced), "{", "(", "<-", "=", "function", "")))
}

#' Whether a function is the user's: from a script, or from the package that a function comes from
#' @noRd
is_users <- function(found, f) {
  home <- environment(found)
  if (inherits(found, c("python.builtin.object", "tfbridge_class")) || identical(home, topenv())) return(FALSE)
  identical(topenv(home), globalenv()) || identical(topenv(home), topenv(environment(f)))
}

# Rewriting. What comes after a construct decides what it hands on, so code is read from its end.

rewritten_body <- function(body) {
  lowered <- lower_body(body)
  rewrite(lowered, character(), TRUE, about_code(lowered))
}

#' What holds for all of a function
#' @noRd
about_code <- function(code) {
  later <- read_any_time(code)
  # Where code reaches for variables by other ways, each of them may be meant.
  if (anyNA(later)) later <- assigned_in(code)
  list(later = later, line = NULL)
}

#' Code with its constructs as calls
#'
#' @param e the code.
#' @param after the names that are needed after it.
#' @param used whether its value is.
#' @param about what `about_code()` gives, with the place of the statement.
#' @noRd
rewrite <- function(e, after, used, about) {
  if (!is.call(e)) return(e)
  head <- head_of(e)
  switch(head,
    "{" = rewrite_block(e, after, used, about),
    "if" = rewrite_if(e, after, used, about),
    "for" = rewrite_loop(e, after, about),
    "while" = , "repeat" = rewrite_loop(e, after, about),
    "&&" = , "||" = as.call(list(
      as.symbol(if (head == "&&") "graph_and" else "graph_or"),
      rewrite(e[[2L]], needed_before(e[[3L]], after), TRUE, about), rewrite(e[[3L]], after, TRUE, about)
    )),
    "switch" = rewrite_switch(e, after, used, about),
    "<-" = , "=" = {
      # Assigned by position, NULL would take the element away.
      if (is.call(e[[3L]])) e[[3L]] <- rewrite(e[[3L]], after_assignment(e, after), TRUE, about)
      e
    },
    "function" = rewrite_function(e),
    "local" = {
      if (length(e) == 2L) e[[2L]] <- rewritten_inner(e[[2L]])
      e
    },
    if (head %in% unevaluated) e else rewrite_call(e, after, used, about)
  )
}

rewritten_inner <- function(code) {
  flags <- new.env(parent = emptyenv())
  flags$loops <- 0L
  code <- lower_inside(code, flags)
  rewrite(code, character(), TRUE, about_code(code))
}

rewrite_function <- function(e) {
  e[[3L]] <- if (is.call(e[[3L]])) rewritten_body(e[[3L]]) else e[[3L]]
  e
}

rewrite_block <- function(e, after, used, about) {
  kept <- attributes(e)
  places <- kept$srcref
  for (i in rev(seq_along(e)[-1L])) {
    statement <- e[[i]]
    if (is.call(statement)) {
      if (length(places) >= i) about$line <- places[[i]]
      e[[i]] <- rewrite(statement, after, used && i == length(e), about)
    }
    after <- needed_before(statement, after)
  }
  attributes(e) <- kept
  e
}

rewrite_call <- function(e, after, used, about) {
  whole <- e
  last <- length(e)
  for (i in rev(seq_len(last))) {
    if (is_missing_argument(e[[i]])) next
    part <- e[[i]]
    if (is.call(part)) {
      # The others may run before or after it.
      others <- if (head_of(whole) %in% transparent) after else union(after, read_in(whole[-i]))
      e[[i]] <- rewrite(part, others, used || i < last || !head_of(whole) %in% transparent, about)
    }
  }
  e
}

#' Tests that R decides, whatever they are of
#' @noRd
plain_tests <- c(
  "is.null", "missing", "is.function", "is.character", "is.list", "inherits", "identical", "isTRUE", "isFALSE", "nargs",
  "interactive", "nzchar", "exists", "is.environment", "requireNamespace"
)

rewrite_if <- function(e, after, used, about) {
  yes <- e[[3L]]
  no <- if (length(e) > 3L) e[[4L]]
  test <- rewrite(e[[2L]], union(needed_before(yes, after), needed_before(no, after)), TRUE, about)
  parts <- list(test, rewrite(yes, after, used, about))
  if (length(e) > 3L) parts <- c(parts, list(rewrite(no, after, used, about)))
  tested <- if (head_of(e[[2L]]) == "!") e[[2L]][[2L]] else e[[2L]]
  if (is.logical(tested) || head_of(tested) %in% plain_tests) return(as.call(c(quote(`if`), parts)))
  decided_code(
    parts[[1L]], parts[[2L]], if (length(e) > 3L) parts[[3L]] else quote(invisible()),
    about_branches(e, list(yes, no), after, used, about)
  )
}

#' The code of an `if` (graph_control.R)
#' @noRd
decided_code <- function(test, yes, no, about) {
  about["yes"] <- list(yes)
  about["no_code"] <- list(no)
  as.call(list(quote(switch), call("graph_if", test, about), yes, no, quote(graph_value())))
}

#' What a construct of branches needs to know about itself
#' @noRd
about_branches <- function(e, branches, after, used, about) {
  assigned <- unique(unlist(lapply(branches, assigned_in)))
  original <- attr(e, "lowered") %||% e
  list(
    assigned = assigned, live = intersect(assigned, c(after, about$later)), used = used,
    no = as.character(unique(unlist(lapply(branches[-1L], assigned_in)))), outside = assigned_outside(e),
    left = jumps_left(as.call(c(quote(`{`), branches))), lenient = !is.null(attr(e, "lowered")),
    call = original, line = about$line
  )
}

rewrite_loop <- function(e, after, about) {
  head <- head_of(e)
  needed <- needed_in_loop(e, after)
  body <- e[[length(e)]]
  assigned <- unique(c(assigned_by(e), assigned_in(body), if (head == "while") assigned_in(e[[2L]])))
  stop <- attr(e, "stop")
  parts <- list(
    var = if (head == "for") e[[2L]], test = if (head == "while") rewrite(e[[2L]], needed, TRUE, about) else TRUE,
    body = rewrite(body, needed, FALSE, about),
    stop = if (length(stop)) Reduce(function(a, b) call("graph_or", a, b), lapply(stop, as.symbol)),
    assigned = assigned, live = intersect(assigned, c(needed, about$later)), outside = assigned_outside(e),
    left = jumps_left(body), collected = collected_in(body), call = attr(e, "lowered") %||% e, line = about$line
  )
  if (head == "for") {
    here <- call("for", e[[2L]], quote(graph_value()), parts$body)
    call("switch", call("graph_for", rewrite(e[[3L]], needed, TRUE, about), parts), here, quote(invisible()))
  } else {
    as.call(list(quote(graph_while), parts))
  }
}

rewrite_switch <- function(e, after, used, about) {
  if (length(e) < 3L) return(e)
  branches <- as.list(e)[-(1:2)]
  there <- !vapply(branches, is_missing_argument, NA)
  needed <- unique(unlist(lapply(branches[there], needed_before, after)))
  made <- branches
  for (i in which(there)) if (is.call(branches[[i]])) made[[i]] <- rewrite(branches[[i]], after, used, about)
  test <- rewrite(e[[2L]], union(after, needed), TRUE, about)
  own <- c(about_branches(e, branches[there], after, used, about), list(alternatives = made))
  here <- as.call(c(quote(switch), quote(graph_value()), made))
  call("switch", call("graph_switch", test, own), here, quote(graph_value()))
}

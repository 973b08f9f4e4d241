# What R code assigns, reads and needs later: read from the code, before anything runs.

#' Operators that look a name up in a package
#' @noRd
namespaced <- strrep(":", 2:3)

#' Functions whose arguments are not run here: they are code to them, or run elsewhere
#' @noRd
unevaluated <- c("function", "quote", "bquote", "substitute", "expression", "~", "local", namespaced)

#' Functions that run their last argument once, and here
#' @noRd
transparent <- c("with", "suppressWarnings", "suppressMessages", "invisible")

#' Functions by which code gets at variables without naming them
#' @noRd
reflective <- c(
  "environment", "eval", "evalq", "get", "get0", "mget", "exists", "parent.frame", "sys.frame", "ls", "list2env"
)

#' The name of the function that a call is of, "" when that is computed
#' @noRd
head_of <- function(e) if (is.call(e) && is.symbol(e[[1L]])) as.character(e[[1L]]) else ""

is_missing_argument <- function(e) identical(e, quote(expr = ))

arguments_of <- function(e) Filter(Negate(is_missing_argument), as.list(e)[-1L])

#' The names that an assignment gives values to: of `x[i] <- v` and `names(x) <- v` it is `x`
#' @noRd
targets <- function(e) {
  if (is.symbol(e)) return(as.character(e))
  if (is.character(e)) return(e[[1L]])
  if (is.call(e) && length(e) > 1L) targets(e[[2L]]) else character()
}

#' The names on the left of `c(x, c(y, ...rest)) %<-% values`
#' @noRd
unpacked <- function(e) {
  if (is.symbol(e)) return(sub("^[.][.][.]", "", as.character(e)))
  if (head_of(e) == "c") return(unique(unlist(lapply(arguments_of(e), unpacked))))
  targets(e)
}

#' The names that a call itself assigns, without those in its arguments
#' @noRd
assigned_by <- function(e) {
  switch(head_of(e),
    "<-" = , "=" = targets(e[[2L]]),
    "%<-%" = unpacked(e[[2L]]),
    "%->%" = unpacked(e[[3L]]),
    "%as%" = targets(e[[3L]]),
    "for" = as.character(e[[2L]]),
    "assign" = if (length(e) == 3L && is.character(e[[2L]])) e[[2L]],
    character()
  )
}

#' The names that code assigns where it runs
#' @noRd
assigned_in <- function(e) {
  if (!is.call(e) || head_of(e) %in% unevaluated) return(character())
  unique(c(assigned_by(e), unlist(lapply(as.list(e), assigned_in))))
}

#' The names that code assigns further out, by `<<-`, in functions that it defines too
#' @noRd
assigned_outside <- function(e) {
  if (!is.call(e)) return(character())
  own <- if (head_of(e) == "<<-") targets(e[[2L]])
  unique(c(own, unlist(lapply(arguments_of(e), assigned_outside))))
}

#' The names that code reads, with those in the functions that it defines
#' @noRd
read_in <- function(e) {
  if (is.symbol(e)) return(as.character(e))
  if (is.character(e)) return(named_in_text(e))
  if (is.pairlist(e) && length(e)) return(unique(unlist(lapply(Filter(Negate(is_missing_argument), as.list(e)), read_in))))
  if (!is.call(e) || head_of(e) %in% namespaced) return(character())
  parts <- switch(head_of(e),
    "$" = , "@" = list(e[[2L]]),
    "<-" = , "=" = c(if (is.call(e[[2L]])) list(e[[2L]]), list(e[[3L]])),
    Filter(Negate(is_missing_argument), as.list(e))
  )
  unique(c(unlist(lapply(parts, read_in)), attr(e, "stop")))
}

#' Names in braces: `glue("{x}")`
#' @noRd
named_in_text <- function(text) {
  if (!any(grepl("{", text, fixed = TRUE))) return(character())
  unlist(regmatches(text, gregexpr("[[:alpha:].][[:alnum:]._]*", text)))
}

#' The names that functions defined in code read, at whatever time; all, where code reaches for variables by other ways
#' @noRd
read_any_time <- function(e) {
  if (!is.call(e)) return(character())
  if (head_of(e) %in% reflective) return(NA_character_)
  if (head_of(e) %in% c("function", "~", "local", "quote", "bquote")) return(read_in(e))
  unique(unlist(lapply(as.list(e), read_any_time)))
}

#' The names whose values are needed before code runs
#'
#' @param e the code.
#' @param after the names that are needed after it.
#' @noRd
needed_before <- function(e, after) {
  if (is.symbol(e)) return(union(after, as.character(e)))
  if (!is.call(e)) return(union(after, read_in(e)))
  switch(head_of(e),
    "{" = needed_before_all(as.list(e)[-1L], after),
    "if" = needed_before(e[[2L]], union(
      needed_before(e[[3L]], after), if (length(e) > 3L) needed_before(e[[4L]], after) else after
    )),
    "for" = needed_before(e[[3L]], needed_in_loop(e, after)),
    "while" = , "repeat" = needed_in_loop(e, after),
    "<-" = , "=" = needed_before(e[[3L]], after_assignment(e, after)),
    "%<-%" = needed_before(e[[3L]], setdiff(after, unpacked(e[[2L]]))),
    "&&" = , "||" = needed_before(e[[2L]], needed_before(e[[3L]], after)),
    needed_before_call(e, after)
  )
}

#' The names that are needed after the value of an assignment is there, and before it is assigned
#' @noRd
after_assignment <- function(e, after) {
  if (is.call(e[[2L]])) union(after, read_in(e[[2L]])) else setdiff(after, targets(e[[2L]]))
}

needed_before_call <- function(e, after) {
  if (head_of(e) %in% unevaluated) return(union(after, read_in(e)))
  if (head_of(e) %in% transparent) return(needed_before_all(arguments_of(e), after))
  # Arguments may wait, or not be looked at: what they assign is not counted on.
  Reduce(function(after, part) union(after, needed_before(part, after)), rev(call_parts(e)), after)
}

call_parts <- function(e) {
  if (head_of(e) %in% c("$", "@")) list(e[[2L]]) else Filter(Negate(is_missing_argument), as.list(e))
}

needed_before_all <- function(statements, after) {
  for (e in rev(statements)) after <- needed_before(e, after)
  after
}

#' The names that a loop needs at the beginning of a pass, or after the last
#' @noRd
needed_in_loop <- function(e, after) {
  needed <- union(after, attr(e, "stop"))
  repeat {
    found <- switch(head_of(e),
      "for" = setdiff(needed_before(e[[4L]], needed), as.character(e[[2L]])),
      "while" = needed_before(e[[2L]], needed_before(e[[3L]], needed)),
      needed_before(e[[2L]], needed)
    )
    found <- union(needed, found)
    if (length(found) == length(needed)) return(needed)
    needed <- found
  }
}

# `break`, `next` and `return()` as flags, the way compilers have it: afterwards code runs from its beginning to its end, and
# a graph can be made of it. Where a branch always jumps, what follows moves into the other one and needs no flag.

#' The body of a function without `return()` amid it, and its loops without `break` and `next`
#'
#' @param body of a function.
#' @noRd
lower_body <- function(body) {
  flags <- new.env(parent = emptyenv())
  flags$loops <- 0L
  flags$returned <- FALSE
  lowered <- lower_all(items_of(body), TRUE, NULL, flags)
  if (flags$returned) lowered <- c(list(item(quote(.returned <- FALSE), first_place(lowered))), lowered)
  if (length(lowered) == 1L && head_of(body) != "{") lowered[[1L]]$code else block_of(lowered, body)
}

# A statement and where it stands.

item <- function(code, place = NULL) list(code = code, place = place)

items_of <- function(e, place = NULL) {
  if (is.null(e)) return(list())
  if (head_of(e) != "{") return(list(item(e, place)))
  places <- attr(e, "srcref")
  lapply(seq_along(e)[-1L], function(i) item(e[[i]], if (length(places) >= i) places[[i]] else place))
}

first_place <- function(items) if (length(items)) items[[1L]]$place

#' A block of statements that knows where each one stands
#' @noRd
block_of <- function(items, like = NULL) {
  made <- as.call(c(quote(`{`), lapply(items, `[[`, "code")))
  places <- lapply(items, `[[`, "place")
  if (length(places) && !any(vapply(places, is.null, NA))) {
    own <- attr(like, "srcref")
    attr(made, "srcref") <- c(if (length(own)) own[1L] else places[1L], places)
    attr(made, "srcfile") <- attr(places[[1L]], "srcfile")
  }
  made
}

#' Which jumps a statement may end in, of those that flags can stand for
#' @noRd
jumps_in <- function(e) {
  switch(head_of(e),
    "break" = , "next" = , "return" = head_of(e),
    "{" = unique(unlist(lapply(as.list(e)[-1L], jumps_in))),
    "if" = unique(unlist(lapply(as.list(e)[-(1:2)], jumps_in))),
    "for" = , "while" = , "repeat" = intersect(jumps_in(e[[length(e)]]), "return"),
    "with" = , "suppressWarnings" = , "suppressMessages" = if (length(e) > 1L) jumps_in(e[[length(e)]]),
    "<-" = , "=" = if (head_of(e[[3L]]) == "if") jumps_in(e[[3L]])
  )
}

#' The jumps that stay in code that was lowered: in arguments of calls, where no flag can stand for them
#' @noRd
jumps_left <- function(e) {
  if (!is.call(e) || head_of(e) %in% unevaluated) return(character())
  head <- head_of(e)
  if (head %in% c("break", "next", "return")) return(head)
  unique(unlist(lapply(arguments_of(e), jumps_left)))
}

#' Whether a list of statements never comes to its end
#' @noRd
always_jumps <- function(items) {
  any(vapply(items, function(one) {
    e <- one$code
    switch(head_of(e),
      "break" = , "next" = , "return" = TRUE,
      "{" = always_jumps(items_of(e)),
      "if" = length(e) > 3L && always_jumps(items_of(e[[3L]])) && always_jumps(items_of(e[[4L]])),
      FALSE
    )
  }, NA))
}

#' Statements without jumps
#'
#' @param items statements.
#' @param tail whether the value of the last is the function's.
#' @param loop number of the loop that they are in, NULL outside of loops.
#' @param flags what is counted while a function is lowered.
#' @noRd
lower_all <- function(items, tail, loop, flags) {
  done <- list()
  for (i in seq_along(items)) {
    one <- items[[i]]
    one$code <- lower_inside(one$code, flags)
    if (length(jumps_in(one$code))) {
      return(c(done, lower_jump(one, items[-seq_len(i)], tail, loop, flags)))
    }
    done <- c(done, list(one))
  }
  done
}

#' The loops in a statement that has no jump of its own, lowered
#' @noRd
lower_inside <- function(e, flags) {
  if (!is.call(e) || head_of(e) %in% unevaluated) return(e)
  if (length(jumps_in(e))) return(e)
  switch(head_of(e),
    "for" = , "while" = , "repeat" = lower_loop(e, flags),
    {
      kept <- attributes(e)
      for (i in seq_along(e)) {
        if (is.call(e[[i]])) {
          inner <- if (length(jumps_in(e[[i]]))) e[[i]] else lower_inside(e[[i]], flags)
          e[[i]] <- inner
        }
      }
      attributes(e) <- kept
      e
    }
  )
}

#' A loop whose body is lowered; its attribute `stop` has the flags that end it
#' @noRd
lower_loop <- function(e, flags) {
  original <- e
  last <- length(e)
  jumps <- jumps_in(e[[last]])
  flags$loops <- flags$loops + 1L
  loop <- flags$loops
  body <- lower_all(items_of(e[[last]]), FALSE, loop, flags)
  if ("next" %in% jumps && uses_flag(body, flag_of("next", loop))) {
    body <- c(list(item(set_flag("next", loop, FALSE), first_place(body))), body)
  }
  e[[last]] <- block_of(body, e[[last]])
  attr(e, "lowered") <- original
  attr(e, "stop") <- vapply(intersect(c("break", "return"), jumps), flag_of, "", loop)
  if (!"break" %in% jumps) return(e)
  as.call(list(quote(`{`), set_flag("break", loop, FALSE), e))
}

uses_flag <- function(items, flag) any(vapply(items, function(one) flag %in% all.names(one$code), NA))

flag_of <- function(jump, loop) {
  switch(jump, "break" = paste0(".stop", loop), "next" = paste0(".skip", loop), "return" = ".returned")
}

set_flag <- function(jump, loop, value) bquote(.(as.symbol(flag_of(jump, loop))) <- .(value))

#' One statement that jumps, and those after it
#' @noRd
lower_jump <- function(one, rest, tail, loop, flags) {
  e <- one$code
  lower <- switch(head_of(e),
    "return" = lower_return, "if" = lower_if, "break" = , "next" = set_jump,
    "for" = , "while" = , "repeat" = lower_returning_loop
  )
  if (!is.null(lower)) return(lower(one, rest, tail, loop, flags))
  if (head_of(e) == "{") return(lower_all(c(items_of(e, one$place), rest), tail, loop, flags))
  if (!head_of(e) %in% c("<-", "=")) return(lower_call(one, rest, tail, loop, flags))
  one$code <- assign_within(e[[2L]], e[[3L]])
  lower_all(c(list(one), rest), tail, loop, flags)
}

lower_return <- function(one, rest, tail, loop, flags) {
  value <- if (length(one$code) > 1L) one$code[[2L]]
  if (tail) return(list(item(value, one$place)))
  flags$returned <- TRUE
  list(item(call("<-", quote(.value), value), one$place), item(set_flag("return", loop, TRUE), one$place))
}

set_jump <- function(one, rest, tail, loop, flags) {
  made <- if (is.null(loop)) no_loop else set_flag(head_of(one$code), loop, TRUE)
  list(item(made, one$place))
}

#' What R says of `break` and `next` outside of loops, once it comes by
#' @noRd
no_loop <- quote(stop("no loop for break/next, jumping to top level"))

lower_returning_loop <- function(one, rest, tail, loop, flags) {
  flags$returned <- TRUE
  made <- lower_loop(one$code, flags)
  before <- if (head_of(made) == "{") as.list(made)[-1L] else list(made)
  c(lapply(before, item, one$place), after_jump("return", one$place, rest, tail, loop, flags))
}

#' `x <- if (a) b else return(c)` as `if (a) x <- b else return(c)`
#' @noRd
assign_within <- function(target, value) {
  switch(head_of(value),
    "break" = , "next" = , "return" = value,
    "{" = {
      value[[length(value)]] <- assign_within(target, value[[length(value)]])
      value
    },
    "if" = {
      value[[3L]] <- assign_within(target, value[[3L]])
      value[[4L]] <- assign_within(target, if (length(value) > 3L) value[[4L]])
      value
    },
    call("<-", target, value)
  )
}

lower_if <- function(one, rest, tail, loop, flags) {
  e <- one$code
  yes <- items_of(e[[3L]], one$place)
  no <- if (length(e) > 3L) items_of(e[[4L]], one$place)
  made <- function(yes, no, tail) branches(one, yes, no, tail, loop, flags)
  if (!length(rest)) return(made(yes, no, tail))
  if (always_jumps(yes)) return(made(yes, c(no, rest), tail))
  if (always_jumps(no)) return(made(c(yes, rest), no, tail))
  c(made(yes, no, FALSE), after_jump(jumps_in(e), one$place, rest, tail, loop, flags))
}

#' An `if` with lowered branches; as the value of a function it has both
#' @noRd
branches <- function(one, yes, no, tail, loop, flags) {
  lower <- function(items) if (length(items) || !tail) block_of(lower_all(items, tail, loop, flags))
  made <- call("if", one$code[[2L]], lower(yes))
  if (length(no)) made[[4L]] <- lower(no)
  if (tail && !length(no)) made <- call("if", one$code[[2L]], made[[3L]], NULL)
  attr(made, "lowered") <- one$code
  list(item(made, one$place))
}

#' A call such as `with(tape, { ... })` whose code jumps
#' @noRd
lower_call <- function(one, rest, tail, loop, flags) {
  e <- one$code
  last <- length(e)
  jumps <- jumps_in(e[[last]])
  all_of_it <- tail && !length(rest)
  e[[last]] <- block_of(lower_all(items_of(e[[last]], one$place), all_of_it, loop, flags))
  if (all_of_it) return(list(item(e, one$place)))
  c(list(item(e, one$place)), after_jump(jumps, one$place, rest, tail, loop, flags))
}

#' What follows a statement that may have jumped: it runs only when none of the flags is set
#' @noRd
after_jump <- function(jumps, place, rest, tail, loop, flags) {
  if (!tail && !length(rest)) return(list())
  if (is.null(loop)) jumps <- intersect(jumps, "return")
  if (!length(jumps)) return(lower_all(rest, tail, loop, flags))
  if ("return" %in% jumps) flags$returned <- TRUE
  set <- lapply(vapply(jumps, flag_of, "", loop), as.symbol)
  test <- Reduce(function(a, b) call("||", a, b), set)
  value <- if (tail) quote(.value) else quote({})
  new <- call("if", test, value, if (length(rest)) block_of(lower_all(rest, tail, loop, flags)))
  attr(new, "lowered") <- new
  list(item(new, place))
}

# Lists that grow in a loop of a graph (bridge/graph/rows.py).

#' The names that a loop collects values in: what it assigns only as `x[[i]] <- value` or `x <- c(x, value)`
#' @noRd
collected_in <- function(e) {
  if (!is.call(e) || head_of(e) %in% unevaluated) return(character())
  own <- if (head_of(e) %in% c("<-", "=") && length(e) == 3L) {
    target <- e[[2L]]
    if (head_of(target) %in% c("[[", "[") && is.symbol(target[[2L]])) {
      as.character(target[[2L]])
    } else if (is.symbol(target) && head_of(e[[3L]]) %in% c("c", "append") && identical(e[[3L]][[2L]], target)) {
      as.character(target)
    }
  }
  unique(c(own, unlist(lapply(as.list(e), collected_in))))
}

#' Whether a loop can collect values in it: an empty list, one of NULL, a vector
#' @noRd
can_collect <- function(x) {
  if (is.null(x) || !is.vector(x)) return(is.null(x))
  if (is.list(x)) all(vapply(x, is.null, NA)) else is.numeric(x) || is.logical(x) || !length(x)
}

#' Has the lists and vectors that a loop collects values in be lists of the graph
#'
#' @returns The names of those.
#' @noRd
open_rows <- function(state) {
  opened <- Filter(function(name) {
    binding <- state$before[[name]]
    !is.null(binding) && is.null(binding$active) && can_collect(binding$value)
  }, intersect(state$about$collected, state$about$live))
  for (name in opened) {
    value <- state$before[[name]]$value
    start <- if (is.atomic(value) && length(value)) cross_data(value)
    state$before[[name]] <- list(value = cross("graph.rows.opened", !is.list(value), start))
    set_binding(name, state$before[[name]], state$frame)
  }
  opened
}

#' What they are after the loop: tensors
#' @noRd
close_rows <- function(opened, state) {
  for (name in opened) {
    rows <- get(name, state$frame)
    if (inherits(rows, "bridge.graph.rows.Rows")) {
      set_binding(name, list(value = cross("graph.rows.stacked", rows)), state$frame)
    }
  }
}

#' @export
`[[<-.bridge.graph.rows.Rows` <- function(x, i, value) cross("graph.rows.put", x, i, state_part(value))

#' @export
`[<-.bridge.graph.rows.Rows` <- `[[<-.bridge.graph.rows.Rows`

#' @export
`[[.bridge.graph.rows.Rows` <- function(x, i, ...) cross("graph.rows.get", x, i)

#' @export
`[.bridge.graph.rows.Rows` <- `[[.bridge.graph.rows.Rows`

#' @export
length.bridge.graph.rows.Rows <- function(x) cross("graph.rows.count", x)

#' @export
c.bridge.graph.rows.Rows <- function(...) {
  parts <- list(...)
  # What stands in a list is one element each.
  added <- unlist(lapply(parts[-1L], function(part) if (is.list(part)) part else list(part)), recursive = FALSE)
  do.call(cross, c(list("graph.rows.add", parts[[1L]]), unname(lapply(added, state_part))))
}

state_part <- function(value) if (inherits(value, "python.builtin.object")) value else cross_data(value)

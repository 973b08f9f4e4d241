# Functions of base R that take tensors in converted functions; of R values they are base R's. Where the user has a function
# of such a name, that one is called.

#' `stopifnot()`, of tensors when the graph runs
#' @noRd
holds <- function(...) {
  written <- as.list(substitute(list(...)))[-1L]
  caller <- if (sys.parent() > 0L) sys.call(sys.parent())
  for (i in seq_along(written)) {
    value <- ...elt(i)
    text <- names(written)[i]
    if (is.null(text) || !nzchar(text)) {
      text <- paste(deparse(written[[i]], nlines = 1L), c("is not TRUE", "are not all TRUE"))
    }
    failed <- if (is_tensor(value)) {
      cross("graph.entries.asserted", value, as.list(text))
    } else if (!is.logical(value) || anyNA(value) || !all(value)) {
      rev(text)[[if (length(text) > 1L && length(value) > 1L) 1L else length(text)]]
    }
    if (!is.null(failed)) stop(simpleError(failed, caller))
  }
  invisible()
}

replaced <- list(
  ifelse = function(test, yes, no) {
    if (!is_tensor(test)) return(base::ifelse(test, yes, no))
    cross("graph.entries.chosen", test, state_part(yes), state_part(no))
  },
  stopifnot = holds,
  append = function(x, values, ...) {
    if (inherits(x, "bridge.graph.rows.Rows")) c(x, values, ...) else base::append(x, values, ...)
  },
  print = function(x, ...) if (printed_by_graph(list(x))) invisible(x) else base::print(x, ...),
  cat = function(..., sep = " ") {
    if (printed_by_graph(list(...), sep, "")) invisible() else base::cat(..., sep = sep)
  },
  message = function(...) if (printed_by_graph(list(...), "", "\n", TRUE)) invisible() else base::message(...)
)

#' Whether the graph prints values when it runs
#' @noRd
printed_by_graph <- function(values, ...) {
  if (!any(vapply(values, is_tensor, NA))) return(FALSE)
  cross("graph.entries.printed", unname(lapply(values, state_part)), ...)
}

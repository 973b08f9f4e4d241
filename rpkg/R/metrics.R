# Loss and metrics by name: numbers that answer to `[`, `[[` and `$`.

#' Named numbers, or a list where a metric has several; both are of one class
#' @noRd
metric_values <- function(values) {
  values <- lapply(values, function(value) as.numeric(unlist(value)))
  structure(if (all(lengths(values) == 1L)) unlist(values) else values, class = "tfbridge_metrics")
}

#' @export
`$.tfbridge_metrics` <- function(x, name) {
  # As of a list: the beginning of a name is enough, and another name has nothing.
  at <- pmatch(name, names(x))
  if (is.na(at)) NULL else x[[at]]
}

#' @export
`[[.tfbridge_metrics` <- function(x, i) {
  known <- if (is.character(i)) i %in% names(x) else i %in% seq_along(x)
  if (length(i) != 1L || !isTRUE(known)) {
    known <- paste0("`", names(x), "`", collapse = ", ")
    message <- paste0("There is no metric ", deparse(i, nlines = 1L), ": there are ", known, ".")
    abort_kind("subscript", message, call = users_call())
  }
  unclass(x)[[i]]
}

#' @export
`[.tfbridge_metrics` <- function(x, i) {
  chosen <- unclass(x)[i]
  if (is.list(chosen) && all(lengths(chosen) == 1L)) unlist(chosen) else chosen
}

#' @export
Ops.tfbridge_metrics <- function(e1, e2) {
  if (missing(e2)) return(get(.Generic)(bare_numbers(e1)))
  get(.Generic)(bare_numbers(e1), bare_numbers(e2))
}

bare_numbers <- function(x) if (inherits(x, "tfbridge_metrics")) unlist(unclass(x)) else x

#' @export
Math.tfbridge_metrics <- function(x, ...) {
  computed <- if (is.list(x)) lapply(unclass(x), .Generic, ...) else get(.Generic)(unclass(x), ...)
  structure(computed, class = "tfbridge_metrics")
}

#' @export
as.list.tfbridge_metrics <- function(x, ...) as.list(unclass(x), ...)

#' @export
as.data.frame.tfbridge_metrics <- function(x, ...) {
  as.data.frame(as.list(bare_numbers(x)), ...)
}

#' @export
format.tfbridge_metrics <- function(x, ...) {
  vapply(as.list(x), function(values) paste(format(values, ...), collapse = " "), "")
}

#' @export
print.tfbridge_metrics <- function(x, ...) {
  print(bare_numbers(x), ...)
  invisible(x)
}

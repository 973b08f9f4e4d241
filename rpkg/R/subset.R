# `[` on tensors: subscripts are read unevaluated and written as text, which bridge.tensors.subscripts parses.

#' Subset tensors
#'
#' | subscript | meaning |
#' | --- | --- |
#' | missing | the whole axis |
#' | `3` | that position; its axis is dropped (`drop = FALSE` keeps it) |
#' | `2:5`, `c(1, 4, 2)` | positions from 1, both ends in |
#' | `15:NA`, `NA:5` | to the end, from the start |
#' | `a:b:step`, `` `::2` `` | with a step |
#' | `-1`, `8:-8` | counted from the end (a warning says so once a session) |
#' | `NULL`, `tf$newaxis` | a new axis of size 1 |
#' | `all_dims()` | as many whole axes as needed |
#' | logical vector | a mask of the axis |
#' | a matrix, one column for each axis | single points |
#' | a tensor | taken as it is: positions from 0, or a mask |
#'
#' @param x a tensor, variable or symbolic tensor.
#' @param ... subscripts, one for each axis.
#' @param drop whether an axis with one position is dropped.
#' @param style `"R"`, or `"python"` for positions from 0 with the stop left out. The default is the option
#'   `tensorflow.extract.style`.
#' @param value what to assign; only parts of variables can be assigned.
#' @returns A tensor.
#' @name subset-tensors
#' @family tensors
#' @examplesIf tfbridge::is_ready()
#' x <- as_tensor(array(1:24, c(2, 3, 4)))
#' x[1, , 2:NA]
#' x[all_dims(), 4]
NULL

#' @rdname subset-tensors
#' @export
`[.tensorflow.tensor` <- function(x, ..., drop = TRUE, style = getOption("tensorflow.extract.style", "R")) {
  read <- read_subscripts(sys.call(), parent.frame(), environment())
  cross("tensors.subset.subset", x, read$text, read$operands, drop, style)
}

#' @rdname subset-tensors
#' @export
`[[.tensorflow.tensor` <- function(x, ...) {
  read <- read_subscripts(sys.call(), parent.frame(), environment())
  cross("tensors.subset.element", x, read$text, read$operands)
}

#' @rdname subset-tensors
#' @export
`[<-.tensorflow.tensor` <- function(x, ..., value) {
  read <- read_subscripts(sys.call(), parent.frame(), environment())
  cross("tensors.subset.assign_subset", x, read$text, read$operands, cross_data(value))
}

#' All axes that are left
#'
#' Stands for as many missing subscripts as a tensor has axes left: `x[1, all_dims()]`.
#'
#' @returns A marker that only `[` on a tensor understands.
#' @family tensors
#' @export
#' @examples
#' all_dims()
all_dims <- function() structure(list(), class = "tfbridge_all_dims")

#' @export
print.tfbridge_all_dims <- function(x, ...) {
  cat("<all_dims(): the axes that are left, inside x[...]>\n")
  invisible(x)
}

#' Subscripts of a call as text and operands
#'
#' @param call the call of `[`, from `sys.call()`.
#' @param env where the subscripts are evaluated.
#' @param frame of the method, where `...` is found when the call passes it on.
#' @returns `list(text =, operands =)`.
#' @noRd
read_subscripts <- function(call, env, frame) {
  subscripts <- as.list(call)[-(1:2)]
  named <- names(subscripts)
  if (!is.null(named)) subscripts <- subscripts[!named %in% c("drop", "style", "value", "exact")]
  parts <- character(length(subscripts))
  operands <- list()
  if (any(vapply(subscripts, identical, NA, quote(...)))) {
    quosures <- eval(quote(rlang::enquos(..., .ignore_empty = "none")), frame)
    subscripts <- lapply(quosures, rlang::quo_get_expr)
    envs <- lapply(quosures, rlang::quo_get_env)
    parts <- character(length(subscripts))
  } else {
    envs <- NULL
  }
  for (i in seq_along(subscripts)) {
    if (identical(subscripts[[i]], quote(expr = ))) next
    part <- subscript_text(subscripts[[i]], if (is.null(envs)) env else envs[[i]])
    if (is.character(part)) {
      parts[[i]] <- part
    } else {
      operands[[length(operands) + 1L]] <- part[[1L]]
      parts[[i]] <- paste0("@", length(operands))
    }
  }
  text <- paste(parts, collapse = ",")
  if (grepl("-", text, fixed = TRUE)) warn_negative_once()
  list(text = text, operands = operands)
}

#' One subscript as text, or its value in a list when it has no text
#' @noRd
subscript_text <- function(subscript, env) {
  if (is.call(subscript) && identical(subscript[[1L]], quote(`:`))) {
    ends <- span_ends(subscript, env)
    if (!is.null(ends)) return(paste(ends, collapse = ":"))
  }
  if (is.symbol(subscript)) {
    name <- as.character(subscript)
    if (grepl("^[-0-9]*:[-0-9]*(:[-0-9]*)?$", name)) return(name)
  }
  subscript_value(eval(subscript, env))
}

subscript_value <- function(value) {
  if (is.null(value)) return("new")
  if (inherits(value, "tfbridge_all_dims")) return("all")
  if (inherits(value, "python.builtin.object")) {
    if (inherits(value, "tensorflow.tensor")) warn_tensor_once()
    return(list(value))
  }
  if (is.numeric(value) && length(value) == 1L && is.null(dim(value))) return(format(value, digits = 15))
  list(cross_array(value))
}

#' A vector as an array, of length 1 too
#' @noRd
cross_array <- function(x) {
  if (is.null(dim(x))) dim(x) <- length(x)
  if (is.logical(x) && anyNA(x)) storage.mode(x) <- "integer"
  x
}

#' The ends (and step) of `a:b` or `a:b:step` as text, NULL where they are no single numbers
#' @noRd
span_ends <- function(call, env) {
  first <- call[[2L]]
  inner <- if (is.call(first) && identical(first[[1L]], quote(`:`))) as.list(first)[-1L] else list(first)
  values <- lapply(c(inner, call[[3L]]), eval, env)
  if (!all(vapply(values, function(v) (is.numeric(v) || is.logical(v)) && length(v) == 1L || is.null(v), NA))) {
    return(NULL)
  }
  vapply(values, function(v) if (is.null(v)) "" else format(v, digits = 15), "")
}

warn_negative_once <- function() {
  if (!isTRUE(getOption("tensorflow.extract.warn_negatives_pythonic", TRUE)) || isTRUE(the$warned_negative)) return()
  the$warned_negative <- TRUE
  rlang::warn(bullets(
    "Negative subscripts of tensors count from the end; they do not leave elements out as in R.",
    hints = "`options(tensorflow.extract.warn_negatives_pythonic = FALSE)` silences this."
  ), class = "tfbridge_warning")
}

warn_tensor_once <- function() {
  if (!isTRUE(getOption("tensorflow.extract.warn_tensors_passed_asis", TRUE)) || isTRUE(the$warned_tensor)) return()
  the$warned_tensor <- TRUE
  rlang::warn(bullets(
    "Tensors as subscripts are taken as they are: their positions count from 0.",
    hints = "`options(tensorflow.extract.warn_tensors_passed_asis = FALSE)` silences this."
  ), class = "tfbridge_warning")
}

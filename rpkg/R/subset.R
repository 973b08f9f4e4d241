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
#' | `-1`, `8:-8` | counted from the end (a warning says so once a session); vectors of negatives are an error |
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
#' @param exact not used.
#' @param options what [tf_extract_opts()] gives, in place of `style` and the options of the session.
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
`[.tensorflow.tensor` <- function(x, ..., drop = TRUE, style = getOption("tensorflow.extract.style", "R"),
                                  options = NULL) {
  if (!is.null(options)) return(with_extract_options(options, sys.call(), parent.frame()))
  read <- read_subscripts(sys.call(), parent.frame(), environment(), style)
  if (drop) return(cross("tensors.subset.subset", x, read$text, read$operands))
  cross("tensors.subset.subset", x, read$text, read$operands, drop)
}

#' @rdname subset-tensors
#' @export
`[[.tensorflow.tensor` <- function(x, ..., exact = TRUE, style = getOption("tensorflow.extract.style", "R")) {
  read <- read_subscripts(sys.call(), parent.frame(), environment(), style)
  cross("tensors.subset.element", x, read$text, read$operands)
}

#' @rdname subset-tensors
#' @export
`[<-.tensorflow.tensor` <- function(x, ..., style = getOption("tensorflow.extract.style", "R"), value) {
  read <- read_subscripts(sys.call(), parent.frame(), environment(), style)
  cross("tensors.subset.assign_subset", x, read$text, read$operands, cross_data(value))
}

#' @rdname subset-tensors
#' @export
`[[<-.tensorflow.tensor` <- function(x, ..., style = getOption("tensorflow.extract.style", "R"), value) {
  read <- read_subscripts(sys.call(), parent.frame(), environment(), style)
  cross("tensors.subset.assign_element", x, read$text, cross_data(value))
}

#' Options for subsetting, for one call
#'
#' Gives the options that `x[...]` follows to one call only, where `options()` would set them for the session.
#'
#' @param style `"R"` or `"python"`.
#' @param ... not used.
#' @param warn_tensors_passed_asis,warn_negatives_pythonic whether to warn about these.
#' @returns A list for the `options` of `[`.
#' @family tensors
#' @export
#' @examples
#' tf_extract_opts("python")
tf_extract_opts <- function(style = getOption("tensorflow.extract.style", "R"), ..., warn_tensors_passed_asis = TRUE,
                            warn_negatives_pythonic = TRUE) {
  check_no_more(...)
  check_flag(warn_tensors_passed_asis)
  check_flag(warn_negatives_pythonic)
  list(
    tensorflow.extract.style = style, tensorflow.extract.warn_tensors_passed_asis = warn_tensors_passed_asis,
    tensorflow.extract.warn_negatives_pythonic = warn_negatives_pythonic
  )
}

with_extract_options <- function(extract, call, env) {
  old <- options(extract)
  on.exit(options(old))
  call[[1L]] <- quote(`[`)
  call$options <- NULL
  eval(call, env)
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
#' @param frame of the method, whose `...` holds the subscripts as promises.
#' @param style "R" or "python"; bridge reads it from the text.
#' @returns `list(text =, operands =)`.
#' @noRd
read_subscripts <- function(call, env, frame, style) {
  subscripts <- as.list(call)[-(1:2)]
  if (!is.null(names(subscripts))) {
    subscripts <- subscripts[!names(subscripts) %in% c("drop", "style", "value", "exact", "options")]
  }
  parts <- vector("list", length(subscripts))
  for (i in seq_along(parts)) {
    # A missing subscript cannot be kept in a variable.
    parts[[i]] <- if (is_literal(subscripts[[i]])) {
      as.character(subscripts[[i]])
    } else if (identical(subscripts[[i]], quote(...))) {
      return(passed_on(frame, style))
    } else if (is.symbol(subscripts[[i]]) && (identical(subscripts[[i]], quote(expr = )) || is_missing(i, frame))) {
      ""
    } else {
      subscript_text(subscripts[[i]], env)
    }
  }
  written(parts, style)
}

#' Parts as text, those that have none as operands
#' @noRd
written <- function(parts, style) {
  valued <- which(!vapply(parts, is.character, NA))
  operands <- unlist(parts[valued], recursive = FALSE)
  parts[valued] <- paste0("@", seq_along(valued))
  text <- paste(parts, collapse = ",")
  if (identical(style, "R")) {
    if (is.null(the$warned_negative) && grepl("-", text, fixed = TRUE)) warn_negative_once()
  } else if (identical(style, "python")) {
    text <- paste0("python;", text)
  } else {
    abort_kind(
      "argument", paste0("`style` must be \"R\" or \"python\", not ", paste(deparse(style), collapse = " "), "."),
      hints = "Where it is not given, the option `tensorflow.extract.style` holds.", call = users_call()
    )
  }
  list(text = text, operands = operands)
}

#' Whether it is a literal as in `x[3]`: most are, and need no evaluation
#' @noRd
is_literal <- function(x) is.numeric(x) && length(x) == 1L && is.null(attributes(x)) && isTRUE(x > 0)

#' Whether a promise in `...` is a formal that was itself missing, however often it was passed on
#' @noRd
is_missing <- function(i, frame) eval(as.call(list(quote(missing), as.symbol(paste0("..", i)))), frame)

#' The same for subscripts that were passed on as `...`: each comes from an environment of its own
#'
#' Only a span is read unevaluated. Of all else the promise has the value, evaluated once however often it is used.
#' @noRd
passed_on <- function(frame, style) {
  quosures <- eval(quote(rlang::enquos(..., .ignore_empty = "none", .unquote_names = FALSE)), frame)
  read <- function(i) {
    if (is_missing(i, frame)) return("")
    subscript <- rlang::quo_get_expr(quosures[[i]])
    env <- rlang::quo_get_env(quosures[[i]])
    if (is_span(subscript)) subscript_text(subscript, env) else value_text(eval(as.symbol(paste0("..", i)), frame))
  }
  written(lapply(which(!names(quosures) %in% "exact"), read), style)
}

#' One subscript as text, or its value in a list when it has no text
#' @noRd
subscript_text <- function(subscript, env) {
  text <- if (!is_span(subscript)) {
    NULL
  } else if (is.symbol(subscript)) {
    as.character(subscript)
  } else {
    span_text(subscript, env)
  }
  if (is.null(text)) value_text(eval(subscript, env)) else text
}

#' Whether it is `a:b`, or a name that is a span itself, in backticks as in Python: `::2`
#' @noRd
is_span <- function(x) {
  if (is.symbol(x)) return(grepl("^(-?[0-9]+)?:", as.character(x)))
  is.call(x) && identical(x[[1L]], quote(`:`))
}

value_text <- function(value) {
  if (is.null(value)) return("new")
  if (!is.object(value)) {
    plain <- is.numeric(value) && length(value) == 1L && is.null(dim(value))
    return(if (plain) as.character(value) else list(cross_array(value)))
  }
  if (inherits(value, "tfbridge_all_dims")) return("all")
  if (inherits(value, "tensorflow.tensor")) {
    warn_tensor_once()
    return(list(value))
  }
  list(cross_array(value))
}

#' `a:b` or `a:b:step` as text, NULL where the ends are no single numbers
#' @noRd
span_text <- function(call, env) {
  first <- call[[2L]]
  last <- call[[3L]]
  if (is_negative(last)) last <- -last[[2L]]
  if (is.atomic(first) && is.atomic(last)) return(paste0(first, ":", last))
  stepped <- is.call(first) && identical(first[[1L]], quote(`:`))
  first <- if (stepped) span_text(first, env) else end_text(first, env)
  last <- end_text(last, env)
  if (!is.null(first) && !is.null(last)) paste0(first, ":", last)
}

#' Whether it is a literal with a minus, as in `8:-8`
#' @noRd
is_negative <- function(x) is.call(x) && length(x) == 2L && is.numeric(x[[2L]]) && identical(x[[1L]], quote(`-`))

#' One end of a span as text, NULL when it is no single number
#' @noRd
end_text <- function(end, env) {
  if (is.language(end)) end <- eval(end, env)
  if (is.null(end)) return("")
  if (length(end) == 1L && (is.numeric(end) || is.logical(end))) as.character(end)
}

#' A vector as an array, of length 1 too
#' @noRd
cross_array <- function(x) {
  # What is no vector crosses as text, for which bridge has the error.
  if (!is.atomic(x)) return(typeof(x))
  if (is.null(dim(x))) dim(x) <- length(x)
  if (is.logical(x) && anyNA(x)) storage.mode(x) <- "integer"
  x
}

warn_negative_once <- function() {
  if (!isTRUE(getOption("tensorflow.extract.warn_negatives_pythonic", TRUE))) return()
  the$warned_negative <- TRUE
  rlang::warn(bullets(
    "Negative subscripts of tensors count from the end; they do not leave elements out as in R.",
    hints = "`options(tensorflow.extract.warn_negatives_pythonic = FALSE)` silences this."
  ), class = "tfbridge_warning")
}

warn_tensor_once <- function() {
  if (isTRUE(the$warned_tensor) || !isTRUE(getOption("tensorflow.extract.warn_tensors_passed_asis", TRUE))) return()
  the$warned_tensor <- TRUE
  rlang::warn(bullets(
    "Tensors as subscripts are taken as they are: their positions count from 0.",
    hints = "`options(tensorflow.extract.warn_tensors_passed_asis = FALSE)` silences this."
  ), class = "tfbridge_warning")
}

#' Subsets of tensors as functions
#'
#' `op_subset(x, ...)` is `x[...]`. `op_subset_set(x, ..., value)` gives a new tensor with that part replaced; `x` stays.
#'
#' @param x a tensor.
#' @param ... subscripts, as in [subset-tensors].
#' @param style how subscripts count, as in [subset-tensors].
#' @param value what to put in.
#' @returns A tensor.
#' @family tensors
#' @examplesIf tfbridge::is_ready()
#' op_subset_set(as_tensor(1:4), 2:3, value = 0L)
#' @export
op_subset <- function(x, ...) as_tensor(x)[...]

#' @rdname op_subset
#' @export
op_subset_set <- function(x, ..., style = getOption("tensorflow.extract.style", "R"), value) {
  read <- passed_on(environment(), style)
  cross("tensors.subset.replaced", as_tensor(x), read$text, read$operands, cross_data(value))
}

#' @rdname op_subset
#' @export
`op_subset<-` <- op_subset_set

# R values made ready to cross. What they become is decided in bridge/values; here only what reticulate would lose is
# kept: NA of logicals, the rank of vectors, levels, names.

#' Data made ready to cross: numbers as arrays, structures element by element
#' @noRd
cross_data <- function(x) {
  if (is.object(x)) {
    x <- plain_data(x)
    if (is.object(x)) return(x)
  }
  if (is.null(x) || is.function(x)) return(x)
  if (is.list(x)) return(lapply(x, cross_data))
  if (!is.atomic(x)) {
    abort_kind("conversion", paste0("A value of type ", typeof(x), " cannot become a tensor."), call = users_call())
  }
  if (is.raw(x) || (is.logical(x) && anyNA(x))) storage.mode(x) <- "integer"
  if (is.character(x)) x <- utf8_text(x)
  if (is.null(dim(x)) && length(x) != 1L) {
    names(x) <- NULL
    dim(x) <- length(x)
  }
  x
}

#' Text as UTF-8; reticulate would send NA as "NA", and bytes that are no text as they are
#' @noRd
utf8_text <- function(x) {
  if (anyNA(x)) refuse_text(which(is.na(x)), "NA", "Replace NA first, for example by `\"\"`.")
  if (any(Encoding(x) == "latin1")) x <- enc2utf8(x)
  valid <- validUTF8(x)
  if (!all(valid)) refuse_text(which(!valid), "no valid UTF-8", "`iconv()` converts text from other encodings.")
  # In a session whose locale is not UTF-8, reticulate would escape what is not marked.
  if (!l10n_info()[["UTF-8"]]) Encoding(x) <- "UTF-8"
  x
}

refuse_text <- function(positions, what, hint) {
  count <- if (length(positions) == 1L) "1 string is" else paste(length(positions), "strings are")
  abort_kind(
    "conversion", paste0(count, " ", what, " (the first at position ", positions[[1L]], "): it cannot become a tensor."),
    hints = hint, call = users_call()
  )
}

#' A function made ready to cross: what it stands for, else guarded
#' @noRd
cross_function <- function(x, name) {
  if (inherits(x, "python.builtin.object")) return(x)
  if (inherits(x, "tfbridge_class")) return(python_class(x))
  catalog_symbol(x) %||% python_function(x, name)
}

is_plain_number <- function(x) is.double(x) && length(x) == 1L && is.null(attributes(x))

#' An argument made ready to cross: functions guarded, named vectors as named lists
#' @noRd
cross_argument <- function(x, name = "r_function") {
  if (is_plain_number(x)) return(x)
  if (is.environment(x) && inherits(x, c("KerasCallback", "KerasConstraint"))) return(r6_object(x))
  if (is.function(x) || rlang::is_formula(x)) {
    return(cross_function(x, name))
  }
  if (is.list(x) && !is.object(x)) return(Map(cross_argument, x, names(x) %||% rep(name, length(x))))
  if (is.atomic(x) && !is.null(names(x))) return(cross_argument(as.list(x)))
  cross_data(x)
}

`%||%` <- function(x, y) if (is.null(x)) y else x

#' What an S3 object holds, as base R types; Python objects stay
#' @noRd
plain_data <- function(x) UseMethod("plain_data")

#' @export
plain_data.default <- function(x) {
  x <- unclass(x)
  attributes(x) <- attributes(x)[c("dim", "names")[c("dim", "names") %in% names(attributes(x))]]
  x
}

#' @export
plain_data.python.builtin.object <- function(x) x

#' @export
plain_data.factor <- function(x) as.integer(x) - 1L

#' @export
plain_data.data.frame <- function(x) {
  numeric <- vapply(x, function(column) is.numeric(column) && !is.object(column), logical(1))
  if (all(numeric) && ncol(x) > 0) unname(as.matrix(x)) else as.list(x)
}

#' @export
plain_data.Date <- function(x) refuse_time(x)

#' @export
plain_data.POSIXt <- function(x) refuse_time(x)

#' @export
plain_data.difftime <- function(x) refuse_time(x)

#' @export
plain_data.integer64 <- function(x) {
  abort_kind(
    "conversion", "An integer64 vector crosses by itself only.", hints = "`as_tensor()` it before it goes into a list.",
    call = users_call()
  )
}

#' @export
plain_data.sparseMatrix <- function(x) as_tensor(x)

refuse_time <- function(x) {
  abort_kind(
    "conversion", paste0("A ", class(x)[[1]], " has no unit that a tensor could keep."),
    hints = "`as.numeric()` makes it a number first.", call = users_call()
  )
}

#' Sizes from Python, where -1 stands for one that is not known
#' @noRd
known_sizes <- function(sizes) {
  if (is.null(sizes)) return(NULL)
  sizes <- as.integer(sizes)
  sizes[sizes == -1L] <- NA
  sizes
}

#' Vectors that Python sends as 1-d arrays, as plain vectors; also in lists
#' @noRd
plain_vector <- function(x) {
  # A tensor has a dim() of its own, for which it would cross again.
  if (is.object(x)) return(x)
  if (is.list(x)) return(lapply(x, plain_vector))
  if (length(dim(x)) == 1L) dim(x) <- NULL
  x
}

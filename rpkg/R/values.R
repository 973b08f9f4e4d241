# R values made ready to cross. What they become is decided in bridge/values; here only what reticulate would lose is
# kept: NA of logicals, the rank of vectors, levels, names.

#' Data made ready to cross: numbers as arrays, structures element by element
#'
#' @param name of the argument, for errors.
#' @noRd
cross_data <- function(x, name = "") {
  if (is.object(x)) x <- plain_data(x)
  if (is.object(x) || is.null(x) || is.function(x)) return(x)
  if (is.list(x)) return(lapply(check_keys(x, name), cross_data, name))
  if (is.atomic(x)) return(cross_vector(x, name))
  message <- paste0(named_by(name), "A value of type ", typeof(x), " cannot become a tensor.")
  abort_kind("conversion", message, call = users_call())
}

#' A list whose names are keys in Python, where the last of two elements of one name would take the place of the first
#' @noRd
check_keys <- function(x, name) {
  twice <- anyDuplicated(names(x))
  if (!twice) return(x)
  key <- names(x)[[twice]]
  what <- if (nzchar(key)) paste0("Two elements have the name `", key, "`") else "Some elements have names, others have none"
  abort_kind("conversion", paste0(named_by(name), what, ": one would be lost."), call = users_call())
}

#' A vector or array of a base type, with the rank and the NA that reticulate would lose
#' @noRd
cross_vector <- function(x, name) {
  # reticulate brings bytes without their dim; as a tensor they stay what they are in lists too.
  if (is.raw(x)) return(as_tensor(x))
  if (is.character(x)) x <- utf8_text(x, name)
  if (!is.null(names(x))) names(x) <- NULL
  if (is.null(dim(x))) {
    if (length(x) == 1L) return(if ((is.logical(x) || is.integer(x)) && is.na(x)) single_na(x) else x)
    # `dim<-` would copy it.
    attr(x, "dim") <- length(x)
  }
  if (is.logical(x) && anyNA(x)) storage.mode(x) <- "integer"
  x
}

#' NA alone, of an integer or a logical
#'
#' reticulate would make True or -2147483648 of it. bridge has a NaN for each, which it knows again.
#' @noRd
single_na <- function(x) {
  if (is.null(the$na)) {
    if (is.null(the$entry)) start_python()
    # Unconverted: as R numbers they would be NaN like any other.
    alone <- reticulate::import("bridge.values.dtypes", convert = FALSE)$na_alone
    the$na <- list(logical = alone("bool"), integer = alone("int32"))
  }
  the$na[[typeof(x)]]
}

#' Text as UTF-8; reticulate would send NA as "NA", and bytes that are no text as they are
#' @noRd
utf8_text <- function(x, name = "") {
  if (.Call(C_all_ascii, x)) return(x)
  if (anyNA(x)) refuse_text(is.na(x), TRUE, name)
  if (any(Encoding(x) == "latin1")) x <- enc2utf8(x)
  valid <- validUTF8(x)
  if (!all(valid)) refuse_text(!valid, FALSE, name)
  # In a session whose locale is not UTF-8, reticulate would escape what is not marked.
  if (!l10n_info()[["UTF-8"]]) Encoding(x) <- "UTF-8"
  x
}

refuse_text <- function(wrong, missing, name) {
  cross("values.r_classes.refuse_text", sum(wrong), which.max(wrong), missing, name)
}

#' How an error's message begins when it is about an argument
#' @noRd
named_by <- function(name) if (nzchar(name)) paste0("`", name, "`: ") else ""

#' A function made ready to cross: what it stands for, else guarded
#' @noRd
cross_function <- function(x, name) {
  if (inherits(x, "python.builtin.object")) return(x)
  if (inherits(x, "tfbridge_class")) return(python_class(x))
  catalog_symbol(x) %||% python_function(x, name)
}

is_plain_list <- function(x) is.list(x) && !is.object(x)

is_plain_number <- function(x) is.double(x) && length(x) == 1L && is.null(attributes(x))

#' Arguments that hold something for each name: a named vector is a dictionary there, and values everywhere else
#' @noRd
dictionaries <- c(
  "loss", "metrics", "weighted_metrics", "loss_weights", "class_weight", "config", "features", "headers", "arguments"
)

#' An argument made ready to cross: functions guarded
#' @noRd
cross_argument <- function(x, name = "r_function") {
  if (is_plain_number(x)) return(x)
  if (name == "dataframe") x <- named_classes(x)
  if (is.environment(x) && inherits(x, c("KerasCallback", "KerasConstraint", "R6ClassGenerator"))) return(r6_object(x))
  if (is.function(x) || rlang::is_formula(x)) return(cross_function(x, name))
  if ((is.list(x) && !is.object(x)) || is_dictionary(x, name)) {
    return(Map(cross_argument, as.list(check_keys(x, name)), names(x) %||% rep(name, length(x))))
  }
  cross_data(x, name)
}

#' A table of pictures, whose classes go by their names
#' @noRd
named_classes <- function(x) if (is.list(x)) rapply(x, as.character, classes = "factor", how = "replace") else x

is_dictionary <- function(x, name) is.atomic(x) && !is.null(names(x)) && name %in% dictionaries

`%||%` <- function(x, y) if (is.null(x)) y else x

#' What an S3 object holds, as base R types; Python objects stay
#' @noRd
plain_data <- function(x) {
  # Only with its package does R know what an S4 class extends.
  if (isS4(x)) requireNamespace(attr(class(x), "package") %||% "methods", quietly = TRUE)
  UseMethod("plain_data")
}

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
  if (all(numeric) && ncol(x) > 0) unname(as.matrix(x)) else lapply(x, as_column)
}

#' A column as a vector of rank 1, of a single row too
#' @noRd
as_column <- function(x) {
  if (is.object(x)) x <- plain_data(x)
  if (is.atomic(x) && !is.object(x) && is.null(dim(x))) dim(x) <- length(x)
  x
}

#' @export
plain_data.Date <- function(x) refuse_time(x)

#' @export
plain_data.POSIXt <- function(x) refuse_time(x)

#' @export
plain_data.difftime <- function(x) refuse_time(x)

#' @export
plain_data.integer64 <- function(x) as_tensor(x)

#' @export
plain_data.Matrix <- function(x) unname(as.matrix(x))

#' @export
plain_data.sparseMatrix <- function(x) as_tensor(x)

#' @export
plain_data.sparseVector <- plain_data.sparseMatrix

refuse_time <- function(x) cross("values.r_classes.refuse_time", class(x)[[1]])

#' Sizes from Python, where -1 stands for one that is not known
#' @noRd
known_sizes <- function(sizes) {
  if (is.null(sizes)) return(NULL)
  sizes <- as.double(sizes)
  sizes[sizes == -1] <- NA
  whole(sizes)
}

#' Whole numbers as integers, unless one is too large
#' @noRd
whole <- function(x) {
  if (!any(abs(x) > .Machine$integer.max, na.rm = TRUE)) storage.mode(x) <- "integer"
  x
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

#' A list whose names are those of its elements
#'
#' Makes a list such as `list(a = a, b = b)` without writing each name twice.
#'
#' @param ... values; what has no name takes that of its expression.
#' @returns A named list.
#' @family tensors
#' @examples
#' a <- 1
#' named_list(a, b = 2)
#' @export
named_list <- function(...) {
  values <- rlang::list2(...)
  expressions <- vapply(as.list(substitute(list(...)))[-1L], function(e) paste(deparse(e), collapse = " "), "")
  expressions <- expressions[seq_along(values)]
  given <- names(values) %||% character(length(values))
  stats::setNames(values, ifelse(nzchar(given), given, expressions))
}

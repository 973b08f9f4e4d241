# How tensors print: as TensorFlow writes them where that fits, else shape and dtype first and then the beginning, as R
# prints arrays.

#' Print a tensor
#'
#' A tensor whose text takes more than `n` lines is cut: shape and dtype come first, then the first slices, as R prints
#' matrices, then what was left out.
#'
#' @param x a tensor, variable, ragged or sparse tensor.
#' @param ... not used.
#' @param n the most lines to print; `Inf` prints every value. `options(tfbridge.max_print = )` is the default, else 20.
#' @returns `x`, invisibly.
#' @family tensors
#' @examplesIf tfbridge::is_ready()
#' as_tensor(array(1:6, c(2, 3)))
#' print(as_tensor(array(rnorm(1e5), c(100, 50, 20))), n = 8)
#' @export
print.tensorflow.tensor <- function(x, ..., n = getOption("tfbridge.max_print", 20)) {
  if (!is.numeric(n) || length(n) != 1L || is.na(n) || n < 1) {
    abort_kind("argument", "`n` must be a number of lines, 1 or more.", call = users_call())
  }
  cat(tensor_lines(x, n, whole = !missing(n)), sep = "\n")
  invisible(x)
}

#' @export
format.tensorflow.tensor <- function(x, ...) cross("tensors.text.tensor_text", x)

#' @export
#' @importFrom utils str
str.tensorflow.tensor <- function(object, ...) cat(" ", cross("tensors.text.tensor_line", object), "\n", sep = "")

#' The lines of a tensor, `n` at most
#' @param whole whether more of a large tensor is wanted than TensorFlow's text has of it.
#' @noRd
tensor_lines <- function(x, n, whole = FALSE) {
  text <- strsplit(format(x), "\n", fixed = TRUE)[[1L]]
  lines <- sum(pmax(1, ceiling(nchar(text, "width") / getOption("width"))))
  if (lines <= n && !(whole && any(grepl("...", text, fixed = TRUE)))) return(text)
  header <- cross("tensors.text.tensor_line", x)
  parts <- if (n > 2) cross("tensors.text.entries", x, if (is.finite(n)) n - 2, getOption("width"))
  if (!is.null(parts)) return(c(header, unlist(parts)))
  rank <- length(dim(x))
  if (rank == 0L || n <= 1) return(header)
  c(header, list(vector_lines, matrix_lines, slice_lines)[[min(rank, 3L)]](x, n - 1))
}

#' Texts no longer than half a line
#' @noRd
shortened <- function(values) {
  if (!is.character(values)) return(values)
  room <- getOption("width") %/% 2L
  long <- nchar(values) > room
  values[long] <- paste0(substr(values[long], 1L, room - 3L), "...")
  values
}

vector_lines <- function(x, n) {
  size <- dim(x)
  # One line holds at most a value for each two characters.
  count <- min(size, if (is.finite(n)) n * getOption("width") %/% 2L else size)
  values <- shortened(as.vector(as.array(x[seq_len(count)])))
  lines <- printed(values)
  if (count == size && length(lines) <= n) return(lines)
  kept <- seq_len(min(length(lines), max(n - 1, 1)))
  # The first line that is not shown says of which value it is.
  after <- if (length(lines) > length(kept)) sub("^ *\\[([0-9]+)\\].*", "\\1", lines[[length(kept) + 1L]]) else count + 1
  c(lines[kept], left_out(c(values = size - as.numeric(after) + 1)))
}

matrix_lines <- function(x, n) {
  size <- dim(x)
  rows <- min(size[[1L]], max(n - 2, 1))
  columns <- min(size[[2L]], if (is.finite(n)) getOption("width") %/% 2L else size[[2L]])
  values <- shortened(as.array(x[seq_len(rows), seq_len(columns)]))
  # One position alone drops its axis.
  dim(values) <- c(rows, columns)
  if (is.finite(n)) values <- values[, seq_len(columns_that_fit(values)), drop = FALSE]
  c(printed(values), left_out(c(rows = size[[1L]] - rows, columns = size[[2L]] - ncol(values))))
}

#' As many slices of the last two axes as there is room for, one at least
#' @noRd
slice_lines <- function(x, n) {
  size <- dim(x)
  leading <- size[seq_len(length(size) - 2L)]
  count <- prod(leading)
  last <- size[length(size) - 1:0]
  # A label, a header, the rows, what is left out of them, and a blank line before the next.
  each <- min(last[[1L]] + 4, max(n, 5))
  shown <- min(count, max(1, n %/% each))
  lines <- character()
  for (i in seq_len(shown)) {
    # The last of the leading axes goes fastest, as in memory.
    at <- rev(arrayInd(i, rev(leading)))
    slice <- do.call(`[`, c(list(x), as.list(at), list(quote(expr = )), list(quote(expr = ))))
    lines <- c(lines, sprintf("[%s, , ]", paste(at, collapse = ", ")), matrix_lines(slice, each - 2))
    if (i < shown) lines <- c(lines, "")
  }
  c(lines, left_out(c(slices = count - shown)))
}

columns_that_fit <- function(values) {
  quotes <- if (is.character(values)) 2L else 0L
  widths <- apply(values, 2L, function(column) max(nchar(format(column), "width"))) + quotes
  labels <- nchar(seq_len(ncol(values))) + 3L
  max(1L, sum(cumsum(pmax(widths, labels) + 1L) + nchar(nrow(values)) + 3L < getOption("width")))
}

printed <- function(values) utils::capture.output(print(values, max = .Machine$integer.max))

left_out <- function(counts) {
  counts <- counts[counts > 0]
  if (!length(counts)) return(character())
  words <- ifelse(counts == 1, sub("s$", "", names(counts)), names(counts))
  paste0("# ", paste(format(counts, big.mark = ",", trim = TRUE), "more", words, collapse = ", "))
}

# R functions as TensorFlow graphs.

#' Compile an R function to a graph
#'
#' The function is run once for each combination of dtypes and shapes of its arguments, with tensors that have no values yet:
#' it is traced. What TensorFlow then runs is the graph, without R, as fast as the same code in Python.
#'
#' `if`, `for`, `while`, `repeat`, `break`, `next`, `return()`, `switch()`, `&&`, `||`, `ifelse()` and `stopifnot()` become
#' parts of the graph where a tensor decides, or is what `for` goes through: a tensor along its first axis, `tf$range()`, a
#' dataset. Where an R value decides they stay R's, and happen while tracing: `for (i in 1:3)` is three times its body. The
#' functions that are called are treated in the same way, those of packages are not. `vignette("graphs")` tells the rest.
#'
#' @param f an R function.
#' @param input_signature a list of `tf$TensorSpec()`, to trace once and for all.
#' @param autograph `FALSE` leaves R's constructs to R: they take R values only.
#' @param jit_compile whether XLA compiles the graph.
#' @param reduce_retracing whether a size that changes becomes an unknown one, instead of a new trace each time.
#' @param ... not used.
#' @returns A function of the same arguments.
#' @family graphs
#' @examplesIf tfbridge::is_ready()
#' collatz <- tf_function(function(n) {
#'   steps <- 0L
#'   while (n > 1L) {
#'     n <- if (n %% 2L == 0L) n %/% 2L else 3L * n + 1L
#'     steps <- steps + 1L
#'   }
#'   steps
#' })
#' collatz(as_tensor(27L))
#' @export
tf_function <- function(f, input_signature = NULL, autograph = TRUE, jit_compile = NULL, reduce_retracing = TRUE, ...) {
  check_no_more(...)
  check_flag(autograph)
  if (!is.null(jit_compile)) check_flag(jit_compile)
  check_flag(reduce_retracing)
  name <- paste(deparse(substitute(f)), collapse = "")
  if (!is.function(f)) abort_kind("argument", "`f` must be a function.", call = sys.call())
  callable(cross(
    "graph.function.traced", python_function(f, "f", autograph, gives_data = TRUE),
    if (nchar(name) < 30) name else "r_function",
    input_signature, reduce_retracing, jit_compile
  ))
}

#' R code that takes tensors where R decides
#'
#' In a function that [tf_function()] traces, `if`, `for` and `while` work on tensors without further ado. Outside of it they
#' are R's: `for (batch in dataset)` is an error, "invalid for() loop sequence", and so is `if (x)` of a tensor that holds no
#' single value. `autograph()` has the same code take tensors and datasets there.
#'
#' @param x a function, or code: `autograph({ for (batch in dataset) print(batch) })`.
#' @param ... not used.
#' @returns Of a function one of the same arguments; of code its value, and what it assigns is assigned here.
#' @family graphs
#' @examplesIf tfbridge::is_ready()
#' autograph({
#'   for (i in tf$range(3L)) print(i)
#' })
#' relu <- autograph(function(x) if (x > 0) x else 0 * x)
#' relu(as_tensor(-1))
#' @export
autograph <- function(x, ...) {
  check_no_more(...)
  code <- substitute(x)
  if (!is.call(code) || head_of(code) %in% c("function", namespaced, "$", "[[")) {
    if (is.function(x)) return(converted(x))
    return(x)
  }
  run_in(converted_code(code, parent.frame()), parent.frame())
}

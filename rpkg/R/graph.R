# R functions as TensorFlow graphs.

#' Trace an R function into a graph
#'
#' The function is run once for each combination of dtypes and shapes of its arguments, with tensors that have no values
#' yet; what TensorFlow then runs is the graph, without R. So what R itself does (printing, random numbers, `if` on an R
#' value) happens while tracing only.
#'
#' @param f an R function.
#' @param input_signature a list of `tf$TensorSpec()`, to trace once and for all.
#' @param autograph,... `autograph` is not used yet: `if`, `for` and `while` see R values only; use `tf$cond()`,
#'   `tf$while_loop()` or `op_cond()` for tensors. Further options of `tf$function()`: `reduce_retracing`.
#' @returns A function of the same arguments.
#' @family graphs
#' @examplesIf tfbridge::is_ready()
#' power <- tf_function(function(x, n) x^n)
#' power(as_tensor(3), as_tensor(2))
#' @export
tf_function <- function(f, input_signature = NULL, autograph = TRUE, ...) {
  check_options("reduce_retracing", ...)
  check_flag(autograph)
  name <- paste(deparse(substitute(f)), collapse = "")
  if (!is.function(f)) abort_kind("argument", "`f` must be a function.", call = sys.call())
  traced <- cross(
    "graph.function.traced", python_function(f, "f"), if (nchar(name) < 30) name else "r_function", input_signature, ...
  )
  callable(traced)
}

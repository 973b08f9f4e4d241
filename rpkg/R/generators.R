# Generators written in R: functions that give one batch, or one element, at each call.

#' Generators written in R
#'
#' A generator is a function without arguments that gives the next batch at each call: `list(x, y)`,
#' `list(x, y, sample_weight)`, or `list(x)` for [predict()], where `x` may be a (named) list of several inputs. `NULL` says
#' that there are no more. [fit()], [evaluate()] and [predict()] take the function itself.
#'
#' With a number of steps (`steps_per_epoch`, `steps`, `validation_steps`) the function is called once for each step, when
#' the step comes: nothing is drawn ahead, and no batch is kept. Without one it is called until it gives `NULL`, before the
#' first epoch; its batches then serve for every epoch.
#'
#' `as_generator()` makes a Python generator of such a function, for what wants one: [iter_next()], Python code, and
#' `tf$data$Dataset$from_generator(as_generator(f), output_signature = )`, whose elements R's thread computes while somebody
#' waits for them. It starts where the function is: its elements are gone through once, unless the function begins anew by
#' itself.
#'
#' @param f an R function without arguments.
#' @param generator a generator, or an R function.
#' @param completed the value at the end.
#' @param ... not used.
#' @returns A Python generator; the next element.
#' @family training
#' @examplesIf tfbridge::is_ready()
#' left <- 3
#' countdown <- function() {
#'   left <<- left - 1
#'   if (left >= 0) left
#' }
#' generator <- as_generator(countdown)
#' generator_next(generator)
#'
#' batches <- function() list(matrix(runif(8), 4), runif(4))
#' model <- keras_model_sequential(input_shape = 2) |> layer_dense(1) |> compile("sgd", "mse")
#' fit(model, batches, steps_per_epoch = 5, verbose = 0)
#' @export
as_generator <- function(f, ...) {
  check_no_more(...)
  if (!is_generator(f)) abort_kind("argument", "`f` must be an R function.", call = sys.call())
  check_no_needs(f)
  cross("models.generators.Generator", python_function(function() cross_data(f()), "generator"))
}

#' @rdname as_generator
#' @export
generator_next <- function(generator, completed = NULL, ...) {
  check_no_more(...)
  if (is_generator(generator)) generator() %||% completed else iter_next(generator, completed)
}

is_generator <- function(x) is.function(x) && !inherits(x, "python.builtin.object")

check_no_needs <- function(generator) {
  needed <- Filter(function(default) identical(default, quote(expr = )), formals(args(generator)))
  if (length(setdiff(names(needed), "..."))) {
    abort_kind(
      "data", "A function that gives data is called without arguments; this one needs some.",
      hints = "A generator gives `list(x, y)` at each call, and NULL at its end.", call = users_call()
    )
  }
}

cross_generator <- function(generator) {
  check_no_needs(generator)
  python_function(function() cross_samples(generator()), "generator")
}

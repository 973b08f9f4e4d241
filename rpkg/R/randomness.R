#' Set every seed
#'
#' Seeds R, Python, NumPy and TensorFlow, so that a script gives the same numbers each time.
#'
#' @param seed a whole number.
#' @param ... not used.
#' @returns `NULL`, invisibly.
#' @family set-up
#' @export
#' @examplesIf tfbridge::is_ready()
#' set_random_seed(1)
set_random_seed <- function(seed, ...) {
  check_no_more(...)
  cross("randomness.set_random_seed", seed)
  set.seed(seed)
  invisible()
}

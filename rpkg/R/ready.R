#' Is Python with TensorFlow there?
#'
#' Starts Python when it is. Examples and tests ask this first.
#'
#' @returns `TRUE` or `FALSE`.
#' @family set-up
#' @export
#' @examples
#' is_ready()
is_ready <- function() {
  tryCatch({
    find_entry("backend.load")
    TRUE
  }, tfbridge_error = function(e) FALSE)
}

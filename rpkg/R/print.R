# How objects of Keras print: what they are, and their settings. What is shown stands in bridge/models/printing.py.

#' @export
print.keras.object <- function(x, ...) {
  cat(cross("models.printing.settings_text", x), "\n", sep = "")
  invisible(x)
}

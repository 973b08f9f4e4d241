# How objects of Keras print: what they are, and their settings. What is shown stands in bridge/models/settings.py.

#' @export
print.keras.object <- function(x, ...) {
  cat(cross("models.settings.settings_text", x), "\n", sep = "")
  invisible(x)
}

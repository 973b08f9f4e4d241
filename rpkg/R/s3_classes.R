# The S3 classes by which R methods find Python objects: names that stay, whatever Keras and TensorFlow call their own.

#' The classes of a Python object with the S3 classes that stand for them
#' @noRd
add_s3_classes <- function(classes) {
  first <- classes[[1L]]
  # Reticulate puts this one before the class of every object that can be iterated with.
  own <- if (first == "python.builtin.iterator") classes[[2L]] else first
  added <- the$added_classes[[own]]
  if (is.null(added)) {
    # What has none of their classes comes before TensorFlow runs, too.
    foreign <- !any(startsWith(classes, "tensorflow."), startsWith(classes, "keras."))
    added <- if (foreign) character() else names(Filter(function(python) any(python %in% classes), s3_classes()))
    the$added_classes[[own]] <- added
  }
  # After the class of the object itself: `inherits(x, class(y)[[1]])` asks for that.
  if (length(added)) classes <- c(first, added, classes[-1L])
  # Last but one, before reticulate's own: methods of every other class come first.
  if (grepl("^(tensorflow|keras)[.]", first)) append(classes, "tfbridge_object", length(classes) - 1L) else classes
}

s3_classes <- function() {
  if (is.null(the$s3_classes)) the$s3_classes <- cross("backend.s3_classes")
  the$s3_classes
}

# reticulate asks for these methods at each crossing, class by class: for what is Python's already they are found at once.

#' @rawNamespace
#' S3method(reticulate::r_to_py, tensorflow.tensor)
#' S3method(reticulate::py_to_r, tensorflow.tensor)
#' S3method(reticulate::r_to_py, tensorflow.TensorShape)
#' S3method(reticulate::py_to_r, tensorflow.TensorShape)
#' S3method(reticulate::r_to_py, keras.layers.Layer)
#' S3method(reticulate::py_to_r, keras.layers.Layer)
#' S3method(reticulate::py_to_r, keras.tracked)
NULL

r_to_py.tensorflow.tensor <- function(x, convert = FALSE) x

py_to_r.tensorflow.tensor <- function(x) x

r_to_py.tensorflow.TensorShape <- r_to_py.tensorflow.tensor

py_to_r.tensorflow.TensorShape <- py_to_r.tensorflow.tensor

r_to_py.keras.layers.Layer <- function(x, convert = FALSE) object_of_callable(x)

# Layers and models are called from R through the barrier, wherever they come from.
py_to_r.keras.layers.Layer <- function(x) callable_of(x)

# Lists that Keras tracks are R lists all the way down, wherever they come from: of a Python one, elements count from 0.
py_to_r.keras.tracked <- function(x) cross("barrier.structures.to_r", x)

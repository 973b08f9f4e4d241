# The S3 classes by which R methods find Python objects: names that stay, whatever Keras and TensorFlow call their own.

#' Python classes and the S3 classes that stand for them
#' @noRd
house_classes <- list(
  tensorflow.tensor = c(
    "tensorflow.python.types.core.Tensor",
    "tensorflow.python.framework.tensor.Tensor",
    "tensorflow.python.ops.variables.Variable",
    "tensorflow.python.ops.ragged.ragged_tensor.RaggedTensor",
    "tensorflow.python.framework.sparse_tensor.SparseTensor",
    "keras.src.backend.common.keras_tensor.KerasTensor",
    "keras.src.backend.common.variables.Variable"
  ),
  keras.KerasTensor = "keras.src.backend.common.keras_tensor.KerasTensor",
  tensorflow.TensorShape = "tensorflow.python.framework.tensor_shape.TensorShape",
  keras.models.Model = "keras.src.models.model.Model",
  keras.layers.Layer = "keras.src.layers.layer.Layer"
)

add_house_classes <- function(classes) {
  first <- classes[[1L]]
  added <- the$added_classes[[first]]
  if (is.null(added)) {
    added <- names(Filter(function(python) any(python %in% classes), house_classes))
    the$added_classes[[first]] <- added
  }
  if (length(added)) c(added, classes) else classes
}

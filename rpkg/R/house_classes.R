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
  keras.models.Sequential = "keras.src.models.sequential.Sequential",
  keras.layers.Layer = "keras.src.layers.layer.Layer",
  keras.batches = "keras.src.trainers.data_adapters.py_dataset_adapter.PyDataset",
  keras.mapping = c(
    "keras.src.distribution.distribution_lib.LayoutMap",
    "keras.src.dtype_policies.dtype_policy_map.DTypePolicyMap"
  ),
  keras.callbacks.History = "keras.src.callbacks.history.History",
  keras.object = c(
    "keras.src.layers.layer.Layer",
    "keras.src.callbacks.callback.Callback",
    "keras.src.losses.loss.Loss",
    "keras.src.metrics.metric.Metric",
    "keras.src.optimizers.optimizer.Optimizer",
    "keras.src.optimizers.schedules.learning_rate_schedule.LearningRateSchedule",
    "keras.src.constraints.constraints.Constraint",
    "keras.src.initializers.initializer.Initializer",
    "keras.src.regularizers.regularizers.Regularizer"
  )
)

add_house_classes <- function(classes) {
  first <- classes[[1L]]
  # Reticulate puts this one before the class of every object that can be iterated with.
  own <- if (first == "python.builtin.iterator") classes[[2L]] else first
  added <- the$added_classes[[own]]
  if (is.null(added)) {
    added <- names(Filter(function(python) any(python %in% classes), house_classes))
    the$added_classes[[own]] <- added
  }
  # After the class of the object itself: `inherits(x, class(y)[[1]])` asks for that.
  if (length(added)) classes <- c(first, added, classes[-1L])
  # Last but one, before reticulate's own: methods of every other class come first.
  if (grepl("^(tensorflow|keras)[.]", first)) append(classes, "tfbridge_object", length(classes) - 1L) else classes
}

# reticulate asks for these methods at each crossing, class by class: for what is Python's already they are found at once.

#' @rawNamespace
#' S3method(reticulate::r_to_py, tensorflow.tensor)
#' S3method(reticulate::py_to_r, tensorflow.tensor)
#' S3method(reticulate::r_to_py, tensorflow.TensorShape)
#' S3method(reticulate::py_to_r, tensorflow.TensorShape)
#' S3method(reticulate::r_to_py, keras.layers.Layer)
#' S3method(reticulate::py_to_r, keras.layers.Layer)
NULL

r_to_py.tensorflow.tensor <- function(x, convert = FALSE) x

py_to_r.tensorflow.tensor <- function(x) x

r_to_py.tensorflow.TensorShape <- r_to_py.tensorflow.tensor

py_to_r.tensorflow.TensorShape <- py_to_r.tensorflow.tensor

r_to_py.keras.layers.Layer <- function(x, convert = FALSE) {
  object <- attr(x, "py_object")
  if (is.environment(object)) object else x
}

# Layers and models are called from R through the barrier, wherever they come from.
py_to_r.keras.layers.Layer <- function(x) callable_of(x)

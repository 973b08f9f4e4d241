# A layer, a metric, a loss and a callback written in R, saved and loaded with the model that uses them.
library(tfbridge)
set_random_seed(8)

layer_scaled_dense <- Layer(
  classname = "ScaledDense",
  initialize = function(units, activation = NULL, ...) {
    super$initialize(...)
    self$units <- as.integer(units)
    self$activation <- keras$activations$get(activation)
  },
  build = function(input_shape) {
    size <- shape(tail(input_shape, 1), self$units)
    self$kernel <- self$add_weight(name = "kernel", shape = size, initializer = "glorot_uniform")
    self$scale <- self$add_weight(name = "scale", shape = shape(), initializer = "ones")
  },
  call = function(inputs) self$activation(op_matmul(inputs, self$kernel) * self$scale),
  compute_output_shape = function(input_shape) shape(head(input_shape, -1), self$units),
  get_config = function() {
    config <- super$get_config()
    config$units <- self$units
    config$activation <- keras$activations$serialize(self$activation)
    config
  }
)
metric_rmse <- new_metric_class(
  classname = "RootMeanSquaredError2",
  initialize = function(name = "rmse2", ...) {
    super$initialize(name = name, ...)
    self$sum <- self$add_weight(name = "sum", initializer = "zeros")
    self$count <- self$add_weight(name = "count", initializer = "zeros")
  },
  update_state = function(y_true, y_pred, sample_weight = NULL) {
    y_true <- tf$cast(y_true, y_pred$dtype)
    self$sum$assign_add(sum((y_true - y_pred)^2))
    self$count$assign_add(tf$cast(tf$size(y_pred), "float32"))
  },
  result = function() sqrt(self$sum / self$count),
  reset_state = function() {
    self$sum$assign(0)
    self$count$assign(0)
  }
)
asymmetric <- function(y_true, y_pred) {
  error <- y_true - y_pred
  mean(op_where(error > 0, 2 * error^2, error^2), axis = -1)
}
seen <- new.env()
log_lr <- new_callback_class(
  classname = "LogRates",
  on_train_begin = function(logs = NULL) seen$rates <- numeric(),
  on_epoch_end = function(epoch, logs = NULL) {
    seen$rates <- c(seen$rates, as.numeric(self$model$optimizer$learning_rate))
    if (logs$rmse2 < 0.15) self$model$stop_training <- TRUE
  }
)

x <- matrix(runif(600), 200)
y <- x[, 1] - 2 * x[, 2] + 0.5
model <- keras_model_sequential(input_shape = 3) |>
  layer_scaled_dense(8, activation = "tanh", name = "first") |>
  layer_scaled_dense(1)
model |> compile(optimizer_adam(0.03), loss = asymmetric, metrics = metric_rmse())
history <- model |> fit(x, y, epochs = 60, verbose = 0, callbacks = list(log_lr()))
print(model)
score <- model |> evaluate(x, y, verbose = 0)
p <- predict(model, x, verbose = 0)

path <- tempfile(fileext = ".keras")
save_model(model, path)
again <- load_model(path, custom_objects = list(layer_scaled_dense, metric_rmse, asymmetric = asymmetric))
stopifnot(
  length(seen$rates) == length(history$metrics$loss), length(seen$rates) < 60,
  abs(score[["rmse2"]] - sqrt(mean((y - p)^2))) < 1e-5,
  isTRUE(all.equal(predict(again, x, verbose = 0), p)),
  isTRUE(all.equal(evaluate(again, x, y, verbose = 0), score)),
  get_config(get_layer(again, "first"))$units == 8
)

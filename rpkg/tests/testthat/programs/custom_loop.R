# A training loop written by hand: gradient tape, tf_function, for over a dataset, metrics that reset every epoch.
library(tfbridge)
set_random_seed(21)
n <- 256
x <- matrix(rnorm(n * 3), n)
y <- as.integer(x[, 1] + x[, 2] > 0)
train <- tensor_slices_dataset(list(x, y)) %>% dataset_shuffle(n) %>% dataset_batch(32)
val <- tensor_slices_dataset(list(x[1:100, ], y[1:100])) %>% dataset_batch(30)

model <- keras_model_sequential(input_shape = 3) %>% layer_dense(8, activation = "relu") %>% layer_dense(2)
optimizer <- optimizer_adam(learning_rate = 0.05)
loss_fn <- loss_sparse_categorical_crossentropy(from_logits = TRUE)
train_acc <- metric_sparse_categorical_accuracy()
val_acc <- metric_sparse_categorical_accuracy()

train_step <- tf_function(function(x, y) {
  with(tf$GradientTape() %as% tape, {
    logits <- model(x, training = TRUE)
    loss <- loss_fn(y, logits)
  })
  grads <- tape$gradient(loss, model$trainable_weights)
  optimizer$apply_gradients(zip_lists(grads, model$trainable_weights))
  train_acc$update_state(y, logits)
  loss
})
train_epoch <- tf_function(function(dataset) {
  total <- tf$constant(0)
  steps <- 0L
  for (batch in dataset) {
    c(x, y) %<-% batch
    total <- total + train_step(x, y)
    steps <- steps + 1L
  }
  total / tf$cast(steps, "float32")
})
evaluate_on <- tf_function(function(dataset) {
  for (batch in dataset) {
    c(x, y) %<-% batch
    val_acc$update_state(y, model(x, training = FALSE))
  }
  val_acc$result()
})

losses <- numeric()
for (epoch in 1:6) {
  losses[epoch] <- as.numeric(train_epoch(train))
  cat(sprintf("Epoch %d: loss %.3f, accuracy %.3f\n", epoch, losses[epoch], as.numeric(train_acc$result())))
  train_acc$reset_state()
}
accuracy <- as.numeric(evaluate_on(val))

eager <- 0
it <- as_iterator(val)
while (!is.null(batch <- iter_next(it))) {
  c(xb, yb) %<-% batch
  eager <- eager + sum(op_argmax(model(xb), -1) - 1L == yb)
}
stopifnot(losses[6] < 0.5 * losses[1], accuracy > 0.9, abs(as.numeric(eager) / 100 - accuracy) < 1e-6)

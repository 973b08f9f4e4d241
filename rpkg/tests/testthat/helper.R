skip_if_no_python <- function() {
  skip_if_not(is_ready(), "there is no Python with TensorFlow")
}

small_model <- function() {
  set_random_seed(1)
  model <- keras_model_sequential(input_shape = 3) %>% layer_dense(2, activation = "softmax")
  compile(model, "sgd", "sparse_categorical_crossentropy", "accuracy")
}

small_x <- array((1:60) / 60, c(20, 3))
small_y <- rep(0:1, 10)

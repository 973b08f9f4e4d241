# Pictures in folders, one folder a class: made here, read as a dataset, augmented, a small convnet.
library(tfbridge)
set_random_seed(3)
base_dir <- file.path(tempdir(), "shapes and sizes")
for (class in c("bright", "dark")) {
  dir.create(file.path(base_dir, class), recursive = TRUE, showWarnings = FALSE)
  for (i in 1:16) {
    level <- if (class == "bright") 0.8 else 0.2
    image <- array(pmin(pmax(rnorm(12 * 12 * 3, level, 0.1), 0), 1), c(12, 12, 3)) * 255
    image_array_save(image, file.path(base_dir, class, sprintf("%s_%02d.png", class, i)), scale = FALSE)
  }
}

read <- function(subset) {
  image_dataset_from_directory(
    base_dir, image_size = c(16, 16), batch_size = 8, validation_split = 0.25, subset = subset, seed = 1,
    label_mode = "binary", verbose = FALSE
  )
}
train <- read("training")
validation <- read("validation")
batch <- train %>% as_iterator() %>% iter_next()
str(lapply(batch, dim))

augment <- keras_model_sequential() %>%
  layer_random_flip("horizontal") %>%
  layer_random_rotation(0.1)
inputs <- layer_input(shape = c(16, 16, 3))
outputs <- inputs %>%
  augment() %>%
  layer_rescaling(1 / 255) %>%
  layer_conv_2d(filters = 4, kernel_size = 3, activation = "relu") %>%
  layer_max_pooling_2d(pool_size = 2) %>%
  layer_global_average_pooling_2d() %>%
  layer_dense(1, activation = "sigmoid")
model <- keras_model(inputs, outputs)
model %>% compile(loss = "binary_crossentropy", optimizer = optimizer_adam(0.03), metrics = "accuracy")
best <- file.path(base_dir, "best.keras")
history <- model %>% fit(
  train, epochs = 4, validation_data = validation, verbose = 0,
  callbacks = callback_model_checkpoint(best, save_best_only = TRUE, monitor = "val_loss")
)
score <- load_model_tf(best) %>% evaluate(validation, verbose = 0)
print(score)

one <- image_load(file.path(base_dir, "dark", "dark_01.png"), target_size = c(16, 16)) %>%
  image_to_array() %>%
  array_reshape(c(1, 16, 16, 3))
stopifnot(
  identical(dim(batch[[1]]), c(8L, 16L, 16L, 3L)), identical(dim(batch[[2]]), c(8L, 1L)),
  identical(unlist(train$class_names), c("bright", "dark")),
  (apply(as.array(batch[[1]]), 1, mean) < 127) == (as.array(batch[[2]])[, 1] == 1),
  isTRUE(all.equal(score[["loss"]], min(history$metrics$val_loss), tolerance = 1e-4)),
  identical(dim(predict(model, one, verbose = 0)), c(1L, 1L)), mean(one) > 30, mean(one) < 80
)
unlink(base_dir, recursive = TRUE)

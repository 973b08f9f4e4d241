# A network of the applications as frozen base, fine-tuned from one of its layers on, saved with its state.
library(tfbridge)
set_random_seed(14)
conv_base <- application_mobilenet(weights = NULL, include_top = FALSE, input_shape = c(32, 32, 3), alpha = 0.25)
freeze_weights(conv_base)
frozen <- length(conv_base$trainable_weights)

inputs <- layer_input(shape = c(32, 32, 3))
outputs <- inputs %>%
  layer_rescaling(scale = 1 / 127.5, offset = -1) %>%
  conv_base(training = FALSE) %>%
  layer_global_average_pooling_2d() %>%
  layer_dropout(0.2) %>%
  layer_dense(3, activation = "softmax")
model <- keras_model(inputs, outputs)
base_before <- get_weights(conv_base)[[1]]
model %>% compile(optimizer_rmsprop(1e-3), "sparse_categorical_crossentropy", "accuracy")
images <- array(runif(12 * 32 * 32 * 3, 0, 255), c(12, 32, 32, 3))
labels <- rep(0:2, 4)
model %>% fit(images, labels, epochs = 1, batch_size = 6, verbose = 0)
untouched <- identical(get_weights(conv_base)[[1]], base_before)

unfreeze_weights(conv_base, from = "conv_dw_13")
thawed <- length(conv_base$trainable_weights)
names_on <- vapply(Filter(function(l) l$trainable, conv_base$layers), function(l) l$name, "")
print(head(names_on, 3))
stopifnot(
  frozen == 0, length(model$trainable_weights) == 2 + thawed, thawed > 0, untouched,
  names_on[1] == "conv_dw_13",
  identical(dim(predict(model, images[1:2, , , , drop = FALSE], verbose = 0)), c(2L, 3L))
)

# One encoder used on both inputs: shared layers, a distance layer, a contrastive loss.
library(tfbridge)
set_random_seed(15)
encoder <- keras_model_sequential(input_shape = 4, name = "encoder") |>
  layer_dense(8, activation = "relu") |>
  layer_dense(3)
left <- layer_input(4, name = "left")
right <- layer_input(4, name = "right")
difference <- encoder(left) - encoder(right)
distance <- sqrt(sum(difference^2, axis = -1, keepdims = TRUE) + 1e-9)
siamese <- keras_model(list(left = left, right = right), distance)

contrastive <- function(margin = 1) {
  function(y_true, y_pred) {
    mean(y_true * y_pred^2 + (1 - y_true) * op_maximum(margin - y_pred, 0)^2)
  }
}
siamese |> compile(optimizer_adam(0.02), loss = contrastive(1))

centers <- matrix(rnorm(12, sd = 2), 3)
draw <- function(class) centers[class, ] + matrix(rnorm(length(class) * 4, 0, 0.2), ncol = 4)
a <- sample(3, 256, TRUE)
b <- ifelse(runif(256) < 0.5, a, sample(3, 256, TRUE))
pairs <- list(left = draw(a), right = draw(b))
same <- as.numeric(a == b)
history <- siamese |> fit(pairs, same, epochs = 10, verbose = 0)
d <- predict(siamese, pairs, verbose = 0)[, 1]
print(tapply(d, same, mean))
swapped <- predict(siamese, list(right = pairs$left, left = pairs$right), verbose = 0)[, 1]
stopifnot(
  mean((d < 0.5) == (same == 1)) > 0.95, isTRUE(all.equal(d, swapped, tolerance = 1e-4)),
  length(siamese$trainable_weights) == 4
)

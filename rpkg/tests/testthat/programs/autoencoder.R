# An autoencoder whose encoder and decoder share weights with the whole model; errors mark the odd rows.
library(tfbridge)
set.seed(2)
factors <- matrix(rnorm(300 * 2), 300)
loadings <- matrix(runif(2 * 10, -1, 1), 2)
normal <- factors %*% loadings + rnorm(3000, 0, 0.05)
odd <- matrix(rnorm(20 * 10), 20)

encoder <- keras_model_sequential(name = "encoder", input_shape = 10) |>
  layer_dense(6, activation = "tanh") |>
  layer_dense(2, name = "code")
decoder <- keras_model_sequential(name = "decoder", input_shape = 2) |>
  layer_dense(6, activation = "tanh") |>
  layer_dense(10)

input <- layer_input(shape = 10)
autoencoder <- keras_model(input, decoder(encoder(input)), name = "autoencoder")
autoencoder |> compile(optimizer = optimizer_adam(learning_rate = 0.02), loss = loss_mean_squared_error())
history <- autoencoder |> fit(normal, normal, epochs = 30, batch_size = 50, verbose = 0)
autoencoder

error <- function(x) rowMeans((x - predict(autoencoder, x, verbose = 0))^2)
limit <- quantile(error(normal), 0.99)
code <- predict(encoder, normal, verbose = 0)
found <- mean(error(odd) > limit)
cat("odd rows found:", found, "\n")

middle <- keras_model(get_layer(autoencoder, "encoder")$inputs, get_layer(encoder, "code")$output)
stopifnot(
  tail(history$metrics$loss, 1) < 0.2 * history$metrics$loss[1],
  found > 0.8, dim(code) == c(300, 2),
  isTRUE(all.equal(predict(decoder, code, verbose = 0), predict(autoencoder, normal, verbose = 0), tolerance = 1e-4)),
  isTRUE(all.equal(predict(middle, normal, verbose = 0), code, tolerance = 1e-5)),
  count_params(autoencoder) == count_params(encoder) + count_params(decoder)
)

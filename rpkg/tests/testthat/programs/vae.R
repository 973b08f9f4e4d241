# A variational autoencoder: a sampling layer and a model class with its own train_step and metrics.
library(tfbridge)
set_random_seed(9)

layer_sampler <- new_layer_class(
  classname = "Sampler",
  call = function(self, z_mean, z_log_var) {
    epsilon <- tf$random$normal(shape = tf$shape(z_mean))
    z_mean + exp(0.5 * z_log_var) * epsilon
  }
)

latent_dim <- 2
encoder_inputs <- layer_input(shape = 8)
hidden <- encoder_inputs %>% layer_dense(8, activation = "relu")
encoder <- keras_model(
  encoder_inputs,
  list(hidden %>% layer_dense(latent_dim, name = "z_mean"), hidden %>% layer_dense(latent_dim, name = "z_log_var")),
  name = "encoder"
)
decoder <- keras_model_sequential(input_shape = latent_dim, name = "decoder") %>%
  layer_dense(8, activation = "relu") %>%
  layer_dense(8)

model_vae <- new_model_class(
  classname = "VAE",
  initialize = function(encoder, decoder, ...) {
    super$initialize(...)
    self$encoder <- encoder
    self$decoder <- decoder
    self$sampler <- layer_sampler()
    self$total_loss_tracker <- metric_mean(name = "total_loss")
    self$kl_loss_tracker <- metric_mean(name = "kl_loss")
  },
  metrics = mark_active(function() list(self$total_loss_tracker, self$kl_loss_tracker)),
  train_step = function(data) {
    with(tf$GradientTape() %as% tape, {
      c(z_mean, z_log_var) %<-% self$encoder(data)
      z <- self$sampler(z_mean, z_log_var)
      reconstruction <- self$decoder(z)
      reconstruction_loss <- mean(sum((data - reconstruction)^2, axis = -1))
      kl_loss <- mean(-0.5 * (1 + z_log_var - z_mean^2 - exp(z_log_var)))
      total_loss <- reconstruction_loss + kl_loss
    })
    grads <- tape$gradient(total_loss, self$trainable_weights)
    self$optimizer$apply_gradients(zip_lists(grads, self$trainable_weights))
    self$total_loss_tracker$update_state(total_loss)
    self$kl_loss_tracker$update_state(kl_loss)
    list(total_loss = self$total_loss_tracker$result(), kl_loss = self$kl_loss_tracker$result())
  }
)

x <- matrix(rnorm(200 * 2), 200) %*% matrix(rnorm(16), 2)
vae <- model_vae(encoder, decoder)
vae %>% compile(optimizer = optimizer_adam(0.02))
history <- vae %>% fit(x, epochs = 12, batch_size = 40, verbose = 0)
print(history)
generated <- decoder %>% predict(as.matrix(expand.grid(-1:1, -1:1)), verbose = 0)

stopifnot(
  setequal(names(history$metrics), c("total_loss", "kl_loss")),
  tail(history$metrics$total_loss, 1) < 0.7 * history$metrics$total_loss[1],
  dim(generated) == c(9, 8), all(is.finite(generated))
)

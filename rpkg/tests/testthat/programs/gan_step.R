# A generative adversarial network: one model class, two optimizers, compile() of its own.
library(tfbridge)
set_random_seed(4)
latent <- 3
discriminator <- keras_model_sequential(input_shape = 2, name = "discriminator") |>
  layer_dense(8) |> layer_activation_leaky_relu(negative_slope = 0.2) |> layer_dense(1)
generator <- keras_model_sequential(input_shape = latent, name = "generator") |>
  layer_dense(8, activation = "relu") |> layer_dense(2)

gan <- Model(
  classname = "GAN",
  initialize = function(discriminator, generator, latent_dim) {
    super$initialize()
    self$discriminator <- discriminator
    self$generator <- generator
    self$latent_dim <- as.integer(latent_dim)
    self$d_loss_metric <- metric_mean(name = "d_loss")
    self$g_loss_metric <- metric_mean(name = "g_loss")
  },
  compile = function(d_optimizer, g_optimizer, loss_fn) {
    super$compile()
    self$d_optimizer <- d_optimizer
    self$g_optimizer <- g_optimizer
    self$loss_fn <- loss_fn
  },
  metrics = active_property(function() list(self$d_loss_metric, self$g_loss_metric)),
  train_step = function(real) {
    n <- tf$shape(real)[1]
    noise <- tf$random$normal(c(n, self$latent_dim))
    fake <- self$generator(noise)
    points <- tf$concat(list(fake, real), axis = 0L)
    labels <- tf$concat(list(tf$ones(tuple(n, 1L)), tf$zeros(tuple(n, 1L))), axis = 0L)
    with(tf$GradientTape() %as% tape, {
      d_loss <- self$loss_fn(labels, self$discriminator(points))
    })
    weights <- self$discriminator$trainable_weights
    self$d_optimizer$apply_gradients(zip_lists(tape$gradient(d_loss, weights), weights))

    with(tf$GradientTape() %as% tape, {
      predictions <- self$discriminator(self$generator(noise))
      g_loss <- self$loss_fn(tf$zeros_like(predictions), predictions)
    })
    weights <- self$generator$trainable_weights
    self$g_optimizer$apply_gradients(zip_lists(tape$gradient(g_loss, weights), weights))
    self$d_loss_metric$update_state(d_loss)
    self$g_loss_metric$update_state(g_loss)
    list(d_loss = self$d_loss_metric$result(), g_loss = self$g_loss_metric$result())
  }
)

monitor <- Callback(
  "Monitor",
  initialize = function(latent) {
    self$noise <- random_normal(c(5, latent), seed = 1)
    self$means <- list()
  },
  on_epoch_end = function(epoch, logs = NULL) {
    self$means[[epoch]] <- colMeans(as.array(self$model$generator(self$noise)))
  }
)

real <- cbind(rnorm(256, 3, 0.2), rnorm(256, -2, 0.2))
model <- gan(discriminator, generator, latent)
model |> compile(
  d_optimizer = optimizer_adam(0.01), g_optimizer = optimizer_adam(0.02),
  loss_fn = loss_binary_crossentropy(from_logits = TRUE)
)
watch <- monitor(latent)
before <- get_weights(generator)
history <- model |> fit(real, epochs = 8, batch_size = 32, callbacks = list(watch), verbose = 0)
str(history$metrics)
stopifnot(
  identical(names(history$metrics), c("d_loss", "g_loss")), lengths(history$metrics) == 8,
  !isTRUE(all.equal(before[[1]], get_weights(generator)[[1]])),
  length(watch$means) == 8, all(is.finite(unlist(watch$means)))
)

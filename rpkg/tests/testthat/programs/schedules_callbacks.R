# Learning rates that fall, callbacks that log, stop, reduce and save: what each left behind.
library(tfbridge)
set_random_seed(16)
x <- matrix(rnorm(256), 64)
y <- x[, 1]
new_model <- function(optimizer) {
  model <- keras_model_sequential(input_shape = 4) %>% layer_dense(1)
  model %>% compile(optimizer, "mse")
}
dir <- file.path(tempdir(), "logs")
dir.create(dir, showWarnings = FALSE)

falling <- function(epoch, lr) if (epoch < 2) lr else lr * 0.5
model <- new_model(optimizer_sgd(0.1))
epochs_seen <- c()
history <- model %>% fit(x, y, epochs = 5, verbose = 0, batch_size = 16, validation_data = list(x, y), callbacks = list(
  callback_learning_rate_scheduler(falling),
  callback_csv_logger(file.path(dir, "log.csv")),
  callback_model_checkpoint(file.path(dir, "epoch-{epoch:02d}.weights.h5"), save_weights_only = TRUE),
  callback_lambda(on_epoch_end = function(epoch, logs) epochs_seen <<- c(epochs_seen, epoch)),
  callback_terminate_on_naan()
))
log <- read.csv(file.path(dir, "log.csv"))
print(log)

schedule <- learning_rate_schedule_exponential_decay(0.1, decay_steps = 4, decay_rate = 0.5, staircase = TRUE)
steps <- sapply(c(0, 3, 4, 8), function(step) as.numeric(schedule(step)))
scheduled <- new_model(optimizer_adam(learning_rate = schedule))
scheduled %>% fit(x, y, epochs = 2, batch_size = 16, verbose = 0)

plateau <- new_model(optimizer_sgd(1e-8))
reduced <- plateau %>% fit(x, y, epochs = 4, verbose = 0, callbacks = list(
  callback_reduce_lr_on_plateau(monitor = "loss", factor = 0.1, patience = 1, min_delta = 1)
))
stopped <- new_model(optimizer_sgd(1e-8)) %>% fit(x, y, epochs = 30, verbose = 0, callbacks = list(
  callback_early_stopping(monitor = "loss", min_delta = 0.1, patience = 2)
))
rates <- history$metrics$learning_rate
if (is.null(rates)) rates <- history$metrics$lr
files <- list.files(dir, "weights.h5$")
stopifnot(
  isTRUE(all.equal(steps, c(0.1, 0.1, 0.05, 0.025), tolerance = 1e-6)),
  isTRUE(all.equal(rates, c(0.1, 0.05, 0.025, 0.0125, 0.00625)[seq_along(rates)] , tolerance = 1e-5)) ||
    isTRUE(all.equal(rates, c(0.1, 0.1, 0.05, 0.025, 0.0125), tolerance = 1e-5)),
  nrow(log) == 5, "val_loss" %in% names(log), length(files) == 5, "epoch-05.weights.h5" %in% files,
  length(epochs_seen) == 5, length(stopped$metrics$loss) == 3,
  as.numeric(plateau$optimizer$learning_rate) < 1e-9,
  as.numeric(scheduled$optimizer$iterations) == 8
)
unlink(dir, recursive = TRUE)

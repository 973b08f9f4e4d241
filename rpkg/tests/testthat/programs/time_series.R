# A noisy season, forecast from windows: a naive baseline, an LSTM, datasets of sequences and targets.
library(tfbridge)
set_random_seed(5)
n <- 400
series <- data.frame(temperature = sin(2 * pi * (1:n) / 24) + rnorm(n, 0, 0.1), pressure = rnorm(n))
num_train <- 250
normalize <- function(x) (x - mean(head(x, num_train))) / sd(head(x, num_train))
series[] <- lapply(series, normalize)
x <- as.matrix(series)

sequence_length <- 12
delay <- 6 + sequence_length - 1
windows <- function(start, end) {
  timeseries_dataset_from_array(
    data = head(x, -delay), targets = tail(series$temperature, -delay), sequence_length = sequence_length,
    batch_size = 32, start_index = start, end_index = end, shuffle = start == 1
  )
}
train <- windows(1, num_train)
val <- windows(num_train + 1, n - delay)

naive <- function(dataset) {
  total <- 0
  seen <- 0
  it <- as_array_iterator(dataset)
  while (!is.null(batch <- iter_next(it))) {
    c(samples, targets) %<-% batch
    guess <- samples[, dim(samples)[2], "temperature" == colnames(x)]
    total <- total + sum(abs(guess - targets))
    seen <- seen + length(targets)
  }
  total / seen
}
baseline <- naive(val)

inputs <- layer_input(shape = c(sequence_length, ncol(x)))
outputs <- inputs %>% layer_lstm(8, recurrent_dropout = 0) %>% layer_dense(1)
model <- keras_model(inputs, outputs)
model %>% compile(optimizer_adam(0.02), loss = "mse", metrics = "mae")
history <- model %>% fit(train, epochs = 6, validation_data = val, verbose = 0)
score <- evaluate(model, val, verbose = 0)
cat(sprintf("baseline %.2f, LSTM %.2f\n", baseline, score[["mae"]]))

first <- train %>% dataset_take(1) %>% as_iterator() %>% iter_next()
stopifnot(
  score[["mae"]] < baseline, identical(dim(first[[1]])[2:3], c(12L, 2L)),
  length(history$metrics$val_mae) == 6
)

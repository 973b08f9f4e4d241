# Thirty small models in a loop: a grid of sizes and rates, cross-validated. Without graphs: a step is less than a trace.
library(tfbridge)
set.seed(31)
n <- 120
x <- matrix(runif(n * 2, -1, 1), n)
y <- factor(ifelse(x[, 1] * x[, 2] > 0, "same", "different"))
folds <- sample(rep(1:3, length.out = n))
grid <- expand.grid(units = c(2, 8), rate = c(0.01, 0.05, 0.2, 0.5, 1), fold = 1:3)

build <- function(units, rate, eager) {
  model <- keras_model_sequential(input_shape = 2) %>%
    layer_dense(units, activation = "relu") %>%
    layer_dense(2, activation = "softmax")
  model %>% compile(optimizer_sgd(rate), "sparse_categorical_crossentropy", "accuracy", run_eagerly = eager)
}
grid$accuracy <- NA_real_
for (i in seq_len(nrow(grid))) {
  clear_session()
  out <- folds == grid$fold[i]
  model <- build(grid$units[i], grid$rate[i], eager = TRUE)
  train_on_batch(model, x[!out, ], as.integer(y[!out]) - 1L)
  grid$accuracy[i] <- mean(levels(y)[max.col(as.array(model(x[out, ])))] == y[out])
}
by_setting <- aggregate(accuracy ~ units + rate, grid, mean)
print(by_setting[which.max(by_setting$accuracy), ])
stopifnot(!anyNA(grid$accuracy), all(grid$accuracy >= 0 & grid$accuracy <= 1), nrow(by_setting) == 10)

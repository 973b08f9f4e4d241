# Prices of homes from numbers and factors: a design matrix of base R, standardized, a small net.
library(tfbridge)
set.seed(42)
n <- 400
homes <- data.frame(
  area = runif(n, 40, 180), rooms = sample(1:6, n, TRUE),
  kind = factor(sample(c("flat", "house", "loft"), n, TRUE)), garden = sample(c(TRUE, FALSE), n, TRUE)
)
homes$price <- with(homes, 2 * area + 15 * rooms + c(0, 60, 30)[kind] + 20 * garden + rnorm(n, 0, 5))

train <- sample(n, 300)
x <- model.matrix(price ~ . - 1, homes)
center <- colMeans(x[train, ])
spread <- apply(x[train, ], 2, sd)
x <- scale(x, center, spread)
y <- homes$price

model <- keras_model_sequential(input_shape = ncol(x)) %>%
  layer_dense(units = 16, activation = "relu") %>%
  layer_dense(units = 1)
model %>% compile(optimizer = optimizer_adam(learning_rate = 0.05), loss = "mse", metrics = list("mae"))
history <- model %>% fit(
  x[train, ], y[train], epochs = 12, batch_size = 16, validation_split = 0.2, verbose = 0,
  callbacks = list(callback_early_stopping(patience = 15, restore_best_weights = TRUE))
)

scores <- model %>% evaluate(x[-train, ], y[-train], verbose = 0)
predicted <- model %>% predict(x[-train, ], verbose = 0)
linear <- lm(price ~ ., homes[train, ])
print(history)
linear_predicted <- predict(linear, homes[-train, ])
cat("net:", round(cor(predicted[, 1], y[-train]), 3), " lm:", round(cor(linear_predicted, y[-train]), 3), "\n")

stopifnot(
  identical(dim(predicted), c(100L, 1L)),
  cor(predicted[, 1], y[-train]) > 0.9,
  all(c("loss", "mae", "val_loss", "val_mae") %in% names(history$metrics)),
  identical(names(scores), c("loss", "mae")),
  is.data.frame(as.data.frame(history))
)

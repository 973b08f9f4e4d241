# One case in ten is positive: class weights, AUC, a ROC curve by hand, a threshold.
library(tfbridge)
set.seed(7)
n <- 600
label <- rbinom(n, 1, 0.1)
x <- matrix(rnorm(n * 4), n) + outer(label, c(1.5, -1, 0, 0.5))
train <- 1:450

counts <- table(label[train])
weights <- list("0" = 1 / counts[["0"]], "1" = 1 / counts[["1"]])
weights <- lapply(weights, function(w) w * length(train) / 2)

metrics <- list(
  metric_true_positives(name = "tp"), metric_false_positives(name = "fp"), metric_true_negatives(name = "tn"),
  metric_false_negatives(name = "fn"), metric_precision(name = "precision"), metric_recall(name = "recall"),
  metric_auc(name = "auc")
)
model <- keras_model_sequential(input_shape = c(4)) |>
  layer_dense(8, activation = "relu") |>
  layer_dropout(0.1) |>
  layer_dense(1, activation = "sigmoid")
model |> compile(optimizer_adam(0.02), "binary_crossentropy", metrics = metrics)
model |> fit(x[train, ], label[train], batch_size = 128, epochs = 15, class_weight = weights, verbose = 0)

result <- model |> evaluate(x[-train, ], label[-train], verbose = 0)
p <- as.vector(predict(model, x[-train, ], verbose = 0))
truth <- label[-train]

thresholds <- c(sort(unique(p)), Inf)
tpr <- sapply(thresholds, function(t) mean(p[truth == 1] >= t))
fpr <- sapply(thresholds, function(t) mean(p[truth == 0] >= t))
by_hand <- mean(outer(p[truth == 1], p[truth == 0], ">"))
confusion <- table(predicted = p > 0.5, truth = truth)
print(confusion)
print(round(result, 3))

pdf(NULL)
plot(fpr, tpr, type = "s")
invisible(dev.off())

stopifnot(
  result["tp"] == sum(p > 0.5 & truth == 1), result["fp"] == sum(p > 0.5 & truth == 0),
  sum(result[c("tp", "fp", "tn", "fn")]) == length(truth),
  abs(result[["recall"]] - mean(p[truth == 1] > 0.5)) < 1e-6,
  by_hand > 0.8, abs(result[["auc"]] - by_hand) < 0.03,
  all(diff(tpr) <= 0), all(diff(fpr) <= 0)
)

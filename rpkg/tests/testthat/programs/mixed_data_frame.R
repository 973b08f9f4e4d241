# A data frame of numbers, counts, texts and factors, one input a column, preprocessed inside the model.
library(tfbridge)
set.seed(17)
n <- 240
people <- data.frame(
  age = sample(20:79, n, TRUE), income = rlnorm(n, 10, 0.4),
  job = sample(c("nurse", "cook", "clerk"), n, TRUE), region = factor(sample(c("n", "s"), n, TRUE)),
  stringsAsFactors = FALSE
)
people$buys <- as.integer(people$age > 50 | people$job == "cook")
train <- people[1:180, ]
test <- people[181:n, ]

numeric_names <- c("age", "income")
inputs <- c(
  lapply(setNames(nm = numeric_names), function(name) layer_input(shape = 1, name = name)),
  lapply(c(job = "job", region = "region"), function(name) layer_input(shape = 1, name = name, dtype = "string"))
)
encode <- function(name) {
  values <- as.character(train[[name]])
  if (name %in% numeric_names) {
    layer <- layer_normalization(axis = NULL)
    adapt(layer, as.numeric(train[[name]]))
  } else {
    layer <- layer_string_lookup(output_mode = "one_hot")
    adapt(layer, values)
  }
  layer(inputs[[name]])
}
features <- lapply(setNames(nm = names(inputs)), encode)
outputs <- layer_concatenate(unname(features)) %>%
  layer_dense(8, activation = "relu") %>%
  layer_dense(1, activation = "sigmoid")
model <- keras_model(inputs, outputs)
model %>% compile(optimizer_adam(0.05), "binary_crossentropy", "accuracy")

as_columns <- function(data) {
  list(age = data$age, income = data$income, job = as_tensor(data$job), region = as_tensor(as.character(data$region)))
}
df_to_dataset <- function(data, size = 30) {
  tensor_slices_dataset(list(data[names(inputs)], data$buys)) %>% dataset_batch(size)
}
model %>% fit(df_to_dataset(transform(train, region = as.character(region))), epochs = 10, verbose = 0)
score <- model %>% evaluate(df_to_dataset(transform(test, region = as.character(region))), verbose = 0)
columns <- lapply(as.list(transform(test, region = as.character(region))[names(inputs)]), function(x) as_tensor(matrix(x)))
p <- model %>% predict(columns, verbose = 0)
frame <- predict(model, transform(test, region = as.character(region))[names(inputs)], verbose = 0)
cat("accuracy:", round(score[["accuracy"]], 2), "\n")
stopifnot(
  score[["accuracy"]] > 0.85, abs(mean((p > 0.5) == test$buys) - score[["accuracy"]]) < 1e-6,
  isTRUE(all.equal(p, frame, tolerance = 1e-5))
)

# A ticket's title, text and tags give its priority and department: two outputs, weighted losses, data by name.
library(tfbridge)
set.seed(1)
vocabulary_size <- 30
num_tags <- 5
num_departments <- 3
num_samples <- 128

title <- layer_input(shape = c(vocabulary_size), name = "title")
text_body <- layer_input(shape = c(vocabulary_size), name = "text_body")
tags <- layer_input(shape = c(num_tags), name = "tags")
features <- layer_concatenate(list(title, text_body, tags)) %>% layer_dense(16, activation = "relu")
priority <- features %>% layer_dense(1, activation = "sigmoid", name = "priority")
department <- features %>% layer_dense(num_departments, activation = "softmax", name = "department")
model <- keras_model(inputs = list(title, text_body, tags), outputs = list(priority, department))

random_binary <- function(dim) array(sample(0:1, prod(dim), replace = TRUE), dim)
title_data <- random_binary(c(num_samples, vocabulary_size))
text_data <- random_binary(c(num_samples, vocabulary_size))
tags_data <- random_binary(c(num_samples, num_tags))
priority_data <- array(rowMeans(title_data), c(num_samples, 1))
classes <- max.col(tags_data[, 1:3] + 0.01 * matrix(runif(num_samples * 3), num_samples)) - 1L
department_data <- to_categorical(classes, num_departments)

model %>% compile(
  optimizer = "adam",
  loss = c(priority = "mean_squared_error", department = "categorical_crossentropy"),
  loss_weights = c(priority = 10, department = 1),
  metrics = c(priority = "mean_absolute_error", department = "accuracy")
)
history <- model %>% fit(
  x = list(title = title_data, text_body = text_data, tags = tags_data),
  y = list(priority = priority_data, department = department_data),
  epochs = 10, batch_size = 32, verbose = 0
)
by_position <- model %>% evaluate(
  list(title_data, text_data, tags_data), list(priority_data, department_data), verbose = 0
)
by_name <- model %>% evaluate(
  list(tags = tags_data, title = title_data, text_body = text_data),
  list(department = department_data, priority = priority_data), verbose = 0
)
c(priority_preds, department_preds) %<-% {
  model %>% predict(list(title_data, text_data, tags_data), verbose = 0)
}
print(by_name)

stopifnot(
  isTRUE(all.equal(by_position, by_name, tolerance = 1e-5)),
  dim(priority_preds) == c(num_samples, 1), dim(department_preds) == c(num_samples, num_departments),
  abs(rowSums(department_preds) - 1) < 1e-5,
  abs(by_name[["priority_mean_absolute_error"]] - mean(abs(priority_preds - priority_data))) < 1e-5,
  abs(by_name[["department_accuracy"]] - mean(max.col(department_preds) - 1 == classes)) < 1e-6,
  tail(history$metrics$loss, 1) < history$metrics$loss[1]
)

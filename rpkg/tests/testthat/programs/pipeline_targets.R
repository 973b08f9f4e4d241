# A pipeline of functions as users of targets write it: each step's value is kept in a file, models by their own format.
library(tfbridge)
store <- file.path(tempdir(), "_targets")
dir.create(store, showWarnings = FALSE)
ran <- character()
target <- function(name, command, format = "rds") {
  path <- file.path(store, paste0(name, if (format == "keras") ".keras" else ".rds"))
  read <- if (format == "keras") load_model else readRDS
  if (!file.exists(path)) {
    ran <<- c(ran, name)
    value <- command
    if (format == "keras") save_model(value, path) else saveRDS(value, path)
  }
  read(path)
}

prepare <- function(data) {
  list(x = scale(as.matrix(data[1:4])), y = data$Species)
}
define <- function(units) {
  set_random_seed(1)
  keras_model_sequential(input_shape = 4) %>%
    layer_dense(units, activation = "relu") %>%
    layer_dense(3, activation = "softmax") %>%
    compile(optimizer_adam(0.05), "sparse_categorical_crossentropy", "accuracy")
}
train <- function(model, data) {
  fit(model, data$x, data$y, epochs = 12, verbose = 0)
  model
}
run <- function() {
  data <- target("data", prepare(iris))
  untrained <- target("untrained", define(8), "keras")
  trained <- target("trained", train(untrained, data), "keras")
  scores <- target("scores", evaluate(trained, data$x, data$y, verbose = 0))
  history <- target("history", fit(trained, data$x, data$y, epochs = 2, verbose = 0))
  list(scores = scores, history = history, trained = trained)
}
first <- run()
once <- ran
second <- run()
print(second$scores)
print(second$history)
pdf(NULL)
plot(second$history)
invisible(dev.off())
predicted <- max.col(predict(second$trained, scale(as.matrix(iris[1:4])), verbose = 0))
stopifnot(
  identical(once, c("data", "untrained", "trained", "scores", "history")), identical(ran, once),
  identical(first$scores, second$scores), second$scores[["accuracy"]] > 0.85,
  mean(levels(iris$Species)[predicted] == iris$Species) > 0.85
)
unlink(store, recursive = TRUE)

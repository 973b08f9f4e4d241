# A model trained in another process of R by callr, its weights and history sent back.
library(tfbridge)
x <- matrix(rep(1:20 / 20, 2), 20)
y <- 3 * x[, 1]
train <- function(x, y, path) {
  library(tfbridge)
  set_random_seed(1)
  model <- keras_model_sequential(input_shape = 2) %>% layer_dense(1)
  model %>% compile(optimizer_sgd(0.1), "mse")
  history <- model %>% fit(x, y, epochs = 3, verbose = 0)
  save_model(model, path)
  list(loss = history$metrics$loss, weights = get_weights(model), history = as.data.frame(history))
}
path <- tempfile(fileext = ".keras")
session <- callr::r_session$new(callr::r_session_options(env = c(TF_CPP_MIN_LOG_LEVEL = "3")))
result <- session$run(train, list(x, y, path))
model <- load_model(path)
str(result$weights)
failed <- tryCatch(
  session$run(function() tfbridge::layer_dense(units = "many")),
  error = function(e) conditionMessage(if (is.null(e$parent)) e else e$parent)
)
session$close()
cat(failed, "\n")
stopifnot(
  length(result$loss) == 3, diff(result$loss) < 0, isTRUE(all.equal(get_weights(model), result$weights)),
  is.data.frame(result$history), grepl("units", failed)
)

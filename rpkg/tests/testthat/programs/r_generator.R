# A generator written in R feeds fit(), evaluate() and predict(); it keeps state, and its error is the user's.
library(tfbridge)
set_random_seed(13)
data <- matrix(rnorm(200 * 4), 200)
target <- data %*% c(1, 2, 0, -1)
sampling_generator <- function(data, target, batch_size) {
  drawn <- 0
  list(
    draw = function() {
      drawn <<- drawn + 1
      rows <- sample(nrow(data), batch_size)
      list(data[rows, ], target[rows])
    },
    count = function() drawn
  )
}
gen <- sampling_generator(data, target, 20)
model <- keras_model_sequential(input_shape = 4) %>% layer_dense(1)
model %>% compile(optimizer_adam(0.1), "mse", metrics = "mae")
history <- model %>% fit(gen$draw, steps_per_epoch = 10, epochs = 5, verbose = 0)
drawn <- gen$count()
score <- model %>% evaluate(gen$draw, steps = 3, verbose = 0)

position <- 0
in_order <- function() {
  if (position >= 200) return(NULL)
  rows <- position + 1:50
  position <<- position + 50
  list(data[rows, ])
}
p <- model %>% predict(in_order, steps = 4, verbose = 0)
expected <- model %>% predict(data, verbose = 0)

parts <- list(layer_input(2, name = "a"), layer_input(2, name = "b"))
two <- keras_model(parts, layer_add(parts) %>% layer_dense(1))
two %>% compile("sgd", "mse")
named <- function() list(list(a = data[1:8, 1:2], b = data[1:8, 3:4]), target[1:8], rep(1, 8))
two %>% fit(named, steps_per_epoch = 2, epochs = 1, verbose = 0)

calls <- 0
faulty <- function() {
  calls <<- calls + 1
  if (calls == 3) stop("the disk is gone")
  gen$draw()
}
message <- tryCatch(fit(model, faulty, steps_per_epoch = 5, verbose = 0), error = conditionMessage)
cat(message, "\n")
after <- model %>% evaluate(data, target, verbose = 0)
stopifnot(
  drawn == 50, tail(history$metrics$loss, 1) < history$metrics$loss[1], length(score) == 2,
  isTRUE(all.equal(p, expected, tolerance = 1e-5)),
  grepl("the disk is gone", message), is.finite(after[["loss"]])
)

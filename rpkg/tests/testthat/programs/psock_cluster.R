# Two workers of a PSOCK cluster train on parts of the data: models cross as raw vectors, weights as arrays.
library(tfbridge)
set.seed(3)
x <- matrix(rnorm(80), 40)
y <- x[, 1] > 0
template <- keras_model_sequential(input_shape = 2) |> layer_dense(1, activation = "sigmoid")
blank <- serialize_model(template)

cluster <- parallel::makePSOCKcluster(2)
parallel::clusterEvalQ(cluster, {
  Sys.setenv(TF_CPP_MIN_LOG_LEVEL = "3")
  library(tfbridge)
})
parallel::clusterExport(cluster, c("x", "y", "blank"), envir = environment())
parts <- split(seq_len(nrow(x)), rep(1:2, 20))
trained <- parallel::parLapply(cluster, parts, function(rows) {
  model <- unserialize_model(blank)
  model |> compile(optimizer_sgd(0.5), "binary_crossentropy")
  model |> fit(x[rows, ], y[rows], epochs = 5, verbose = 0)
  list(weights = get_weights(model), model = serialize_model(model))
})
parallel::stopCluster(cluster)

averaged <- Map(function(a, b) (a + b) / 2, trained[[1]]$weights, trained[[2]]$weights)
model <- unserialize_model(blank)
set_weights(model, averaged)
accuracy <- mean((predict(model, x, verbose = 0) > 0.5) == y)
cat("accuracy of the mean:", accuracy, "\n")
first <- unserialize_model(trained[[1]]$model)
stopifnot(
  accuracy > 0.8, isTRUE(all.equal(get_weights(first), trained[[1]]$weights)),
  !isTRUE(all.equal(trained[[1]]$weights, trained[[2]]$weights))
)

skip_if_no_python()

test_that("datasets are made of arrays, walked through and trained on", {
  dataset <- list(inputs = small_x, targets = small_y) |> tensor_slices_dataset() |> dataset_batch(8)
  iterator <- as_iterator(dataset)
  sizes <- integer()
  repeat {
    batch <- iter_next(iterator)
    if (is.null(batch)) break
    sizes <- c(sizes, dim(batch$inputs)[[1]])
  }
  expect_equal(sizes, c(8, 8, 4))
  pairs <- list(small_x, small_y) |> tensor_slices_dataset() |> dataset_shuffle(20) |> dataset_batch(8)
  expect_length(fit(small_model(), pairs, epochs = 2, verbose = 0)$epoch, 2)
})

test_that("a loop of one's own trains with tape, metrics and one optimizer", {
  model <- small_model()
  loss_fn <- loss_sparse_categorical_crossentropy()
  optimizer <- optimizer_sgd(0.1)
  tracker <- metric_mean()
  train_step <- tf_function(function(inputs, targets) {
    with(tf$GradientTape() %as% tape, {
      loss <- loss_fn(targets, model(inputs, training = TRUE))
    })
    gradients <- tape$gradient(loss, model$trainable_weights)
    optimizer$apply_gradients(zip_lists(gradients, model$trainable_weights))
    tracker$update_state(loss)
    loss
  })
  batches <- list(small_x, small_y) |> tensor_slices_dataset() |> dataset_batch(20) |> dataset_repeat(30)
  iterator <- as_iterator(batches)
  losses <- numeric()
  while (!is.null(batch <- iter_next(iterator))) {
    c(inputs, targets) %<-% batch
    losses <- c(losses, as.array(train_step(inputs, targets)))
  }
  expect_lt(losses[[30]], losses[[1]])
  expect_equal(as.vector(tracker$result()), mean(losses), tolerance = 1e-5)
  again <- small_model()
  compile(again, optimizer, "sparse_categorical_crossentropy")
  expect_length(fit(again, small_x, small_y, verbose = 0)$epoch, 1)
})

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

test_that("whatever has elements is walked through, to a value at the end", {
  walk <- function(x) {
    iterator <- as_iterator(x)
    elements <- list()
    while (!identical(element <- iter_next(iterator, completed = "end"), "end")) elements <- c(elements, list(element))
    elements
  }
  expect_equal(walk(list(1, 2)), list(1, 2))
  expect_equal(walk(list(a = 1, b = "x", c = NULL, d = 1:3)), list(1, "x", NULL, array(1:3)), ignore_attr = TRUE)
  expect_equal(walk(4:6), list(4L, 5L, 6L))
  expect_equal(walk(list()), list())
  expect_equal(lapply(walk(tensor_slices_dataset(1:2)), as.vector), list(1L, 2L))
  iterator <- as_iterator(list(1))
  iter_next(iterator)
  expect_null(iter_next(iterator))
  expect_error(iter_next(list(1)), "`as_iterator()` makes one of it", fixed = TRUE, class = "tfbridge_error_argument")
  expect_error(as_iterator(tf$float32), "`x` must be a dataset", class = "tfbridge_error_argument")
})

test_that("an error in a function of a dataset keeps its class while one walks", {
  mapped <- function() tensor_slices_dataset(1:2)$map(function(x) rlang::abort("not so", class = "mine"))
  expect_error(mapped(), "not so", class = "mine")
})

skip_if_no_python()

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

test_that("elements come as tensors, as arrays, or all at once", {
  dataset <- tensor_slices_dataset(list(x = c(1, 2), y = c("a", "b")))
  expect_s3_class(iter_next(as_iterator(dataset))$x, "tensorflow.tensor")
  expect_identical(iter_next(as_array_iterator(dataset)), list(x = 1, y = "a"))
  expect_length(dataset_collect(dataset), 2)
  expect_length(dataset_collect(dataset_repeat(dataset), iter_max = 5), 5)
  expect_error(dataset_collect(dataset_repeat(dataset)), "no end", class = "tfbridge_error_argument")
  expect_equal(iterate(as_array_iterator(dataset), function(element) element$x), c(1, 2))
  expect_equal(iterate(dataset, function(element) as.array(element$y)), c("a", "b"))
  expect_equal(iterate(list(1, NULL)), list(1, NULL))
  expect_equal(dim(next_batch(dataset_batch(dataset, 2))$x), 2L)
})

test_that("iterators of earlier packages end with a condition", {
  iterator <- make_iterator_one_shot(range_dataset(0, 3))
  drawn <- numeric()
  until_out_of_range(drawn <- c(drawn, as.array(iterator_get_next(iterator))))
  expect_equal(drawn, 0:2)
  expect_error(iterator_get_next(iterator), class = "tfbridge_error_out_of_range")
  expect_error(until_out_of_range(stop("another")), "another")
})

test_that("an element that cannot be computed is numbered", {
  ragged <- range_dataset(1, 5) |> dataset_map(~ tf$fill(list((.x + 1L) %/% 2L), .x))
  iterator <- as_iterator(dataset_batch(ragged, 2))
  expect_equal(dim(iter_next(iterator)), c(2L, 1L))
  expect_equal(dim(iter_next(iterator)), c(2L, 2L))
  iterator <- as_iterator(dataset_batch(dataset_skip(ragged, 1), 2))
  expect_error(iter_next(iterator), "Element 1 of the dataset.*dataset_padded_batch", class = "tfbridge_error_data")
  expect_equal(dim(iter_next(as_array_iterator(dataset_padded_batch(ragged, 4)))), c(4L, 2L))
})

skip_if_no_python()

plain <- tfbridge:::metric_values(list(loss = 0.25, accuracy = 0.75))
several <- tfbridge:::metric_values(list(loss = 0.25, f1_score = c(1, 0.5)))

test_that("one object serves the habits of vectors and of lists", {
  expect_identical(plain["accuracy"], c(accuracy = 0.75))
  expect_identical(plain[["accuracy"]], 0.75)
  expect_identical(plain[[1]], 0.25)
  expect_identical(plain$accuracy, 0.75)
  expect_identical(plain$acc, 0.75)
  expect_null(plain$nothing)
  expect_named(plain, c("loss", "accuracy"))
  expect_identical(plain[2:1], c(accuracy = 0.75, loss = 0.25))
  expect_identical(as.list(plain), list(loss = 0.25, accuracy = 0.75))
  expect_identical(as.numeric(plain), c(0.25, 0.75))
  expect_identical(unlist(as.list(plain)), c(loss = 0.25, accuracy = 0.75))
  expect_identical(unlist(plain)[["loss"]], 0.25)
  expect_identical(as.data.frame(plain), data.frame(loss = 0.25, accuracy = 0.75))
  expect_identical(data.frame(plain), data.frame(loss = 0.25, accuracy = 0.75))
  expect_identical(do.call(rbind, list(plain, plain))[2, ], c(loss = 0.25, accuracy = 0.75))
  expect_identical(sapply(list(plain, plain), `[[`, "loss"), c(0.25, 0.25))
  expect_identical(vapply(list(plain), function(x) x["loss"], numeric(1)), 0.25)
  expect_identical(c(plain, more = 1), c(loss = 0.25, accuracy = 0.75, more = 1))
})

test_that("arithmetic, rounding and printing are those of named numbers", {
  expect_identical(1 - plain["accuracy"], c(accuracy = 0.25))
  expect_identical(1 - plain, c(loss = 0.75, accuracy = 0.25))
  expect_identical(plain * 2, c(loss = 0.5, accuracy = 1.5))
  expect_identical(-plain, c(loss = -0.25, accuracy = -0.75))
  expect_identical(plain > 0.5, c(loss = FALSE, accuracy = TRUE))
  expect_identical(plain - plain, c(loss = 0, accuracy = 0))
  expect_identical(round(plain, 1)[["accuracy"]], 0.8)
  expect_identical(max(plain), 0.75)
  expect_output(cat(plain[["loss"]], plain["accuracy"]), "0.25 0.75")
  expect_identical(capture.output(print(plain)), capture.output(print(c(loss = 0.25, accuracy = 0.75))))
  expect_identical(format(plain, nsmall = 3), c(loss = "0.250", accuracy = "0.750"))
})

test_that("a metric of several numbers keeps them", {
  expect_identical(several$f1_score, c(1, 0.5))
  expect_identical(several[["f1_score"]], c(1, 0.5))
  expect_identical(several["loss"], c(loss = 0.25))
  expect_identical(several["f1_score"], list(f1_score = c(1, 0.5)))
  expect_identical(1 - several, c(loss = 0.75, f1_score1 = 0, f1_score2 = 0.5))
  expect_identical(round(several)$f1_score, c(1, 0))
  expect_identical(as.data.frame(several), data.frame(loss = 0.25, f1_score1 = 1, f1_score2 = 0.5))
  expect_identical(capture.output(print(several)), capture.output(print(unlist(as.list(several)))))
  expect_identical(format(several)[["f1_score"]], "1.0 0.5")
})

test_that("a metric with one number for each class goes through all verbs", {
  model <- keras_model_sequential(input_shape = 3) |> layer_dense(2, activation = "softmax")
  compile(model, "sgd", "categorical_crossentropy", list(metric_f1_score(), "accuracy"))
  y <- to_categorical(small_y)
  lines <- capture.output(history <- fit(model, small_x, y, epochs = 2, validation_data = list(small_x, y), verbose = 1))
  expect_match(lines, "f1_score: [0-9.]+ [0-9.]+", all = TRUE)
  names <- c("loss", "accuracy", "f1_score1", "f1_score2")
  expect_named(history$metrics, c(names, paste0("val_", names)))
  expect_equal(nrow(as.data.frame(history)), 16)
  expect_output(print(history), "f1_score2")
  for (result in list(evaluate(model, small_x, y), test_on_batch(model, small_x, y), train_on_batch(model, small_x, y))) {
    expect_length(result$f1_score, 2)
    expect_length(result$loss, 1)
  }
})

test_that("a metric that there is not is named by an error", {
  metrics <- tfbridge:::metric_values(list(loss = 1, accuracy = 0.5))
  for (i in list("absent", 3, 0, NA, NA_character_, c(1, 2), "los")) {
    expect_error(metrics[[i]], "There is no metric .*: there are `loss`, `accuracy`", class = "tfbridge_error_subscript")
  }
  expect_identical(metrics[["accuracy"]], 0.5)
  expect_identical(metrics[[1]], 1)
})

skip_if_no_python()

x <- array(1:24, c(2, 3, 4))
tensor <- as_tensor(x)

test_that("positive subscripts are R's", {
  expect_equal(as.array(tensor[1, , ]), x[1, , ])
  expect_equal(as.array(tensor[, 2:3, 4:1]), x[, 2:3, 4:1])
  expect_equal(as.array(tensor[, c(3, 1), 2, drop = FALSE]), x[, c(3, 1), 2, drop = FALSE])
  expect_equal(as.array(tensor[, c(TRUE, FALSE, TRUE), 1]), x[, c(TRUE, FALSE, TRUE), 1])
  points <- cbind(c(1, 2), c(3, 1), c(4, 2))
  expect_equal(as.array(tensor[points]), array(x[points]))
  expect_equal(as.array(tensor[x > 20]), array(x[x > 20]))
  expect_equal(as.array(tensor[[2, 3, 4]]), x[[2, 3, 4]])
  expect_equal(as.array(tensor[[5]]), x[[5]])
  expect_equal(dim(tensor[]), dim(x))
})

test_that("subscripts may be variables, calls and dots", {
  i <- 2
  rows <- 2:3
  expect_equal(as.array(tensor[i, rows, seq(1, 4, 2)]), x[i, rows, seq(1, 4, 2)])
  expect_equal(as.array(tensor[i, (i - 1):length(rows), ]), x[2, 1:2, ])
  pick <- function(...) tensor[...]
  expect_equal(as.array(pick(1, , 2:NA)), x[1, , 2:4])
  expect_equal(as.array(do.call(`[`, list(tensor, 1, 2, 3))), x[1, 2, 3])
  expect_equal(as.array(do.call(`[`, list(tensor, 1, 2:3, c(4, 1)))), x[1, 2:3, c(4, 1)])
  expect_error(do.call(`[`, list(tensor, 0, 1, 1)), class = "tfbridge_error_subscript")
})

test_that("open ends, steps, new axes and all_dims() work", {
  expect_equal(as.array(tensor[1, 2:NA, NA:2]), x[1, 2:3, 1:2])
  expect_equal(as.array(tensor[1, 1, 1:4:2]), array(x[1, 1, c(1, 3)]))
  expect_equal(as.array(tensor[1, 1, `::2`]), array(x[1, 1, c(1, 3)]))
  expect_equal(dim(tensor[tf$newaxis, all_dims(), 1]), c(1L, 2L, 3L))
  expect_equal(dim(tensor[NULL, , , ]), c(1L, 2L, 3L, 4L))
  expect_equal(dim(tensor[1:2, all_dims()]), dim(x))
})

test_that("negative subscripts count from the end, and say so once", {
  withr::with_options(list(tensorflow.extract.warn_negatives_pythonic = FALSE), {
    expect_equal(as.array(tensor[1, 1, -1]), x[1, 1, 4])
    expect_equal(as.array(tensor[1, 1, 2:-2]), array(x[1, 1, 2:3]))
  })
  state <- get("the", asNamespace("tfbridge"))
  state$warned_negative <- NULL
  expect_snapshot_output(show_conditions({
    as.array(tensor[1, 1, -1])
  }))
  expect_silent(tensor[1, 1, -1])
})

test_that("python style counts from 0", {
  expect_equal(as.array(tensor[0, 0, 1:3, style = "python"]), array(x[1, 1, 2:3]))
  withr::with_options(list(tensorflow.extract.style = "python"), {
    expect_equal(as.array(tensor[0, 0, 0]), 1L)
  })
})

test_that("variables are assigned in part, tensors are not", {
  v <- tf$Variable(tf$zeros(shape(3, 1)))
  v[1, 1]$assign(3)
  v[2, ] <- 5
  v[[3]] <- 7
  expect_equal(as.array(v), matrix(c(3, 5, 7), 3))
  expect_snapshot_output(show_conditions({
    y <- as_tensor(1, shape = c(2, 2))
    y[1, 1] <- 0
  }))
})

test_that("symbolic tensors are subset too", {
  input <- layer_input(c(3, 4))
  expect_equal(dim(input[, 2:NA, 1]), c(NA, 2L))
})

test_that("wrong subscripts are errors that name axis and size", {
  m <- as_tensor(matrix(1:18, 6))
  expect_snapshot_output(show_conditions({
    m[0, ]
    m[7, ]
    m[1:7, ]
    m[1, 1, 1]
    m[1]
    m[2.5, ]
    m[NA, ]
    m[c(1, NA), ]
    m[c(TRUE, FALSE), ]
    m["a", ]
    m[, list(1)]
    m[1i, ]
    m[1:2:0, ]
    m[0:2, ]
    m[1.5:3, ]
    m[all_dims(), all_dims()]
    m[cbind(1, 1, 1)]
    m[cbind(7, 1)]
    m[NULL]
    m[factor("a"), ]
    m[[9, 1]]
    m[[19]]
    m[[1:2, 1]]
    m[[1]] <- 0L
  }))
  expect_error(m[0, ], class = "tfbridge_error_subscript")
})

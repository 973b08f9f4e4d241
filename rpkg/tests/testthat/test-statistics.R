skip_if_no_python()

a <- matrix(c(2, 1, 1, 3, 2, 1), 3)
x <- as_tensor(a)
v <- c(3, 1, 2, 1)

test_that("statistics to look at are base R's", {
  cuts <- list(function(x) cut(x, 2), function(x) cut(x, c(0, 1.5, 4)))
  for (f in c(median, quantile, summary, duplicated, anyDuplicated, cuts)) {
    expect_equal(f(as_tensor(v)), f(v))
  }
  for (f in list(median, quantile, summary, duplicated, anyDuplicated, as.data.frame)) expect_equal(f(x), f(a))
  expect_equal(quantile(x, 0.1, names = FALSE), quantile(a, 0.1, names = FALSE))
  expect_equal(rowsum(x, c(1, 1, 2)), rowsum(a, c(1, 1, 2)))
  expect_equal(hist(x, plot = FALSE, breaks = 2)$counts, hist(a, plot = FALSE, breaks = 2)$counts)
  expect_equal(hist(x, plot = FALSE)$xname, "x")
  square <- crossprod(a)
  expect_equal(determinant(as_tensor(square)), determinant(square))
  expect_equal(det(as_tensor(square)), det(square))
  withr::with_pdf(withr::local_tempfile(fileext = ".pdf"), expect_null(image(x, col = 1:2)))
})

test_that("unique, diff and solve give tensors", {
  expect_equal(as.vector(unique(as_tensor(c(v, NaN, NaN)))), unique(c(v, NaN)))
  expect_equal(as.array(unique(as_tensor(rbind(a, a)))), unique(a))
  expect_equal(unique(as_tensor(c(1L, 1L), "uint8"))$dtype$name, "uint8")
  for (lag in 1:2) {
    for (times in 1:2) {
      expect_equal(as.vector(diff(as_tensor(v), lag, times)), diff(v, lag, times))
      expect_equal(as.vector(diff(x, lag, times)), as.vector(diff(a, lag, times)))
    }
  }
  expect_error(diff(x, 0), "lag", class = "tfbridge_error_argument")
  square <- crossprod(a)
  expect_equal(as.array(solve(as_tensor(square))), solve(square))
  expect_equal(as.vector(solve(as_tensor(square), c(1, 2))), solve(square, c(1, 2)))
  expect_equal(as.array(solve(as_tensor(matrix(c(2L, 1L, 1L, 3L), 2)))), solve(matrix(c(2, 1, 1, 3), 2)))
  expect_error(solve(as_tensor(matrix(1, 2, 2))), "singular", class = "tfbridge_error_argument")
  expect_error(solve(x), "square", class = "tfbridge_error_shape")
})

test_that("what the vignette says to write in place of functions that ask no class works", {
  y <- as_tensor(a + c(1, -1, 0))
  expect_true(if (as.logical(all(x > 0))) TRUE)
  expect_equal(as.array(op_where(x > 1, x, y)), ifelse(a > 1, a, a + c(1, -1, 0)))
  expect_equal(which(as.array(x > 1)), which(a > 1))
  expect_equal(as.array(op_minimum(x, y)), pmin(a, a + c(1, -1, 0)))
  expect_equal(as.vector(mean(x, axis = 1)), colMeans(a))
  expect_equal(as.vector(sum(x, axis = 2)), rowSums(a))
  expect_equal(as.array(op_outer(as_tensor(v), as_tensor(v))), outer(v, v))
  expect_equal(as.vector(op_var(as_tensor(v)) * 4 / 3), var(v))
  expect_equal(sd(as_tensor(v)), sd(v))
  expect_equal(apply(as.array(x), 1, sum), apply(a, 1, sum))
  expect_equal(as.vector(op_concatenate(list(as_tensor(v), as_tensor(v)))), c(v, v))
  expect_equal(as.vector(max(as_tensor(v), 9)), max(9, v))
  expect_equal(table(as.vector(as_tensor(v))), table(v), ignore_attr = TRUE)
})

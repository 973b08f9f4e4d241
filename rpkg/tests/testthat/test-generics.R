skip_if_no_python()

a <- array(c(1, -2, 3, 4, 0.5, 6), c(2, 3))
x <- as_tensor(a)

test_that("operators are R's", {
  for (op in c("+", "-", "*", "/", "^", "%%", "%/%", "==", "<", ">=")) {
    f <- match.fun(op)
    expect_equal(as.array(f(x, 2)), f(a, 2), info = op)
    expect_equal(as.array(f(x, abs(a))), f(a, abs(a)), info = op)
  }
  expect_equal(as.array(2 - x), 2 - a)
  expect_equal(as.array(-x), -a)
  expect_equal(as.array(!(x > 1)), !(a > 1))
  expect_equal(as.array((x > 1) & (x < 4)), (a > 1) & (a < 4))
  expect_equal(as.array(as_tensor(a) %*% t(a)), a %*% t(a))
})

test_that("numbers take the tensor's dtype where that is exact", {
  expect_equal((as_tensor(1L) + 2)$dtype$name, "int32")
  expect_equal((as_tensor(1L) + 2.5)$dtype$name, "float64")
  expect_true(as.array(as_tensor(16777217L) > 16777216.5))
  expect_false(as.array(as_tensor(1L) == 1.5))
})

test_that("summaries take axes from 1", {
  expect_equal(as.vector(sum(x)), sum(a))
  expect_equal(as.array(sum(x, axis = 1)), array(colSums(a)))
  expect_equal(as.array(mean(x, axis = 2, keepdims = TRUE)), matrix(rowMeans(a)))
  expect_equal(as.array(max(x, axis = -1)), array(apply(a, 1, max)))
  expect_equal(as.array(range(x)), array(range(a)))
  expect_equal(as.vector(all(x > -3)), TRUE)
  expect_equal(as.vector(max(x, 100)), 100)
})

test_that("mathematics is R's", {
  positive <- abs(a)
  for (name in c("sqrt", "exp", "log", "abs", "floor", "ceiling", "cumsum", "tanh", "log1p")) {
    f <- match.fun(name)
    expect_equal(as.vector(f(as_tensor(positive))), as.vector(f(positive)), info = name)
  }
  expect_equal(as.array(round(as_tensor(c(0.5, 1.5, 2.567)), 1)), array(c(0.5, 1.5, 2.6)))
  expect_equal(as.array(log(as_tensor(c(8, 16)), 2)), array(c(3, 4)))
})

test_that("t and aperm move axes", {
  expect_equal(as.array(t(x)), t(a))
  b <- array(1:24, 2:4)
  expect_equal(as.array(aperm(as_tensor(b), c(3, 1, 2))), aperm(b, c(3, 1, 2)))
})

test_that("the mean of integers stays integer, with a warning when a fraction is lost", {
  m <- as_tensor(1:12, shape = c(3, 4))
  expect_snapshot_output(show_conditions({
    mean(m, axis = 1, keepdims = TRUE)
    mean(as_tensor(1:2))
  }))
})

test_that("generics work on symbolic tensors", {
  input <- layer_input(3)
  model <- keras_model(input, mean(sqrt(input) * 2 + 1, axis = 2))
  expect_equal(as.vector(model(matrix(c(1, 4, 9), 1))), mean(sqrt(c(1, 4, 9)) * 2 + 1), tolerance = 1e-6)
})

test_that("an axis that is not there is an error", {
  expect_snapshot_output(show_conditions({
    sum(x, axis = 3)
    mean(x, axis = 0)
  }))
})

test_that("values that do not fit together are errors that say what does not", {
  m <- as_tensor(matrix(1:18, 6))
  expect_snapshot_output(show_conditions({
    m + as_tensor(1:5)
    m %*% m
    layer_input(3) %*% matrix(1, 2, 2)
    m + "a"
    m == as_tensor("a")
    sqrt(as_tensor("a"))
    as_tensor("a") + 1
    rbind(m, "a")
    mean(m, axis = 3)
    aperm(m, c(1, 1))
  }))
})

test_that("one NA is NA like many", {
  for (na in list(NA, NA_integer_, NA_real_)) {
    expect_true(is.na(as.vector(as_tensor(1) + na)))
    expect_true(all(is.na(as.vector(as_tensor(c(1, 2), "float16") * na))))
    expect_false(as.vector(as_tensor(1) > na))
    expect_equal(as.vector(max(as_tensor(c(1, 2)), na, na.rm = TRUE)), 2)
    expect_true(is.na(as.vector(sum(as_tensor(c(1, 2)), na))))
  }
  expect_true(is.na(as.vector(as_tensor(1L) + NA_real_)))
  expect_error(as_tensor(1L) + NA, class = "tfbridge_error_conversion")
  expect_error(NA_integer_ < as_tensor(1L), class = "tfbridge_error_conversion")
  expect_error(as_tensor(TRUE) & NA, class = "tfbridge_error_conversion")
  expect_error(rbind(as_tensor(1:2), NA), class = "tfbridge_error_conversion")
  expect_true(as.vector(any(as_tensor(c(FALSE, TRUE)), NA, na.rm = TRUE)))
  expect_false(as.vector(any(as_tensor(c(0, NaN)), na.rm = TRUE)))
})

test_that("integers that do not fit come back wider, with a warning", {
  wider <- function(code, value, dtype) {
    expect_warning(got <- code, class = "tfbridge_warning")
    expect_equal(as.vector(got), value)
    expect_equal(got$dtype$name, dtype)
  }
  wider(as_tensor(5L, "uint8") - 10, -5, "int64")
  wider(-as_tensor(c(0L, 5L), "uint8"), c(0, -5), "int64")
  wider(abs(as_tensor(-128L, "int8")), 128, "int64")
  wider(as_tensor(.Machine$integer.max) + 1L, 2^31, "int64")
  wider(sum(as_tensor(c(.Machine$integer.max, 1L))), 2^31, "int64")
  wider(as_tensor(2^62, "int64") * 4L, 2^64, "float64")
  expect_no_warning(got <- sum(as_tensor(rep(255L, 1000), "uint8")))
  expect_equal(as.array(got), 255000L, ignore_attr = TRUE)
  expect_equal(as.vector(prod(as_tensor(1:20))), prod(1:20))
  expect_equal(as.vector(as_tensor(10L)^10L), 1e10)
  expect_error(as_tensor(1:3) %/% 0L, class = "tfbridge_error_dtype")
  expect_equal(as.vector(mean(as_tensor(c(TRUE, FALSE, FALSE, FALSE)))), 0.25)
  expect_true(is.nan(as.vector(mean(as_tensor(integer())))))
})

test_that("arguments that base R refuses are refused, misspelt ones with the nearest", {
  expect_snapshot_output(show_conditions({
    mean(x, axes = 1)
    sum(x, keepdim = TRUE)
    max(x, na_rm = TRUE)
    mean(x, 1)
    round(x, places = 1)
    sort(x, decrease = TRUE)
    aperm(x, prem = 2:1)
  }))
  expect_equal(as.array(round(x, digit = 0)), round(a, digit = 0))
})

test_that("diag is base R's, and takes tensors", {
  expect_equal(as.vector(diag(as_tensor(matrix(5)))), 5)
  expect_equal(as.vector(diag(as_tensor(matrix(1:6, 2)))), diag(matrix(1:6, 2)))
  expect_equal(as.array(diag(as_tensor(c(1, 2)))), base::diag(c(1, 2)))
  expect_identical(list(diag(3), diag(2, 2, 3), diag(nrow = 2), diag(c(a = 1, b = 2))),
    list(base::diag(3), base::diag(2, 2, 3), base::diag(nrow = 2), base::diag(c(a = 1, b = 2))))
  expect_error(diag(x, 2), class = "tfbridge_error_argument")
})

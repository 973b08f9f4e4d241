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
  expect_equal((as_tensor(1L) + 2.5)$dtype$name, "float32")
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

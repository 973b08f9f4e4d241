skip_if_no_python()

a <- array(c(3, 1, 2, 5, 4, 6), c(2, 3))
x <- as_tensor(a)

test_that("rev, rep, sort and order are R's", {
  expect_equal(as.vector(rev(x)), rev(as.vector(a)))
  expect_equal(as.vector(rep(x, each = 2, times = 3)), rep(as.vector(a), each = 2, times = 3))
  expect_equal(as.vector(rep(x, length.out = 4)), rep(as.vector(a), length.out = 4))
  expect_equal(as.vector(sort(x, decreasing = TRUE)), sort(a, decreasing = TRUE))
  expect_identical(order(x), order(a))
  expect_equal(as.vector(as_tensor(c(3, 1, 2))[order(as_tensor(c(3, 1, 2)))]), 1:3)
})

test_that("rbind and cbind take tensors, vectors and numbers", {
  expect_equal(as.array(rbind(x, 7:9)), rbind(a, 7:9))
  expect_equal(as.array(cbind(x, c(1, 2))), cbind(a, c(1, 2)))
  expect_equal(as.array(cbind(1, x)), cbind(1, a))
  expect_equal(as.array(rbind(x, x)), rbind(a, a))
})

test_that("products, complex parts and is.* are R's", {
  expect_equal(as.array(crossprod(x)), crossprod(a))
  expect_equal(as.array(tcrossprod(x, x)), tcrossprod(a, a))
  expect_equal(crossprod(a), base::crossprod(a))
  expect_equal(as.vector(Mod(as_tensor(c(3 + 4i, 1i)))), c(5, 1))
  numbers <- c(1, NA, NaN, Inf)
  expect_equal(as.vector(is.na(as_tensor(numbers))), is.na(numbers))
  expect_equal(as.vector(is.infinite(as_tensor(numbers))), is.infinite(numbers))
})

test_that("all.equal compares values, as.list and %<-% take rows apart", {
  expect_true(all.equal(x, a))
  expect_match(all.equal(x, a + 1), "difference")
  c(first, second) %<-% x
  expect_equal(as.vector(second), a[2, ])
  expect_length(as.list(x), 2)
})

test_that("zip_lists pairs by position or by name", {
  expect_equal(zip_lists(list(1, 2), list("a", "b")), list(list(1, "a"), list(2, "b")))
  expect_equal(zip_lists(list(a = 1, b = 2), list(b = "y", a = "x")), list(a = list(1, "x"), b = list(2, "y")))
  expect_error(zip_lists(1:2, 1:3), class = "tfbridge_error_argument")
  expect_error(zip_lists(list(a = 1), list(b = 1)), class = "tfbridge_error_argument")
})

test_that("variables take R values", {
  v <- tf$Variable(tf$zeros(shape(3, 2)))
  v$assign(matrix(1, 3, 2))
  v[2:3, ]$assign_add(1)
  v[1, 1]$assign_sub(3)
  expect_equal(as.array(v), matrix(c(-2, 2, 2, 1, 2, 2), 3))
  whole <- tf$Variable(1L)
  whole$assign(4)
  expect_equal(as.vector(whole), 4L)
  expect_error(whole$assign(4.5), class = "tfbridge_error_conversion")
  expect_error(x$assign(1), class = "tfbridge_error_assignment")
  caught <- tryCatch(whole$assign(4.5), error = identity)
  expect_equal(conditionCall(caught), quote(whole$assign(4.5)))
})

test_that("sparse matrices and integer64 cross", {
  skip_if_not_installed("Matrix")
  skip_if_not_installed("bit64")
  m <- Matrix::sparseMatrix(c(3, 1), j = c(1, 2), x = c(5, 7), dims = c(3, 2))
  sparse <- as_tensor(m)
  expect_equal(as.matrix(as.array(sparse)), as.matrix(m))
  big <- bit64::as.integer64("9007199254740993")
  expect_equal(as.character(tf$strings$as_string(as_tensor(big))), "9007199254740993")
  expect_equal(as.array(as_tensor(bit64::as.integer64(1:3))), array(c(1, 2, 3)))
  expect_error(as_tensor(bit64::NA_integer64_), class = "tfbridge_error_conversion")
  expect_error(as.array(as_tensor(big)), "bit64", class = "tfbridge_error_conversion")
})

test_that("the listings on variables, gradients and tapes give what the book prints", {
  v <- tf$Variable(initial_value = tf$ones(shape(3, 1)))
  v[1, 1]$assign(3)
  v$assign_add(tf$ones(shape(3, 1)))
  expect_equal(as.vector(v), c(4, 2, 2))
  input_const <- as_tensor(3)
  with(tf$GradientTape() %as% tape, {
    tape$watch(input_const)
    result <- tf$square(input_const)
  })
  expect_equal(as.vector(tape$gradient(result, input_const)), 6)
  time <- tf$Variable(0)
  with(tf$GradientTape() %as% outer_tape, {
    with(tf$GradientTape() %as% inner_tape, {
      position <- 4.9 * time^2
    })
    speed <- inner_tape$gradient(position, time)
  })
  expect_equal(as.vector(outer_tape$gradient(speed, time)), 9.8, tolerance = 1e-6)
  weights <- list(W = tf$Variable(2), b = tf$Variable(1))
  with(tf$GradientTape() %as% tape, loss <- mean((weights$W * 3 + weights$b)^2))
  expect_named(tape$gradient(loss, weights), c("W", "b"))
  expect_error(tf$ones(c(2, 1)))
  expect_equal(dim(as_tensor(1, shape = c(4, 3, 2)) + as_tensor(2, shape = c(3, 2))[tf$newaxis, , ]), c(4L, 3L, 2L))
})

test_that("one call's options for subsetting", {
  expect_equal(as.vector(x[0, 0, options = tf_extract_opts("python")]), 3)
  expect_equal(as.vector(x[1, 1]), 3)
})

test_that("a loop over large temporaries does not pile up", {
  resident <- function() {
    line <- grep("VmRSS", readLines("/proc/self/status"), value = TRUE)
    as.numeric(gsub("[^0-9]", "", line)) / 1024
  }
  skip_if_not(file.exists("/proc/self/status"), "memory is read from /proc")
  big <- as_tensor(0, shape = c(1000, 2000))
  before <- resident()
  for (i in 1:500) y <- big + 1
  expect_lt(resident() - before, 1000)
})

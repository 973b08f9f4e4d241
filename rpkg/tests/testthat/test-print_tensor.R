skip_if_no_python()

lines_of <- function(x, ...) utils::capture.output(print(x, ...))

test_that("what fits prints as TensorFlow writes it", {
  x <- as_tensor(matrix(1:40, 20))
  expect_identical(lines_of(x, n = 30), strsplit(format(x), "\n")[[1]])
  expect_equal(lines_of(as_tensor(0, shape = 1)), "tf.Tensor([0.], shape=(1,), dtype=float32)")
})

test_that("what does not is cut to n lines of shape, dtype and R's own text of the beginning", {
  withr::local_options(width = 60)
  values <- list(
    array(as.integer(1:8000), c(20, 20, 20)), matrix(rnorm(400), 100), rnorm(700), matrix(rnorm(1e4), 100),
    array(rnorm(600), c(5, 5, 2, 12)), matrix(c("a", strrep("long ", 99)), 50, 2), rep(c("x", strrep("y", 200)), 50),
    matrix(c(TRUE, FALSE), 90, 3), array(1:3, c(70, 1))
  )
  for (value in values) {
    x <- as_tensor(value)
    for (n in c(1, 3, 12)) {
      lines <- lines_of(x, n = n)
      # One slice has a label, a header, a row and what is left out.
      expect_lte(length(lines), max(n, if (n > 1) c(3, 4, 6)[[min(length(dim(x)), 3)]] else 1))
      expect_match(lines[[1]], sprintf("shape=(%s", dim(x)[[1]]), fixed = TRUE)
      expect_true(all(nchar(lines) <= 60))
    }
  }
})

test_that("the values are those of R, and what is left out is counted", {
  withr::local_options(width = 70)
  m <- matrix(as.integer(1:3000), 300)
  lines <- lines_of(as_tensor(m), n = 12)
  expect_identical(lines[2:11], utils::capture.output(print(m[1:9, ])))
  expect_identical(lines[[12]], "# 291 more rows")
  v <- as_tensor(1:5000)
  shown <- lines_of(v, n = 6)
  expect_match(shown[[2]], "^ *\\[1\\] +1 +2 +3 ")
  last <- as.integer(sub(".* ", "", shown[[5]]))
  expect_identical(shown[[6]], sprintf("# %s more values", format(5000 - last, big.mark = ",")))
  a <- array(as.integer(1:2400), c(20, 30, 4))
  all <- lines_of(as_tensor(a), n = Inf)
  expect_identical(all[2:33], c("[1, , ]", utils::capture.output(print(a[1, , ]))))
  expect_length(all, 1 + 20 * 32 + 19)
  withr::local_options(tfbridge.max_print = 5)
  expect_length(lines_of(as_tensor(matrix(1:400, 100))), 5)
  expect_error(print(v, n = "a"), class = "tfbridge_error_argument")
})

test_that("variables, ragged, sparse and symbolic tensors", {
  expect_equal(lines_of(tf$Variable(matrix(1:400, 100)), n = 4)[c(1, 4)], c(
    "<tf.Variable 'Variable:0': shape=(100, 4) dtype=int32>", "# 99 more rows"
  ))
  ragged <- tf$ragged$constant(lapply(1:40, function(i) as.list(seq_len(i))))
  expect_equal(lines_of(ragged, n = 4)[-1], c("[1,] 1", "[2,] 1 2", "# 38 more rows"))
  sparse <- tf$sparse$from_dense(as_tensor(diag(50) * 2.5))
  expect_equal(lines_of(sparse, n = 4)[-1], c("[1, 1] 2.5", "[2, 2] 2.5", "# 48 more values"))
  expect_length(lines_of(layer_input(3)), 1)
  expect_equal(lines_of(as_tensor(strrep("word ", 1000))), lines_of(as_tensor(strrep("word ", 1000)), n = 1))
})

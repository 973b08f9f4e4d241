skip_if_no_python()

test_that("R values become tensors of the dtype that the manual says", {
  dtype <- function(x, ...) as_tensor(x, ...)$dtype$name
  expect_equal(dtype(1), "float32")
  expect_equal(dtype(c(1, 2)), "float64")
  expect_equal(dtype(array(1)), "float64")
  expect_equal(dtype(1L), "int32")
  expect_equal(dtype(integer(0)), "int32")
  expect_equal(dtype(TRUE), "bool")
  expect_equal(dtype("a"), "string")
  expect_equal(dtype(1i), "complex128")
  expect_equal(dtype(as.raw(1:2)), "uint8")
  expect_equal(dtype(factor(c("b", "a"))), "int32")
  expect_equal(dtype(1, "double"), "float64")
  expect_equal(dtype(1, tf$float16), "float16")
})

test_that("arrays come back as they went", {
  for (x in list(
    array(rnorm(24), 2:4), array(1:24, 2:4), array(c(TRUE, FALSE), c(2, 3)), array(letters[1:6], c(3, 2)),
    array(1i * 1:4, c(2, 2)), array(numeric(0), c(0, 3)), array(1:3)
  )) {
    expect_identical(as.array(as_tensor(x)), x)
  }
  for (x in list(3L, 2.5, TRUE, "a", 1i)) expect_identical(as.array(as_tensor(x)), as.array(x))
})

test_that("large tensors come back as small ones do", {
  x <- array(seq_len(6e5), c(300, 4, 500))
  expect_identical(as.array(as_tensor(x)), x)
  expect_identical(as.array(as_tensor(x, "int64")), x + 0)
  expect_identical(as.array(as_tensor(x / 4, "float32")), x / 4)
  y <- as.array(as_tensor(x))
  z <- y
  y[1] <- 0L
  expect_identical(z, x)
})

test_that("as.* generics give base types", {
  x <- as_tensor(matrix(1:4, 2))
  expect_identical(as.integer(x), 1:4)
  expect_identical(as.numeric(x), as.numeric(1:4))
  expect_identical(as.matrix(x), matrix(1:4, 2))
  expect_identical(as.vector(x), 1:4)
  expect_identical(as.logical(as_tensor(c(TRUE, FALSE))), c(TRUE, FALSE))
  expect_identical(as.character(as_tensor(c("\u00e5", ""))), c("\u00e5", ""))
})

test_that("factors and data frames become numbers", {
  expect_equal(as.vector(as_tensor(iris$Species[c(1, 51, 101)])), 0:2)
  expect_equal(dim(as_tensor(iris[, 1:4])), c(150L, 4L))
  mixed <- as_tensor(iris[1:2, 4:5])
  expect_named(mixed, c("Petal.Width", "Species"))
})

test_that("dim, length and shape know unknown sizes", {
  expect_identical(dim(as_tensor(0, shape = c(2, 3))), c(2L, 3L))
  expect_length(as_tensor(0, shape = c(2, 3)), 6)
  expect_identical(dim(layer_input(c(28, NA))), c(NA, 28L, NA))
  expect_identical(as.integer(shape(NA, 28)), c(NA, 28L))
  expect_identical(as.integer(shape(c(2, 3), NULL)), c(2L, 3L, NA))
  expect_identical(shape(2, 3)[[2]], 3L)
  expect_identical(as.integer(c(shape(2), 4)), c(2L, 4L))
})

test_that("symbolic tensors have shape and dtype objects", {
  x <- layer_input(3)
  expect_output(print(x$shape), "TensorShape([None, 3])", fixed = TRUE)
  expect_equal(x$dtype$name, "float32")
})

test_that("printing shows values, shape and dtype", {
  expect_snapshot({
    as_tensor(array(1:6, c(2, 3)))
    as_tensor(1:6, shape = c(NA, 3))
    as_tensor(0, shape = c(2, 3))
    as_tensor(array(1), dtype = "float32")
    shape(2, 3)
    str(as_tensor(1:3))
    as_tensor(c("a", "b"))
    as_tensor(matrix(1:1e4, 100))
    tf$ragged$constant(list(list(1L, 2L), list(3L)))
    str(tf$ragged$constant(list(list(1L, 2L), list(3L))))
    all_dims()
  })
})

test_that("conversions that lose something are errors", {
  expect_snapshot_output(show_conditions({
    as_tensor(NA_integer_)
    as_tensor(c(1L, NA, NA))
    as_tensor(NA)
    as_tensor(2.5, "int32")
    as_tensor(300, "int8")
    as_tensor(1, "flaot32")
    as_tensor(1:6, shape = c(4, 2))
    as_tensor(Sys.Date())
    as_tensor(as.difftime(1, units = "secs"))
    as_tensor(quote(a))
    as_tensor(new.env())
    as_tensor(c(1, NaN, -Inf), "int32")
    as_tensor("a", "float32")
    as_tensor(1:2, "string")
    as_tensor("\xff")
    as_tensor(c("a", NA))
    as_tensor(list(1:2, 1:3), dtype = "int32")
    as_tensor(3e9, "int32")
    as_tensor(3, "bool")
    as_tensor(1i, "float32")
    as_tensor(1, dtype = 5)
    as_tensor(1:6, shape = c(NA, NA))
    as_tensor(1:6, shape = c(2.5, 2))
    as.array(layer_input(3))
    as.array(as_tensor(2^53, "int64") + 1)
  }))
})

test_that("NA is NaN where a float dtype is asked for", {
  expect_identical(is.nan(as.array(as_tensor(c(1L, NA), "float32"))), array(c(FALSE, TRUE)))
  expect_identical(is.na(as.array(as_tensor(c(1, NA, NaN)))), array(c(FALSE, TRUE, TRUE)))
})

test_that("text crosses as UTF-8, whatever its encoding was", {
  latin <- "\xe5"
  Encoding(latin) <- "latin1"
  expect_identical(as.character(as_tensor(c(latin, "\u00e5"))), c("\u00e5", "\u00e5"))
})

test_that("ragged tensors take part in arithmetic, sums and subsetting", {
  ragged <- tf$ragged$constant(list(list(1L, 2L), list(3L)))
  expect_equal(as.array(ragged + 1L), list(2:3, 4L))
  expect_equal(as.vector(sum(ragged, axis = 2)), c(3L, 3L))
  expect_equal(as.vector(ragged[1, ]), 1:2)
  expect_equal(dim(ragged), c(2L, NA))
})

test_that("array_reshape reads rows or columns", {
  expect_equal(array_reshape(1:6, c(2, 3)), matrix(1:6, 2, byrow = TRUE))
  expect_equal(array_reshape(1:6, c(2, 3), order = "F"), matrix(1:6, 2))
  expect_equal(dim(array_reshape(1:6, c(-1, 3))), c(2, 3))
  expect_s3_class(array_reshape(as_tensor(1:6), c(NA, 3)), "tensorflow.tensor")
})

test_that("shapes say what is known of them", {
  expect_identical(as.integer(shape()), integer())
  expect_true(shape() == tf$TensorShape(list()))
  expect_false(shape() == shape(dims = NULL))
  expect_true(shape(dims = NULL) == tf$TensorShape(NULL))
  expect_true(shape(1, NULL, 3) == c(1, NA, 3))
  expect_identical(as.list(shape(1, NA)), list(1L, NULL))
  expect_identical(as.integer(shape(as_tensor(matrix(1:6, 2)))), 2:3)
  expect_identical(as.integer(shape(layer_input(3))), c(NA, 3L))
  expect_identical(as.integer(shape(as_tensor(5))), integer())
  expect_identical(as.integer(shape(dims = c(2, NA))), c(2L, NA))
  expect_identical(length(shape(dims = NULL)), NA_integer_)
  expect_output(print(shape(dims = NULL)), "TensorShape(None)", fixed = TRUE)
  expect_error(as.integer(shape(dims = NULL)), "rank", class = "tfbridge_error_shape")
  expect_error(as.list(shape(dims = NULL)), "rank", class = "tfbridge_error_shape")
  expect_error(shape(2, dims = 3), class = "tfbridge_error_argument")
})

test_that("str() shows the value of a single number", {
  line <- function(x) utils::capture.output(str(x))
  expect_match(line(as_tensor(3)), "dtype=float32 value=3>", fixed = TRUE)
  expect_match(line(as_tensor(TRUE)), "value=TRUE>", fixed = TRUE)
  expect_match(line(as_tensor("a")), 'value="a">', fixed = TRUE)
  expect_match(line(as_tensor(2^60, "int64")), "value=1152921504606846976>", fixed = TRUE)
  expect_match(line(tf$Variable(4)), "value=4>", fixed = TRUE)
  expect_false(grepl("value", line(layer_input(3))))
})

test_that("tensors of one number are arrays as base R's, and equal to numbers", {
  expect_identical(as.array(as_tensor(5)), as.array(5))
  expect_identical(as.numeric(as_tensor(5)), 5)
  expect_true(all.equal(as_tensor(5), 5))
  expect_true(all.equal(as_tensor(c(1, 2)), c(1, 2)))
  expect_true(all.equal(as_tensor(c(1, 2)), array(c(1, 2))))
})

test_that("lists side by side go by names, in whatever order and with names of their own", {
  expect_identical(zip_lists(list(a = 1, b = 2), list(b = 3, a = 4)), list(a = list(1, 4), b = list(2, 3)))
  expect_identical(
    zip_lists(gradient = list(a = 1, b = 2), weight = list(b = "x", a = "y")),
    list(a = list(gradient = 1, weight = "y"), b = list(gradient = 2, weight = "x"))
  )
  expect_identical(zip_lists(x = 1:2, y = 3:4), list(list(x = 1L, y = 3L), list(x = 2L, y = 4L)))
  expect_identical(zip_lists(), list())
  expect_named(zip_lists(list(a = 1, a = 2), list(a = 3, a = 4)), c("a", "a"))
  expect_error(zip_lists(list(a = 1, a = 2), list(a = 3, b = 4)), class = "tfbridge_error_argument")
})

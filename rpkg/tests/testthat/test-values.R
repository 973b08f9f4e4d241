skip_if_no_python()

# The conversions' part of the differential campaign: random values there and back, base R the judge.

random_size <- function() {
  if (runif(1) < 0.15) return(NULL)
  sample(c(0L, 1L, 2L, 3L, 5L), sample(4L, 1L), replace = TRUE, prob = c(1, 4, 8, 8, 4))
}

# A value of the pool: one element without dim, or an array of random sizes.
random_value <- function(pool, extra = pool[0]) {
  size <- random_size()
  n <- if (is.null(size)) 1L else prod(size)
  values <- c(pool, extra)[sample.int(length(pool) + length(extra), n, replace = TRUE)]
  if (!is.null(size)) dim(values) <- size
  values
}

numbers <- c(
  0, 1, -1, 2.5, -2.5, 0.1, 1 / 3, 1e-300, -1e300, 5e-324, 2^31, -2^31, 2^53, 2^53 + 2, 2^63, 2^64, 127, 128, -128, -129,
  255, 256, 32767, 32768, 65504, 65519, 65520, 65535, 65536, 7e4, 1e39, 3.4028235e38, pi, NaN, NA, Inf, -Inf, -0, rnorm(20),
  rnorm(20, sd = 1e4)
)
texts <- c("", "a", "\u00e5", "\u65e5\u672c\u8a9e", "\U1f600", "a b\n\t", "\"quoted\"", "NA", "\\", strrep("x", 300))

same <- function(got, wanted) {
  identical(dim(got), dim(wanted)) && identical(typeof(got), typeof(wanted)) && identical(is.na(got), is.na(wanted)) &&
    identical(as.vector(got)[!is.na(wanted)], as.vector(wanted)[!is.na(wanted)])
}

outcome <- function(expr) tryCatch(expr, tfbridge_error = function(e) paste(class(e)[[1]], conditionMessage(e)))

expect_sweep <- function(differences) expect_identical(unique(utils::head(differences, 5L)), character())

test_that("values of every type come back as base R has them", {
  set.seed(1)
  pools <- list(
    double = numbers, integer = c(0L, 1L, -1L, .Machine$integer.max, -.Machine$integer.max, sample.int(1e6, 20)),
    logical = c(TRUE, FALSE), character = texts, raw = as.raw(0:255),
    complex = complex(real = numbers[is.finite(numbers)], imaginary = rev(numbers[is.finite(numbers)]))
  )
  differences <- character()
  for (type in names(pools)) {
    for (i in seq_len(800)) {
      x <- random_value(pools[[type]])
      wanted <- if (type == "raw") array(as.integer(x), dim(as.array(x))) else as.array(x)
      # One bare double is float32.
      tensor <- as_tensor(x, if (type == "double" && is.null(dim(x))) "float64")
      if (!same(as.array(tensor), wanted)) differences <- c(differences, paste(type, deparse1(x)))
      plain <- as.vector(wanted)
      if (!same(as.vector(tensor), plain)) differences <- c(differences, paste("as.vector", type, deparse1(x)))
    }
  }
  expect_sweep(differences)
})

test_that("as.* of tensors are base R's of their values", {
  set.seed(2)
  differences <- character()
  generics <- list(as.numeric = as.numeric, as.integer = as.integer, as.logical = as.logical, as.character = as.character)
  small <- c(0, 1, -3, 2.5, 1e6, NaN)
  for (i in seq_len(500)) {
    x <- random_value(list(small, 0:9, c(TRUE, FALSE))[[sample(3L, 1L)]])
    tensor <- as_tensor(x, if (is.double(x)) "float64")
    for (name in names(generics)) {
      if (same(generics[[name]](tensor), generics[[name]](as.vector(x)))) next
      differences <- c(differences, paste(name, deparse1(x)))
    }
  }
  expect_sweep(differences)
})

# What a dtype makes of numbers: the value, or "error" where it has none for one of them.
limits <- list(
  int8 = c(-2^7, 2^7), uint8 = c(0, 2^8), int16 = c(-2^15, 2^15), uint16 = c(0, 2^16), int32 = c(-2^31, 2^31),
  uint32 = c(0, 2^32), int64 = c(-2^63, 2^63), uint64 = c(0, 2^64)
)
# Bits of the significand, exponents of the largest and the smallest normal number.
precisions <- list(
  float16 = c(11, 15, -14), bfloat16 = c(8, 127, -126), float32 = c(24, 127, -126), float64 = c(53, 1023, -1022)
)

as_dtype <- function(x, dtype) {
  if (dtype == "bool") return(if (anyNA(x) || any(!x %in% 0:1)) "error" else x == 1)
  if (dtype %in% names(limits)) as_whole(x, dtype) else as_float(x, precisions[[dtype]])
}

as_whole <- function(x, dtype) {
  range <- limits[[dtype]]
  wrong <- !is.finite(x) | x != floor(x) | x < range[[1L]] | x >= range[[2L]]
  if (any(wrong)) return("error")
  # Of integers this wide R has doubles, and only while they are exact.
  if (any(abs(x) > 2^53)) return("beyond")
  if (dtype %in% c("uint32", "int64", "uint64") || any(x == -2^31)) return(x + 0)
  storage.mode(x) <- "integer"
  x
}

as_float <- function(x, bits) {
  if (bits[[1L]] == 53) return(x)
  finite <- is.finite(x) & x != 0
  unit <- 2^(pmax(floor(log2(abs(x[finite]))), bits[[3L]]) - bits[[1L]] + 1)
  made <- x
  made[finite] <- round(x[finite] / unit) * unit
  if (any(abs(made[finite]) >= 2^(bits[[2L]] + 1))) return("error")
  made
}

# Whether a tensor of `x`, and one of a tensor of `x`, are what arithmetic says, or refused in the same words.
cast_right <- function(x, dtype, wanted, from_tensor) {
  made <- outcome(as_tensor(x, dtype))
  again <- if (from_tensor || is.character(made)) outcome(as_tensor(as_tensor(x, "float64"), dtype)) else made
  if (is.character(made) || is.character(again)) return(identical(wanted, "error") && identical(made, again))
  if (identical(wanted, "error")) return(FALSE)
  got <- lapply(if (identical(made, again)) list(made) else list(made, again), function(x) outcome(as.array(x)))
  if (identical(wanted, "beyond")) all(vapply(got, is.character, NA)) else all(vapply(got, same, NA, as.array(wanted)))
}

test_that("numbers take every dtype as arithmetic says, or are refused; tensors with the same words", {
  set.seed(3)
  differences <- character()
  # log2() of numbers below the normal ones is not exact enough to be a judge.
  pool <- numbers[is.na(numbers) | numbers == 0 | abs(numbers) > 1e-30]
  whole <- c(0:3, 127, 128, 255, 256, -1, -128, 2^31 - 1, 2^31, 2^53)
  for (dtype in c("bool", names(limits), names(precisions))) {
    possible <- Filter(function(x) !identical(as_dtype(x, dtype), "error"), c(pool, whole))
    refused <- 0
    for (i in seq_len(800)) {
      x <- random_value(if (i %% 20L) possible else c(pool, whole))
      wanted <- as_dtype(x, dtype)
      # Conditions take their time: a sample of them does.
      refused <- refused + (is.character(wanted) && length(wanted) == 1L)
      if (refused > 40 && is.character(wanted)) next
      # Casts of tensors take the same way but for its end.
      if (!cast_right(x, dtype, wanted, i %% 8L == 0L)) differences <- c(differences, paste(dtype, deparse1(x)))
    }
  }
  expect_sweep(differences)
})

test_that("NA is NaN where a dtype has it, else the error of vectors, alone, in vectors and in lists", {
  floats <- names(precisions)
  for (dtype in c(floats, "complex64", "complex128")) {
    nested <- list(list(1, NA), list(1L, NA), list(c(1L, NA), c(1, 2)))
    for (na in c(list(NA, NA_integer_, NA_real_, c(1L, NA), c(NA, TRUE)), nested)) {
      expect_true(anyNA(as.array(as_tensor(na, dtype))), label = paste(dtype, deparse1(na)))
    }
  }
  for (dtype in c("bool", names(limits))) {
    for (na in list(NA, NA_integer_, c(1L, NA), c(NA, TRUE), list(1L, NA), list(NA), list(c(NA, 1L), 2:3))) {
      words <- paste0("NA .*, and dtype ", dtype, " has no NA")
      expect_error(as_tensor(na, dtype), words, class = "tfbridge_error_conversion")
    }
    expect_error(as_tensor(NA_real_, dtype), class = "tfbridge_error_conversion")
  }
  expect_error(as_tensor(NA), "dtype bool has no NA")
  expect_error(as_tensor(list(1, NA)), "dtype bool has no NA")
  expect_error(as_tensor(factor(NA)), "dtype int32 has no NA")
  expect_error(as_tensor(NA_character_), "1 string is NA", class = "tfbridge_error_conversion")
})

test_that("NA alone is NaN or an error wherever a tensor is meant", {
  x <- as_tensor(c(1, 2, 3))
  whole <- as_tensor(1:3)
  gives_nan <- function(x) expect_true(any(is.nan(as.array(x))))
  gives_nan(op_where(x > 1, x, NA))
  gives_nan(op_full(c(2, 2), NA))
  gives_nan(op_full(c(2, 2), NA, dtype = "float64"))
  gives_nan(op_pad(x, list(c(1, 1)), constant_values = NA))
  gives_nan(op_divide(x, NA))
  gives_nan(op_clip(x, NA, 1))
  gives_nan(op_add(x, c(1L, NA, 3L)))
  gives_nan(pad_sequences(list(c(1L, NA)), dtype = "float32"))
  v <- tf$Variable(c(1, 2, 3))
  v[2]$assign(NA)
  v[3] <- NA
  expect_equal(as.vector(v), c(1, NaN, NaN))
  gives_nan(op_subset_set(x, 1, value = NA))
  refused <- function(expr) expect_error(expr, "has no NA", class = "tfbridge_error_conversion")
  refused(op_where(whole > 1L, whole, NA))
  refused(op_pad(whole, list(c(1, 1)), constant_values = NA))
  refused(op_divide(whole, NA))
  refused(op_clip(whole, NA, 1L))
  refused(op_full(c(2, 2), NA, dtype = "int32"))
  refused(pad_sequences(list(c(1L, NA))))
  refused(pad_sequences(list(1:2, c(1, NA))))
  w <- tf$Variable(1:3)
  refused(w[2]$assign(NA))
  refused(w[2] <- NA)
  refused(op_subset_set(whole, 1, value = NA))
  expect_equal(as.vector(w), 1:3)
})

test_that("factors, data frames and lists become what their columns are", {
  set.seed(4)
  differences <- character()
  for (i in seq_len(2000)) {
    f <- factor(sample(texts, sample(0:5, 1L), replace = TRUE), levels = sample(texts))
    if (!same(as.array(as_tensor(f)), array(as.integer(f) - 1L))) differences <- c(differences, deparse1(f))
  }
  expect_sweep(differences)
  for (i in seq_len(300)) {
    rows <- sample(1:4, 1L)
    columns <- lapply(seq_len(sample(3L, 1L)), function(k) {
      switch(sample(4L, 1L), sample.int(9L, rows), rnorm(rows), sample(texts, rows), sample(c(TRUE, FALSE), rows, TRUE))
    })
    d <- as.data.frame(rlang::set_names(columns, letters[seq_along(columns)]))
    got <- as_tensor(d)
    if (all(vapply(d, is.numeric, NA))) {
      expect_true(same(as.array(got), unname(as.matrix(d))))
    } else {
      expect_true(all(mapply(function(tensor, column) same(as.vector(tensor), column), got, d)))
      expect_named(got, names(d))
    }
  }
})

test_that("integer64 keeps every digit, alone and in lists", {
  skip_if_not_installed("bit64")
  set.seed(5)
  digits <- vapply(seq_len(2000), function(i) {
    paste0(sample(c("", "-"), 1L), sample.int(9L, 1L), paste(sample(0:9, sample(0:17, 1L), TRUE), collapse = ""))
  }, "")
  tensors <- lapply(seq_along(digits), function(i) {
    x <- rep(bit64::as.integer64(digits[[i]]), 2L)
    if (i %% 2L) as_tensor(x) else as_tensor(list(x))[[1L]]
  })
  joined <- tf$concat(tensors, 0L)
  expect_identical(joined$dtype$name, "int64")
  expect_identical(as.character(tf$strings$as_string(joined)), rep(digits, each = 2L))
  expect_error(as_tensor(bit64::as.integer64(NA)), "dtype int64 has no NA")
  expect_identical(as.vector(as_tensor(list(as.raw(7:9)))[[1]]), 7:9)
  expect_identical(as_tensor(list(as.raw(7)))[[1]]$dtype$name, "uint8")
})

test_that("every class of Matrix is the matrix that it is", {
  skip_if_not_installed("Matrix")
  set.seed(6)
  general <- function() {
    n <- sample(1:5, 1L)
    Matrix::rsparsematrix(n, n, density = 0.4, rand.x = function(k) sample(c(-2, 0.5, 3), k, replace = TRUE))
  }
  unit <- function(m, uplo) {
    some <- ncol(m) > 1
    methods::new("dtTMatrix", i = 0L[some], j = 1L[some], x = 7[some], Dim = dim(m), uplo = uplo, diag = "U")
  }
  as_kind <- function(m, ...) {
    for (kind in c(...)) m <- methods::as(m, kind)
    m
  }
  makers <- list(
    general = function(m) m, symmetric = Matrix::forceSymmetric, lower = function(m) Matrix::forceSymmetric(m, "L"),
    upper_triangle = Matrix::triu, lower_triangle = Matrix::tril, unit_triangle = function(m) unit(m, "U"),
    diagonal = function(m) Matrix::Diagonal(x = Matrix::diag(m)), identity = function(m) Matrix::Diagonal(nrow(m)),
    logical_diagonal = function(m) Matrix::Diagonal(x = Matrix::diag(m) > 0), logical = function(m) m > 0,
    pattern = function(m) as_kind(m, "nMatrix"),
    symmetric_pattern = function(m) as_kind(Matrix::forceSymmetric(m), "nMatrix"),
    permutation = function(m) as_kind(sample(nrow(m)), "pMatrix"),
    repeated = function(m) methods::new("dgTMatrix", i = c(0L, 0L), j = c(0L, 0L), x = c(1, 2), Dim = dim(m)),
    dense = function(m) as_kind(m, "denseMatrix"),
    packed = function(m) as_kind(Matrix::forceSymmetric(m), "denseMatrix", "packedMatrix")
  )
  stored <- c("CsparseMatrix", "RsparseMatrix", "TsparseMatrix")
  classes <- character()
  differences <- character()
  for (i in seq_len(60)) {
    for (name in names(makers)) {
      m <- makers[[name]](general())
      if (name %in% names(makers)[c(1:6, 10:12)]) m <- as_kind(m, sample(stored, 1L))
      classes <- c(classes, class(m))
      back <- as.array(as_tensor(m))
      sparse <- inherits(back, "sparseMatrix")
      if (!same(as.matrix(back), unname(as.matrix(m))) || sparse == (name %in% c("dense", "packed"))) {
        differences <- c(differences, paste(name, class(m)))
      }
    }
    expect_identical(dim(as_tensor(m, "float32", shape = c(1, NA))), c(1L, length(m)))
  }
  expect_sweep(differences)
  expect_gt(length(unique(classes)), 20)
  v <- as_kind(c(0, 2, 0, 3), "sparseVector")
  expect_identical(as.array(as_tensor(v)), array(c(0, 2, 0, 3)))
  large <- Matrix::Matrix(c(300, 0), 1, sparse = TRUE)
  expect_error(as_tensor(large, "uint8"), "out of range", class = "tfbridge_error_conversion")
})

test_that("ragged and sparse tensors are cast and checked as tensors are", {
  ragged <- tf$ragged$constant(list(list(1, 2.5), list(3)))
  expect_equal(as_tensor(ragged, "float64")$dtype$name, "float64")
  expect_error(as_tensor(ragged, "int32"), "has a fraction", class = "tfbridge_error_conversion")
  expect_error(as_tensor(ragged, shape = 3), class = "tfbridge_error_shape")
})

test_that("what crosses in lists of arguments keeps its type", {
  made <- as_tensor(list(a = NA_real_, b = list(TRUE, c("x", "y")), c = as.raw(1:2), d = factor("u")))
  expect_equal(
    c(made$a$dtype$name, made$b[[1]]$dtype$name, made$b[[2]]$dtype$name, made$c$dtype$name, made$d$dtype$name),
    c("float32", "bool", "string", "uint8", "int32")
  )
  expect_error(as_tensor(list(Sys.Date())), "has no unit", class = "tfbridge_error_conversion")
  expect_error(as_tensor(list("\xff")), "no valid UTF-8", class = "tfbridge_error_conversion")
})

test_that("NA and NaN come back from a tensor as NaN, not NA", {
  # is.nan() and not a comparison: some versions of testthat take NA and NaN for one.
  for (size in list(2L, 5000L, c(3L, 4L), c(10L, 20L, 5L), c(1024L, 600L))) {
    values <- array(c(1, NA, NaN, -Inf, NA_real_), size)
    for (dtype in c("float64", "float32", "float16")) {
      expect_identical(is.nan(as.array(as_tensor(values, dtype))), is.na(values), label = paste(dtype, toString(size)))
    }
    expect_identical(is.nan(as.vector(as_tensor(values) * 1)), is.na(as.vector(values)))
  }
  expect_true(is.nan(as.array(as_tensor(NA_real_, "float64"))))
  expect_true(is.nan(as.array(tf$Variable(c(1, NA), dtype = "float64"))[[2]]))
  z <- as.array(as_tensor(complex(real = c(1, NA, 2), imaginary = c(NA, 2, 3))))
  expect_identical(is.nan(Re(z)), c(FALSE, TRUE, FALSE), ignore_attr = TRUE)
  expect_identical(is.nan(Im(z)), c(TRUE, FALSE, FALSE), ignore_attr = TRUE)
})

test_that("lists take the names of their expressions", {
  a <- 1
  expect_identical(named_list(a, b = 2), list(a = 1, b = 2))
})

test_that("no element of a list is lost for its name", {
  model <- keras_model_sequential(input_shape = 1) |> layer_dense(units = 1)
  mixed <- list(1, b = 2, 3)
  twice <- list(a = 1, b = 2, a = 3)
  expect_error(op_stack(mixed), "Some elements have names", class = "tfbridge_error_conversion")
  expect_error(predict(model, mixed), class = "tfbridge_error_data")
  expect_error(layer_dense(units = 1, kernel_initializer = twice), "have the name `a`", class = "tfbridge_error_conversion")
  losses <- c(a = "mse", a = "mae")
  expect_error(compile(model, "sgd", loss = losses), "have the name `a`", class = "tfbridge_error_conversion")
  expect_error(tf_function(function(x) list(1L, b = x, 3L))(as_tensor(1)), "have names", class = "tfbridge_error_conversion")
  expect_identical(names(tf_function(function(x) list(a = x, b = 2 * x))(as_tensor(1))), c("a", "b"))
})

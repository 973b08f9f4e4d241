# A differential campaign: what tensors give against what base R gives for the same numbers, thousands of them for each
# generic, operator and conversion and each dtype. What differs on purpose stands in bridge/tensors/differences.tsv, which
# the vignette prints; whatever else differs is a mistake.
skip_if_no_python()

seed <- as.integer(Sys.getenv("TFBRIDGE_SEED", sample.int(1e6, 1)))
set.seed(seed)
n <- 2000L

floats <- c("float64", "float32", "float16", "bfloat16")
integers <- c("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
dtypes <- c(floats, integers, "bool")
largest <- c(
  float64 = .Machine$double.xmax, float32 = 3.4028234663852886e38, float16 = 65504, bfloat16 = 3.3895313892515355e38,
  int8 = 127, int16 = 32767, int32 = .Machine$integer.max, int64 = 2^53, uint8 = 255, uint16 = 65535, uint32 = 2^32 - 1,
  uint64 = 2^53
)
least <- c(
  int8 = -128, int16 = -32768, int32 = -.Machine$integer.max, int64 = -2^53, uint8 = 0, uint16 = 0, uint32 = 0, uint64 = 0
)
tiniest <- c(float64 = .Machine$double.xmin, float32 = 2^-126, float16 = 2^-14, bfloat16 = 2^-126)
# Twice what one operation may lose, and what TensorFlow's approximations of functions add.
precision <- c(float64 = 2e-12, float32 = 3e-6, float16 = 4e-3, bfloat16 = 3e-2)

# Values of a dtype as R has them, extremes and specials among them.
draw <- function(dtype, size = n) {
  if (dtype == "bool") return(sample(c(TRUE, FALSE), size, TRUE))
  if (dtype == "complex128") return(complex(real = draw("float64", size), imaginary = draw("float64", size)))
  if (dtype %in% integers) {
    low <- least[[dtype]]
    high <- largest[[dtype]]
    values <- c(
      low, low + 1, high - 1, high, 0, max(low, -1), 1:9, round(runif(size, max(low, -20), min(high, 20))),
      round(runif(size, low, high))
    )
    values <- sample(values, size, TRUE)
    return(if (high <= .Machine$integer.max) as.integer(values) else values)
  }
  high <- largest[[dtype]]
  values <- c(
    rep(c(NaN, NA, Inf, -Inf, 0, -0, 1, -1, 10, 100, 1e3, 0.1, 0.15, 2.5, -2.5), 12), rnorm(size), -20:20, (-40:40) / 4,
    round(rnorm(size), 2), rnorm(size) * 10^runif(size, -4, 4), high, -high, 2^53, 2^24 + 1, 1e15 + 0.3,
    10^runif(size / 10, -30, 30), -(10^runif(size / 10, -30, 30))
  )
  values <- values[is.na(values) | is.infinite(values) | abs(values) <= high]
  values <- sample(values, size, TRUE)
  if (dtype == "float64") values else as.vector(as.array(as_tensor(values, dtype)))
}

# NA is NaN in a tensor, in each part of a complex number too.
with_nan <- function(x) {
  if (is.double(x)) x[is.na(x)] <- NaN
  if (is.complex(x)) x[] <- complex(real = with_nan(Re(x)), imaginary = with_nan(Im(x)))
  x
}

tensor <- function(values, dtype) as_tensor(values, dtype, if (length(values) == 1L) 1L)
# Integers beyond 2^53 come as doubles, which is what R computes them in.
plain <- function(x) {
  if (!inherits(x, "tensorflow.tensor")) return(as.vector(x))
  as.vector(as.array(if (dtype_of(x) %in% c("int64", "uint64")) tf$cast(x, "float64") else x))
}
dtype_of <- function(x) if (inherits(x, "tensorflow.tensor")) x$dtype$name else "R"

differences <- utils::read.delim(
  system.file("python/bridge/tensors/differences.tsv", package = "tfbridge"), quote = "", colClasses = "character"
)

# Whether a row of the table is about this operation, and for which of the elements.
on_purpose <- function(op, dtype, precise, here) {
  explained <- rep(FALSE, length(here$wanted))
  for (i in seq_len(nrow(differences))) {
    row <- differences[i, ]
    if (is.character(here$wanted) && row$op == "any") next
    among <- function(given, these) given == "any" || any(these %in% strsplit(given, " ")[[1]])
    kind <- function(dtype) if (dtype %in% floats) "floats" else if (dtype %in% integers) "integers" else dtype
    if (!nzchar(row$when) || !among(row$op, op) || !among(row$dtype, c(dtype, kind(dtype), kind(precise)))) next
    now <- eval(parse(text = row$when), here, globalenv())
    now <- rep_len(now & !is.na(now), length(explained))
    explained <- explained | now
  }
  explained
}

shown_at <- function(values, i, like) if (!is.null(values)) format(rep_len(values, length(like))[i], digits = 17)

# Compares element by element, with the precision that the dtype of the result deserves.
agree <- function(op, dtype, got, wanted, a = NULL, b = NULL, precise = dtype_of(got)) {
  made <- plain(got)
  wanted <- as.vector(wanted)
  label <- paste0(op, " on ", dtype, " (TFBRIDGE_SEED=", seed, ")")
  if (length(made) != length(wanted)) {
    fail(paste0(label, ": ", length(made), " values, R has ", length(wanted)))
    return(invisible())
  }
  same <- (is.na(made) & is.na(wanted)) | (!is.na(made) & !is.na(wanted) & made == wanted)
  if (is.numeric(wanted) || is.complex(wanted)) {
    tolerance <- if (precise %in% floats) precision[[precise]] else precision[["float64"]]
    near <- abs(made - wanted) <= tolerance * abs(wanted)
    if (op %in% series) tolerance <- max(tolerance, 1e-8)
    if (op %in% c(cancelling, series)) near <- near | abs(made - wanted) <= tolerance
    if (precise %in% floats) near <- near | (abs(wanted) > largest[[precise]] & made == sign(wanted) * Inf)
    same <- same | (!is.na(near) & near)
  }
  here <- list(a = a, b = b, wanted = wanted, got = made, tiny = tiniest[precise])
  if (!all(same)) same <- same | on_purpose(op, dtype, precise, here)
  i <- which(!same)
  shown <- head(i, 3)
  if (length(i) == 0L) return(succeed())
  fail(paste0(
    label, ": ", length(i), " of ", length(same), " differ: ",
    paste0(
      "f(", shown_at(a, shown, same), ", ", shown_at(b, shown, same), ") is ", format(made[shown], digits = 17), ", R ",
      format(wanted[shown], digits = 17), collapse = "; "
    )
  ))
}

# Sums of numbers that nearly cancel are as exact as the numbers are, not as the sum is.
cancelling <- c("log", "log2", "log10", "sin", "cos", "tan", "sinpi", "cospi", "tanpi", "acos", "acosh")
# R and TensorFlow sum other series for these.
series <- c("lgamma", "gamma", "digamma", "trigamma")

# Fractions that doubles hold, so that versions of R agree on remainders.
round_to_halves <- function(v) ifelse(is.finite(v) & abs(v) < 1e5, round(v * 2) / 2, ifelse(is.finite(v), 3, v))

quietly <- function(code) suppressWarnings(code)

test_that("mathematics is base R's for every dtype", {
  functions <- c(
    "abs", "sign", "sqrt", "floor", "ceiling", "trunc", "round", "signif", "exp", "log", "expm1", "log1p", "cos", "sin",
    "tan", "cospi", "sinpi", "tanpi", "acos", "asin", "atan", "cosh", "sinh", "tanh", "acosh", "asinh", "atanh", "lgamma",
    "gamma", "digamma", "trigamma", "log2", "log10"
  )
  for (dtype in dtypes) {
    values <- draw(dtype)
    x <- tensor(values, dtype)
    for (name in functions) {
      f <- match.fun(name)
      quietly(agree(name, dtype, f(x), f(with_nan(values)), values))
    }
    for (digits in c(-400, -2, 0, 1:4, 15, 310, NA)) {
      quietly(agree("round", dtype, round(x, digits), round(values, digits), values, digits))
      quietly(agree("signif", dtype, signif(x, digits), signif(values, digits), values, digits))
    }
    for (base in c(2, 10, 0.5, 0)) {
      quietly(agree("log", dtype, log(x, base), log(values, base), values, base))
    }
    for (f in c("is.na", "is.nan", "is.finite", "is.infinite")) {
      agree(f, dtype, match.fun(f)(x), match.fun(f)(values), values)
    }
    quietly(agree("!", dtype, !x, !values, values))
    quietly(agree("-", dtype, -x, -as.double(values), values))
  }
})

# What R computes for integers of every dtype: in doubles they do not overflow.
exactly <- function(values, dtype) if (dtype %in% integers) as.double(values) else values

# Two operands that an operator has a result for in base R and in every version of it.
operands <- function(op, dtype) {
  left <- draw(dtype)
  right <- draw(dtype)
  if (!op %in% remainders) return(list(left, right))
  if (dtype %in% floats) return(list(round_to_halves(left), round_to_halves(right)))
  if (dtype == "bool") right[] <- TRUE
  right[right == 0] <- 1L
  list(left, right)
}

remainders <- c("%%", "%/%")
logicals <- c("&", "|")

# R values of other kinds: the number is what counts.
agree_with_numbers <- function(op, dtype, left, right) {
  f <- match.fun(op)
  whole <- op %in% remainders && !dtype %in% floats
  # Nothing divides by the zeros among the left ones.
  second <- if (whole) right else left
  x <- tensor(left, dtype)
  y <- if (whole) tensor(second, dtype) else x
  for (number in c(0, -3, 0.5, 3e9)) {
    # In a tensor of floats a number is rounded as the others are.
    if (dtype == "bfloat16") number <- as.vector(as.array(as_tensor(number, dtype)))
    if (number == 0 && whole) next
    quietly(agree(op, dtype, f(x, number), f(exactly(left, dtype), number), left, number))
    quietly(agree(op, dtype, f(number, y), f(number, exactly(second, dtype)), number, second))
  }
}

agree_with_missing <- function(op, dtype, left) {
  f <- match.fun(op)
  x <- tensor(left, dtype)
  if (!dtype %in% floats) {
    expect_error(f(x, NA), class = "tfbridge_error_conversion", label = paste(op, dtype))
    expect_error(f(x, c(NA_integer_, rep(1L, n - 1))), class = "tfbridge_error_conversion", label = paste(op, dtype))
    return()
  }
  with_na <- replace(sample(-9:9, n, TRUE), sample(n, 50), NA)
  for (missing in list(NA, NA_integer_, NA_real_, NaN, Inf, -Inf, with_na)) {
    quietly(agree(op, dtype, f(x, missing), f(left, missing), left, missing))
  }
}

test_that("operators are base R's for every dtype, on tensors and R values", {
  operators <- c("+", "-", "*", "/", "^", remainders, "==", "!=", "<", "<=", ">", ">=", logicals)
  for (dtype in dtypes) {
    for (op in operators) {
      f <- match.fun(op)
      both <- operands(op, dtype)
      tensors <- lapply(both, tensor, dtype)
      wanted <- f(exactly(both[[1]], dtype), exactly(both[[2]], dtype))
      quietly(agree(op, dtype, f(tensors[[1]], tensors[[2]]), wanted, both[[1]], both[[2]]))
      agree_with_numbers(op, dtype, both[[1]], both[[2]])
      if (!op %in% logicals) agree_with_missing(op, dtype, both[[1]])
    }
  }
})

# Summaries of columns; sums lose what the largest element of a column loses.
agree_by_column <- function(name, dtype, values, x, na.rm) {
  f <- match.fun(name)
  wanted <- quietly(apply(values, 2, function(v) f(exactly(v, dtype), na.rm = na.rm)))
  got <- quietly(f(x, axis = 1, na.rm = na.rm))
  scale <- if (name %in% c("sum", "mean")) quietly(apply(abs(values), 2, max, na.rm = TRUE)) else 0
  made <- plain(got)
  precise <- dtype_of(got)
  near <- precise %in% floats & abs(made - wanted) <= scale * precision[match(precise, names(precision))]
  made[near %in% TRUE] <- wanted[near %in% TRUE]
  agree(name, dtype, made, wanted, NULL, na.rm, precise)
}

summaries <- c("sum", "prod", "min", "max", "any", "all")

test_that("summaries are base R's for every dtype, column by column", {
  for (dtype in dtypes) {
    values <- matrix(draw(dtype, 5L * n), 5)
    if (dtype %in% floats) {
      # Sums of huge numbers of both signs are noise.
      values[is.finite(values) & abs(values) > 100] <- 7
      values[is.finite(values) & abs(values) < 1e-3] <- 0.5
    }
    x <- as_tensor(values, dtype)
    for (name in c(summaries, "mean")) {
      for (na.rm in unique(c(FALSE, dtype %in% floats))) agree_by_column(name, dtype, values, x, na.rm)
    }
    for (size in 0:4) {
      some <- values[seq_len(size)]
      for (name in c(summaries, "range")) {
        f <- match.fun(name)
        quietly(agree(name, dtype, f(tensor(some, dtype)), f(exactly(some, dtype)), NULL, FALSE))
      }
    }
    agree("mean", dtype, mean(tensor(values[0], dtype)), mean(values[0]), NULL, FALSE)
  }
})

# Numbers whose sums and products stay within every dtype of floats.
draw_moderate <- function(dtype, size) {
  values <- draw(dtype, size)
  if (!dtype %in% floats) return(values)
  finite <- is.finite(values)
  usual <- finite & abs(values) < 1e9
  values[finite & !usual] <- 1
  values[usual] <- sign(values[usual]) * (abs(values[usual]) %% 2 + 0.5)
  as.vector(as.array(as_tensor(values, dtype)))
}

agree_in_sequence <- function(name, dtype, values) {
  f <- match.fun(name)
  steps <- name %in% c("cumsum", "diff")
  wanted <- f(if (steps) exactly(values, dtype) else values)
  made <- plain(quietly(f(tensor(values, dtype))))
  # What is summed or multiplied up loses something at each step.
  if (dtype %in% floats && (steps || name == "cumprod")) {
    lost <- 200 * precision[[dtype]] * if (name == "cumprod") abs(wanted) else 1
    near <- which(abs(made - wanted) <= lost)
    made[near] <- wanted[near]
  }
  agree(name, dtype, made, wanted, NULL, NULL, if (dtype %in% floats) dtype else "R")
}

test_that("cumulated and ordered values are base R's for every dtype", {
  for (dtype in dtypes) {
    for (i in 1:4) {
      values <- draw_moderate(dtype, 500L)
      if (i %% 2 == 0) values <- values[!is.na(values)]
      for (name in c("cummax", "cummin", "cumprod", "sort", "rev", "unique", "order", "cumsum", "diff")) {
        agree_in_sequence(name, dtype, values)
      }
    }
  }
})

test_that("conversions are base R's for every dtype", {
  for (dtype in c(dtypes, "complex128")) {
    values <- draw(dtype)
    x <- as_tensor(values, dtype)
    agree("as.array", dtype, as.vector(as.array(x)), values)
    expect_identical(is.integer(as.array(x)), is.integer(values))
    for (name in c("as.vector", "as.numeric", "as.double", "as.integer", "as.logical", "as.character")) {
      f <- match.fun(name)
      quietly(agree(name, dtype, f(x), f(with_nan(values)), values))
    }
    for (dim in list(c(40L, 50L), c(10L, 20L, 10L))) {
      a <- array(values, dim)
      expect_identical(as.array(as_tensor(a, dtype)), with_nan(a), label = dtype)
    }
  }
})

test_that("products, bindings and transposes are base R's for every dtype", {
  for (dtype in dtypes) {
    small <- if (dtype %in% floats) sample((-8:8) / 4, n, TRUE) else if (dtype == "bool") draw(dtype) else draw(dtype) %/% 4
    if (dtype %in% integers && largest[[dtype]] > 1e9) small <- small %/% (largest[[dtype]] / 1000)
    a <- matrix(small, 40)
    x <- as_tensor(a, dtype)
    exact <- a * 1
    agree("t", dtype, t(x), t(a))
    agree("aperm", dtype, aperm(x, c(2, 1)), aperm(a, c(2, 1)))
    agree("%*%", dtype, quietly(x %*% t(x)), exact %*% t(exact))
    agree("crossprod", dtype, quietly(crossprod(x)), crossprod(exact))
    agree("rbind", dtype, rbind(x, x[1, ]), rbind(a, a[1, ]))
    agree("cbind", dtype, cbind(1L, x), cbind(1L, a))
    agree("cbind", dtype, cbind(x, 0.5), cbind(a, 0.5))
    agree("rep", dtype, rep(x, each = 2), rep(a, each = 2))
  }
})

test_that("complex numbers are base R's", {
  a <- complex(real = round(rnorm(n), 2), imaginary = sample(-3:3, n, TRUE))
  b <- complex(modulus = runif(n, 0.5, 2), argument = runif(n, -3, 3))
  a[sample(n, 40)] <- NA
  x <- as_tensor(a)
  for (op in c("+", "-", "*", "/", "==", "!=")) {
    f <- match.fun(op)
    agree(op, "complex128", f(x, as_tensor(b)), f(a, b), a, b)
    agree(op, "complex128", f(x, 2), f(a, 2), a, 2)
    agree(op, "complex128", f(as_tensor(Re(b)), 1i), f(Re(b), 1i), Re(b), 1i)
  }
  for (name in c("Re", "Im", "Mod", "Arg", "Conj", "is.na", "is.finite", "is.infinite", "exp", "sqrt", "sum", "mean")) {
    f <- match.fun(name)
    agree(name, "complex128", f(as_tensor(b)), f(b), b)
    if (name != "sqrt") agree(name, "complex128", f(x), f(a), a)
  }
})

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
  expect_equal(as.vector(tensor[[2, 3, 4]]), x[[2, 3, 4]])
  expect_equal(as.vector(tensor[[5]]), x[[5]])
  expect_equal(dim(tensor[]), dim(x))
})

test_that("subscripts may be variables, calls and dots", {
  i <- 2
  rows <- 2:3
  expect_equal(as.array(tensor[i, rows, seq(1, 4, 2)]), x[i, rows, seq(1, 4, 2)])
  expect_equal(as.array(tensor[i, (i - 1):length(rows), ]), x[2, 1:2, ])
  pick <- function(...) tensor[...]
  expect_equal(as.array(pick(1, , 2:NA)), x[1, , 2:4])
  expect_equal(as.vector(do.call(`[`, list(tensor, 1, 2, 3))), x[1, 2, 3])
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
    expect_equal(as.vector(tensor[1, 1, -1]), x[1, 1, 4])
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
    expect_equal(as.vector(tensor[0, 0, 0]), 1L)
  })
})

test_that("python style reaches every verb, and a misspelt one none", {
  v <- tf$Variable(c(1, 2, 3))
  withr::with_options(list(tensorflow.extract.style = "python", tensorflow.extract.warn_negatives_pythonic = TRUE), {
    assign("warned_negative", NULL, get("the", asNamespace("tfbridge")))
    expect_silent(v[0] <- 10)
    expect_silent(v[-1]$assign(30))
    expect_equal(as.vector(v), c(10, 2, 30))
    v[1:3]$assign_add(c(1, 1))
    v[[0]] <- 9
    expect_equal(as.vector(v), c(9, 3, 31))
    expect_equal(as.vector(v[[0]]), 9)
    expect_equal(as.vector(v[c(0, -1)]), c(9, 31))
    expect_equal(as.vector(op_subset(as_tensor(1:3), 0)), 1L)
    expect_equal(as.vector(op_subset_set(as_tensor(1:3), 0:2, value = 0L)), c(0L, 0L, 3L))
    expect_equal(as.vector(tensor[cbind(0, 2, 3)]), x[1, 3, 4])
    expect_error(tensor[2, 0, 0], "past the end of axis 1", class = "tfbridge_error_subscript")
    expect_error(v[c(0, 3)], "past the end of axis 1", class = "tfbridge_error_subscript")
  })
  v[0, style = "python"] <- 1
  v[[1, style = "python"]] <- 2
  expect_equal(as.vector(v), c(1, 2, 31))
  expect_equal(as.vector(v[[2, style = "python"]]), 31)
  for (style in list("Python", "r", NA, 1, c("R", "python"), NULL)) {
    expect_error(v[1, style = style], "`style` must be", class = "tfbridge_error_argument")
    expect_error(v[1, style = style] <- 1, "`style` must be", class = "tfbridge_error_argument")
    expect_error(v[[1, style = style]], "`style` must be", class = "tfbridge_error_argument")
    expect_error(op_subset_set(v, 1, style = style, value = 0), "`style` must be", class = "tfbridge_error_argument")
  }
  withr::with_options(list(tensorflow.extract.style = "pyhton"), {
    expect_error(v[1], "`style` must be", class = "tfbridge_error_argument")
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

# Every way by which a subscript reaches `[`: each is called with base arrays and with tensors.
routes <- local({
  inner <- function(x, ...) {
    i <- "inner's own"
    x[..., drop = FALSE]
  }
  list(
    direct = function(array, subscripts, env) eval(as.call(c(quote(`[`), list(array), subscripts, drop = FALSE)), env),
    dots = function(array, subscripts, env) eval(as.call(c(inner, list(array), subscripts)), env),
    nested_dots = function(array, subscripts, env) {
      outer <- function(x, ...) {
        i <- j <- k <- "outer's own"
        inner(x, ...)
      }
      eval(as.call(c(outer, list(array), subscripts)), env)
    },
    formal_and_dots = function(array, subscripts, env) {
      first <- function(x, j, ...) {
        i <- k <- 1e6
        x[j, ..., drop = FALSE]
      }
      eval(as.call(c(first, list(array), subscripts)), env)
    },
    formals = function(array, subscripts, env) {
      pick <- switch(length(subscripts),
        function(x, k) x[k, drop = FALSE],
        function(x, k, i) x[k, i, drop = FALSE],
        function(x, k, i, j) x[k, i, j, drop = FALSE]
      )
      passing_on <- function(x, j, k, i) {
        arguments <- list(pick, quote(x), quote(j), quote(k), quote(i))[seq_len(2 + length(subscripts))]
        eval(as.call(arguments))
      }
      eval(as.call(c(passing_on, list(array), subscripts)), env)
    },
    do_call = function(array, subscripts, env) {
      values <- lapply(subscripts, function(one) if (identical(one, quote(expr = ))) one else eval(one, env))
      do.call("[", c(list(array), values, drop = FALSE))
    },
    closure = function(array, subscripts, env) {
      made <- lapply(1, function(i) eval(as.call(c(quote(`[`), list(array), subscripts, drop = FALSE)), env))
      made[[1L]]
    }
  )
})

random_subscript <- function(size, name, env) {
  at <- function(n) sample.int(size, n, replace = TRUE)
  form <- sample(c("missing", "literal", "named", "span", "named span", "vector", "mask", "call"), 1L)
  assign(name, at(1L), env)
  other <- at(1L)
  switch(form,
    missing = quote(expr = ),
    literal = other,
    named = as.symbol(name),
    span = call(":", other, at(1L)),
    `named span` = call(":", as.symbol(name), other),
    vector = as.call(c(quote(c), as.list(at(sample(2:6, 1L))))),
    mask = as.call(c(quote(c), as.list(sample(c(TRUE, FALSE), size, replace = TRUE)))),
    call = call("rev", call("c", as.symbol(name), other))
  )
}

test_that("subscripts mean what they mean for a base array, whichever way they come", {
  set.seed(7)
  for (case in seq_len(400)) {
    sizes <- sample.int(5L, sample.int(3L, 1L), replace = TRUE)
    base <- array(seq_len(prod(sizes)), sizes)
    made <- as_tensor(base)
    env <- new.env()
    names <- sample(c("i", "j", "k"))
    subscripts <- Map(random_subscript, sizes, names[seq_along(sizes)], list(env))
    for (route in names(routes)) {
      wanted <- routes[[route]](base, subscripts, env)
      got <- as.array(routes[[route]](made, subscripts, env))
      if (!identical(got, wanted)) {
        fail(paste(route, paste(sizes, collapse = "x"), paste(vapply(subscripts, deparse1, ""), collapse = ", ")))
      }
    }
  }
  succeed()
})

test_that("subscripts passed on come from their own environments, and are evaluated once", {
  last <- function(x, ...) {
    i <- 2
    x[i, ...]
  }
  i <- 3
  expect_equal(as.array(last(tensor, i, 1:i)), array(x[2, 3, 1:3]))
  expect_equal(as.array((function(x, i, j) x[i, j, 1])(tensor, , 2)), array(x[, 2, 1]))
  expect_equal(as.array((function(x, i = 2, j) x[i, j, 1])(tensor)), array(x[2, , 1]))
  expect_equal(as.array(do.call("[", list(tensor, 1, quote(expr = ), 2))), array(x[1, , 2]))
  expect_equal(as.array(Map(function(t, k) t[1, k, 2], list(tensor), 3)[[1]]), array(x[1, 3, 2]))
  expect_equal(lapply(1:2, function(k) as.array(tensor[k, , 1])), lapply(1:2, function(k) array(x[k, , 1])))
  expect_equal(as.array(lapply(list(tensor), `[`, 1, 2:3, 1)[[1]]), array(x[1, 2:3, 1]))
  expect_equal(as.array(tensor |> last(3, i + 1)), array(x[2, 3, 4]))
  seen <- 0
  twice <- function(t, ...) list(t[...], t[...])
  twice(tensor, seen <- seen + 1, , 2)
  expect_equal(seen, 1)
  skip_if_not_installed("magrittr")
  `%>%` <- magrittr::`%>%`
  expect_equal(as.array(tensor %>% .[1, i, ]), array(x[1, 3, ]))
  expect_equal(as.array(tensor %>% `[`(1, , 2)), array(x[1, , 2]))
})

test_that("vectors of negative subscripts are an error that tells of both meanings", {
  m <- as_tensor(matrix(1:18, 6))
  expect_snapshot_output(show_conditions({
    m[-(1:2), ]
    m[c(-1, -3), ]
    m[, c(1, -1)]
    m[cbind(-1, 1)]
  }))
})

test_that("steps count down where a span does, and nothing at all is everything", {
  y <- 1:9
  made <- as_tensor(y)
  sweep <- expand.grid(from = 1:9, to = 1:9, by = 1:4)
  for (row in seq_len(nrow(sweep))) {
    with(sweep[row, ], {
      wanted <- y[seq(from, to, by = if (from > to) -by else by)]
      expect_identical(as.vector(made[from:to:by]), wanted)
    })
  }
  expect_equal(as.array(as_tensor(matrix(1:12, 6))[6:2:2, ]), matrix(1:12, 6)[seq(6, 2, -2), ])
  for (whole in list(5, 1:3, matrix(1:6, 2), array(1:24, 2:4))) {
    expect_identical(as.array(as_tensor(whole)[]), as.array(as_tensor(whole)))
  }
})

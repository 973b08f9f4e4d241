# Random small programs with loops, branches and jumps: what they give as graphs is what they give in R.

#' A random function of `x`, `y` (numbers) and `xs` (a vector), as text
#'
#' @param plain share of the conditions and loops that R values decide.
random_program <- function(plain = 0, size = 4L) {
  pick <- function(...) sample(c(...), 1L)
  counter <- 0L
  fresh <- function(prefix) {
    counter <<- counter + 1L
    paste0(prefix, counter)
  }
  value <- function() pick("a", "b", "d", "x", "y", "k", format(sample(0:8, 1L) / 2))
  number <- function(deep = 1L) {
    switch(pick("plain", "sum", "product", "rest", if (deep > 0L) "if", if (deep > 0L) "deep"),
      plain = value(),
      sum = paste(value(), pick("+", "-"), value()),
      product = paste("(", value(), "*", value(), ") %% 7"),
      rest = paste(value(), "%%", sample(2:5, 1L)),
      `if` = paste0("(if (", test(), ") ", number(0L), " else ", number(0L), ")"),
      deep = paste0("(", number(0L), ") * 0.5 + ", value())
    )
  }
  r_number <- function() pick("r", "2L", "nchar(word)")
  test <- function() {
    if (stats::runif(1L) < plain) return(paste(r_number(), pick("<", ">", "==", ">="), sample(0:4, 1L)))
    one <- function() paste(number(0L), pick("<", ">", "<=", ">=", "!="), value())
    switch(pick("one", "one", "and", "or", "not"),
      one = one(), and = paste(one(), "&&", one()), or = paste(one(), "||", one()), not = paste0("!(", one(), ")")
    )
  }
  block <- function(depth, loop) {
    statements <- vapply(seq_len(sample(1:3, 1L)), function(i) statement(depth, loop), "")
    paste0("{\n", paste(statements, collapse = "\n"), "\n}")
  }
  statement <- function(depth, loop) {
    kinds <- c("assign", "assign", "assign", "r", if (depth > 0L) c("if", "if", "else", "for", "while", "repeat"))
    kinds <- c(kinds, if (loop) c("break", "next"), if (depth < size - 1L) "return", "value")
    switch(sample(kinds, 1L),
      assign = paste(pick("a", "b", "d"), "<-", number()),
      value = paste0(pick("a", "b", "d"), " <- ", number()),
      r = "r <- (r + 1L) %% 5L",
      `if` = paste0("if (", test(), ") ", block(depth - 1L, loop)),
      `else` = paste0("if (", test(), ") ", block(depth - 1L, loop), " else ", block(depth - 1L, loop)),
      `for` = if (stats::runif(1L) < plain) {
        paste0("for (k in 1:", sample(1:3, 1L), ") ", block(depth - 1L, TRUE))
      } else {
        paste0("for (k in xs) ", block(depth - 1L, TRUE))
      },
      `while` = {
        i <- fresh("i")
        limit <- if (stats::runif(1L) < plain) sample(1:3, 1L) else "2 + y * 0"
        paste0(i, " <- 0\nwhile (", i, " < ", limit, ") {\n", i, " <- ", i, " + 1\n", block(depth - 1L, TRUE), "\n}")
      },
      `repeat` = {
        i <- fresh("i")
        paste0(
          i, " <- ", pick("0", "0 * x"), "\nrepeat {\n", i, " <- ", i, " + 1\nif (", i, " >= 3) break\n",
          block(depth - 1L, TRUE), "\n}"
        )
      },
      `break` = paste0("if (", test(), ") break"),
      `next` = paste0("if (", test(), ") next"),
      return = paste0("if (", test(), ") return(", number(), " + 0 * x)")
    )
  }
  body <- vapply(seq_len(size), function(i) statement(sample(1:3, 1L), FALSE), "")
  paste0(
    "function(x, y, xs) {\na <- 1\nb <- x\nd <- 0.5\nk <- 0\nr <- 1L\nword <- 'ab'\n", paste(body, collapse = "\n"),
    "\na + 2 * b + 3 * d + k + 0 * x\n}"
  )
}

#' The programs that give something else as graphs than in R: several in a graph, which takes less time
program_differences <- function(programs, inputs) {
  functions <- lapply(programs, function(text) eval(parse(text = text, keep.source = FALSE), globalenv()))
  tensors <- lapply(inputs, lapply, as_tensor, "float64")
  graph <- tf_function(function(x, y, xs) lapply(functions, function(f) f(x, y, xs)))
  graph_functions <- lapply(functions, autograph)
  functions_r <- functions
  functions <- graph_functions
  unlist(lapply(seq_along(inputs), function(i) {
    found <- vapply(do.call(graph, tensors[[i]]), as.numeric, 0)
    expected <- vapply(functions_r, function(f) do.call(f, inputs[[i]]), 0)
    bad <- !(is.na(found) & is.na(expected)) & !(abs(found - expected) < 1e-4)
    bad <- which(is.na(bad) | bad)
    if (length(bad)) sprintf("input %d, %s: %s in R, %s in the graph", i, programs[bad], expected[bad], found[bad])
  }))
}

program_inputs <- list(
  list(x = 1, y = 2, xs = c(1, 4, 2)), list(x = -2, y = 0.5, xs = c(3, -1, 0)), list(x = 3.5, y = -1, xs = c(0, 0.5, 5))
)

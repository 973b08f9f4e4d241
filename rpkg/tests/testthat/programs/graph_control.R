# Loops and branches of R as graphs: Newton's method, Collatz, early return, switch, lists that grow; R is the judge.
library(tfbridge)
newton <- function(a) {
  x <- a
  for (i in 1:50) {
    previous <- x
    x <- (x + a / x) / 2
    if (abs(x - previous) < 1e-12) break
  }
  x
}
collatz <- function(n) {
  steps <- 0
  while (n != 1) {
    if (n %% 2 == 0) n <- n / 2 else n <- 3 * n + 1
    steps <- steps + 1
    if (steps >= 100) return(-1)
  }
  steps
}
clip <- function(x, mode) {
  if (x < 0) return(x * 0)
  limit <- switch(mode, low = 1, high = 10, stop("no such mode: ", mode))
  if (x > limit) limit + 0 * x else x
}
running <- function(xs) {
  total <- 0
  out <- list()
  for (x in xs) {
    if (x < 0) next
    total <- total + x
    out[[length(out) + 1]] <- total
  }
  out
}
fibonacci <- function(n) {
  a <- 0
  b <- 1
  repeat {
    if (n <= 0) break
    c(a, b) %<-% list(b, a + b)
    n <- n - 1
  }
  a
}
number <- function(x) as_tensor(x, "float64")
check <- function(f, values) {
  graph <- tf_function(f)
  found <- sapply(values, function(v) as.numeric(graph(number(v))))
  expected <- sapply(values, f)
  print(rbind(found, expected))
  stopifnot(isTRUE(all.equal(found, expected)))
}
check(newton, c(2, 9, 0.25))
check(collatz, c(1, 6, 7, 27))
check(fibonacci, c(0, 1, 10))
for (mode in c("low", "high")) check(function(x) clip(x, mode), c(-3, 0.5, 5, 50))
message <- tryCatch(tf_function(clip)(number(1), "middle"), error = conditionMessage)
xs <- c(1, 5, -2, 3)
grown <- as.numeric(tf_function(running)(number(xs)))
cat(message, "\n")
stopifnot(grepl("no such mode: middle", message), identical(grown, unlist(running(xs))))

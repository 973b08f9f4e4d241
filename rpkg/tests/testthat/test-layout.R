# Boxes must not overlap, and arrows must pass no box but their own.
expect_clear <- function(placed, widths, heights, from, to) {
  boxes <- seq_along(widths)
  pairs <- subset(expand.grid(a = boxes, b = boxes), a < b)
  apart <- abs(placed$x[pairs$a] - placed$x[pairs$b]) >= (widths[pairs$a] + widths[pairs$b]) / 2 - 1e-3 |
    abs(placed$y[pairs$a] - placed$y[pairs$b]) >= (heights[pairs$a] + heights[pairs$b]) / 2 - 1e-3
  expect_true(all(apart))
  for (i in seq_along(from)) {
    way <- placed$routes[[i]]
    for (box in setdiff(boxes, c(from[[i]], to[[i]]))) {
      hit <- abs(way[, 1] - placed$x[[box]]) < widths[[box]] / 2 & abs(way[, 2] - placed$y[[box]]) < heights[[box]] / 2
      expect_false(any(hit))
    }
  }
  expect_true(all(placed$y[from] < placed$y[to]))
}

arrangements <- list(dot = arrange_by_dot, igraph = arrange_by_igraph)

for (way in names(arrangements)) {
  test_that(paste("boxes stand apart and arrows go around them, by", way), {
    if (way == "dot") skip_if_not(nzchar(Sys.which("dot")), "there is no program `dot`")
    if (way == "igraph") skip_if_not_installed("igraph")
    withr::local_seed(1)
    for (n in c(4, 9, 14)) {
      widths <- stats::runif(n, 0.2, 2)
      heights <- stats::runif(n, 0.2, 1)
      arrows <- unique(rbind(
        cbind(1:(n - 1), 2:n), t(vapply(seq_len(n), function(i) sort(sample(n, 2)), integer(2)))
      ))
      placed <- arrangements[[way]](widths, heights, arrows[, 1], arrows[, 2])
      expect_clear(placed, widths, heights, arrows[, 1], arrows[, 2])
    }
  })
}

test_that("chains and boxes without arrows need no library", {
  widths <- c(1, 2, 1)
  placed <- arrange_boxes(widths, c(1, 0.5, 1), 1:2, 2:3)
  expect_clear(placed, widths, c(1, 0.5, 1), 1:2, 2:3)
  expect_length(arrange_boxes(1:3, 1:3, integer(), integer())$routes, 0)
})

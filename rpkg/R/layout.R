# Where boxes and arrows of a layered graph stand: by the program `dot` where there is one, else by igraph. All sizes are in
# inches, x goes right and y down. An arrangement is a list of `size`, `x`, `y` (the middles of boxes) and `routes` (for each
# arrow a matrix of the points that it passes).

between_boxes <- 0.2
between_ranks <- 0.28

#' Arrange boxes so that arrows go down
#' @param widths,heights of the boxes. No arrow goes from a box to an earlier one.
#' @noRd
arrange_boxes <- function(widths, heights, from, to) {
  if (!length(from) || identical(as.integer(to), as.integer(from) + 1L)) return(arrange_chain(widths, heights, from))
  if (nzchar(Sys.which("dot"))) return(arrange_by_dot(widths, heights, from, to))
  if (!requireNamespace("igraph", quietly = TRUE)) {
    abort_kind(
      "package", "Models with branches are laid out by the package igraph or the program `dot`; neither is here.",
      hints = "`install.packages(\"igraph\")`, or on Debian `apt install r-cran-igraph`.", call = users_call()
    )
  }
  arrange_by_igraph(widths, heights, from, to)
}

arrange_chain <- function(widths, heights, from) {
  bottoms <- cumsum(heights + between_ranks) - between_ranks
  x <- rep(max(widths) / 2, length(widths))
  routes <- lapply(from, function(i) cbind(x[1:2], c(bottoms[[i]], bottoms[[i]] + between_ranks)))
  list(size = c(max(widths), max(bottoms)), x = x, y = bottoms - heights / 2, routes = routes)
}

arrange_by_dot <- function(widths, heights, from, to) {
  program <- c(
    sprintf("digraph { nodesep=%g; ranksep=%g; node [shape=box fixedsize=true label=\"\"]", between_boxes, between_ranks),
    "edge [arrowhead=none]",
    sprintf("%d [width=%.4f height=%.4f]", seq_along(widths), widths, heights), sprintf("%d -> %d", from, to), "}"
  )
  words <- strsplit(system2("dot", "-Tplain", stdout = TRUE, input = program), " +")
  kind <- vapply(words, `[[`, "", 1L)
  number <- function(parts) as.numeric(unlist(parts))
  size <- number(words[[1L]][3:4])
  boxes <- t(vapply(words[kind == "node"], function(word) number(word[2:4]), numeric(3)))
  boxes <- boxes[order(boxes[, 1]), , drop = FALSE]
  routes <- list()
  for (word in words[kind == "edge"]) {
    points <- matrix(number(word[4L + seq_len(2L * number(word[[4L]]))]), ncol = 2, byrow = TRUE)
    points[, 2] <- size[[2]] - points[, 2]
    curves <- lapply(seq(1, nrow(points) - 3, by = 3), function(i) bezier(points[i:(i + 3), ]))
    routes[[match(paste(word[[2]], word[[3]]), paste(from, to))]] <- do.call(rbind, curves)
  }
  list(size = size, x = boxes[, 2], y = size[[2]] - boxes[, 3], routes = routes)
}

arrange_by_igraph <- function(widths, heights, from, to) {
  rank <- ranks(length(widths), from, to)
  graph <- igraph::make_graph(as.vector(rbind(from, to)), n = length(widths))
  found <- igraph::layout_with_sugiyama(graph, layers = rank, maxiter = 200)
  # Beside boxes there are places for arrows where they pass a rank.
  places <- rbind(found$layout, found$layout.dummy)
  rank <- max(places[, 2]) - places[, 2] + 1
  passing <- nrow(places) - length(widths)
  widths <- c(widths, rep(0, passing))
  x <- tightened(places[, 1], rank, widths)
  height <- as.vector(tapply(c(heights, rep(0, passing)), factor(rank, seq_len(max(rank))), max))
  bottom <- cumsum(height + between_ranks) - between_ranks
  top <- bottom - height
  y <- ((top + bottom) / 2)[rank]
  ends <- igraph::as_edgelist(found$extd_graph)
  arrow <- igraph::edge_attr(found$extd_graph, "orig")
  routes <- lapply(seq_along(from), function(i) {
    on_way <- unique(as.vector(ends[arrow == i, ]))
    on_way <- on_way[order(rank[on_way])]
    first <- on_way[[1L]]
    last <- on_way[[length(on_way)]]
    levels <- rbind(top[rank[on_way]], bottom[rank[on_way]])
    route <- cbind(rep(x[on_way], each = 2), as.vector(levels))
    route[1L, 2L] <- y[[first]] + heights[[first]] / 2
    route[nrow(route), 2L] <- y[[last]] - heights[[last]] / 2
    rounded(route)
  })
  boxes <- seq_along(heights)
  list(size = c(max(x + widths / 2), max(bottom)), x = x[boxes], y = y[boxes], routes = routes)
}

#' The rank of each box: one below the lowest of those from which arrows come, and as near to where its own go as can be
#' @noRd
ranks <- function(count, from, to) {
  rank <- rep(1, count)
  for (i in order(to)) rank[[to[[i]]]] <- max(rank[[to[[i]]]], rank[[from[[i]]]] + 1)
  for (box in rev(seq_len(count))) if (!box %in% to && box %in% from) rank[[box]] <- min(rank[to[from == box]]) - 1
  rank
}

#' Places in ranks as near to one another as the widest neighbours allow, from 0
#' @noRd
tightened <- function(x, rank, widths) {
  order <- order(rank, x)
  same <- diff(rank[order]) == 0
  need <- ((widths[order][-1] + widths[order][-length(order)]) / 2 + between_boxes)[same]
  x <- x * max(need / diff(x[order])[same], 0)
  x - min(x - widths / 2)
}

#' A way through points, two for each rank: straight along ranks, bent between them
#' @noRd
rounded <- function(route) {
  bends <- lapply(seq(2L, nrow(route) - 2L, by = 2L), function(i) {
    ends <- route[i:(i + 1L), ]
    middle <- mean(ends[, 2])
    bezier(rbind(ends[1, ], c(ends[1, 1], middle), c(ends[2, 1], middle), ends[2, ]))
  })
  way <- rbind(route[1L, ], do.call(rbind, bends), route[nrow(route), ])
  # An arrow's head points where the last two points do: they must differ.
  way[c(TRUE, rowSums(abs(diff(way))) > 1e-6), , drop = FALSE]
}

#' Points on the curve that four points control
#' @noRd
bezier <- function(points) {
  t <- seq(0, 1, length.out = 9)
  cbind((1 - t)^3, 3 * t * (1 - t)^2, 3 * t^2 * (1 - t), t^3) %*% points
}

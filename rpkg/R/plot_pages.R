# How the drawing of a model is fitted to paper: in columns, folded, on pages; and how it gets there.

between_columns <- 0.3
least_size <- 6
page_size <- 5

#' The pages that show a model: each a drawing with its `scale`
#' @param pictures the first is whole, later ones are folded.
#' @noRd
fit_pages <- function(pictures, shown, rankdir, room) {
  if (rankdir %in% c("LR", "RL")) room <- rev(room)
  for (picture in pictures) {
    drawing <- draw_picture(picture, shown, rankdir)
    best <- best_columns(drawing, room)
    if (best$scale * base_size >= least_size) return(list(best))
  }
  if (best$scale * base_size >= page_size) return(list(best))
  columns <- cut_columns(drawing, room[[2L]] * base_size / page_size)
  widths <- cumsum(vapply(columns, function(column) column$size[[1L]] + between_columns, 0))
  page <- ceiling(widths / (room[[1L]] * base_size / page_size))
  pages <- lapply(split(columns, page), join_columns)
  lapply(pages, function(page) c(page, scale = min(page_size / base_size, room / page$size)))
}

#' The drawing in as many columns as make its letters largest; each column more must make them larger by a fifth
#' @noRd
best_columns <- function(drawing, room) {
  best <- c(drawing, scale = min(1.2, room / drawing$size))
  for (count in 2:12) {
    if (best$scale >= 1) break
    columns <- cut_columns(drawing, most_even_height(drawing, count))
    if (length(columns) > count) next
    wrapped <- join_columns(columns)
    scale <- min(1.2, room / wrapped$size)
    if (scale > best$scale * 1.2) best <- c(wrapped, scale = scale)
  }
  best
}

most_even_height <- function(drawing, count) {
  heights <- drawing$size[[2L]] * seq(1 / count, 1, length.out = 25)
  for (height in heights) if (length(cut_columns(drawing, height)) <= count) return(height)
  drawing$size[[2L]]
}

#' Heights at which a drawing can be cut: at most one arrow passes there, and no box stands there
#' @noRd
cut_heights <- function(drawing) {
  tops <- drawing$items$y - drawing$items$height / 2
  bottoms <- drawing$items$y + drawing$items$height / 2
  heights <- sort(unique(bottoms)) + between_ranks / 4
  free <- vapply(heights, function(height) !any(tops < height & height < bottoms), NA)
  starts <- vapply(drawing$routes, function(route) min(route[, 2]), 0)
  ends <- vapply(drawing$routes, function(route) max(route[, 2]), 0)
  passing <- vapply(heights, function(height) sum(starts < height & height < ends), 0)
  heights[free & passing <= 1 & heights < max(bottoms)]
}

#' Parts of a drawing, none higher than some height where it can be cut; `entry` and `exit` are where arrows were cut
#' @noRd
cut_columns <- function(drawing, height) {
  cuts <- c(cut_heights(drawing), drawing$size[[2L]] + 1)
  tops <- numeric()
  start <- 0
  for (i in seq_along(cuts)[-1L]) {
    if (cuts[[i]] - start > height && cuts[[i - 1L]] > start) tops <- c(tops, start <- cuts[[i - 1L]])
  }
  edges <- c(-1, tops, Inf)
  lapply(seq_len(length(edges) - 1L), function(i) column_between(drawing, edges[[i]], edges[[i + 1L]]))
}

column_between <- function(drawing, top, bottom) {
  inside <- function(y) y > top & y <= bottom
  for (field in c("boxes", "frames", "items")) drawing[[field]] <- drawing[[field]][inside(drawing[[field]]$y), ]
  starts <- vapply(drawing$routes, function(route) min(route[, 2]), 0)
  ends <- vapply(drawing$routes, function(route) max(route[, 2]), 0)
  drawing$exit <- drawing$routes[starts < bottom & ends > bottom]
  drawing$entry <- drawing$routes[starts < top & ends > top]
  drawing$routes <- drawing$routes[starts >= top & ends <= bottom]
  drawing$inner <- Filter(function(route) inside(mean(route[, 2])), drawing$inner)
  items <- drawing$items
  ways <- do.call(rbind, drawing$routes)
  left <- min(items$x - items$width / 2, ways[, 1])
  above <- min(items$y - items$height / 2)
  drawing$size <- c(max(items$x + items$width / 2, ways[, 1]) - left, max(items$y + items$height / 2) - above)
  drawing$entry <- lapply(drawing$entry, function(route) route[nrow(route), ] - c(left, above))
  drawing$exit <- lapply(drawing$exit, function(route) route[1L, ] - c(left, above))
  moved(drawing, -c(left, above))
}

#' Columns beside one another, with arrows from the foot of each to the head of the next
#' @noRd
join_columns <- function(columns) {
  joined <- NULL
  for (column in columns) {
    last <- joined$exit
    at <- if (is.null(joined)) c(0, 0) else c(joined$size[[1L]] + between_columns, 0)
    column <- c(moved(column[c("boxes", "frames", "items", "routes", "inner")], at), column[c("size", "entry", "exit")])
    column[c("entry", "exit")] <- lapply(column[c("entry", "exit")], lapply, function(end) end + at)
    if (length(last) && length(column$entry)) {
      column$routes <- c(column$routes, list(way_around(last[[1L]], column$entry[[1L]], at[[1L]] - between_columns / 2)))
    }
    joined <- list(
      boxes = rbind(joined$boxes, column$boxes), frames = rbind(joined$frames, column$frames),
      routes = c(joined$routes, column$routes), inner = c(joined$inner, column$inner), exit = column$exit,
      size = c(at[[1L]] + column$size[[1L]], max(joined$size[2L], column$size[[2L]]))
    )
  }
  joined$routes <- lapply(joined$routes, function(route) t(t(route) + c(0, 0.15)))
  joined$inner <- lapply(joined$inner, function(route) t(t(route) + c(0, 0.15)))
  for (field in c("boxes", "frames")) joined[[field]]$y <- joined[[field]]$y + 0.15
  joined$size[[2L]] <- joined$size[[2L]] + 0.3
  joined
}

way_around <- function(from, to, x) {
  rbind(from, from + c(0, 0.12), c(x, from[[2L]] + 0.12), c(x, to[[2L]] - 0.14), to - c(0, 0.14), to)
}

# On paper

draw_pages <- function(pages, rankdir, room) {
  for (i in seq_along(pages)) {
    if (i > 1L) {
      if (grDevices::dev.interactive()) grDevices::devAskNewPage(TRUE)
      grid::grid.newpage()
    }
    draw_page(pages[[i]], rankdir, room)
  }
  if (grDevices::dev.interactive()) grDevices::devAskNewPage(FALSE)
}

draw_page <- function(drawing, rankdir, room) {
  scale <- drawing$scale
  size <- drawing$size * scale
  if (rankdir %in% c("LR", "RL")) size <- rev(size)
  margin <- (room - size) / 2
  # On paper y goes up.
  place <- function(points) {
    points <- matrix(points * scale, ncol = 2L)
    if (rankdir %in% c("LR", "RL")) points <- points[, 2:1, drop = FALSE]
    if (rankdir != "BT") points[, 2] <- size[[2L]] - points[, 2]
    if (rankdir == "RL") points[, 1] <- size[[1L]] - points[, 1]
    points[, 1] <- points[, 1] + margin[[1L]]
    points[, 2] <- points[, 2] + margin[[2L]]
    points
  }
  font <- scale * base_size
  grid::pushViewport(grid::viewport(default.units = "inches", gp = grid::gpar(fontsize = font, lineheight = 1)))
  on.exit(grid::popViewport())
  draw_frames(drawing$frames, place, scale, rankdir)
  for (route in c(drawing$routes, drawing$inner)) {
    points <- place(route)
    grid::grid.lines(points[, 1], points[, 2], "inches",
      arrow = grid::arrow(length = grid::unit(0.07 * scale, "inches"), type = "closed"),
      gp = grid::gpar(col = "grey35", fill = "grey35", lwd = max(0.5, scale))
    )
  }
  draw_boxes(drawing$boxes, place, scale, rankdir)
}

on_paper <- function(items, place, scale, rankdir) {
  middle <- place(c(items$x, items$y))
  size <- cbind(items$width, items$height) * scale
  if (rankdir %in% c("LR", "RL")) size <- size[, 2:1, drop = FALSE]
  list(x = middle[, 1], y = middle[, 2], width = size[, 1], height = size[, 2])
}

#' grid draws one at a time
#' @noRd
rounded_rectangles <- function(at, radius, colour, fill, line, line_width) {
  Map(function(x, y, width, height, fill, line) {
    grid::grid.roundrect(x, y, width, height, "inches",
      r = grid::unit(radius, "inches"), gp = grid::gpar(col = colour, fill = fill, lty = line, lwd = line_width)
    )
  }, at$x, at$y, at$width, at$height, fill, line)
}

draw_frames <- function(frames, place, scale, rankdir) {
  if (!NROW(frames)) return()
  # What is around others is drawn first.
  frames <- frames[order(-frames$width * frames$height), ]
  at <- on_paper(frames, place, scale, rankdir)
  rounded_rectangles(at, 0.06 * scale, "grey55", "#FFF9EC", 1, max(0.5, scale))
  grid::grid.text(frames$title, at$x - at$width / 2 + 0.05 * scale, at$y + at$height / 2 - 0.12 * scale,
    just = "left", default.units = "inches", gp = grid::gpar(fontface = "italic", col = "grey25")
  )
}

draw_boxes <- function(boxes, place, scale, rankdir) {
  at <- on_paper(boxes, place, scale, rankdir)
  counts <- lengths(boxes$lines)
  fill <- ifelse(counts == 0L, "grey30", boxes$fill)
  rounded_rectangles(at, 0.03 * scale, "grey30", fill, ifelse(boxes$frozen, 2, 1), max(0.5, scale))
  box <- rep(seq_along(counts), counts)
  line <- sequence(counts)
  y <- at$y[box] + ((counts[box] + 1) / 2 - line) * line_height * scale
  text <- unlist(boxes$lines)
  # A box that stands for several layers has no headline.
  bold <- line == 1L & boxes$kinds[box] == 1L
  for (these in split(seq_along(text), bold)) {
    face <- if (bold[[these[[1L]]]]) "bold" else "plain"
    colour <- ifelse(line <= boxes$kinds[box], "black", "grey25")[these]
    grid::grid.text(text[these], at$x[box][these], y[these],
      default.units = "inches", gp = grid::gpar(fontface = face, col = colour)
    )
  }
}

# Into a file

file_devices <- list(
  png = function(file, width, height, dpi) grDevices::png(file, width, height, "in", res = dpi),
  jpeg = function(file, width, height, dpi) grDevices::jpeg(file, width, height, "in", res = dpi),
  tiff = function(file, width, height, dpi) grDevices::tiff(file, width, height, "in", res = dpi),
  bmp = function(file, width, height, dpi) grDevices::bmp(file, width, height, "in", res = dpi),
  pdf = function(file, width, height, dpi) grDevices::pdf(file, width, height),
  svg = function(file, width, height, dpi) grDevices::svg(file, width, height)
)

#' Draw into a file, which is there when it is whole
#' @noRd
draw_to_file <- function(pictures, shown, rankdir, path, width, height, dpi) {
  ending <- sub("^jpg$", "jpeg", tolower(tools::file_ext(path)))
  if (!ending %in% names(file_devices)) {
    abort_kind("argument", paste0("`to_file` must end in ", paste0(".", names(file_devices), collapse = ", "), "."),
      call = users_call()
    )
  }
  if (!dir.exists(dirname(path))) {
    abort_kind("file", paste0("There is no directory \"", dirname(path), "\"."), call = users_call())
  }
  room <- c(width %||% NA, height %||% NA)
  pages <- on_device(function() grDevices::pdf(NULL), function() {
    if (!anyNA(room)) return(fit_pages(pictures, shown, rankdir, room - 0.1))
    drawing <- draw_picture(pictures[[1L]], shown, rankdir)
    # Without a size given, the picture is whole, and as near to a square as its cuts allow.
    side <- sqrt(prod(drawing$size)) * 1.3
    best <- best_columns(drawing, if (drawing$size[[2L]] > 11) c(side, side) else drawing$size)
    best$scale <- 1
    list(best)
  })
  if (anyNA(room)) {
    size <- pages[[1L]]$size
    if (rankdir %in% c("LR", "RL")) size <- rev(size)
    scale <- min((room - 0.2) / size, 1, na.rm = TRUE)
    if (any(!is.na(room))) scale <- min((room - 0.2) / size, na.rm = TRUE)
    pages[[1L]]$scale <- scale
    room <- ifelse(is.na(room), size * scale + 0.2, room)
  }
  part <- tempfile(".plot", dirname(path), paste0(".", ending))
  on.exit(unlink(part))
  on_device(function() file_devices[[ending]](part, room[[1L]], room[[2L]], dpi), function() {
    grid::grid.newpage()
    draw_pages(pages, rankdir, room)
  })
  if (!file.rename(part, path)) abort_kind("file", paste0("\"", path, "\" could not be written."), call = users_call())
}

#' What a function does while a device is open; the user's device is current again after
#' @noRd
on_device <- function(open, run) {
  before <- grDevices::dev.cur()
  open()
  opened <- grDevices::dev.cur()
  on.exit({
    grDevices::dev.off(opened)
    if (before > 1L) grDevices::dev.set(before)
  })
  run()
}

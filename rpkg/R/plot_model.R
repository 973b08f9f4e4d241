# A model drawn as boxes and arrows, with base graphics.

#' Plot a model
#'
#' Draws the layers of a model as boxes, from inputs to outputs.
#'
#' @param x a built model.
#' @param show_shapes whether boxes show the shapes that go in and come out.
#' @param show_layer_names whether boxes show the names of layers.
#' @param ... not used.
#' @returns `x`, invisibly.
#' @family models
#' @examplesIf tfbridge::is_ready()
#' model <- keras_model_sequential(input_shape = 4) |> layer_dense(units = 8) |> layer_dense(units = 1)
#' plot(model, show_shapes = TRUE)
#' @export
plot.keras.models.Model <- function(x, show_shapes = FALSE, show_layer_names = TRUE, ...) {
  check_no_more(...)
  boxes <- lapply(cross("models.inspect.graph", x), unlist)
  labels <- boxes$kind
  if (show_layer_names) labels <- paste0(boxes$name, "\n", labels)
  if (show_shapes) labels <- paste0(labels, "\nin ", boxes$input, "\nout ", boxes$output)
  at <- box_places(boxes$depth)
  old <- graphics::par(mar = c(0, 0, 0, 0))
  on.exit(graphics::par(old))
  graphics::plot.new()
  graphics::plot.window(c(0, 1), c(0, 1))
  size <- min(1, 0.9 * 0.5 / max(graphics::strwidth(labels) * max(table(boxes$depth)) / 2, 0.01))
  half_width <- graphics::strwidth(labels, cex = size) / 2 + 0.01
  half_height <- graphics::strheight(labels, cex = size) / 2 + 0.01
  graphics::arrows(
    at$x[boxes$from], (at$y - half_height)[boxes$from], at$x[boxes$to], (at$y + half_height)[boxes$to], length = 0.08
  )
  graphics::rect(at$x - half_width, at$y - half_height, at$x + half_width, at$y + half_height, col = "white")
  graphics::text(at$x, at$y, labels, cex = size)
  invisible(x)
}

#' Where boxes stand: a row for each depth, from above
#' @noRd
box_places <- function(depth) {
  rows <- max(depth) + 1
  places <- stats::ave(seq_along(depth), depth, FUN = seq_along)
  widths <- stats::ave(seq_along(depth), depth, FUN = length)
  list(x = (places - 0.5) / widths, y = 1 - (depth + 0.5) / rows)
}

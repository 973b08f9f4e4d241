# A model drawn as a graph by grid: layers are boxes in ranks, models in the model and what repeats are frames around theirs.
# A drawing is a list of `size`, `boxes` and `frames` (data frames of middles and sizes) and `routes` (ways of arrows);
# arrows go down in it, whatever way they go on paper.

base_size <- 10
line_height <- 0.17
frame_space <- 0.12

#' Plot a model
#'
#' Draws the layers of a model as boxes in ranks, with arrows around them.
#'
#' What does not fit the device in letters that can be read is drawn with frames in place of blocks that repeat ("x 3"), then
#' with runs of layers as one box without names, then on several pages. Layers with weights are blue, inputs grey, frozen
#' layers dashed. A subclassed model shows Keras no graph: its layers have no arrows.
#'
#' Models with branches are laid out by the program `dot` where it is installed, else by the package igraph.
#'
#' @param x a built model.
#' @param show_shapes whether boxes show the shapes that go in and come out.
#' @param show_layer_names whether boxes show the names of layers.
#' @param ... not used.
#' @param show_dtype,show_layer_activations whether boxes show the dtype that comes out, and activations.
#' @param show_trainable whether boxes say which layers are trained; by default where some are frozen.
#' @param rankdir where arrows go: from top to bottom (`"TB"`), `"BT"`, `"LR"`, `"RL"`.
#' @param expand_nested whether models in the model become frames around their layers.
#' @param layer_range the names of the first and the last layer to show.
#' @param fold whether blocks that repeat are drawn once, in a frame; by default where the picture does not fit otherwise.
#' @param to_file path of a file to draw into: `.png`, `.jpeg`, `.tiff`, `.bmp`, `.pdf` or `.svg`.
#' @param width,height of the file in inches; what the picture needs by default.
#' @param dpi dots per inch of the file.
#' @returns `x`, invisibly.
#' @family models
#' @examplesIf tfbridge::is_ready()
#' model <- keras_model_sequential(input_shape = 4) |> layer_dense(units = 8) |> layer_dense(units = 1)
#' plot(model, show_shapes = TRUE)
#' @export
plot.keras.models.Model <- function(x, show_shapes = FALSE, show_layer_names = TRUE, ..., show_dtype = FALSE,
                                    show_layer_activations = FALSE, show_trainable = NULL, rankdir = "TB",
                                    expand_nested = FALSE, layer_range = NULL, fold = NULL, to_file = NULL,
                                    width = NULL, height = NULL, dpi = 200) {
  check_no_more(...)
  rankdir <- check_choice(rankdir, c("TB", "BT", "LR", "RL"))
  shown <- list(
    names = check_flag(show_layer_names), shapes = check_flag(show_shapes), dtype = check_flag(show_dtype),
    activations = check_flag(show_layer_activations)
  )
  if (!is.null(show_trainable) && !identical(show_trainable, NA)) shown$trainable <- check_flag(show_trainable)
  if (!is.null(fold)) check_flag(fold)
  pictures <- cross("models.picture.pictures", x, check_flag(expand_nested), cross_argument(layer_range))
  shown$trainable <- shown$trainable %||% has_frozen(pictures[[1L]])
  pictures <- if (is.null(fold)) pictures else pictures[if (fold) 2:3 else 1L]
  if (!is.null(to_file)) {
    draw_to_file(pictures, shown, rankdir, to_file, width, height, dpi)
  } else {
    grid::grid.newpage()
    whole <- grid::unit(1, "npc")
    room <- c(grid::convertWidth(whole, "inches", TRUE), grid::convertHeight(whole, "inches", TRUE))
    draw_pages(fit_pages(pictures, shown, rankdir, room - 0.1), rankdir, room)
  }
  invisible(x)
}

has_frozen <- function(picture) {
  frozen <- !unlist(picture$trainable) & unlist(picture$weights) > 0
  any(frozen) || any(vapply(Filter(Negate(is.null), picture$inside), has_frozen, NA))
}

# Boxes and their text

#' The lines of each box; the first is the kind of layer
#' @noRd
box_lines <- function(picture, shown) {
  lapply(seq_along(picture$kind), function(i) {
    of <- function(field) picture[[field]][[i]]
    if (!nzchar(of("kind"))) return(character())
    activation <- if (shown$activations && nzchar(of("activation"))) paste0(", ", of("activation"))
    dtype <- if (shown$dtype) of("dtype")
    c(
      paste0(strsplit(of("kind"), "\n")[[1L]], activation),
      if (shown$names && nzchar(of("name"))) of("name"),
      if (shown$shapes) c(paste("in", of("input")), paste(c("out", of("output"), dtype), collapse = " ")) else dtype,
      if (shown$trainable && of("weights") > 0) if (of("trainable")) "trainable" else "frozen"
    )
  })
}

#' The drawing of a picture, in inches at `base_size`
#' @noRd
draw_picture <- function(picture, shown, rankdir) {
  sideways <- rankdir %in% c("LR", "RL")
  lines <- box_lines(picture, shown)
  inner <- lapply(picture$inside, function(inside) if (!is.null(inside)) draw_picture(inside, shown, rankdir))
  framed <- !vapply(inner, is.null, NA)
  titles <- frame_titles(picture)
  size <- t(vapply(seq_along(lines), function(i) {
    if (framed[[i]]) return(frame_size(inner[[i]]$size, titles[[i]], rankdir))
    if (!length(lines[[i]])) return(c(0.08, 0.08))
    size <- c(max(text_widths(lines[[i]])) + 0.14, length(lines[[i]]) * line_height + 0.06)
    if (sideways) rev(size) else size
  }, numeric(2)))
  # A layer called twice on one tensor has two arrows from it, of which one is drawn.
  from <- as.integer(unlist(picture$from))
  placed <- arrange_boxes(size[, 1], size[, 2], from, as.integer(unlist(picture$to)))
  trained <- unlist(picture$weights) > 0
  fill <- ifelse(unlist(picture$kind) == "InputLayer", "grey90", ifelse(trained, "#DCEBFA", "white"))
  items <- data.frame(x = placed$x, y = placed$y, width = size[, 1], height = size[, 2])
  boxes <- cbind(items, fill = fill, frozen = trained & !unlist(picture$trainable))
  boxes$lines <- lines
  boxes$kinds <- lengths(strsplit(unlist(picture$kind), "\n", fixed = TRUE))
  frames <- cbind(items, title = titles)
  drawing <- list(
    size = placed$size, boxes = boxes[!framed, ], frames = frames[framed, ], routes = placed$routes,
    items = items
  )
  for (i in which(framed)) {
    offset <- c(placed$x[[i]], placed$y[[i]]) - size[i, ] / 2 + frame_offset(rankdir, size[i, ], inner[[i]]$size)
    part <- moved(inner[[i]], offset)
    for (field in c("boxes", "frames")) drawing[[field]] <- rbind(drawing[[field]], part[[field]])
    drawing$inner <- c(drawing$inner, part$routes, part$inner)
  }
  drawing
}

text_widths <- function(lines) {
  width <- function(text, face) {
    grid::pushViewport(grid::viewport(gp = grid::gpar(fontsize = base_size, fontface = face)))
    on.exit(grid::popViewport())
    grid::convertWidth(grid::stringWidth(text), "inches", TRUE)
  }
  c(width(lines[1L], "bold"), if (length(lines) > 1L) width(lines[-1L], "plain"))
}

frame_titles <- function(picture) {
  times <- unlist(picture$times)
  ifelse(times > 1L, paste("x", times), paste0(unlist(picture$name), " (", unlist(picture$kind), ")"))
}

#' How large a frame is around what is in it, and where that begins: the title stands at the top, whatever way arrows go
#' @noRd
frame_size <- function(size, title, rankdir) {
  size <- size + 2 * frame_space
  across <- if (rankdir %in% c("TB", "BT")) 1L else 2L
  size[[across]] <- max(size[[across]], text_widths(title) + 0.1)
  size[[3L - across]] <- size[[3L - across]] + line_height
  size
}

frame_offset <- function(rankdir, size, inner) {
  offset <- (size - inner) / 2
  if (rankdir == "TB") offset[[2L]] <- frame_space + line_height
  if (rankdir == "BT") offset[[2L]] <- frame_space
  if (rankdir %in% c("LR", "RL")) offset[[1L]] <- frame_space + line_height
  offset
}

moved <- function(drawing, offset) {
  for (field in c("boxes", "frames", "items")) {
    drawing[[field]]$x <- drawing[[field]]$x + offset[[1L]]
    drawing[[field]]$y <- drawing[[field]]$y + offset[[2L]]
  }
  drawing[c("routes", "inner")] <- lapply(drawing[c("routes", "inner")], lapply, function(route) t(t(route) + offset))
  drawing
}

# Pages about runs: one of them, or several side by side.

#' Pages about runs
#'
#' `view_run()` shows a page about one run: its numbers, flags and curves, the model, the script and what it printed.
#' `compare_runs()` shows several runs side by side, with what differs between their scripts. `save_run_view()` and
#' `save_run_comparison()` write these pages to a file. They need the package rmarkdown and pandoc.
#'
#' @param run_dir a run, see [run_info()].
#' @param runs several, such as rows of [ls_runs()].
#' @param viewer a function that shows a file; by default that of RStudio, else the browser. Where the session is not
#'   interactive, the path is printed.
#' @param filename the file to write; `"auto"` names it by the runs, in the working directory.
#' @param ... not used.
#' @returns The path of the page, invisibly.
#' @family runs
#' @examplesIf rmarkdown::pandoc_available("1.12.3")
#' run <- unique_run_dir(tempfile("runs"))
#' write_run_metadata("metrics", list(loss = c(0.9, 0.5)), run)
#' page <- save_run_view(run, tempfile(fileext = ".html"))
#' file.size(page) > 1000
#' @export
view_run <- function(run_dir = latest_run(), viewer = getOption("tfruns.viewer"), ...) {
  check_no_more(...)
  show_page(save_run_view(run_dir, tempfile("run", fileext = ".html")), viewer)
}

#' @rdname view_run
#' @export
compare_runs <- function(runs = ls_runs(latest_n = 2), viewer = getOption("tfruns.viewer"), ...) {
  check_no_more(...)
  show_page(save_run_comparison(runs, tempfile("runs", fileext = ".html")), viewer)
}

#' @rdname view_run
#' @export
save_run_view <- function(run_dir = latest_run(), filename = "auto", ...) {
  check_no_more(...)
  info <- run_info(run_dir)
  write_page(list(info), filename, paste("Run", basename(info$run_dir)), paste0(basename(info$run_dir), ".html"))
}

#' @rdname view_run
#' @export
save_run_comparison <- function(runs = ls_runs(latest_n = 2), filename = "auto", ...) {
  check_no_more(...)
  infos <- lapply(as_run_dir(runs), run_info)
  if (length(infos) < 2L) abort_kind("argument", "`runs` must be two runs or more.", call = users_call())
  names <- vapply(infos, function(info) basename(info$run_dir), "")
  write_page(infos, filename, paste("Comparison of", length(infos), "runs"), paste0(paste(names, collapse = "_"), ".html"))
}

write_page <- function(infos, filename, title, name) {
  path <- if (identical(filename, "auto")) name else check_path(filename)
  if (!requireNamespace("rmarkdown", quietly = TRUE) || !rmarkdown::pandoc_available("1.12.3")) {
    abort_kind("not_provided", "Pages about runs need the package rmarkdown and pandoc.", call = users_call())
  }
  if (!dir.exists(dirname(path))) {
    abort_kind("file", paste0("There is no directory ", dirname(path), "."), call = users_call())
  }
  # Where the page is made is another working directory.
  infos <- lapply(infos, function(info) {
    for (path in intersect(c("run_dir", "source_code"), names(info))) info[[path]] <- normalizePath(info[[path]], "/")
    info
  })
  place <- tempfile("page")
  dir.create(place)
  on.exit(unlink(place, recursive = TRUE))
  template <- file.path(place, "page.Rmd")
  file.copy(system.file("runs", "page.Rmd", package = "tfbridge"), template)
  old <- options(knitr.duplicate.label = "allow")
  on.exit(options(old), add = TRUE)
  given <- list(runs = infos, title = title)
  page <- rmarkdown::render(template, params = given, envir = new.env(parent = topenv()), quiet = TRUE)
  write_whole(path, function(part) file.copy(page, part))
  invisible(path)
}

show_page <- function(path, viewer) {
  viewer <- viewer %||% getOption("viewer") %||% if (interactive()) utils::browseURL
  if (is.null(viewer)) cat("Page: ", path, "\n", sep = "") else viewer(path)
  invisible(path)
}

#' What runs are given and gave, side by side: a row for each name, a column for each run
#' @noRd
side_by_side <- function(infos, pattern = "^(eval|metric|flag)_") {
  names <- unique(unlist(lapply(infos, function(info) grep(pattern, names(info), value = TRUE))))
  cells <- lapply(infos, function(info) {
    vapply(names, function(name) if (is.null(info[[name]])) "" else cell_text(info[[name]]), "")
  })
  table <- data.frame(names, cells, check.names = FALSE)
  names(table) <- c(" ", vapply(infos, function(info) basename(info$run_dir), ""))
  rownames(table) <- NULL
  table
}

#' The lines of a run's script
#' @noRd
script_of <- function(info) {
  if (is.null(info$source_code) || is.null(info$script)) return(NULL)
  place <- tempfile("source")
  on.exit(unlink(place, recursive = TRUE))
  utils::untar(info$source_code, exdir = place, tar = "internal")
  path <- file.path(place, info$script)
  if (file.exists(path)) readLines(path, warn = FALSE, encoding = "UTF-8")
}

#' Metrics by epoch, of all runs, for a plot
#' @noRd
curves_of <- function(infos) {
  parts <- lapply(infos, function(info) {
    if (is.null(info$metrics)) return(NULL)
    table <- as.data.frame(training_history(list(metrics = info$metrics, epoch = seq_len(nrow(info$metrics)))))
    cbind(table, run = basename(info$run_dir))
  })
  do.call(rbind, parts)
}

plot_curves <- function(infos) {
  curves <- curves_of(infos)
  if (is.null(curves)) return(invisible())
  colours <- grDevices::hcl.colors(length(infos), "Dark 3")
  names(colours) <- vapply(infos, function(info) basename(info$run_dir), "")
  metrics <- levels(droplevels(curves$metric))
  graphics::par(mfrow = c(length(metrics), 1), mar = c(3, 4, 1, 1), las = 1)
  for (metric in metrics) {
    shown <- curves[curves$metric == metric & is.finite(curves$value), ]
    if (!nrow(shown)) next
    graphics::plot(shown$epoch, shown$value, type = "n", xaxt = "n", xlab = "", ylab = metric)
    graphics::axis(1, unique(round(pretty(shown$epoch))))
    for (part in split(shown, list(shown$run, shown$data), drop = TRUE)) {
      lty <- if (part$data[[1L]] == "training") 1 else 2
      graphics::lines(part$epoch, part$value, type = "o", pch = 20, lty = lty, col = colours[[part$run[[1L]]]])
    }
    if (length(infos) > 1L) graphics::legend("topright", names(colours), col = colours, lty = 1, bty = "n")
  }
}

#' Metrics of a run while it goes on
#'
#' For training loops of one's own: `view_run_metrics()` draws the metrics so far, `update_run_metrics()` draws them anew. In
#' a run both record them too.
#'
#' @param metrics a data frame with a column for each metric and a row for each epoch, `NA` for epochs to come.
#' @param viewer what `view_run_metrics()` returned.
#' @param ... not used.
#' @returns The viewer, invisibly.
#' @family runs
#' @examples
#' viewer <- view_run_metrics(data.frame(loss = c(0.9, NA), val_loss = c(1, NA)))
#' update_run_metrics(viewer, data.frame(loss = c(0.9, 0.5), val_loss = c(1, 0.8)))
#' @export
view_run_metrics <- function(metrics, ...) {
  check_no_more(...)
  update_run_metrics(structure(list(), class = "tfbridge_run_viewer"), metrics)
}

#' @rdname view_run_metrics
#' @export
update_run_metrics <- function(viewer, metrics, ...) {
  check_no_more(...)
  columns <- named_values(metrics)
  done <- rowSums(!is.na(as.data.frame(columns, optional = TRUE))) > 0
  write_run_metadata("metrics", lapply(columns, `[`, done))
  if (any(done)) suppressMessages(print(plot(training_history(list(metrics = columns, epoch = seq_along(done))))))
  invisible(viewer)
}

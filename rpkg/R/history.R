# What fit() returns, and what `model$history` holds when it was stopped: printed, plotted, as a data frame.

training_history <- function(result) {
  metrics <- each_number(result$metrics)
  structure(list(params = result$params, metrics = metrics, epoch = as.integer(unlist(result$epoch))),
    class = "keras_training_history"
  )
}

#' Metrics of several numbers as one for each of them: `f1_score1`, `f1_score2`, ...
#' @noRd
each_number <- function(metrics) {
  parts <- Map(function(name, values) {
    table <- do.call(rbind, lapply(values, as.numeric))
    if (is.null(table) || ncol(table) == 1L) return(rlang::set_names(list(as.numeric(table)), name))
    rlang::set_names(lapply(seq_len(ncol(table)), function(i) table[, i]), paste0(name, seq_len(ncol(table))))
  }, names(metrics), metrics)
  unlist(unname(parts), recursive = FALSE) %||% list()
}

#' @export
print.keras_training_history <- function(x, ...) {
  epochs <- length(x$epoch)
  cat("Trained for ", epochs, if (epochs == 1) " epoch" else " epochs", if (epochs > 0) "; after the last:", "\n", sep = "")
  if (epochs > 0) {
    last <- vapply(x$metrics, function(values) values[[length(values)]], numeric(1))
    cat(paste0("  ", format(names(last)), "  ", formatC(last, digits = 4, format = "g"), "\n"), sep = "")
  }
  invisible(x)
}

#' Training history as a data frame
#'
#' One row for each epoch and number: for tables and for plots of one's own.
#'
#' @param x what [fit.keras.models.Model()] returns, or `model$history`: the epochs that ended before an interrupt, an error
#'   or a time limit.
#' @param ... not used.
#' @returns One row for each epoch, metric and kind of data: `epoch`, `value`, `metric`, `data`.
#' @family training
#' @export
as.data.frame.keras_training_history <- function(x, ...) {
  rows <- Map(function(name, values) {
    data.frame(
      epoch = x$epoch[seq_along(values)], value = values, metric = sub("^val_", "", name),
      data = if (startsWith(name, "val_")) "validation" else "training"
    )
  }, names(x$metrics), x$metrics)
  table <- do.call(rbind, c(unname(rows), list(make.row.names = FALSE)))
  table$metric <- factor(table$metric, unique(table$metric))
  table$data <- factor(table$data, c("training", "validation"))
  table
}

#' Plot a training history
#'
#' Draws loss and metrics against epochs, with those of the validation data beside them.
#'
#' @param x what [fit.keras.models.Model()] returns, or `model$history`.
#' @param y not used.
#' @param metrics names of those to show; all by default.
#' @param ... not used.
#' @returns A ggplot where ggplot2 is installed; else base graphics are drawn.
#' @family training
#' @export
plot.keras_training_history <- function(x, y, ..., metrics = NULL) {
  table <- as.data.frame(x)
  if (!is.null(metrics)) table <- droplevels(table[table$metric %in% metrics, ])
  if (!requireNamespace("ggplot2", quietly = TRUE)) return(invisible(plot_base(table)))
  table$data <- droplevels(table$data)
  ggplot2::ggplot(table, ggplot2::aes(.data$epoch, .data$value, colour = .data$data)) +
    ggplot2::geom_line() +
    ggplot2::geom_point() +
    ggplot2::facet_grid(metric ~ ., switch = "y", scales = "free_y") +
    ggplot2::scale_x_continuous(breaks = function(range) unique(round(pretty(range)))) +
    ggplot2::labs(y = NULL, colour = NULL) +
    ggplot2::theme(strip.placement = "outside", strip.background = ggplot2::element_blank())
}

of_python <- function(x) training_history(cross("models.train.history_of", x))

#' @export
print.keras.callbacks.History <- function(x, ...) {
  print(of_python(x))
  invisible(x)
}

#' @rdname as.data.frame.keras_training_history
#' @export
as.data.frame.keras.callbacks.History <- function(x, ...) as.data.frame(of_python(x))

#' @rdname plot.keras_training_history
#' @export
plot.keras.callbacks.History <- function(x, y, ..., metrics = NULL) plot(of_python(x), metrics = metrics)

plot_base <- function(table) {
  metrics <- levels(droplevels(table$metric))
  old <- graphics::par(mfrow = c(length(metrics), 1), mar = c(3, 4, 1, 1))
  on.exit(graphics::par(old))
  for (metric in metrics) {
    shown <- table[table$metric == metric, ]
    graphics::plot(shown$epoch, shown$value, type = "n", xlab = "epoch", ylab = metric)
    for (data in unique(shown$data)) {
      part <- shown[shown$data == data, ]
      graphics::lines(part$epoch, part$value, type = "o", lty = if (data == "training") 1 else 2)
    }
  }
  table
}

#' Plot a learning rate schedule
#'
#' Draws the learning rate that a schedule gives at each update of the weights, to see before training how fast it falls.
#'
#' @param x a schedule such as [learning_rate_schedule_exponential_decay()].
#' @param y not used.
#' @param steps how many updates of the weights to show: the batches of all epochs.
#' @param ... not used.
#' @returns A ggplot where ggplot2 is installed; else base graphics are drawn, and the data frame of `step` (from 0) and
#'   `learning_rate` is returned invisibly.
#' @family training
#' @examplesIf tfbridge::is_ready()
#' plot(learning_rate_schedule_cosine_decay(0.1, decay_steps = 800), steps = 1000)
#' @export
plot.keras.optimizers.schedules.LearningRateSchedule <- function(x, y, ..., steps = 1000) {
  check_no_more(...)
  if (!is.numeric(steps) || length(steps) != 1L || is.na(steps) || steps < 1) {
    abort_kind("argument", "`steps` must be a number of updates, 1 or more.", call = users_call())
  }
  step <- unique(round(seq(0, steps, length.out = min(steps + 1, 200))))
  table <- data.frame(step = step, learning_rate = as.numeric(unlist(cross("catalog.schedules.rates", x, step))))
  if (!requireNamespace("ggplot2", quietly = TRUE)) {
    graphics::plot(table$step, table$learning_rate, type = "l", xlab = "step", ylab = "learning rate")
    return(invisible(table))
  }
  ggplot2::ggplot(table, ggplot2::aes(.data$step, .data$learning_rate)) +
    ggplot2::geom_line() +
    ggplot2::expand_limits(y = 0) +
    ggplot2::labs(y = "learning rate")
}

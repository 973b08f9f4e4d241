# The workers of a script on this machine.

#' Run a script as several workers on this machine
#'
#' Starts `Rscript` repeatedly, so that [strategy_multi_worker()] in the script finds the others at 127.0.0.1, and shows what
#' they write, each line with the number of its worker. When one fails, the others are ended after a few seconds, and all are
#' started again as often as `restarts` says: with [callback_backup_and_restore()] they go on where they were.
#'
#' Called by a script of its own, `Rscript -e 'tfbridge::run_workers("train.R")'`, its exit status tells whether the workers
#' ended well.
#'
#' @param script path of an R script.
#' @param workers number of processes.
#' @param restarts how often all are started again after a failure.
#' @param timeout seconds that a run of all may take.
#' @param args arguments of the script, see `commandArgs(TRUE)`.
#' @param verbose whether the output of the workers is shown.
#' @param ... not used.
#' @returns A data frame with a row for each worker of a run, invisibly: `attempt`, `worker`, `status` (the exit status, or
#'   the negative number of a signal) and `why` it ended. An error of class `tfbridge_error_worker` when the last run failed.
#' @family workers
#' @export
#' @examplesIf tfbridge::is_ready()
#' script <- tempfile(fileext = ".R")
#' writeLines("cat('started with', commandArgs(TRUE), '\n')", script)
#' run_workers(script, workers = 2, args = "lr=0.1")
run_workers <- function(script, workers = 2, restarts = 0, timeout = Inf, args = character(), verbose = TRUE, ...) {
  check_no_more(...)
  script <- check_path(script)
  if (!file.exists(script)) abort_kind("file", paste0("There is no script ", script, "."))
  check_flag(verbose)
  command <- c(file.path(R.home("bin"), "Rscript"), script, as.character(args))
  settings <- list(R_LIBS = paste(.libPaths(), collapse = .Platform$path.sep), RETICULATE_PYTHON = python_of_workers())
  write <- if (verbose) progress_writer()
  runs <- cross(
    "distribute.launch.launch", as.list(command), workers, restarts, timeout, write, heartbeat(), settings
  )
  report <- do.call(rbind, lapply(runs, function(run) {
    one <- function(worker) data.frame(attempt = run$attempt, worker[c("worker", "status", "why")])
    do.call(rbind, lapply(run$workers, one))
  }))
  last <- runs[[length(runs)]]
  if (any(report$status[report$attempt == last$attempt] != 0L)) stop_failed_workers(last, script)
  invisible(report)
}

#' The Python of this session: that of the workers, too
#' @noRd
python_of_workers <- function() {
  if (is.null(the$entry)) start_python()
  reticulate::py_config()$python
}

stop_failed_workers <- function(run, script) {
  said <- vapply(run$workers, function(worker) paste0("Worker ", worker$worker, " ", worker$why, "."), "")
  first <- Find(function(worker) worker$first, run$workers)
  lines <- unlist(first$lines)
  quoted <- if (length(lines)) {
    c(paste0("The last that worker ", first$worker, " wrote:"), paste0("  ", utils::tail(lines, 8L)))
  }
  abort_kind("worker", paste0("The workers of ", script, " have failed."), details = c(said, paste(quoted, collapse = "\n")))
}

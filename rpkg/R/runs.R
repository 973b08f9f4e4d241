# Scripts that train, run with a record of what they were given and what came of it.

#' Run a script that trains
#'
#' `training_run()` runs a script as [base::source()] does and keeps, in a directory of its own, what came of it: the flags
#' ([flags()]), what `fit()` reports after each epoch, what `evaluate()` returns, the model, the script and what it printed,
#' plots, and the files that it made or changed. A run that fails, or is killed, leaves what was known until then.
#' `tuning_run()` runs the script once for each combination of flags.
#'
#' @param file an R script.
#' @param context,config words of your own: where the run happens; which part of `flags.yml` counts.
#' @param flags a named list of values for the script's [flags()], or the path of a YAML file that holds them. For
#'   `tuning_run()`: a named list with a vector of values for each flag, of which every combination is tried, or a data
#'   frame with one combination in each row.
#' @param properties a named list of what else is to be recorded.
#' @param run_dir where to record; by default a new directory in `runs`, see [unique_run_dir()].
#' @param artifacts_dir the directory whose new and changed files are copied to the run; `NULL` for none. In several
#'   processes it is not looked at, for nobody could tell whose files they are: there, scripts write to [run_dir()].
#' @param echo whether expressions are shown as they run.
#' @param view whether a page about the run is shown at its end ([view_run()]), or `"save"` to keep one; `"auto"` shows it in
#'   interactive sessions.
#' @param envir where the script is evaluated.
#' @param encoding the encoding of the script.
#' @param sample the share of combinations to try, drawn at random: 0.1 tries one in ten.
#' @param runs_dir the directory that holds the runs.
#' @param confirm whether to ask before it begins.
#' @param workers how many processes work at the same time. 1 runs the scripts in this session, in `envir`; with more, each
#'   script has an R process of its own, with tfbridge attached, and `envir` does not count.
#' @param ... not used.
#' @returns A data frame with a row for each run, as from [ls_runs()], invisibly. An error of the script is recorded and is
#'   an error of `training_run()`; `tuning_run()` goes on with the next combination and warns at the end.
#' @family runs
#' @examples
#' script <- tempfile(fileext = ".R")
#' writeLines(c(
#'   "FLAGS <- flags(flag_numeric('rate', 0.1), flag_integer('epochs', 3))",
#'   "loss <- exp(-FLAGS$rate * seq_len(FLAGS$epochs))",
#'   "write_run_metadata('metrics', list(loss = loss))"
#' ), script)
#' runs <- tempfile("runs")
#' tuning_run(script, flags = list(rate = c(0.1, 0.5)), runs_dir = runs, artifacts_dir = NULL, echo = FALSE)
#' ls_runs(order = metric_loss, decreasing = FALSE, runs_dir = runs)
#' @export
training_run <- function(file = "train.R", context = "local", config = Sys.getenv("R_CONFIG_ACTIVE", unset = "default"),
                         flags = NULL, properties = NULL, run_dir = NULL, artifacts_dir = getwd(), echo = TRUE,
                         view = "auto", envir = parent.frame(), encoding = getOption("encoding"), ...) {
  check_no_more(...)
  check_script(file)
  check_flag(echo)
  if (!is.null(artifacts_dir)) check_path(artifacts_dir)
  if (!(is.logical(view) && length(view) == 1L && !is.na(view))) view <- check_choice(view, c("auto", "save"))
  flags <- if (rlang::is_string(flags)) parse_flags(config, flags) else named_values(flags)
  properties <- named_values(properties)
  path <- if (is.null(run_dir)) unique_run_dir() else make_directory(check_path(run_dir))
  message("Run directory: ", path)
  run <- begin_run(normalizePath(path, "/"), flags, config)
  write_run_metadata("properties", c(list(
    type = "training", context = context, script = basename(file), start = as.numeric(Sys.time()), completed = FALSE,
    status = "running", process = Sys.getpid(), process_start = process_start(Sys.getpid()), host = Sys.info()[["nodename"]]
  ), properties))
  write_run_metadata("source", sources_beside(file))
  before <- files_of(artifacts_dir)
  on.exit(end_run(run, artifacts_dir, before))
  run_script(run, file, echo, envir, encoding)
  end_run(run, artifacts_dir, before)
  on.exit()
  show <- if (identical(view, "auto")) interactive() else view
  if (identical(show, "save")) save_run_view(path, file.path(path, record_folder, "view.html")) else if (show) view_run(path)
  invisible(rows_of(list(run_info(path))))
}

begin_run <- function(dir, flags, config) {
  run <- new.env(parent = emptyenv())
  run$dir <- dir
  run$flags <- flags
  run$config <- config
  run$outer <- the$run
  run$status <- "interrupted"
  run$device <- grDevices::dev.cur()
  run$sinks <- sink.number()
  folder <- make_directory(file.path(dir, record_folder))
  run$output <- file(file.path(folder, "output.txt"), "w", encoding = "UTF-8")
  the$run <- run
  run
}

run_script <- function(run, file, echo, envir, encoding) {
  plots <- make_directory(file.path(run$dir, "plots"))
  if (capabilities("png")) {
    grDevices::png(file.path(plots, "Rplot%03d.png"), width = 1200, height = 800, res = 144)
    run$plots <- grDevices::dev.cur()
  }
  sink(run$output, split = TRUE)
  note <- function(condition) writeLines(sub("\n$", "", conditionMessage(condition)), run$output)
  outer <- sys.nframe()
  withCallingHandlers(
    source(file, local = envir, echo = echo, encoding = encoding, max.deparse.length = Inf, keep.source = TRUE),
    message = note, warning = note,
    error = function(error) {
      run$status <- "failed"
      calls <- utils::limitedLabels(sys.calls()[-seq_len(outer)])
      write_run_metadata("error", list(message = conditionMessage(error), traceback = calls))
    }
  )
  run$status <- "completed"
}

#' Closes what a run has open, records how it ended, and gathers its files
#' @noRd
end_run <- function(run, artifacts_dir, before) {
  while (sink.number() > run$sinks) sink()
  if (!is.null(run$plots) && run$plots %in% grDevices::dev.list()) grDevices::dev.off(run$plots)
  if (run$device %in% grDevices::dev.list()) grDevices::dev.set(run$device)
  plots <- file.path(run$dir, "plots")
  if (!length(list.files(plots))) unlink(plots, recursive = TRUE)
  if (run$status == "failed") {
    error <- read_json(file.path(run$dir, record_folder, "error.json"))
    cat("Error: ", error$message, "\n", sep = "", file = run$output)
  }
  close(run$output)
  run$output <- NULL
  the$run <- run$outer
  ended <- list(end = as.numeric(Sys.time()), completed = run$status == "completed", status = run$status)
  write_run_metadata("properties", ended, run$dir)
  copy_changed(artifacts_dir, before, run$dir)
}

check_script <- function(file) {
  check_path(file)
  if (!file.exists(file) || dir.exists(file)) {
    abort_kind("file", paste0("There is no script ", file, "."), call = users_call())
  }
}

#' When a process was started, which tells it from later ones of its number
#' @noRd
process_start <- function(pid) {
  tryCatch(as.numeric(ps::ps_create_time(ps::ps_handle(as.integer(pid)))), error = function(e) NULL)
}

#' The script, and what it may read of R and of flags beside it
#' @noRd
sources_beside <- function(file) {
  beside <- list.files(dirname(file), "[.](R|Rmd|qmd|py|ya?ml)$", ignore.case = TRUE, full.names = TRUE)
  size <- file.size(beside)
  unique(c(normalizePath(file), normalizePath(beside[!is.na(size) & size < 1e6])))
}

files_of <- function(directory) {
  if (is.null(directory)) return(NULL)
  files <- list.files(directory, recursive = TRUE)
  home <- paste0(normalizePath(runs_home(), "/", FALSE), "/")
  skipped <- startsWith(normalizePath(file.path(directory, files), "/", FALSE), home)
  inside_run <- grepl(paste0("(^|/)", record_folder, "/"), files)
  files <- files[!skipped & !inside_run]
  info <- file.info(file.path(directory, files), extra_cols = FALSE)
  data.frame(file = files, size = info$size, mtime = as.numeric(info$mtime))
}

#' Copies the files that are new or changed to the run
#' @noRd
copy_changed <- function(directory, before, run_dir) {
  if (is.null(directory)) return()
  now <- files_of(directory)
  then <- before[match(now$file, before$file), ]
  changed <- is.na(then$file) | then$size != now$size | then$mtime != now$mtime
  inside <- startsWith(normalizePath(file.path(directory, now$file), "/", FALSE), paste0(run_dir, "/"))
  for (file in now$file[changed & !inside]) {
    to <- file.path(run_dir, file)
    dir.create(dirname(to), recursive = TRUE, showWarnings = FALSE)
    file.copy(file.path(directory, file), to, overwrite = TRUE, copy.date = TRUE)
  }
}

#' @rdname training_run
#' @export
tuning_run <- function(file = "train.R", context = "local", config = Sys.getenv("R_CONFIG_ACTIVE", unset = "default"),
                       flags = NULL, sample = NULL, properties = NULL, runs_dir = getOption("tfruns.runs_dir", "runs"),
                       artifacts_dir = getwd(), echo = TRUE, confirm = interactive(), envir = parent.frame(),
                       encoding = getOption("encoding"), workers = 1, ...) {
  check_no_more(...)
  check_script(file)
  check_flag(confirm)
  if (!rlang::is_integerish(workers, 1L, TRUE) || workers < 1) {
    abort_kind("argument", "`workers` must be a whole number from 1.", call = users_call())
  }
  grid <- flag_grid(flags, sample)
  cat(nrow(grid), if (nrow(grid) == 1L) " run" else " runs", " of ", file, "\n", sep = "")
  if (confirm && !asked("Begin?")) return(invisible(NULL))
  given <- lapply(seq_len(nrow(grid)), function(i) {
    list(
      file = file, context = context, config = config, flags = as.list(grid[i, , drop = FALSE]), properties = properties,
      artifacts_dir = if (workers == 1) artifacts_dir, echo = echo, view = FALSE, encoding = encoding
    )
  })
  # The home of runs is no artifact of one.
  old <- options(tfruns.runs_dir = runs_dir)
  on.exit(options(old))
  dirs <- if (workers == 1) run_here(given, envir) else run_in_processes(given, workers)
  runs <- rows_of(lapply(dirs, run_info))
  failed <- !runs$completed
  if (any(failed)) {
    those <- paste(runs$run_dir[failed], collapse = ", ")
    message <- paste0(sum(failed), " of ", nrow(runs), " runs did not complete: ", those)
    rlang::warn(message, class = "tfbridge_warning")
  }
  invisible(runs)
}

flag_grid <- function(flags, sample) {
  flags <- if (is.data.frame(flags)) flags else expand.grid(named_values(flags), stringsAsFactors = FALSE)
  if (!nrow(flags) || !ncol(flags)) {
    message <- "`flags` must be a named list of values, or a data frame, of at least one flag."
    abort_kind("argument", message, call = users_call())
  }
  if (is.null(sample)) return(flags)
  if (!(is.numeric(sample) && length(sample) == 1L && isTRUE(sample > 0 && sample <= 1))) {
    abort_kind("argument", "`sample` must be a number above 0, and at most 1.", call = users_call())
  }
  chosen <- sort(sample.int(nrow(flags), max(1, round(nrow(flags) * sample))))
  flags[chosen, , drop = FALSE]
}

run_here <- function(given, envir) {
  vapply(given, function(arguments) {
    path <- unique_run_dir()
    tryCatch(do.call(training_run, c(arguments, list(run_dir = path, envir = envir))), error = function(error) {
      message("Failed: ", conditionMessage(error))
    })
    path
  }, "")
}

#' Runs in processes of their own, `workers` at a time; they end with this one
#' @noRd
run_in_processes <- function(given, workers) {
  python <- if (reticulate::py_available()) c(RETICULATE_PYTHON = reticulate::py_config()$python)
  jobs <- list()
  on.exit(for (job in jobs) job$process$kill_tree())
  dirs <- character()
  while (length(given) || length(jobs)) {
    while (length(given) && length(jobs) < workers) {
      dirs <- c(dirs, path <- unique_run_dir())
      process <- callr::r_bg(
        function(arguments) {
          library(tfbridge)
          tryCatch(do.call(training_run, arguments), error = identity)
          NULL
        },
        list(c(given[[1L]], list(run_dir = path))), env = c(callr::rcmd_safe_env(), python), supervise = TRUE
      )
      jobs <- c(jobs, list(list(process = process, dir = path)))
      given <- given[-1L]
    }
    Sys.sleep(0.1)
    alive <- vapply(jobs, function(job) job$process$is_alive(), NA)
    for (job in jobs[!alive]) cat(if (settle_run(job)) "done: " else "failed: ", job$dir, "\n", sep = "")
    jobs <- jobs[alive]
  }
  dirs
}

#' Whether the run of a process that ended completed; one that never began has its error recorded
#' @noRd
settle_run <- function(job) {
  status <- run_info(job$dir)$status
  if (is.na(status)) {
    said <- tryCatch(job$process$get_result(), error = conditionMessage) %||% "The process ended."
    write_run_metadata("error", list(message = paste(said, collapse = "\n")), job$dir)
    write_run_metadata("properties", list(status = "failed", completed = FALSE, end = as.numeric(Sys.time())), job$dir)
  }
  identical(status, "completed")
}

asked <- function(question) {
  !interactive() || tolower(trimws(readline(paste0(question, " [Y/n] ")))) %in% c("", "y", "yes")
}

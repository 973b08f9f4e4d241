# Runs that were made: as a table, and one of them with all that is known of it.

#' List training runs
#'
#' `ls_runs()` reads the records that [training_run()] left and compares them in one table; `latest_run()` and `run_info()`
#' read that of one run, with its metrics of each epoch. None of them starts Python.
#'
#' @param subset a condition on the columns: only runs for which it holds are listed.
#' @param order columns to order by, as names or expressions; the first one counts most.
#' @param decreasing whether the largest, or the latest, comes first.
#' @param latest_n how many of the latest runs to list.
#' @param runs_dir the directory that holds the runs.
#' @param run_dir a run: its directory, its name below `runs_dir`, a row of `ls_runs()`, or what `run_info()` returns.
#' @param ... not used.
#' @returns `ls_runs()`: a data frame with a row for each run and the columns `run_dir`, `eval_*` (what `evaluate()` gave),
#'   `metric_*` (after the last epoch), `flag_*`, what is known of the training, `start`, `end`, `completed`, and `status`:
#'   `"running"`, `"completed"`, `"failed"`, `"interrupted"`, or `"killed"` for one whose process is gone. `run_info()` and
#'   `latest_run()`: a list of the same for one run, where `metrics` is a data frame with a row for each epoch; `NULL` where
#'   there is no latest one. `as_run_dir()`: directories.
#' @family runs
#' @examples
#' runs <- tempfile("runs")
#' for (rate in c(0.1, 0.2)) {
#'   run <- unique_run_dir(runs)
#'   write_run_metadata("flags", list(rate = rate), run)
#'   write_run_metadata("evaluation", list(loss = 1 - rate), run)
#' }
#' ls_runs(eval_loss < 0.85, runs_dir = runs)
#' latest_run(runs)$flag_rate
#' @export
ls_runs <- function(subset = NULL, order = "start", decreasing = TRUE, latest_n = NULL,
                    runs_dir = getOption("tfruns.runs_dir", "runs"), ...) {
  check_no_more(...)
  check_path(runs_dir)
  check_flag(decreasing)
  dirs <- list.dirs(runs_dir, recursive = FALSE)
  runs <- rows_of(lapply(dirs[dir.exists(file.path(dirs, record_folder))], run_info))
  latest <- function(runs) runs[base::order(runs$start, basename(runs$run_dir), decreasing = TRUE, na.last = TRUE), ]
  runs <- latest(runs)
  if (!is.null(latest_n)) runs <- utils::head(runs, latest_n)
  kept <- eval(substitute(subset), runs, parent.frame())
  if (!is.null(kept)) runs <- runs[!is.na(kept) & kept, ]
  keys <- order_keys(substitute(order), runs, parent.frame())
  runs <- if (!nrow(runs)) runs else runs[do.call(base::order, c(unname(keys), list(decreasing = decreasing))), ]
  rownames(runs) <- NULL
  runs
}

#' The columns to order by: `"a"`, `c("a", "b")`, `a`, `c(a, b)`, or any expression of the columns
#' @noRd
order_keys <- function(order, runs, frame) {
  parts <- if (is.call(order) && identical(order[[1L]], quote(c))) as.list(order)[-1L] else list(order)
  keys <- lapply(parts, function(part) {
    key <- eval(part, runs, frame)
    named <- is.character(key) && !identical(part, as.name(deparse(part)))
    if (named && all(key %in% names(runs))) unclass(runs)[key] else list(key)
  })
  keys <- unlist(keys, recursive = FALSE)
  lapply(keys, function(key) {
    if (length(key) == nrow(runs)) return(if (is.list(key)) unlist(key) else key)
    there <- paste(names(runs), collapse = ", ")
    abort_kind("argument", "`order` must be columns of the runs.", hints = there, call = users_call())
  })
}

#' @rdname ls_runs
#' @export
latest_run <- function(runs_dir = getOption("tfruns.runs_dir", "runs"), ...) {
  check_no_more(...)
  runs <- ls_runs(latest_n = 1, runs_dir = runs_dir)
  if (nrow(runs)) run_info(runs$run_dir)
}

#' @rdname ls_runs
#' @export
run_info <- function(run_dir, ...) {
  check_no_more(...)
  run_dir <- as_run_dir(run_dir)
  if (length(run_dir) != 1L) abort_kind("argument", "`run_dir` must be one run.", call = users_call())
  folder <- file.path(run_dir, record_folder)
  read <- function(name) as.list(read_json(file.path(folder, paste0(name, ".json"))))
  metrics <- lapply(read("metrics"), as.numeric)
  last <- lapply(metrics, function(values) if (length(values)) values[[length(values)]] else NA_real_)
  error <- read("error")
  known <- c(
    list(run_dir = run_dir), prefixed("eval_", read("evaluation")), prefixed("metric_", last),
    prefixed("flag_", read("flags"))
  )
  properties <- how_it_ended(read_properties(file.path(folder, "properties")), folder)
  facts <- list(
    metrics = if (length(metrics)) structure(as.data.frame(metrics, optional = TRUE), class = "data.frame"),
    error_message = error$message, error_traceback = if (length(error$traceback)) paste(error$traceback, collapse = "\n"),
    output = text_of(file.path(folder, "output.txt")), source_code = there(file.path(folder, "source.tar.gz"))
  )
  facts <- c(properties, Filter(Negate(is.null), facts))
  first <- intersect(run_columns, names(facts))
  structure(c(known, facts[c(first, setdiff(names(facts), run_columns))]), class = "tfbridge_run")
}

run_columns <- c(
  "samples", "validation_samples", "batch_size", "epochs", "epochs_completed", "metrics", "model", "loss_function",
  "optimizer", "learning_rate", "script", "start", "end", "completed", "status", "error_message", "error_traceback",
  "output", "source_code", "context", "type"
)
prefixed <- function(prefix, values) {
  values <- Filter(function(value) length(value) == 1L, values)
  if (length(values)) stats::setNames(values, paste0(prefix, names(values)))
}
there <- function(path) if (file.exists(path)) path
text_of <- function(path) if (file.exists(path)) paste(readLines(path, warn = FALSE, encoding = "UTF-8"), collapse = "\n")

read_properties <- function(folder) {
  names <- list.files(folder)
  texts <- stats::setNames(lapply(file.path(folder, names), text_of), names)
  Map(function(name, text) {
    if (name %in% c("start", "end")) return(as.POSIXct(as.numeric(text), origin = "1970-01-01"))
    if (name == "completed") return(as.logical(text))
    number <- suppressWarnings(as.numeric(text))
    if (is.na(number) || name %in% c("model", "script", "context")) text else number
  }, names, texts)
}

#' The properties of a run with its status; one that is said to run, and whose process is gone, was killed
#' @noRd
how_it_ended <- function(properties, folder) {
  status <- properties$status %||% if (!is.null(properties$completed)) if (properties$completed) "completed" else "failed"
  here <- identical(properties$host, Sys.info()[["nodename"]])
  if (identical(status, "running") && here) {
    start <- process_start(properties$process)
    same <- !is.null(start) && (is.null(properties$process_start) || abs(start - properties$process_start) < 1)
    if (!same) {
      status <- "killed"
      files <- list.files(folder, recursive = TRUE, full.names = TRUE)
      properties$end <- max(file.mtime(files))
    }
  }
  properties$status <- status %||% NA_character_
  properties$start <- properties$start %||% as.POSIXct(NA)
  properties$completed <- properties$completed %||% FALSE
  properties[setdiff(names(properties), c("process", "process_start", "host"))]
}

#' @rdname ls_runs
#' @export
as_run_dir <- function(run_dir, runs_dir = getOption("tfruns.runs_dir", "runs"), ...) {
  check_no_more(...)
  paths <- if (is.list(run_dir)) run_dir$run_dir else run_dir
  if (!is.character(paths) || anyNA(paths)) {
    abort_kind("argument", "`run_dir` must be a run: its directory, or a row of `ls_runs()`.", call = users_call())
  }
  below <- file.path(runs_dir, paths)
  paths <- ifelse(!dir.exists(paths) & dir.exists(below), below, paths)
  missing <- !dir.exists(paths)
  if (any(missing)) abort_kind("file", paste0("There is no run ", paths[missing][[1L]], "."), call = users_call())
  paths
}

#' Runs as a data frame: every column that one of them has, in their order
#' @noRd
rows_of <- function(infos) {
  kinds <- list("run_dir", "^eval_", "^metric_(?!val_)", "^metric_val_", "^flag_")
  all <- unique(unlist(lapply(infos, names)))
  front <- unlist(lapply(kinds, grep, all, value = TRUE, perl = TRUE))
  columns <- c(front, intersect(run_columns, all), setdiff(all, c(front, run_columns)))
  infos <- lapply(infos, function(info) {
    # A cell holds no table: the file that does.
    if (!is.null(info$metrics)) info$metrics <- file.path(info$run_dir, record_folder, "metrics.json")
    info
  })
  cells <- lapply(columns, function(column) {
    values <- lapply(infos, function(info) info[[column]] %||% NA)
    if (column %in% c("start", "end")) as.POSIXct(vapply(values, as.numeric, 0), origin = "1970-01-01") else unlist(values)
  })
  table <- stats::setNames(cells, columns)
  if (!length(infos)) {
    start <- as.POSIXct(numeric(), origin = "1970-01-01")
    table <- list(run_dir = character(), start = start, completed = logical(), status = character())
  }
  structure(table, row.names = seq_along(infos), class = c("tfbridge_runs", "data.frame"))
}

#' @export
print.tfbridge_runs <- function(x, ...) {
  shown <- x
  class(shown) <- "data.frame"
  cat("Runs: ", nrow(x), if (nrow(x)) paste0(", ", ncol(x), " columns"), "\n", sep = "")
  if (!nrow(x)) return(invisible(x))
  number <- vapply(shown, is.numeric, NA) & !vapply(shown, inherits, NA, "POSIXct")
  shown[number] <- lapply(shown[number], signif, 4)
  numbers <- grep("^(eval|metric|flag)_", names(x), value = TRUE)
  first <- c("run_dir", numbers, intersect(c("completed", "status"), names(x)))
  widths <- vapply(first, function(name) max(nchar(c(name, format(shown[[name]])))) + 1, 0)
  fits <- first[cumsum(widths) <= getOption("width") - nchar(nrow(x)) - 1]
  print(shown[if (length(fits)) fits else first[1L]])
  others <- setdiff(names(x), fits)
  if (length(others)) cat(strwrap(paste("also:", paste(others, collapse = ", ")), exdent = 2), sep = "\n")
  invisible(x)
}

cell_text <- function(value) if (inherits(value, "POSIXct")) format(value, "%F %T") else format(value, digits = 4)

#' @export
print.tfbridge_run <- function(x, ...) {
  names <- format(names(x))
  values <- vapply(names(x), function(name) {
    value <- x[[name]]
    if (is.data.frame(value)) return(paste0("(data frame, ", nrow(value), " x ", ncol(value), ")"))
    text <- cell_text(value)
    lines <- strsplit(text, "\n", fixed = TRUE)[[1L]]
    if (length(lines) > 1L) paste0("(", length(lines), " lines)") else text
  }, "")
  cat(paste0(names, "  ", values, "\n"), sep = "")
  invisible(x)
}

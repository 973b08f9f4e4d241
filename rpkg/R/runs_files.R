# Directories of runs: copied, put away, removed.

#' Copy runs, put them away, remove them
#'
#' `copy_run()` copies whole runs, `copy_run_files()` the files that they made, without the record. `clean_runs()` moves runs
#' to the directory `archive` below `runs_dir`, where [ls_runs()] does not list them; `purge_runs()` removes for good what is
#' in there.
#'
#' @param run_dir,runs runs: directories, rows of [ls_runs()], or what [run_info()] returns.
#' @param to the directory to copy to; made where it is not there.
#' @param rename names of the copies; by default those of the runs.
#' @param runs_dir the directory that holds the runs.
#' @param confirm whether to ask before.
#' @param ... not used.
#' @returns `copy_run()` and `copy_run_files()`: whether each was copied, invisibly; one that is there already is an error.
#'   `clean_runs()` and `purge_runs()`: how many it was, invisibly. Runs that are going on stay, with a warning.
#' @family runs
#' @examples
#' run <- unique_run_dir(tempfile("runs"))
#' write_run_metadata("properties", list(status = "completed"), run)
#' copy_run(run, tempdir(), rename = "best-run")
#' clean_runs(runs_dir = dirname(run))
#' purge_runs(dirname(run))
#' @export
copy_run <- function(run_dir, to = ".", rename = NULL, ...) {
  check_no_more(...)
  copy_runs(run_dir, to, rename, record = TRUE)
}

#' @rdname copy_run
#' @export
copy_run_files <- function(run_dir, to = ".", rename = NULL, ...) {
  check_no_more(...)
  copy_runs(run_dir, to, rename, record = FALSE)
}

copy_runs <- function(run_dir, to, rename, record) {
  from <- as_run_dir(run_dir)
  make_directory(check_path(to))
  names <- rename %||% basename(normalizePath(from, "/"))
  if (!is.character(names) || length(names) != length(from) || anyDuplicated(names)) {
    abort_kind("argument", "`rename` must be a name for each run.", call = users_call())
  }
  places <- file.path(to, names)
  taken <- file.exists(places)
  if (any(taken)) abort_kind("file", paste0(places[taken][[1L]], " exists."), call = users_call())
  invisible(mapply(copy_one, from, places, record, USE.NAMES = FALSE))
}

#' A directory that is there whole or not at all
#' @noRd
copy_one <- function(from, place, record) {
  part <- tempfile(".part-", dirname(place))
  dir.create(part)
  on.exit(unlink(part, recursive = TRUE))
  files <- list.files(from, all.files = TRUE, no.. = TRUE)
  if (!record) files <- setdiff(files, record_folder)
  copied <- all(file.copy(file.path(from, files), part, recursive = TRUE, copy.date = TRUE))
  if (!copied || !file.rename(part, place)) {
    abort_kind("file", paste0(place, " could not be written."), call = users_call())
  }
  TRUE
}

#' @rdname copy_run
#' @export
clean_runs <- function(runs = ls_runs(runs_dir = runs_dir), runs_dir = getOption("tfruns.runs_dir", "runs"),
                       confirm = interactive(), ...) {
  check_no_more(...)
  check_flag(confirm)
  dirs <- as_run_dir(runs, runs_dir)
  running <- vapply(dirs, function(dir) identical(run_info(dir)$status, "running"), NA)
  if (any(running)) {
    rlang::warn(paste0("Going on, and left alone: ", paste(dirs[running], collapse = ", ")), class = "tfbridge_warning")
  }
  dirs <- dirs[!running]
  if (!length(dirs) || (confirm && !asked(paste("Put away", length(dirs), "runs?")))) return(invisible(0L))
  archive <- make_directory(file.path(runs_dir, "archive"))
  moved <- file.rename(dirs, file.path(archive, basename(normalizePath(dirs, "/"))))
  if (!all(moved)) abort_kind("file", paste0(dirs[!moved][[1L]], " could not be moved."), call = users_call())
  message("Put away in ", archive, ": ", length(dirs))
  invisible(length(dirs))
}

#' @rdname copy_run
#' @export
purge_runs <- function(runs_dir = getOption("tfruns.runs_dir", "runs"), confirm = interactive(), ...) {
  check_no_more(...)
  check_path(runs_dir)
  check_flag(confirm)
  dirs <- list.dirs(file.path(runs_dir, "archive"), recursive = FALSE)
  if (!length(dirs) || (confirm && !asked(paste("Remove", length(dirs), "runs for good?")))) return(invisible(0L))
  unlink(dirs, recursive = TRUE)
  message("Removed: ", length(dirs))
  invisible(length(dirs))
}

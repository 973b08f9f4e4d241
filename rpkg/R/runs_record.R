# What is recorded of a training run: its directory, and the files in `tfruns.d` there, each written whole.

record_folder <- "tfruns.d"
runs_home <- function() getOption("tfruns.runs_dir", "runs")

#' The directory of a run
#'
#' A script that [training_run()] runs has a directory of its own, for the files that it makes.
#'
#' @param runs_dir the directory that holds the runs; `options(tfruns.runs_dir = )` says another one than `"runs"`.
#' @param seconds_scale how many decimals the seconds in the name have. More are taken where the name is taken.
#' @param ... not used.
#' @returns `run_dir()`: the directory of the run, outside of runs the working directory. `is_run_active()`: whether a run is
#'   going on. `unique_run_dir()`: the path of a new directory, which is made, named by the time in UTC.
#' @family runs
#' @examples
#' is_run_active()
#' unique_run_dir(tempfile("runs"))
#' @export
run_dir <- function() if (is_run_active()) the$run$dir else getwd()

#' @rdname run_dir
#' @export
is_run_active <- function() !is.null(the$run)

#' @rdname run_dir
#' @export
unique_run_dir <- function(runs_dir = getOption("tfruns.runs_dir", "runs"), seconds_scale = 0, ...) {
  check_no_more(...)
  check_path(runs_dir)
  make_directory(runs_dir)
  for (scale in seq(seconds_scale, 6)) {
    now <- Sys.time()
    # `%OS3` cuts decimals off, and with them the whole seconds of a rounded `%S` would not agree.
    path <- file.path(runs_dir, format(now, paste0("%Y-%m-%dT%H-%M-%OS", scale, "Z"), tz = "UTC"))
    if (dir.create(path, showWarnings = FALSE)) return(path)
  }
  abort_kind("file", paste0("No directory could be made in ", runs_dir, "."), call = users_call())
}

make_directory <- function(path) {
  dir.create(path, recursive = TRUE, showWarnings = FALSE)
  if (!dir.exists(path)) abort_kind("file", paste0("The directory ", path, " could not be made."), call = users_call())
  path
}

#' Record something of a run
#'
#' [training_run()], [flags()], `fit()` and `evaluate()` record by themselves what they know; these functions add to it, for
#' example what a training loop of one's own measures. `write_run_data()` is the older name.
#'
#' @param type what is recorded: `"flags"`, `"metrics"` (a data frame or named list with a number for each epoch),
#'   `"evaluation"`, `"properties"` (all named lists), `"model"` (text), `"source"` (paths of files) or `"error"` (`message`
#'   and `traceback`).
#' @param data the values. Evaluations and properties are added to those that are there, by name; the others take their
#'   place.
#' @param run_dir the run; by default the one that is active. Without one, nothing is written.
#' @param ... not used.
#' @returns Whether there was a run to write to, invisibly.
#' @family runs
#' @examples
#' run <- unique_run_dir(tempfile("runs"))
#' write_run_metadata("metrics", list(loss = c(0.9, 0.5)), run)
#' write_run_metadata("properties", list(author = "me"), run)
#' run_info(run)$metrics
#' @export
write_run_metadata <- function(type, data, run_dir = NULL, ...) {
  check_no_more(...)
  type <- check_choice(type, names(record_writers))
  run_dir <- run_dir %||% the$run$dir
  if (is.null(run_dir)) return(invisible(FALSE))
  check_path(run_dir)
  record_writers[[type]](data, make_directory(file.path(run_dir, record_folder)))
  if (identical(run_dir, the$run$dir) && !is.null(the$run$output)) flush(the$run$output)
  invisible(TRUE)
}

#' @rdname write_run_metadata
#' @export
write_run_data <- function(type, data, ...) {
  check_no_more(...)
  write_run_metadata(type, data)
}

record_writers <- list(
  flags = function(data, folder) write_json(named_values(data), file.path(folder, "flags.json")),
  metrics = function(data, folder) {
    columns <- lapply(named_values(data), as.numeric)
    if (length(unique(lengths(columns))) > 1L) {
      abort_kind("argument", "Metrics must have one number for each epoch, all of them.", call = users_call())
    }
    write_json(columns, file.path(folder, "metrics.json"), unbox = FALSE)
  },
  evaluation = function(data, folder) {
    path <- file.path(folder, "evaluation.json")
    write_json(utils::modifyList(read_json(path) %||% list(), named_values(data)), path)
  },
  properties = function(data, folder) write_properties(named_values(data), folder),
  model = function(data, folder) write_properties(list(model = paste(data, collapse = "\n")), folder),
  source = function(data, folder) archive_sources(data, file.path(folder, "source.tar.gz")),
  error = function(data, folder) write_json(as.list(data), file.path(folder, "error.json"), unbox = TRUE)
)

named_values <- function(data) {
  data <- as.list(data)
  if (length(data) && !rlang::is_named(data)) {
    abort_kind("argument", "What is recorded of a run must have names.", call = users_call())
  }
  data
}

#' One text file for each property
#' @noRd
write_properties <- function(values, folder) {
  folder <- make_directory(file.path(folder, "properties"))
  values <- Filter(length, values)
  for (name in names(values)) {
    if (name != basename(name)) {
      abort_kind("argument", paste0("A property cannot be named `", name, "`."), call = users_call())
    }
    value <- values[[name]]
    text <- if (is.numeric(value)) format(as.numeric(value), digits = 15, trim = TRUE) else as.character(value)
    write_whole(file.path(folder, name), function(path) {
      connection <- file(path, "w", encoding = "UTF-8")
      on.exit(close(connection))
      writeLines(paste(text, collapse = "\n"), connection)
    })
  }
}

write_json <- function(data, path, unbox = TRUE) {
  data <- lapply(data, function(value) if (is.factor(value)) as.character(value) else value)
  write_whole(path, function(part) {
    text <- jsonlite::toJSON(data, auto_unbox = unbox, digits = NA, na = "string", null = "null", pretty = TRUE)
    writeLines(enc2utf8(if (length(data)) text else "{}"), part, useBytes = TRUE)
  })
}

read_json <- function(path) {
  if (!file.exists(path)) return(NULL)
  tryCatch(jsonlite::read_json(path, simplifyVector = TRUE), error = function(e) NULL)
}

#' A file that is there whole or not at all, whoever is killed: it grows beside its place
#' @noRd
write_whole <- function(path, write) {
  part <- tempfile(".part-", dirname(path))
  on.exit(unlink(part))
  failed <- tryCatch(
    {
      write(part)
      !file.rename(part, path)
    },
    error = function(e) TRUE, warning = function(w) TRUE
  )
  if (failed) abort_kind("file", paste0(path, " could not be written."), call = users_call())
}

archive_sources <- function(files, path) {
  place <- tempfile("sources")
  dir.create(place)
  on.exit(unlink(place, recursive = TRUE))
  file.copy(files, place)
  write_whole(path, function(part) {
    old <- setwd(place)
    on.exit(setwd(old))
    utils::tar(part, list.files(place), compression = "gzip", tar = "internal")
  })
}

#' What `fit()` records of the model at its start, and of the metrics after each epoch; NULL outside of runs
#' @noRd
record_training <- function(model, arguments) {
  if (!is_run_active()) return(NULL)
  validation <- arguments$validation_data
  samples <- samples_in(arguments$x)
  share <- arguments$validation_split %||% 0
  held_out <- if (!is.null(validation)) samples_in(if (is_plain_list(validation)) validation[[1L]] else validation)
  if (is.null(held_out) && !is.null(samples) && share > 0) {
    held_out <- samples - floor(samples * (1 - share))
    samples <- samples - held_out
  }
  write_run_metadata("properties", c(
    list(
      samples = samples, validation_samples = held_out, epochs = arguments$epochs %||% 1, epochs_completed = 0,
      batch_size = arguments$batch_size %||% if (!is.null(samples)) 32
    ),
    cross("models.train.described", model)
  ))
  function(history) {
    history <- training_history(history)
    write_run_metadata("metrics", history$metrics)
    write_run_metadata("properties", list(epochs_completed = max(history$epoch)))
  }
}

#' How many samples data have, NULL where that shows only as they are read
#' @noRd
samples_in <- function(x) {
  if (is_plain_list(x) && length(x)) return(samples_in(x[[1L]]))
  if (is.atomic(x) || is.data.frame(x)) NROW(x)
}

#' What `evaluate()` records
#' @noRd
record_evaluation <- function(metrics) {
  if (is_run_active()) write_run_metadata("evaluation", as.list(metrics))
  metrics
}

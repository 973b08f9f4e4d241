# TensorBoard: a program that shows logs in the browser, as a process that ends with this session.

#' Show logs in TensorBoard
#'
#' Starts TensorBoard, waits until it answers and opens its page, which follows the logs while training goes on. Logs are
#' written by [callback_tensorboard()], or by `tf$summary` in loops of one's own. The program ends with the R session.
#'
#' @param log_dir directories with logs, which may come into being later; where they have names, TensorBoard shows these.
#'   By default `logs` in [run_dir()].
#' @param action `"start"`, or `"stop"` to end the program: the one that shows `log_dir`, without one all of them.
#' @param host the address it listens at; the default is reached from this machine alone.
#' @param port the port it listens at; `"auto"` takes a free one.
#' @param launch_browser whether to open the page, or a function that is given its URL. Otherwise the URL is printed.
#' @param reload_interval after how many seconds logs are read anew.
#' @param purge_orphaned_data whether what a restarted training wrote before is left out.
#' @param ... not used.
#' @returns The URL, invisibly.
#' @family training
#' @examplesIf FALSE
#' model %>% fit(x, y, epochs = 10, callbacks = callback_tensorboard("logs", histogram_freq = 1))
#' tensorboard("logs")
#' tensorboard(c(small = "logs/a", large = "logs/b"))
#' tensorboard(action = "stop")
#' @export
tensorboard <- function(log_dir = NULL, action = c("start", "stop"), host = "127.0.0.1", port = "auto",
                        launch_browser = getOption("tensorflow.tensorboard.browser", interactive()),
                        reload_interval = 5, purge_orphaned_data = TRUE, ...) {
  check_no_more(...)
  action <- check_choice(action, c("start", "stop"))
  if (!is.null(log_dir)) log_dir <- check_log_dirs(log_dir)
  if (action == "stop") return(stop_boards(log_dir))
  log_dir <- log_dir %||% check_log_dirs(file.path(run_dir(), "logs"))
  options <- c(
    "--host", check_path(host), "--port", if (identical(port, "auto")) 0 else check_count(port, "port", 65535),
    "--reload_interval", check_count(reload_interval, "reload_interval", 1e6),
    "--purge_orphaned_data", tolower(check_flag(purge_orphaned_data))
  )
  board <- Find(function(board) shows(board, log_dir), the$boards)
  if (is.null(board)) {
    board <- start_board(log_dir, options)
    the$boards <- c(the$boards, list(board))
  }
  show_board(board$url, launch_browser)
  invisible(board$url)
}

show_board <- function(url, launch_browser) {
  if (is.function(launch_browser)) return(launch_browser(url))
  if (isTRUE(launch_browser)) utils::browseURL(url) else cat("TensorBoard: ", url, "\n", sep = "")
}

check_log_dirs <- function(log_dir) {
  if (!is.character(log_dir) || !length(log_dir) || anyNA(log_dir) || !all(nzchar(log_dir))) {
    abort_kind("argument", "`log_dir` must be one directory or more.", call = users_call())
  }
  paths <- rlang::set_names(normalizePath(log_dir, "/", mustWork = FALSE), names(log_dir))
  if (length(paths) > 1L && is.null(names(paths))) names(paths) <- basename(paths)
  # TensorBoard separates several by these.
  if (!is.null(names(paths)) && (any(grepl("[,:]", names(paths)), grepl(",", paths)) || anyDuplicated(names(paths)))) {
    message <- "Names of `log_dir` must differ and have no `,` or `:`, directories no `,`."
    abort_kind("argument", message, call = users_call())
  }
  paths
}

check_count <- function(x, name, most) {
  number <- if (length(x) == 1L) suppressWarnings(as.numeric(x)) else NA
  if (isTRUE(number >= 0 && number <= most && number == round(number))) return(format(number, scientific = FALSE))
  abort_kind("argument", paste0("`", name, "` must be a whole number."), call = users_call())
}

shows <- function(board, log_dir) identical(board$log_dir, log_dir) && board$process$is_alive()

start_board <- function(log_dir, options) {
  where <- if (is.null(names(log_dir))) c("--logdir", log_dir) else {
    c("--logdir_spec", paste(names(log_dir), log_dir, sep = ":", collapse = ","))
  }
  said <- tempfile("tensorboard")
  process <- processx::process$new(
    python_program(), c("-m", "tensorboard.main", where, options),
    stdout = said, stderr = "2>&1", supervise = TRUE, cleanup_tree = TRUE, env = c("current", TF_CPP_MIN_LOG_LEVEL = "3")
  )
  started <- FALSE
  on.exit(if (!started) process$kill_tree())
  url <- wait_for_board(process, said)
  started <- TRUE
  list(process = process, url = url, log_dir = log_dir)
}

#' The URL, once the program answers there
#' @noRd
wait_for_board <- function(process, said, seconds = 120) {
  end <- Sys.time() + seconds
  while (process$is_alive() && Sys.time() < end) {
    lines <- readLines(said, warn = FALSE)
    found <- regmatches(lines, regexpr("http://\\S+:[0-9]+/", lines))
    if (length(found) && answers(found[[1L]])) return(found[[1L]])
    Sys.sleep(0.2)
  }
  lines <- readLines(said, warn = FALSE)
  if (any(grepl("No module named '?tensorboard", lines))) {
    how <- "`install_tfbridge()` installs it, or `pip install tensorboard` in the Python that is used."
    abort_kind("not_provided", "TensorBoard is not installed.", hints = how, call = users_call())
  }
  late <- paste("It did not answer in", seconds, "seconds.")
  why <- if (process$is_alive()) late else utils::tail(lines[nzchar(lines)], 3L)
  abort_kind("session", "TensorBoard could not be started.", details = why, call = users_call())
}

#' Whether a server gives a page; asked by a socket, for proxies would be in the way
#' @noRd
answers <- function(url) {
  parts <- regmatches(url, regexec("^http://(.*):([0-9]+)/$", url))[[1L]]
  tryCatch(suppressWarnings({
    connection <- socketConnection(gsub("[][]", "", parts[[2L]]), as.integer(parts[[3L]]), open = "r+", timeout = 10)
    on.exit(close(connection))
    writeLines(c("GET /data/environment HTTP/1.0", "", ""), connection, sep = "\r\n")
    any(grepl("^HTTP/1.[01] 200", readLines(connection, 1L)))
  }), error = function(e) FALSE)
}

stop_boards <- function(log_dir) {
  stopped <- vapply(the$boards, function(board) is.null(log_dir) || identical(board$log_dir, log_dir), NA)
  for (board in the$boards[stopped]) {
    board$process$kill_tree()
    board$process$wait(10000)
  }
  urls <- vapply(the$boards[stopped], `[[`, "", "url")
  the$boards <- the$boards[!stopped]
  invisible(urls)
}

#' The Python to run programs of, without starting it in this session
#' @noRd
python_program <- function() {
  if (reticulate::py_available()) return(reticulate::py_config()$python)
  asked <- Sys.getenv("RETICULATE_PYTHON")
  if (nzchar(asked)) return(path.expand(asked))
  if (has_own_environment()) return(reticulate::virtualenv_python(own_environment))
  start_python()
  reticulate::py_config()$python
}

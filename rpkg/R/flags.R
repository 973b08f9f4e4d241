# Flags of training scripts: numbers and words that the command line or a file may change.

#' Flags of a training script
#'
#' `flags()` takes the defaults that a script declares; `--name value` on the command line, or `name: value` lines in the
#' file that `config_file` or `R_CONFIG_FILE` names, come before them.
#'
#' @param ... flags.
#' @param config_file,file a file with a line `name: value` for each flag.
#' @param arguments words of the command line.
#' @param name,default,description of a flag.
#' @returns `flags()`, `parse_flags()` and `parse_arguments()`: a named list; the others a declaration.
#' @family training
#' @examples
#' FLAGS <- flags(flag_integer("epochs", 5), flag_numeric("rate", 0.1), flag_string("name", "a"))
#' FLAGS$epochs
#' @export
flags <- function(..., config_file = Sys.getenv("R_CONFIG_FILE", "flags.yml"), arguments = commandArgs(TRUE)) {
  declared <- rlang::list2(...)
  values <- stats::setNames(lapply(declared, `[[`, "default"), vapply(declared, `[[`, "", "name"))
  kinds <- stats::setNames(lapply(declared, `[[`, "type"), names(values))
  given <- c(if (file.exists(config_file)) parse_flags(file = config_file), parse_arguments(arguments))
  for (name in intersect(names(given), names(values))) values[[name]] <- flag_value(name, given[[name]], kinds[[name]])
  values
}

#' @rdname flags
#' @export
flag_numeric <- function(name, default, description = NULL, ...) {
  check_no_more(...)
  declare_flag(name, "numeric", default)
}

#' @rdname flags
#' @export
flag_integer <- function(name, default, description = NULL, ...) {
  check_no_more(...)
  declare_flag(name, "integer", as.integer(default))
}

#' @rdname flags
#' @export
flag_boolean <- function(name, default, description = NULL, ...) {
  check_no_more(...)
  declare_flag(name, "logical", default)
}

#' @rdname flags
#' @export
flag_string <- function(name, default, description = NULL, ...) {
  check_no_more(...)
  declare_flag(name, "character", default)
}

#' @rdname flags
#' @export
parse_flags <- function(config_file = "flags.yml", file = config_file, ...) {
  check_no_more(...)
  lines <- trimws(readLines(file, encoding = "UTF-8", warn = FALSE))
  lines <- grep("^([#]|---|[.]{3}|$)", lines, value = TRUE, invert = TRUE)
  parts <- regmatches(lines, regexec("^(\"[^\"]*\"|'[^']*'|[^:]+?)\\s*:(?:\\s+(.*))?$", lines, perl = TRUE))
  parts <- parts[lengths(parts) > 0L]
  texts <- lapply(parts, function(part) vapply(part[-1L], flag_text, "", USE.NAMES = FALSE))
  stats::setNames(lapply(texts, `[[`, 2L), vapply(texts, `[[`, "", 1L))
}

#' The value of a line: without its quotes, where it has them, else without its comment
#' @noRd
flag_text <- function(text) {
  if (startsWith(text, "'")) return(gsub("''", "'", sub("^'((?:[^']|'')*)'.*$", "\\1", text, perl = TRUE), fixed = TRUE))
  if (!startsWith(text, "\"")) return(trimws(sub("(^|\\s)#.*$", "", text)))
  inside <- sub("^\"((?:[^\"\\\\]|\\\\.)*)\".*$", "\\1", text, perl = TRUE)
  for (escape in c("n\n", "t\t", "\"\"")) {
    inside <- gsub(paste0("\\", substr(escape, 1L, 1L)), substr(escape, 2L, 2L), inside, fixed = TRUE)
  }
  gsub("\\\\", "\\", inside, fixed = TRUE)
}

#' @rdname flags
#' @export
parse_arguments <- function(arguments = NULL, ...) {
  check_no_more(...)
  words <- as.character(arguments %||% commandArgs(TRUE))
  at <- which(startsWith(words, "--") & words != "--")
  has_equal <- grepl("=", words[at], fixed = TRUE)
  follows <- c(words, "--")[at + 1L]
  values <- ifelse(startsWith(follows, "--"), "TRUE", follows)
  values[has_equal] <- sub("^[^=]*=", "", words[at][has_equal])
  stats::setNames(as.list(values), gsub("-", "_", sub("=.*$", "", sub("^--", "", words[at]))))
}

declare_flag <- function(name, type, default) list(name = name, type = type, default = default)

flag_value <- function(name, text, type) {
  if (type == "logical") {
    value <- match(tolower(text), c("true", "yes", "on", "t", "false", "no", "off", "f")) <= 4L
  } else {
    value <- text
    suppressWarnings(storage.mode(value) <- if (type == "integer") "numeric" else type)
    if (type == "integer") value <- if (is.na(value) || value != round(value)) NA else as.integer(value)
  }
  if (is.na(value)) abort_kind("argument", paste0("The flag `", name, "` must be ", type, ", not \"", text, "\"."))
  value
}

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
  declared <- list(...)
  values <- stats::setNames(lapply(declared, `[[`, "default"), vapply(declared, `[[`, "", "name"))
  kinds <- stats::setNames(lapply(declared, `[[`, "type"), names(values))
  given <- c(if (file.exists(config_file)) parse_flags(file = config_file), parse_arguments(arguments))
  for (name in intersect(names(given), names(values))) values[[name]] <- flag_value(name, given[[name]], kinds[[name]])
  values
}

#' @rdname flags
#' @export
flag_numeric <- function(name, default, description = NULL) declare_flag(name, "numeric", default)

#' @rdname flags
#' @export
flag_integer <- function(name, default, description = NULL) declare_flag(name, "integer", as.integer(default))

#' @rdname flags
#' @export
flag_boolean <- function(name, default, description = NULL) declare_flag(name, "logical", default)

#' @rdname flags
#' @export
flag_string <- function(name, default, description = NULL) declare_flag(name, "character", default)

#' @rdname flags
#' @export
parse_flags <- function(config_file = "flags.yml", file = config_file) {
  lines <- grep("^[^#:]+:", readLines(file, encoding = "UTF-8", warn = FALSE), value = TRUE)
  stats::setNames(as.list(trimws(sub("^[^:]+:", "", lines))), trimws(sub(":.*$", "", lines)))
}

#' @rdname flags
#' @export
parse_arguments <- function(arguments = NULL) {
  arguments <- as.character(unlist(strsplit(as.character(arguments %||% commandArgs(TRUE)), "=", fixed = TRUE)))
  at <- which(startsWith(arguments, "--"))
  has_value <- at < length(arguments) & !startsWith(c(arguments, "--")[at + 1L], "--")
  stats::setNames(as.list(ifelse(has_value, arguments[at + 1L], "TRUE")), gsub("-", "_", sub("^--", "", arguments[at])))
}

declare_flag <- function(name, type, default) list(name = name, type = type, default = default)

flag_value <- function(name, text, type) {
  value <- text
  suppressWarnings(storage.mode(value) <- type)
  if (is.na(value)) abort_kind("argument", paste0("The flag `", name, "` must be ", type, ", not \"", text, "\"."))
  value
}

# Flags of training scripts: numbers and words that the command line or a file may change.

#' Flags of a training script
#'
#' `flags()` takes the defaults that a script declares. Before them come the values of a YAML file, `--name value` or
#' `--name=value` on the command line, and what [training_run()] and [tuning_run()] were given, the last one first.
#'
#' @param ... flags.
#' @param config the part of the file that counts, where its entries are parts: `default` holds for all of them, and
#'   `inherits: name` in a part takes over another one.
#' @param file a YAML file with `name: value` for each flag; it need not be there.
#' @param arguments words of the command line.
#' @param name,default,description of a flag.
#' @returns `flags()`, `parse_flags()` and `parse_arguments()`: a named list; the others a declaration.
#' @family training
#' @examples
#' FLAGS <- flags(flag_integer("epochs", 5), flag_numeric("rate", 0.1), flag_string("name", "a"))
#' FLAGS$epochs
#' @export
flags <- function(..., config = Sys.getenv("R_CONFIG_ACTIVE", unset = "default"),
                  file = Sys.getenv("R_CONFIG_FILE", "flags.yml"), arguments = commandArgs(TRUE)) {
  declared <- rlang::list2(...)
  values <- stats::setNames(lapply(declared, `[[`, "default"), vapply(declared, `[[`, "", "name"))
  kinds <- stats::setNames(lapply(declared, `[[`, "type"), names(values))
  if (is_run_active()) check_flags_of_run(names(values))
  if (is_run_active() && missing(config)) config <- the$run$config
  given <- c(if (file.exists(file)) file_flags(file, config, as_text = TRUE), parse_arguments(arguments), the$run$flags)
  for (name in intersect(names(given), names(values))) values[[name]] <- flag_value(name, given[[name]], kinds[[name]])
  if (is_run_active()) write_run_metadata("flags", values)
  values
}

check_flags_of_run <- function(declared) {
  unknown <- setdiff(names(the$run$flags), declared)
  if (!length(unknown)) return()
  distances <- utils::adist(unknown[[1L]], declared)
  near <- if (length(declared) && min(distances) <= 3) paste0("Did you mean `", declared[which.min(distances)], "`?")
  abort_kind("argument", paste0("The script has no flag `", unknown[[1L]], "`."), hints = near, call = quote(flags()))
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
parse_flags <- function(config = Sys.getenv("R_CONFIG_ACTIVE", unset = "default"),
                        file = Sys.getenv("R_CONFIG_FILE", "flags.yml"), arguments = character(), ...) {
  check_no_more(...)
  utils::modifyList(file_flags(check_path(file), config), parse_arguments(arguments))
}

#' The flags of a file; as text, a flag of type "character" keeps what was written, `1.10` and `yes`
#' @noRd
file_flags <- function(file, config, as_text = FALSE) {
  if (!file.exists(file)) abort_kind("file", paste0("There is no file ", file, "."), call = users_call())
  keep <- function(text) text
  kinds <- c("bool#yes", "bool#no", "int", "int#hex", "int#oct", "float", "float#fix", "float#exp", "timestamp")
  handlers <- if (as_text) stats::setNames(rep(list(keep), length(kinds)), kinds)
  found <- tryCatch(yaml::read_yaml(file, handlers = handlers), error = function(error) {
    abort_kind("file", paste0(file, " is no YAML."), details = conditionMessage(error), call = users_call())
  })
  if (length(found) && !rlang::is_named(found)) {
    abort_kind("file", paste0(file, " has no lines `name: value`."), call = users_call())
  }
  if (is.list(found[["default"]])) config_part(found, config, file) else as.list(found)
}

#' One part of a file, on top of what it inherits
#' @noRd
config_part <- function(parts, name, file, above = character()) {
  if (name %in% above) abort_kind("file", paste0("Parts of ", file, " inherit each other."), call = users_call())
  part <- as.list(parts[[name]])
  base <- part[["inherits"]] %||% if (name != "default") "default"
  part[["inherits"]] <- NULL
  if (is.null(base)) part else utils::modifyList(config_part(parts, base, file, c(above, name)), part)
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
  if (length(text) != 1L || is.list(text)) {
    abort_kind("argument", paste0("The flag `", name, "` must be one value, not ", length(text), "."))
  }
  if (is.factor(text)) text <- as.character(text)
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

# Wrong arguments by mechanism: the example of each exported function is its valid call, in which one argument at a time is
# replaced by values of which its role and kind (bridge.catalog) or its default say that they are wrong.

#' Functions that cannot be called with wrong arguments here, and why
out_of_reach <- c(
  "^application_(?!preprocess|decode)" = "builds a whole network, or downloads one",
  "^dataset_(boston|california|cifar|fashion|imdb|mnist|reuters)" = "downloads",
  "^get_file$" = "downloads", "^install_" = "installs", "^use_" = "changes the session",
  "^distribution_initialize$" = "waits for other machines", "^py_|^conda|^virtualenv|^import$" = "of reticulate",
  "^config_(set|enable|disable)" = "changes the session"
)

#' The functions to try: all that are exported and not only an error that says what to use instead
tried_functions <- function() {
  exported <- sort(getNamespaceExports("tfbridge"))
  namespace <- asNamespace("tfbridge")
  reachable <- function(name) {
    f <- get0(name, namespace, mode = "function")
    is.function(f) && identical(environment(f), namespace) && length(formals(f)) > 0L &&
      !any(vapply(names(out_of_reach), grepl, NA, name, perl = TRUE)) &&
      !any(c("stop_not_provided", "UseMethod") %in% all.names(body(f)))
  }
  Filter(reachable, exported)
}

#' What the functions tried here set for the whole session is as it was afterwards
local_keras_settings <- function(frame = parent.frame()) {
  floatx <- config_floatx()
  epsilon <- config_epsilon()
  format <- config_image_data_format()
  restore <- function() {
    config_set_floatx(floatx)
    config_set_epsilon(epsilon)
    config_set_image_data_format(format)
  }
  withr::defer(restore(), envir = frame)
}

#' The code of a function's example, as expressions
example_code <- function(name) {
  text <- examples_by_alias()[[name]]
  if (is.null(text)) return(expression())
  parse(text = grep("# examplesIf|^##|^$", text, value = TRUE, invert = TRUE), keep.source = FALSE)
}

examples_by_alias <- local({
  found <- NULL
  function() {
    if (is.null(found)) {
      made <- list()
      for (page in tools::Rd_db("tfbridge")) {
        # Not the stage "render": it asks Keras for its documentation, page by page.
        code <- utils::capture.output(tools::Rd2ex(page, stages = c("build", "install")))
        code <- sub("^##D ?", "", code)
        for (alias in unlist(Filter(function(part) attr(part, "Rd_tag") == "\\alias", page))) made[[alias]] <- code
      }
      found <<- made
    }
    found
  }
})

#' The valid call of a function: the arguments of its example by name, else a value for each that it needs
valid_call <- function(name) {
  env <- new.env(parent = globalenv())
  f <- get(name, asNamespace("tfbridge"))
  for (code in as.list(example_code(name))) {
    found <- find_call(code, name)
    if (!is.null(found)) return(lapply(as.list(match.call(f, found))[-1L], eval, env))
    eval(code, env)
  }
  row <- tryCatch(tfbridge:::cross("catalog.rows.row", name), error = function(e) NULL)
  if (is.null(row)) return(NULL)
  lapply(row$example_values, function(text) eval(parse(text = text), env))
}

find_call <- function(code, name) {
  if (!is.call(code)) return(NULL)
  if (identical(code[[1L]], as.symbol(name))) return(code)
  if (identical(code[[1L]], as.symbol("%>%")) && is.call(code[[3L]]) && identical(code[[3L]][[1L]], as.symbol(name))) {
    return(as.call(append(as.list(code[[3L]]), code[[2L]], 1L)))
  }
  for (part in as.list(code)) {
    if (is.call(part)) {
      found <- find_call(part, name)
      if (!is.null(found)) return(found)
    }
  }
  NULL
}

#' What is known of an argument: its kind, from the catalog or from its default
kinds_of <- function(name) {
  row <- tryCatch(tfbridge:::cross("catalog.rows.row", name), error = function(e) NULL)
  f <- get(name, asNamespace("tfbridge"))
  arguments <- setdiff(names(formals(f)), "...")
  told <- if (!is.null(row)) c(row$arguments)
  checked <- if (!is.null(row)) c(row$kinds)
  vapply(arguments, function(argument) {
    role <- if (argument %in% names(told)) told[[argument]] else "any"
    kind <- if (argument %in% names(checked)) checked[[argument]] else "any"
    if (kind != "any") return(kind)
    if (!role %in% c("any", "unknown")) return(role)
    object <- sub("^.*_", "", argument)
    if (object %in% c("activation", "initializer", "regularizer", "constraint")) return("object")
    if (is.null(row)) kind_of_default(formals(f)[[argument]]) else "any"
  }, "")
}

kind_of_default <- function(default) {
  if (is.logical(default) && !anyNA(default)) return("flag")
  if (is.numeric(default)) return("number")
  if (is.character(default)) return("text")
  if (is.call(default) && identical(default[[1L]], quote(c)) && all(vapply(as.list(default)[-1L], is.character, NA))) {
    return("a|b")
  }
  "any"
}

#' Values that an argument of a kind cannot have
wrong_values <- function(kind) {
  if (grepl("|", kind, fixed = TRUE)) return(list(choice = "nonsense", type = 3.5, "NA" = NA_character_))
  switch(kind,
    whole = list(type = "a", "NA" = NA, fraction = 2.5, length = c(1, 2)),
    seed = list(type = "a", "NA" = NA, fraction = 2.5, length = c(1, 2)),
    whole_or_float = list(type = "a", "NA" = NA),
    ints = list("NA" = NA, fraction = 2.5, length = 1:7),
    several_ints = list(type = "a", "NA" = NA, fraction = 2.5),
    flag = list(type = "no", "NA" = NA, length = c(TRUE, FALSE)),
    number = list(type = "a", "NA" = NA, length = c(0.1, 0.2)),
    rate = list(type = "a", "NA" = NA, length = c(0.1, 0.2)),
    numbers = list(type = "a"),
    text = list(type = 3, "NA" = NA_character_, length = c("a", "b")),
    axis = list(type = "a", "NA" = NA, fraction = 1.5, zero = 0),
    shape = list(type = "a", fraction = 2.5),
    newshape = list(type = "a", fraction = 2.5),
    dtype = list(type = 3, choice = "flaot32", "NA" = NA_character_),
    initializer = list(type = TRUE, choice = "nonsense"),
    object = list(type = 3.5, choice = "nonsense"),
    index = list(type = "a", fraction = 1.5, zero = 0),
    class_index = list(type = "a", fraction = 1.5, zero = 0),
    tensor = list(type = emptyenv(), "function" = function(x) x),
    "function" = list(type = 3),
    list()
  )
}

misspelt <- function(argument) paste0(substr(argument, 1, 1), "z", substring(argument, 2))

#' Every wrong call of a function: what is wrong, the argument, and what came of it
outcomes_of <- function(name) {
  arguments <- tryCatch(suppressMessages(suppressWarnings(valid_call(name))), error = function(e) NULL)
  if (is.null(arguments) || outcome(name, arguments, "")$outcome != "accepted") return(NULL)
  kinds <- kinds_of(name)
  cases <- list()
  for (argument in names(kinds)) {
    wrong <- wrong_values(kinds[[argument]])
    for (what in names(wrong)) {
      given <- arguments
      given[argument] <- wrong[what]
      cases[[length(cases) + 1L]] <- list(argument, what, given)
    }
  }
  for (argument in utils::tail(names(kinds), 1L)) {
    wrong <- misspelt(argument)
    cases[[length(cases) + 1L]] <- list(wrong, "name", c(arguments, stats::setNames(list(1), wrong)))
  }
  rows <- lapply(cases, function(case) {
    told <- outcome(name, case[[3L]], case[[1L]])
    data.frame(f = name, argument = case[[1L]], kind = kinds[case[[1L]]], wrong = case[[2L]], told, row.names = NULL)
  })
  do.call(rbind, rows)
}

outcome <- function(name, given, argument) {
  condition <- tryCatch(
    {
      utils::capture.output(suppressMessages(suppressWarnings(
        do.call(name, given, quote = TRUE, envir = asNamespace("tfbridge"))
      )))
      NULL
    },
    error = identity
  )
  if (is.null(condition)) return(data.frame(outcome = "accepted", message = ""))
  message <- conditionMessage(condition)
  ours <- inherits(condition, "tfbridge_error") && !inherits(condition, "tfbridge_error_python")
  names_it <- grepl(paste0("(?<![a-zA-Z0-9_])\\Q", argument, "\\E(?![a-zA-Z0-9_])"), message, perl = TRUE)
  outcome <- if (!ours) "bare" else if (names_it) "clear" else "unnamed"
  data.frame(outcome = outcome, message = substr(message, 1L, 200L))
}

# Writes the help pages of the generated functions, man/gen-*.Rd, from the tables of bridge/catalog and the formals in
# R/gen-*.R. Needs nothing but R. `configure` runs it in the package's directory before an installation; not in git.

tables <- file.path("inst", "python", "bridge", "catalog")

table_of <- function(...) {
  read.delim(file.path(tables, ...), quote = "", colClasses = "character", na.strings = character(), encoding = "UTF-8")
}

families <- table_of("families.tsv")
role_words <- table_of("role_words.tsv")
everywhere <- table_of("arguments", "everywhere.tsv")

#' Text with few marks of markdown (code, links to functions and topics) as Rd
rd <- function(text) {
  parts <- strsplit(paste0(text, " "), "`", fixed = TRUE)[[1L]]
  code <- seq_along(parts) %% 2L == 0L
  parts <- gsub("([\\\\%{}])", "\\\\\\1", parts)
  # A quote that does not close would open a string in \code.
  open <- nchar(gsub("[^']", "", parts)) %% 2L == 1L | nchar(gsub("[^\"]", "", parts)) %% 2L == 1L
  parts[code] <- paste0(ifelse(open[code], "\\verb{", "\\code{"), parts[code], "}")
  parts[!code] <- gsub("\\[([[:alnum:]_.]+\\(\\))\\]\\[([^]]+)\\]", "\\\\code{\\\\link[=\\2]{\\1}}", parts[!code])
  parts[!code] <- gsub("\\[([[:alnum:]_.]+)\\(\\)\\]", "\\\\code{\\\\link[=\\1]{\\1()}}", parts[!code])
  parts[!code] <- gsub("\\[([^]]+)\\]\\[([^]]+)\\]", "\\\\link[=\\2]{\\1}", parts[!code])
  trimws(paste(parts, collapse = ""))
}

sentence <- function(text) {
  paste0(toupper(substring(text, 1L, 1L)), substring(text, 2L), if (!grepl("[.!?]$", text)) ".")
}

`%||%` <- function(x, y) if (is.null(x)) y else x

section <- function(name, ...) c(paste0("\\", name, "{"), ..., "}")

page <- function(name, title, aliases, ...) {
  c(
    "% Written by tools/pages.R from the tables of bridge/catalog. Do not edit.",
    sprintf("\\name{%s}", name), sprintf("\\alias{%s}", aliases), sprintf("\\title{%s}", rd(title)), ...
  )
}

#' What the records say of an argument in one function: the help of the most specific, and its role's words
argument_help <- function(name, r_name, records, default) {
  cell <- function(column) {
    found <- lapply(list(c(r_name, name), c(records$family, name), c("*", name)), function(key) {
      table <- if (key[[1L]] == "*") everywhere else records$table
      table[[column]][table$where == key[[1L]] & table$name == name]
    })
    c(Filter(nzchar, unlist(found)), "")[[1L]]
  }
  help <- cell("help")
  if (!nzchar(help)) stop("no record says what `", name, "` of ", r_name, "() is")
  words <- role_words[role_words$role == cell("role"), ]
  if (is.logical(default)) words <- data.frame(words = "`TRUE` or `FALSE`", said = "TRUE|FALSE|^whether|^if ")
  if (nrow(words) && !grepl(words$said, help)) help <- sub("(;|$)", paste0(", ", words$words, "\\1"), help)
  sentence(help)
}

#' A call with its defaults, one argument a line where it is long
usage <- function(name, formals) {
  given <- vapply(formals, function(default) paste(deparse(default), collapse = ""), "")
  arguments <- ifelse(nzchar(given), paste(names(formals), "=", given), names(formals))
  line <- sprintf("%s(%s)", name, paste(arguments, collapse = ", "))
  lines <- if (nchar(line) < 80L) line else one_a_line(name, arguments)
  gsub("([\\\\%])", "\\\\\\1", lines)
}

#' A statement, on several lines where it is long
folded <- function(code) {
  if (nchar(code) < 80L) return(code)
  if (grepl("|>", code, fixed = TRUE)) return(gsub(" |> ", " |>\n  ", code, fixed = TRUE))
  call <- str2lang(code)
  assigned <- identical(call[[1L]], quote(`<-`))
  prefix <- if (assigned) paste(deparse(call[[2L]]), "<- ") else ""
  if (assigned) call <- call[[3L]]
  if (!is.name(call[[1L]]) || make.names(call[[1L]]) != as.character(call[[1L]])) return(deparse(str2lang(code)))
  arguments <- vapply(as.list(call)[-1L], function(argument) paste(trimws(deparse(argument, 500L)), collapse = " "), "")
  named <- nzchar(names(arguments) %||% rep("", length(arguments)))
  arguments[named] <- paste(names(arguments)[named], "=", arguments[named])
  one_a_line(paste0(prefix, call[[1L]]), arguments)
}

one_a_line <- function(called, arguments) {
  c(paste0(called, "("), paste0("  ", arguments, c(rep(",", length(arguments) - 1L), "")), ")")
}

examples <- function(codes) {
  codes <- codes[codes != "none"]
  if (!length(codes)) return(NULL)
  lines <- unlist(lapply(codes, function(code) {
    lines <- unlist(lapply(attr(parse(text = code, keep.source = TRUE), "srcref"), function(ref) folded(as.character(ref))))
    gsub("([\\\\%])", "\\\\\\1", lines)
  }))
  section(
    "examples", "\\dontshow{if (tfbridge::is_ready()) withAutoprint(\\{ # examplesIf}", lines,
    "\\dontshow{\\}) # examplesIf}"
  )
}

#' What a function returns: what the family does, without the halves that speak of arguments it does not have
value <- function(text, formals) {
  if (!nzchar(text)) return(NULL)
  if ("inputs" %in% formals && !"object" %in% formals) text <- gsub("`object`", "`inputs`", text, fixed = TRUE)
  parts <- strsplit(text, "; when ", fixed = TRUE)[[1L]]
  named <- sub("^`(object|inputs|y_true)`.*", "\\1", parts)
  kept <- named == parts | named %in% formals
  section("value", rd(sentence(paste(parts[kept], collapse = "; when "))))
}

#' The page of one function and of those that are the same by another name
function_page <- function(row, others, defined, records, family) {
  named <- c(row$r_name, others$r_name)
  formals <- lapply(stats::setNames(named, named), function(name) as.list(defined[[name]]))
  owner <- rep(named, lengths(formals))
  all <- unlist(unname(formals), recursive = FALSE)
  first <- !duplicated(names(all))
  items <- mapply(function(name, r_name, default) {
    sprintf("\\item{%s}{%s}", sub("...", "\\dots", name, fixed = TRUE), rd(argument_help(name, r_name, records, default)))
  }, names(all)[first], owner[first], all[first])
  told <- c(
    row$description,
    if ("zero_indexed" %in% names(all)) "Positions count from 1, or from 0 with `zero_indexed = TRUE`.",
    if (nrow(others)) paste0("The same by another name: ", paste0("`", others$r_name, "()`", collapse = ", "), ".")
  )
  own <- startsWith(paste0(row$symbol, row$`function`), "bridge.")
  links <- c(
    sprintf("[%s][tfbridge-%s] for all of them", family$title, family$family),
    if (!own) sprintf("`keras_help(%s)` for what Keras says of it", row$r_name)
  )
  page(
    row$r_name, row$title, named,
    section("usage", unlist(lapply(named, function(name) usage(name, formals[[name]])))),
    if (length(items)) section("arguments", unname(items)),
    value(if (nzchar(row$value)) row$value else family$value, names(all)),
    section("description", paste(vapply(told, rd, ""), collapse = "\n\n")),
    section("seealso", rd(sentence(paste(links, collapse = "; ")))),
    examples(c(row$example, others$example))
  )
}

index_page <- function(rows, family) {
  listed <- sprintf("\\item \\code{\\link[=%s]{%s()}}: %s", rows$r_name, rows$r_name, vapply(rows$title, rd, ""))
  name <- paste0("tfbridge-", family$family)
  page(name, family$title, name, section("description", section("itemize", listed)), "\\keyword{internal}")
}

#' One page for many small functions: how each is called, what it computes and what does the same
table_page <- function(rows, defined, family) {
  calls <- vapply(rows$r_name, function(name) {
    sprintf("%s(%s)", name, paste(setdiff(names(defined[[name]]), "..."), collapse = ", "))
  }, "")
  items <- sprintf("\\item{\\code{%s}}{%s}", calls, vapply(rows$description, rd, ""))
  name <- paste0("tfbridge-", family$family)
  page(
    name, family$title, c(name, rows$r_name),
    section(
      "description", "Functions of the former Keras backend, for code that has them. Axes count from 1;",
      "positions count from 0, as they always did in these functions."
    ),
    section("details", section("describe", items)), section("value", rd(family$value)), "\\keyword{internal}"
  )
}

not_provided_page <- function() {
  rows <- table_of("not_provided.tsv")
  aliases <- c("not-provided", names(defined_in("not_provided")))
  told <- vapply(sprintf("%s. Instead: %s.", rows$reason, rows$instead), rd, "")
  items <- sprintf("\\item{\\code{%s}}{%s}", gsub("([\\\\%{}])", "\\\\\\1", rows$name), vapply(told, sentence, ""))
  page(
    "not-provided", "Functions of earlier packages that are not provided", aliases,
    section("description", "Each of them is an error that says why, and what to use instead."),
    section("details", section("describe", items)),
    section("value", "Nothing: they are errors."), "\\keyword{internal}"
  )
}

#' The formals of each function of a generated file
defined_in <- function(family) {
  code <- Filter(is.call, as.list(parse(file.path("R", paste0("gen-", family, ".R")), keep.source = FALSE)))
  stats::setNames(lapply(code, function(call) call[[3L]][[2L]]), vapply(code, function(call) as.character(call[[2L]]), ""))
}

#' All pages of a family, by name
pages_of <- function(family) {
  rows <- table_of("surface", paste0(family$family, ".tsv"))
  defined <- defined_in(family$family)
  if (family$family == "k") return(list("tfbridge-k" = table_page(rows, defined, family)))
  records <- list(family = family$family, table = table_of("arguments", paste0(family$family, ".tsv")))
  same <- sub("^The same as \\[([[:alnum:]_]+)\\(\\)\\]\\.$", "\\1", rows$description)
  same[!same %in% rows$r_name] <- ""
  main <- rows[!nzchar(same), ]
  pages <- lapply(seq_len(nrow(main)), function(i) {
    function_page(main[i, ], rows[same == main$r_name[[i]], ], defined, records, family)
  })
  c(stats::setNames(pages, main$r_name), stats::setNames(list(index_page(rows, family)), paste0("tfbridge-", family$family)))
}

write_pages <- function(directory) {
  pages <- unlist(lapply(seq_len(nrow(families)), function(i) pages_of(families[i, ])), recursive = FALSE)
  pages[["not-provided"]] <- not_provided_page()
  dir.create(directory, showWarnings = FALSE)
  unlink(Sys.glob(file.path(directory, "gen-*.Rd")))
  for (name in names(pages)) {
    writeLines(enc2utf8(pages[[name]]), file.path(directory, paste0("gen-", name, ".Rd")), useBytes = TRUE)
  }
}

write_pages(c(commandArgs(trailingOnly = TRUE), "man")[[1L]])

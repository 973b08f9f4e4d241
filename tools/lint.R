# Lints the hand-written R files; generated ones are their generator's business. Called by `make lint`.

# R keeps the last of two definitions, by the order of file names, and says nothing.
defined <- unlist(lapply(list.files("rpkg/R", "[.]R$", full.names = TRUE), function(file) {
  assigned <- Filter(function(e) is.call(e) && identical(e[[1L]], quote(`<-`)), as.list(parse(file, keep.source = FALSE)))
  vapply(assigned, function(e) paste(deparse(e[[2L]]), collapse = ""), "")
}))
twice <- unique(defined[duplicated(defined)])
if (length(twice)) {
  cat("defined more than once in rpkg/R:", toString(twice), "\n")
  quit(status = 1)
}

files <- setdiff(
  list.files(c("rpkg/R", "rpkg/tools", "rpkg/tests/testthat", "tools", "benchmarks"), "[.]R$", full.names = TRUE),
  list.files("rpkg/R", "^gen-", full.names = TRUE)
)
options(lintr.linter_file = normalizePath("rpkg/.lintr"))
# Files that are as they were are not read again.
found <- unlist(lapply(files, lintr::lint, cache = ".setup/lintr"), recursive = FALSE)
for (lint in found) cat(sprintf("%s:%d: %s\n", lint$filename, lint$line_number, lint$message))
if (length(found)) quit(status = 1)

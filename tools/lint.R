# Lints the hand-written R files; generated ones are their generator's business. Called by `make lint`.

files <- setdiff(
  list.files(c("rpkg/R", "rpkg/tests/testthat", "tools", "benchmarks"), "[.]R$", full.names = TRUE),
  list.files("rpkg/R", "^gen-", full.names = TRUE)
)
options(lintr.linter_file = normalizePath("rpkg/.lintr"))
found <- unlist(lapply(files, lintr::lint), recursive = FALSE)
for (lint in found) cat(sprintf("%s:%d: %s\n", lint$filename, lint$line_number, lint$message))
if (length(found)) quit(status = 1)

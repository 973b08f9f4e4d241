# Runs the testthat suite against the installed package, or the files that an argument matches. The last line counts.
# Called by `make test`, where two runs share the files between them, as tools/shares.py says.

Sys.setenv(NOT_CRAN = "true")
library(testthat)
library(tfbridge)
filter <- commandArgs(trailingOnly = TRUE)
directory <- "rpkg/tests/testthat"
taken <- Sys.getenv("TFBRIDGE_TAKEN", tempfile("taken"))
dir.create(taken, showWarnings = FALSE)

# Those that take long have names late in the alphabet: the last file that one run has should be a short one.
files <- rev(find_test_scripts(directory, filter = if (length(filter)) filter[[1]], full.names = FALSE))
counts <- c(passed = 0, failed = 0, skipped = 0)
for (file in files) {
  place <- file.path(taken, file)
  if (!dir.create(place, showWarnings = FALSE)) next
  started <- proc.time()[["elapsed"]]
  name <- sub("^test-(.*)[.][rR]$", "^\\1$", file)
  results <- as.data.frame(test_dir(
    directory, filter = name, package = "tfbridge", load_package = "installed", stop_on_failure = FALSE,
    reporter = if (interactive()) "progress" else "summary"
  ))
  counts <- counts + c(sum(results$passed), sum(results$failed) + sum(results$error), sum(results$skipped))
  cat(proc.time()[["elapsed"]] - started, file = file.path(place, "seconds"))
}
cat(counts[["passed"]], "passed,", counts[["failed"]], "failed,", counts[["skipped"]], "skipped\n")
if (counts[["failed"]] > 0) quit(status = 1)

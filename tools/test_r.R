# Runs the testthat suite against the installed package, or the files that an argument matches. The last line counts.
# Called by `make test`.

Sys.setenv(NOT_CRAN = "true")
library(testthat)
library(tfbridge)
filter <- commandArgs(trailingOnly = TRUE)
results <- as.data.frame(test_dir(
  "rpkg/tests/testthat", filter = if (length(filter)) filter[[1]], package = "tfbridge", load_package = "installed",
  reporter = if (interactive()) "progress" else "summary", stop_on_failure = FALSE
))
failed <- sum(results$failed) + sum(results$error)
cat(sum(results$passed), "passed,", failed, "failed,", sum(results$skipped), "skipped\n")
if (failed > 0) quit(status = 1)

# Renders the first walkthrough and says where the report is. Called by `make demo`.

dir.create("build", showWarnings = FALSE)
env <- new.env(parent = globalenv())
report <- rmarkdown::render(
  "vignettes/digits.Rmd",
  output_dir = "build", intermediates_dir = tempfile("digits"), envir = env, quiet = TRUE
)
cat(sprintf("Test accuracy: %.4f on %d images\n", env$results[["accuracy"]], length(env$test)))
cat("Report:", normalizePath(report), "\n")

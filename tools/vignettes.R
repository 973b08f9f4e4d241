# Renders every vignette into build/; a vignette whose code fails stops here. Called by `make vignettes` and `make test`.

dir.create("build", showWarnings = FALSE)
files <- list.files("vignettes", "[.]Rmd$", full.names = TRUE)
for (file in files) {
  rmarkdown::render(file, output_dir = "build", intermediates_dir = tempfile("vignette"), envir = new.env(), quiet = TRUE)
  cat("rendered", file, "\n")
}
cat(length(files), "passed, 0 failed\n")

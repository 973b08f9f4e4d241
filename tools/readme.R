# Runs the first program of README.md as it stands there: its printed result goes into README.md, its pictures into
# docs/images. Called by `make readme`.

lines <- readLines("README.md")
fence <- which(startsWith(lines, "```"))
code <- lines[(fence[[1L]] + 1L):(fence[[2L]] - 1L)]
file <- tempfile(fileext = ".R")
writeLines(code, file)
program <- new.env()
printed <- utils::capture.output(source(file, local = program, print.eval = TRUE))
lines <- c(lines[seq_len(fence[[3L]])], printed, lines[fence[[4L]]:length(lines)])
writeLines(lines, "README.md")
ggplot2::ggsave("docs/images/history.png", plot(program$history), width = 5, height = 4, dpi = 100)
plot(program$model, show_shapes = TRUE, to_file = "docs/images/model.png", dpi = 100)

# Runs the example of every help page, in one session. The last line counts. Called by `make test`.

library(tfbridge)
invisible(as_tensor(1))
pages <- normalizePath(Sys.glob("rpkg/man/*.Rd"))
setwd(tempdir())
sink(nullfile())
grDevices::pdf(NULL)
problems <- lapply(pages, function(page) {
  code <- utils::capture.output(tools::Rd2ex(page, stages = NULL))
  tryCatch(
    {
      suppressWarnings(source(textConnection(code), local = new.env(parent = globalenv()), echo = FALSE, print.eval = TRUE))
      NULL
    },
    error = function(e) paste0(basename(page), ": ", conditionMessage(e))
  )
})
sink()
cat(unlist(problems), sep = "\n")
cat(sum(lengths(problems) == 0), "passed,", sum(lengths(problems)), "failed\n")
if (any(lengths(problems) > 0)) quit(status = 1)

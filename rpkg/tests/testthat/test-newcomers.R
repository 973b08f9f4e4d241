# Programs as users of the packages keras, keras3 and tfdatasets write them: each says by stopifnot() what it is to reach.

run_program <- function(file) {
  warned <- character()
  old <- getwd()
  on.exit({
    setTimeLimit()
    setwd(old)
  })
  # Programs that start R find the packages where this one does.
  withr::local_envvar(R_LIBS = paste(.libPaths(), collapse = .Platform$path.sep))
  # Far above the 5 s that each may take: for a machine that does much else.
  setTimeLimit(elapsed = 120, transient = TRUE)
  printed <- utils::capture.output(withCallingHandlers(
    source(file, local = new.env(parent = globalenv()), encoding = "UTF-8"),
    warning = function(w) {
      warned <<- c(warned, conditionMessage(w))
      invokeRestart("muffleWarning")
    }
  ))
  list(printed = printed, warned = warned)
}

needs <- list(callr_background.R = "callr", knitr_report.R = "knitr")

for (file in list.files(test_path("programs"), "[.]R$", full.names = TRUE)) {
  local({
    file <- normalizePath(file)
    test_that(paste("a newcomer's program runs:", basename(file)), {
      skip_if_no_python()
      for (package in needs[[basename(file)]]) skip_if_not_installed(package)
      found <- run_program(file)
      expect_identical(found$warned, character())
      expect_identical(grep("\033", found$printed, value = TRUE), character())
    })
  })
}

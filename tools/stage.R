# Copies the package into build/package/tfbridge as it is given to others: with its vignettes, NEWS, README and licence, real
# files in place of links, and the help pages of generated functions. Called by `make package` and `make site`.

target <- file.path("build", "package", "tfbridge")
unlink(target, recursive = TRUE)
dir.create(dirname(target), recursive = TRUE, showWarnings = FALSE)
# `-L` follows the link to bridge/.
stopifnot(system2("cp", c("-RL", "rpkg", target)) == 0L)
caches <- list.files(target, "^__pycache__$", recursive = TRUE, include.dirs = TRUE, full.names = TRUE)
unlink(c(caches, Sys.glob(file.path(target, "src", c("*.o", "*.so")))), recursive = TRUE)
dir.create(file.path(target, "vignettes"))
invisible(file.copy(list.files("vignettes", "[.](Rmd|png)$", full.names = TRUE), file.path(target, "vignettes")))
invisible(file.copy(c("README.md", "NEWS.md"), target))
description <- file.path(target, "DESCRIPTION")
write(c("VignetteBuilder: knitr"), description, append = TRUE)
links <- Filter(function(file) nzchar(Sys.readlink(file)), list.files(target, recursive = TRUE, full.names = TRUE))
if (length(links)) stop("symbolic links in the package: ", paste(links, collapse = ", "))

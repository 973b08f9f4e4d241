# Builds the site into build/site by pkgdown, offline: reference by family, vignettes as articles. Called by `make site`.
# `ARTICLES=no make site` leaves the articles out, which run for minutes.

options(pkgdown.internet = FALSE)
source("tools/stage.R")
package <- normalizePath("build/package/tfbridge")
config <- file.path(package, "_pkgdown.yml")
writeLines(c(readLines("tools/site.yml"), readLines(config)), config)
# Links of the README to vignettes are articles there; its pictures stand where pkgdown looks for them.
figures <- file.path(package, "man", "figures")
dir.create(figures)
invisible(file.copy(Sys.glob("docs/images/*.png"), figures))
readme <- file.path(package, "README.md")
text <- gsub("\\(vignettes/([a-z-]+)\\.Rmd\\)", "(articles/\\1.html)", readLines(readme))
text <- gsub("docs/images/", "man/figures/", text, fixed = TRUE)
writeLines(gsub("\\((CONTRIBUTING\\.md|docs/[a-z-]+(\\.md)?)\\)", "(https://tfbridge.example/\\1)", text), readme)
withr::with_dir(package, source("tools/pages.R", local = new.env()))

pkg <- pkgdown::as_pkgdown(package, override = list(destination = file.path(getwd(), "build", "site")))
pkgdown::init_site(pkg)
pkgdown::build_home(pkg, preview = FALSE)
pkgdown::build_news(pkg, preview = FALSE)
pkgdown::build_reference(pkg, examples = FALSE, preview = FALSE)
if (Sys.getenv("ARTICLES") != "no") pkgdown::build_articles(pkg, preview = FALSE)
pkgdown::build_search(pkg)

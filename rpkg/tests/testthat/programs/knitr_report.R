# A report: fit(), a table, a summary and two plots in chunks; what is printed stands in the Markdown, without colours.
library(tfbridge)
dir <- file.path(tempdir(), "report")
dir.create(dir, showWarnings = FALSE)
old <- setwd(dir)
writeLines(c(
  "---", "title: A report", "---", "",
  "```{r}", "library(tfbridge)", "set.seed(1)", "x <- matrix(rnorm(90), 30)", "as_tensor(1:3)", "```", "",
  "```{r model}",
  "model <- keras_model_sequential(input_shape = 3) |>", "  layer_dense(4, activation = 'relu') |> layer_dense(1)",
  "model |> compile('sgd', 'mse')", "model", "```", "",
  "```{r fit}", "history <- model |> fit(x, x[, 1], epochs = 2, validation_split = 0.2, verbose = 2)", "history", "```", "",
  "```{r curves, fig.width=4}", "plot(history)", "```", "",
  "```{r network, fig.width=4}", "plot(model)", "```", "",
  "```{r wrong, error=TRUE}", "layer_dense(units = 2.5)", "```"
), "report.Rmd")
knitr::knit("report.Rmd", quiet = TRUE, envir = new.env())
text <- readLines("report.md")
figures <- list.files("figure")
setwd(old)
cat(text[nzchar(text)], sep = "\n")
stopifnot(
  any(grepl("tf.Tensor([1 2 3], shape=(3,), dtype=int32)", text, fixed = TRUE)),
  any(grepl("Epoch 2/2", text)), any(grepl("Total params", text)), any(grepl("units", text)),
  !any(grepl("\033|\r|\b", text)), any(grepl("^curves", figures)), any(grepl("^network", figures))
)
unlink(dir, recursive = TRUE)

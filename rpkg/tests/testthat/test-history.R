skip_if_no_python()

test_that("fit returns a history that prints and becomes a data frame", {
  history <- fit(small_model(), small_x, small_y, epochs = 2, validation_split = 0.2, verbose = 0)
  expect_named(history$metrics, c("loss", "accuracy", "val_loss", "val_accuracy"))
  table <- as.data.frame(history)
  expect_equal(nrow(table), 8)
  expect_named(table, c("epoch", "value", "metric", "data"))
  expect_output(print(history), "Trained for 2 epochs")
  withr::with_pdf(withr::local_tempfile(), expect_s3_class(plot(history), "ggplot"))
})

test_that("a history can be drawn without ggplot2", {
  history <- fit(small_model(), small_x, small_y, epochs = 2, verbose = 0)
  withr::with_pdf(withr::local_tempfile(), expect_silent(tfbridge:::plot_base(as.data.frame(history))))
})

test_that("view_metrics draws the history after each epoch", {
  pages <- withr::local_tempfile(pattern = "page%d-", fileext = ".png")
  grDevices::png(pages)
  fit(small_model(), small_x, small_y, epochs = 3, verbose = 0, view_metrics = TRUE)
  grDevices::dev.off()
  expect_true(all(file.exists(sprintf(pages, 1:3))))
})

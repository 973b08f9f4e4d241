skip_if_no_python()

# The functions are drawn anew each day; TFBRIDGE_SEED draws those of a day that failed.
seed_of_today <- function() {
  seed <- Sys.getenv("TFBRIDGE_SEED", unset = format(Sys.Date(), "%Y%m%d"))
  as.integer(seed)
}

test_that("wrong arguments are errors that name them", {
  skip_on_cran()
  withr::local_dir(withr::local_tempdir())
  local_keras_settings()
  all <- tried_functions()
  seed <- seed_of_today()
  of_today <- withr::with_seed(seed, sample(all, 100L))
  always <- withr::with_seed(1L, sample(all, 50L))
  outcomes <- do.call(rbind, lapply(union(of_today, always), outcomes_of))
  wrong <- outcomes[outcomes$outcome != "clear", ]
  share <- mean(outcomes$outcome == "clear")
  told <- utils::capture.output(print(utils::head(wrong[c("outcome", "f", "argument", "wrong")], 40L), row.names = FALSE))
  expect_gt(length(unique(outcomes$f)), 100L)
  label <- paste0("share of clear errors (TFBRIDGE_SEED=", seed, ")\n", paste(told, collapse = "\n"), "\n")
  expect_gt(share, 0.95, label = label)
})

test_that("what is known of an argument is checked wherever it is known", {
  skip_on_cran()
  withr::local_dir(withr::local_tempdir())
  local_keras_settings()
  known <- c("layer_dense", "layer_conv_2d", "layer_lstm", "optimizer_adam", "op_max_pool", "pad_sequences", "loss_huber")
  for (name in known) {
    outcomes <- outcomes_of(name)
    expect_equal(outcomes$outcome, rep("clear", nrow(outcomes)), info = name)
  }
})

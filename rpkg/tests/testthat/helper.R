skip_if_no_python <- function() {
  skip_if_not(is_ready(), "there is no Python with TensorFlow")
}

small_model <- function() {
  set_random_seed(1)
  model <- keras_model_sequential(input_shape = 3) %>% layer_dense(2, activation = "softmax", name = "classes")
  compile(model, "sgd", "sparse_categorical_crossentropy", "accuracy")
}

small_x <- array((1:60) / 60, c(20, 3))
small_y <- rep(0:1, 10)

# For snapshots: what each line of code prints or signals. testthat's own way of showing conditions changes between versions.
show_conditions <- function(block) {
  env <- parent.frame()
  show <- function(kind, condition) {
    call <- conditionCall(condition)
    where <- if (is.null(call)) "" else paste0(" in ", paste(deparse(call), collapse = " "))
    cat(kind, where, " <", class(condition)[[1]], ">\n", conditionMessage(condition), "\n", sep = "")
  }
  for (code in as.list(substitute(block))[-1]) {
    cat("> ", paste(deparse(code), collapse = " "), "\n", sep = "")
    tryCatch(
      withCallingHandlers(
        {
          value <- withVisible(eval(code, env))
          if (value$visible) print(value$value)
        },
        warning = function(w) {
          show("Warning", w)
          invokeRestart("muffleWarning")
        }
      ),
      error = function(e) show("Error", e)
    )
    cat("\n")
  }
}

# Runs code in a session of its own: its output and status.
run_r <- function(code) {
  script <- withr::local_tempfile(fileext = ".R", lines = c("library(tfbridge)", code))
  withr::local_envvar(R_LIBS = paste(.libPaths(), collapse = .Platform$path.sep))
  output <- suppressWarnings(system2(
    file.path(R.home("bin"), "Rscript"), c("--no-init-file", script), stdout = TRUE, stderr = TRUE
  ))
  status <- attr(output, "status")
  list(output = as.character(output), status = if (is.null(status)) 0L else status)
}

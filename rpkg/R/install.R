#' Install TensorFlow and Keras for tfbridge
#'
#' Makes a Python environment with the packages that tfbridge needs, in versions that fit the reticulate in use (before
#' 1.38 it cannot load NumPy 2). tfbridge finds the environment by itself in the next R session.
#'
#' @param envname name of the virtual environment.
#' @param version of TensorFlow, such as "2.21"; the newest one by default.
#' @param python the Python to make it from; reticulate looks for one when `NULL`.
#' @param extra_packages further Python packages.
#' @param ... passed to [reticulate::virtualenv_install()].
#' @returns The name of the environment, invisibly.
#' @family set-up
#' @export
#' @examples
#' \dontrun{
#' install_tfbridge()
#' }
install_tfbridge <- function(envname = "r-tfbridge", version = "default", python = NULL, extra_packages = NULL, ...) {
  tryCatch(
    {
      if (!envname %in% reticulate::virtualenv_list()) reticulate::virtualenv_create(envname, python = python)
      reticulate::virtualenv_install(envname, python_packages(version, extra_packages), ignore_installed = FALSE, ...)
    },
    error = function(e) {
      abort_kind(
        "python_not_found", paste0("The environment `", envname, "` could not be made."),
        details = conditionMessage(e),
        hints = c(
          "It needs Python 3.10 or newer with `venv` and a shared library.",
          "On Debian and Ubuntu: `apt install python3-venv libpython3-dev`."
        )
      )
    }
  )
  message("Restart R; tfbridge then uses the environment `", envname, "`.")
  invisible(envname)
}

python_packages <- function(version = "default", extra = NULL) {
  tensorflow <- if (identical(version, "default")) "tensorflow>=2.18" else paste0("tensorflow==", version)
  if (grepl("^[0-9]+[.][0-9]+$", version)) tensorflow <- paste0("tensorflow~=", version, ".0")
  numpy <- if (utils::packageVersion("reticulate") < "1.38") "numpy<2" else "numpy"
  c(tensorflow, "keras>=3.8", numpy, "h5py", "pillow", "pyyaml", "tensorboard", extra)
}

#' What tfbridge runs on
#'
#' Says which Python, TensorFlow and Keras were found; when something is missing, what to type.
#'
#' @returns A list of class `tfbridge_config`, which prints: `available`, versions and paths, and `fast_calls`: whether calls
#'   of Python go by tfbridge's own C code. They do not where that gives other values than reticulate, which is tried
#'   when Python starts, or with `options(tfbridge.fast_calls = FALSE)`.
#' @family set-up
#' @export
#' @examples
#' tf_config()
tf_config <- function() {
  failure <- tryCatch(
    {
      find_entry("backend.versions")
      NULL
    },
    tfbridge_error = function(e) e
  )
  found <- if (is.null(failure)) cross("backend.versions") else list()
  structure(
    c(
      list(available = is.null(failure)), found,
      list(fast_calls = the$fast && isTRUE(getOption("tfbridge.fast_calls", TRUE))),
      list(
        r = as.character(getRversion()), reticulate = as.character(utils::packageVersion("reticulate")),
        tfbridge = as.character(utils::packageVersion("tfbridge")), failure = failure
      )
    ),
    class = "tfbridge_config"
  )
}

#' @export
print.tfbridge_config <- function(x, ...) {
  if (x$available) {
    cat("TensorFlow v", x$tensorflow, " (", x$tensorflow_path, ")\n", sep = "")
    cat("Keras v", x$keras, ", NumPy v", x$numpy, "\n", sep = "")
    cat("Python v", x$python, " (", x$python_path, ")\n", sep = "")
    if (!x$fast_calls) cat("Calls go by reticulate alone, which is slower.\n")
  } else {
    cat(conditionMessage(x$failure), "\n", sep = "")
  }
  cat("tfbridge v", x$tfbridge, ", R v", x$r, ", reticulate v", x$reticulate, "\n", sep = "")
  invisible(x)
}

#' @rdname install_tfbridge
#' @param ... passed on to `install_tfbridge()`.
#' @export
install_keras <- function(...) install_tfbridge(...)

#' @rdname install_tfbridge
#' @export
install_tensorflow <- function(...) install_tfbridge(...)

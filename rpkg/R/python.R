# The way to Python: starting it at the first use, and the one function through which every verb crosses.

the <- new.env(parent = emptyenv())
the$entries <- new.env(parent = emptyenv())
the$added_classes <- new.env(parent = emptyenv())
the$private <- new.env(parent = emptyenv())

#' Call an entry of bridge
#'
#' @param verb path of a function below `bridge`, such as "tensors.subset.subset".
#' @param ... its arguments, ready to cross.
#' @returns What it returns; its errors and warnings are signalled as R conditions.
#' @noRd
cross <- function(verb, ...) {
  entry <- the$entries[[verb]]
  if (is.null(entry)) entry <- find_entry(verb)
  result <- entry(...)
  if (inherits(result, "bridge.barrier.crossing.Outcome")) result <- settle(result)
  if (barrier$depth == 0L) {
    if (!is.null(the$selves)) the$selves <- NULL
    if (barrier$waiting) signal_held()
  }
  result
}

find_entry <- function(verb) {
  if (is.null(the$entry)) start_python()
  the$entries[[verb]] <- the$entry(verb)
}

start_python <- function() {
  refuse_forked_child()
  if (!nzchar(Sys.getenv("RETICULATE_PYTHON")) && !reticulate::py_available() && has_own_environment()) {
    reticulate::use_virtualenv(own_environment, required = FALSE)
  }
  bridge <- tryCatch(
    reticulate::import_from_path("bridge.barrier", path = bridge_path(), convert = TRUE),
    error = function(e) stop_python_not_found(conditionMessage(e))
  )
  missing <- bridge$entry("backend.missing_modules")()
  if (length(missing) > 0) stop_python_not_found(paste("There is no Python module", missing[[1]]))
  the$pid <- Sys.getpid()
  the$entry <- bridge$entry
}

bridge_path <- function() system.file("python", package = "tfbridge", mustWork = TRUE)

own_environment <- "r-tfbridge"

has_own_environment <- function() {
  tryCatch(own_environment %in% reticulate::virtualenv_list(), error = function(e) FALSE)
}

#' Verbs of reticulate
#'
#' They are reticulate's own, so that scripts need no second `library()`: [reticulate::dict()], [reticulate::tuple()],
#' [reticulate::np_array()], [reticulate::import()], [reticulate::use_python()], [reticulate::use_virtualenv()],
#' [reticulate::use_condaenv()], [reticulate::as_iterator()], [reticulate::iter_next()], [reticulate::iterate()],
#' [reticulate::py_help()], [reticulate::py_to_r()], [reticulate::r_to_py()], and `%as%` for `with()`:
#' [reticulate::with.python.builtin.object()].
#'
#' @name verbs-of-reticulate
#' @aliases dict tuple np_array import use_python use_virtualenv use_condaenv %as% as_iterator iter_next iterate py_help
#'   py_to_r r_to_py
#' @format Functions.
#' @rawNamespace export(dict, tuple, np_array, import, use_python, use_virtualenv, use_condaenv, "%as%", as_iterator)
#' export(iter_next, iterate, py_help, py_to_r, r_to_py)
NULL

from_reticulate <- c(
  "dict", "tuple", "np_array", "import", "use_python", "use_virtualenv", "use_condaenv", "%as%", "as_iterator", "iter_next",
  "iterate", "py_help", "py_to_r", "r_to_py"
)

for (name in from_reticulate) assign(name, NULL)
rm(name)

# reticulate takes most of a second to load, for its S4 classes of matrices: that waits for the first use.
.onLoad <- function(libname, pkgname) {
  namespace <- topenv()
  delayedAssign("tf", lazy_module("tensorflow"), assign.env = namespace)
  delayedAssign("keras", lazy_module("keras"), assign.env = namespace)
  for (name in from_reticulate) {
    eval(bquote(delayedAssign(.(name), getExportedValue("reticulate", .(name)), assign.env = namespace)))
  }
  register <- function(...) reticulate::register_class_filter(add_house_classes)
  if (isNamespaceLoaded("reticulate")) register() else setHook(packageEvent("reticulate", "onLoad"), register)
}

refuse_forked_child <- function() {
  pid <- the$pid
  if (!is.null(pid) && pid != Sys.getpid()) {
    abort_kind(
      "fork", "Python cannot be used in a forked child process.",
      hints = "Use `callr::r()` or a PSOCK cluster (`parallel::makePSOCKcluster()`) in place of `mclapply()`."
    )
  }
}

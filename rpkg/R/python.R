# The way to Python: starting it at the first use, and the one function through which every verb crosses.

the <- new.env(parent = emptyenv())
the$entries <- new.env(parent = emptyenv())
the$added_classes <- new.env(parent = emptyenv())
the$private <- new.env(parent = emptyenv())
the$fast <- FALSE

#' Call an entry of bridge
#'
#' @param verb path of a function below `bridge`, such as "tensors.subset.subset".
#' @param ... its arguments, ready to cross.
#' @returns What it returns; its errors and warnings are signalled as R conditions.
#' @noRd
cross <- function(verb, ...) {
  entry <- the$entries[[verb]]
  if (is.null(entry)) entry <- find_entry(verb)
  result <- if (the$fast) call_python(entry, list(...))
  if (is.null(result)) return(received(withCallingHandlers(entry(...), error = refuse_dead)))
  if (is.list(result)) received(result[[1L]]) else interrupt()
}

#' A call by C, where the values are such that C can convert them (src/calls.c)
#'
#' A frame of its own: a jump of R code that Python called goes on when it ends.
#' @returns The value in a list, NULL when the call is left to reticulate, FALSE for an interrupt.
#' @noRd
call_python <- function(entry, arguments) .Call(C_call, entry, arguments, the$same)

#' Says in words what reticulate says of a pointer that a file brought back
#' @noRd
refuse_dead <- function(error) {
  if (is_of_another_session(error)) stop_dead()
}

#' What a crossing gives, once the conditions that came with it are signalled
#' @noRd
received <- function(result) {
  if (inherits(result, "bridge.barrier.crossing.Outcome")) result <- settle(result)
  if (depth() == 0L) {
    if (!is.null(the$selves)) the$selves <- NULL
    if (length(barrier$escaped)) barrier$escaped <- list()
  }
  result
}

find_entry <- function(verb) {
  if (is.null(the$entry)) start_python()
  the$entries[[verb]] <- the$entry(verb)
}

start_python <- function() {
  if (!reticulate::py_available()) check_asked_python(Sys.getenv("RETICULATE_PYTHON"))
  if (!nzchar(Sys.getenv("RETICULATE_PYTHON")) && !reticulate::py_available() && has_own_environment()) {
    reticulate::use_virtualenv(own_environment, required = FALSE)
  }
  bridge <- tryCatch(import_bridge(), error = function(e) stop_python_not_found(conditionMessage(e)))
  missing <- bridge$entry("backend.missing_modules")()
  if (length(missing) > 0) stop_python_not_found(paste0("There is no Python module `", missing[[1]], "`."))
  functions <- .Call(C_interrupt_functions)
  bridge$use(functions[[1L]], functions[[2L]])
  bridge$refuse_other_threads()
  the$same <- bridge$same
  the$attempt <- bridge$attempt
  the$fast <- calls_agree(bridge)
  the$pid <- Sys.getpid()
  the$entry <- bridge$entry
  the$heartbeat <- python_function(look_out, "heartbeat")
  cross("barrier.functions.use", python_function(keep_condition, "keep"), the$heartbeat)
}

#' Refuses a file that RETICULATE_PYTHON names and that is no Python
#'
#' reticulate fails there until 1.40; later ones go on to some other Python, or download one.
#' @noRd
check_asked_python <- function(asked) {
  # Of files that do not exist reticulate says so; folders are environments to it.
  if (!nzchar(asked) || !utils::file_test("-f", asked)) return(invisible())
  answer <- suppressWarnings(tryCatch(
    system2(path.expand(asked), c("-c", shQuote("print(1)")), stdout = TRUE, stderr = TRUE),
    error = conditionMessage
  ))
  # Among what it writes: a wrapper may have warnings of its own.
  if ("1" %in% trimws(answer)) return(invisible())
  stop_python_not_found(paste(c("It does not run as a Python.", answer), collapse = "\n"))
}

#' Whether calls by C give what calls by reticulate give
#'
#' Asked once, when Python starts: on a difference, reticulate makes all calls.
#' @noRd
calls_agree <- function(bridge) {
  library <- reticulate::py_config()$libpython %||% ""
  if (!.Call(C_find, if (is.na(library)) "" else library, callable_of)) return(FALSE)
  .Call(C_use_arrays, bridge$memory_functions())
  values <- list(
    NULL, TRUE, 3L, 2.5, NaN, Inf, "text", "\u00e9\u4e2d", "", c(TRUE, FALSE), 1:3, c(1, 2.5), c("a", "b"),
    numeric(), list(), list(1, "a", NULL), list(a = 1, b = list(2L, c = TRUE)), bridge, bridge$RError,
    list(1L, "a", bridge, list()), list(a = 1:2, b = bridge), reticulate::tuple(1, bridge), reticulate::dict(),
    array(c(0.5, NA, NaN)), array(1:24, c(2, 3, 4)), matrix(NA_integer_, 1, 2), matrix(c(TRUE, FALSE), 1), matrix(1i),
    matrix(0, 0, 2)
  )
  look <- function(value) {
    if (is.list(value)) return(lapply(value, look))
    if (!inherits(value, "python.builtin.object")) return(value)
    held <- if (is.function(value)) object_of_callable(value) else value
    convert <- get("convert", held, inherits = FALSE)
    list(typeof(value), class(value), setdiff(ls(held), "simple"), convert, reticulate::py_id(value))
  }
  agree <- function(value) {
    for (entry in list(bridge$same, bridge$kind)) {
      called <- call_python(entry, list(value))
      if (!is.list(called) || !identical(look(called[[1L]]), look(entry(value)))) return(FALSE)
    }
    TRUE
  }
  all(vapply(values, function(value) tryCatch(agree(value), error = function(e) FALSE), NA))
}

#' Our Python package, found by its place
#'
#' A module of this name that somebody else imported before stays with who has it, and ours takes its place.
#' @noRd
import_bridge <- function() {
  modules <- reticulate::import("sys", convert = FALSE)$modules
  found <- reticulate::py_to_r(modules$get("bridge"))
  place <- if (!is.null(found)) reticulate::py_to_r(reticulate::py_get_attr(found, "__file__", silent = TRUE)) %||% "no file"
  ours <- normalizePath(file.path(bridge_path(), "bridge", "__init__.py"))
  if (!is.null(found) && normalizePath(place, mustWork = FALSE) != ours) {
    names <- unlist(reticulate::iterate(modules$copy(), reticulate::py_to_r))
    for (name in names[names == "bridge" | startsWith(names, "bridge.")]) modules$pop(name)
    rlang::warn(
      paste0("A Python module `bridge` (", place, ") was imported before tfbridge's own, which has this name."),
      body = c(i = "It works on where it is imported already; `import bridge` finds tfbridge's from now on."),
      class = "tfbridge_warning"
    )
  }
  reticulate::import_from_path("bridge.barrier", path = bridge_path(), convert = TRUE)
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
#' [reticulate::use_condaenv()], [reticulate::py_help()], [reticulate::py_to_r()],
#' [reticulate::r_to_py()], and `%as%` for `with()`: [reticulate::with.python.builtin.object()].
#'
#' @name verbs-of-reticulate
#' @aliases dict tuple np_array import use_python use_virtualenv use_condaenv %as% py_help
#'   py_to_r r_to_py
#' @format Functions.
#' @rawNamespace export(dict, tuple, np_array, import, use_python, use_virtualenv, use_condaenv, "%as%")
#' export(py_help, py_to_r, r_to_py)
NULL

from_reticulate <- c(
  "dict", "tuple", "np_array", "import", "use_python", "use_virtualenv", "use_condaenv", "%as%", "py_help",
  "py_to_r", "r_to_py"
)

#' Declare what a script needs of Python
#'
#' Passed on to `reticulate::py_require()`, which reticulate has since 1.41: it makes an environment that holds what was
#' asked for. What tfbridge itself needs is declared when it is loaded.
#'
#' @param ... see reticulate.
#' @returns What reticulate returns, invisibly.
#' @family set-up
#' @export
py_require <- function(...) {
  if (!has_py_require()) stop_not_provided()
  invisible(getExportedValue("reticulate", "py_require")(...))
}

has_py_require <- function() "py_require" %in% getNamespaceExports("reticulate")

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
  register <- function(...) {
    filter_classes(add_s3_classes)
    if (has_py_require()) getExportedValue("reticulate", "py_require")(python_packages(), python_version = ">=3.10")
  }
  if (isNamespaceLoaded("reticulate")) register() else setHook(packageEvent("reticulate", "onLoad"), register)
}

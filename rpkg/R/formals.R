# R formals as Python needs them (bridge/barrier/signature.py).

#' The formals of a function: name, whether there is a default, and the default where it is a constant
#' @noRd
parameters_of <- function(f) {
  formals <- formals(args(f))
  lapply(seq_along(formals), function(i) {
    name <- names(formals)[[i]]
    if (name == "...") return(list(name, TRUE))
    if (identical(formals[[i]], quote(expr = ))) return(list(name, FALSE))
    c(list(name, TRUE), constant_of(formals[[i]], environment(f)))
  })
}

#' The value of a default that needs no evaluation, in a list; NULL for those that do
#' @noRd
constant_of <- function(default, env) {
  if (is.null(default) || identical(default, quote(c()))) return(list(NULL))
  # Not reserved, but written all the same.
  if (is.symbol(default) && as.character(default) %in% c("T", "F")) default <- get(default, env %||% baseenv())
  if (is.call(default)) return(constant_of_call(default, env))
  if (is_constant(default)) list(default)
}

is_constant <- function(x) is.atomic(x) && length(x) == 1L && is.null(attributes(x)) && !is.na(x)

#' The same for `(1)`, `+1` and `-1`, which R reads as calls
#' @noRd
constant_of_call <- function(default, env) {
  if (length(default) != 2L || !is.symbol(default[[1L]])) return(NULL)
  inner <- constant_of(default[[2L]], env)
  switch(as.character(default[[1L]]),
    "(" = inner,
    "+" = if (is.numeric(inner[[1L]])) inner,
    "-" = if (is.numeric(inner[[1L]])) list(-inner[[1L]])
  )
}

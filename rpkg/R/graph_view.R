# What a graph consists of.

#' Look at the graph of a function
#'
#' Traces a function for some arguments and counts the ops of its graph, by type: what TensorFlow computes at each call, and
#' how much of that stands in branches and loops.
#'
#' @param fn a function that [tf_function()] made.
#' @param args a list of the arguments for which it is traced.
#' @param ... not used.
#' @param log_dir a directory: the graph is written there for [tensorboard()], which draws it.
#' @returns A data frame of the types of ops and how many there are of each, with those in branches and loops. What graphs
#'   are full of comes last: constants, placeholders, identities.
#' @family graphs
#' @examplesIf tfbridge::is_ready()
#' relu <- tf_function(function(x) if (x > 0) x else 0 * x)
#' view_function_graph(relu, list(as_tensor(1)))
#' @export
view_function_graph <- function(fn, args = list(), ..., log_dir = NULL) {
  check_no_more(...)
  named <- is_named(args)
  found <- cross(
    "graph.summary.ops", fn, unname(lapply(args[!named], cross_data)), if (any(named)) lapply(args[named], cross_data),
    if (!is.null(log_dir)) path.expand(log_dir)
  )
  structure(
    data.frame(op = as.character(unlist(found[[1L]])), count = as.integer(unlist(found[[2L]]))),
    class = c("tfbridge_graph", "data.frame"), constructs = length(found[[3L]])
  )
}

#' @export
print.tfbridge_graph <- function(x, ...) {
  cat("<graph> ", sum(x$count), " ops, ", attr(x, "constructs"), " branches and loop bodies\n", sep = "")
  print(as.data.frame(unclass(x)[c("op", "count")]), row.names = FALSE)
  invisible(x)
}

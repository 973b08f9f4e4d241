# Constructs as functions, and what is said of the next construct (names of the package tfautograph).

#' Branches and maps as functions
#'
#' What `if`, `switch()` and `for` are in a function that [tf_function()] traces, for code that has its branches as
#' functions. A branch is a function without arguments, or a formula: `~ x + 1`.
#'
#' @param pred,condition a tensor of one element; of `tf_assert()` one that must be TRUE everywhere.
#' @param true_fn,false_fn,default branches.
#' @param ... of `tf_case()` pairs `condition ~ value`, of which the first that holds is taken; of `tf_switch()` branches,
#'   taken by position counted from 1, or pairs `key ~ value` of whole numbers; of `tf_assert()` tensors to show. Else not
#'   used.
#' @param pred_fn_pairs,branch_fns the same in a list.
#' @param exclusive whether it is an error that several conditions hold.
#' @param branch_index a whole number: a tensor of one element.
#' @param elems a tensor, or a list of tensors, to go through along the first axis.
#' @param fn a function of an element, or a formula of `.x`.
#' @param dtype of the values, where it is another than that of the elements.
#' @param parallel_iterations how many elements may be worked on at a time.
#' @param msg,summarize what to say, and how many elements of each tensor to show.
#' @param name by which the graph calls it.
#' @returns What the branch gives; of `tf_map()` the values along a first axis; of `tf_assert()` `condition`, invisibly.
#' @family graphs
#' @examplesIf tfbridge::is_ready()
#' x <- as_tensor(3)
#' tf_cond(x > 0, ~ x, ~ -x)
#' tf_case(x > 5 ~ "large", x > 1 ~ "small", default = ~ "tiny")
#' tf_switch(as_tensor(2L), ~ "one", ~ "two", default = ~ "many")
#' tf_map(as_tensor(1:3), function(n) n * n)
#' tf_assert(x > 0, msg = "x must be positive")
#' @export
tf_cond <- function(pred, true_fn, false_fn, name = NULL, ...) {
  check_no_more(...)
  if (!is_tensor(pred)) return(if (pred) branch(true_fn)() else branch(false_fn)())
  if (!is.null(name)) ag_name(name)
  branches <- list(pred = pred, yes = converted(branch(true_fn)), no = converted(branch(false_fn)))
  eval(one_of_two, list2env(branches, parent = own_code()))
}

one_of_two <- quote(switch(graph_if(pred, about_value), yes(), no(), graph_value()))

#' Where code of constructs is run that is written here
#' @noRd
own_code <- function() {
  about <- list(
    assigned = character(), live = character(), used = TRUE, no = character(), outside = character(), left = character(),
    lenient = FALSE, call = quote(tf_cond(pred, true_fn, false_fn)), line = NULL, yes = quote(yes()), no_code = quote(no())
  )
  list2env(list(graph_if = graph_if, graph_value = graph_value, about_value = about), parent = baseenv())
}

branch <- function(f) {
  if (rlang::is_formula(f)) {
    made <- function() NULL
    body(made) <- rlang::f_rhs(f)
    environment(made) <- rlang::f_env(f)
    return(made)
  }
  if (is.function(f)) f else function() f
}

#' Pairs of formulas as lists of keys and branches
#' @noRd
pairs_of <- function(given, what) {
  lapply(given, function(pair) {
    if (rlang::is_formula(pair, lhs = TRUE)) {
      return(list(key = eval(rlang::f_lhs(pair), rlang::f_env(pair)), branch = branch(pair)))
    }
    if (is.list(pair) && length(pair) == 2L) return(list(key = pair[[1L]], branch = branch(pair[[2L]])))
    abort_kind("argument", paste0(what, " must be pairs `key ~ value`."), call = users_call())
  })
}

#' @rdname tf_cond
#' @export
tf_case <- function(..., pred_fn_pairs = list(...), default = NULL, exclusive = FALSE, name = "case") {
  check_flag(exclusive)
  pairs <- pairs_of(pred_fn_pairs, "Cases")
  if (exclusive && length(pairs) > 1L) {
    count <- Reduce(`+`, lapply(pairs, function(pair) tf$cast(pair$key, tf$int32)))
    tf_assert(count <= 1L, msg = "More than one case holds.")
  }
  first_of(pairs, default, name)
}

#' The first branch whose key holds; without a default it is an error that none does
#' @noRd
first_of <- function(pairs, default, name) {
  if (is.null(default) && length(pairs)) {
    keys <- lapply(pairs, `[[`, "key")
    if (any(vapply(keys, is_tensor, NA))) {
      stop_failed(cross("graph.entries.asserted", cross("graph.entries.any_of", keys), no_case))
    } else if (!any(unlist(keys))) {
      stop_failed(no_case)
    }
    default <- pairs[[length(pairs)]]$branch
    pairs <- pairs[-length(pairs)]
  }
  chosen_branch(pairs, branch(default), name)
}

no_case <- "None of the cases holds."

stop_failed <- function(text) if (!is.null(text)) abort_kind("graph", text, call = users_call())

chosen_branch <- function(pairs, default, name) {
  if (!length(pairs)) return(default())
  tf_cond(pairs[[1L]]$key, pairs[[1L]]$branch, function() chosen_branch(pairs[-1L], default, NULL), name = name)
}

#' @rdname tf_cond
#' @export
tf_switch <- function(branch_index, ..., branch_fns = list(...), default = NULL, name = "switch_case") {
  keyed <- vapply(branch_fns, function(f) rlang::is_formula(f, lhs = TRUE), NA)
  if (!all(keyed)) branch_fns <- Map(function(f, i) list(i, f), unname(branch_fns), seq_along(branch_fns))
  pairs <- lapply(pairs_of(branch_fns, "Branches"), function(pair) {
    known <- !is_tensor(branch_index)
    pair$key <- if (known) branch_index == pair$key else cross("graph.entries.is_key", branch_index, pair$key)
    pair
  })
  first_of(pairs, default, name)
}

#' @rdname tf_cond
#' @export
tf_map <- function(elems, fn, dtype = NULL, parallel_iterations = NULL, name = NULL, ...) {
  check_no_more(...)
  cross(
    "graph.entries.mapped", python_function(fn, "fn"), cross_data(elems), dtype,
    if (!is.null(parallel_iterations)) as.integer(parallel_iterations), name
  )
}

#' @rdname tf_cond
#' @export
tf_assert <- function(condition, ..., msg = NULL, summarize = NULL, name = NULL) {
  text <- msg %||% paste(paste(deparse(substitute(condition)), collapse = " "), "is not TRUE")
  failed <- if (is_tensor(condition)) {
    cross("graph.entries.asserted", condition, text, unname(lapply(list(...), cross_data)), summarize, name)
  } else if (!isTRUE(all(condition))) {
    text
  }
  stop_failed(failed)
  invisible(condition)
}

#' What is said of the next construct
#'
#' In a function that [tf_function()] traces, a call of one of these stands right before an `if` or a loop. What a construct
#' assigns is found out without them; they are for what the code cannot tell.
#'
#' @param ...,modified of `ag_if_vars()` and `ag_loop_vars()` the names of the variables that the construct hands on, in
#'   place of those found; bare or as text.
#' @param include,exclude,undef,undefs names to add to those found, or to leave out.
#' @param list more of these, as text.
#' @param shape_invariants a named list: the shapes that variables keep, `list(x = shape(NA))` for one whose size changes.
#' @param parallel_iterations,maximum_iterations how many passes may overlap, and how many there are at most.
#' @param swap_memory whether what gradients need may move from a GPU to the host's memory.
#' @param name by which the graph calls the construct.
#' @returns `NULL`, invisibly.
#' @family graphs
#' @examplesIf tfbridge::is_ready()
#' collect <- tf_function(function(xs) {
#'   found <- as_tensor(numeric(0))
#'   ag_while_opts(shape_invariants = list(found = shape(NA)))
#'   for (x in xs) if (x > 0) found <- tf$concat(list(found, x[tf$newaxis]), 0L)
#'   found
#' })
#' collect(as_tensor(c(1, -2, 3)))
#' @export
ag_if_vars <- function(..., modified = character(), undefs = NULL) {
  said(vars = c(bare_names(...), modified), exclude = undefs)
}

#' @rdname ag_if_vars
#' @export
ag_loop_vars <- function(..., list = character(), include = character(), exclude = character(), undef = character()) {
  said(vars = c(bare_names(...), list), include = include, exclude = c(exclude, undef))
}

#' @rdname ag_if_vars
#' @export
ag_while_opts <- function(
  ..., shape_invariants = NULL, parallel_iterations = NULL, swap_memory = NULL, maximum_iterations = NULL
) {
  check_no_more(...)
  count <- function(x) if (!is.null(x)) as.integer(x)
  said(options = list(
    shape_invariants = shape_invariants, parallel_iterations = count(parallel_iterations), swap_memory = swap_memory,
    maximum_iterations = count(maximum_iterations)
  ))
}

#' @rdname ag_if_vars
#' @export
ag_name <- function(name, ...) {
  check_no_more(...)
  said(name = name)
}

bare_names <- function(...) vapply(as.list(substitute(list(...)))[-1L], function(e) as.character(e)[[1L]], "")

said <- function(...) {
  the$said <- utils::modifyList(as.list(the$said), Filter(length, list(...)))
  invisible()
}

#' What was said of a construct, which is forgotten, in what it knows about itself
#' @noRd
heard <- function(about) {
  said <- the$said
  if (is.null(said)) return(about)
  the$said <- NULL
  live <- if (length(said$vars)) intersect(said$vars, about$assigned) else about$live
  about$live <- setdiff(union(live, intersect(said$include, about$assigned)), said$exclude)
  about$options <- said$options
  about$name <- said$name
  about
}

#' R code that sees values, in a graph
#'
#' A function that [tf_function()] or [dataset_map()] traces works with symbolic tensors, which have no values yet. What
#' needs values (R's own functions, files, databases) goes into `tf_py_function()`: R calls it for each element, which costs
#' some 100 us, and the graph goes on with what it returns.
#'
#' R has one thread. It answers while it waits for an element of a dataset; within `tf_function()` and the training steps
#' that Keras traces it is busy, so the call is an error of class `tfbridge_error_thread` there:
#' `compile(run_eagerly = TRUE)`, or a mapper of the dataset.
#'
#' @param func a function or formula, which gets eager tensors.
#' @param inp a tensor, or a list of tensors: its arguments.
#' @param Tout the dtype of its value, or a list of dtypes where it returns a list.
#' @param name by which the graph calls it.
#' @param ... not used.
#' @returns A tensor, or a list of tensors. Their shapes are not known: `tf$ensure_shape()` says them.
#' @family graphs
#' @examplesIf tfbridge::is_ready()
#' ranks <- function(x) rank(as.array(x))
#' dataset <- tensor_slices_dataset(matrix(c(3, 1, 2, 9, 7, 8), 2, byrow = TRUE)) |>
#'   dataset_map(function(row) tf_py_function(ranks, row, "float32"))
#' dataset_collect(dataset)
#' @export
tf_py_function <- function(func, inp, Tout, name = NULL, ...) {
  check_no_more(...)
  inp <- cross_data(if (is_plain_list(inp)) unname(inp) else list(inp))
  cross("graph.entries.by_values", python_function(func, "func", autograph = FALSE), inp, Tout, name)
}

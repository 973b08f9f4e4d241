# The members of a class written in R, in one form whatever way they were written in.

#' Members as definitions keep them: under R's names, without `self` and `private` among their formals
#'
#' @param kind of the class.
#' @param members by name; NULL is what the caller's formals leave out.
#' @param public,private,active lists, as R6 classes have them.
#' @param parent_env where functions look for what they do not define, unless it is where they were made.
#' @returns A list of `functions`, `active`, `values` and `private`.
#' @noRd
class_members <- function(kind, classname, members, public = NULL, private = NULL, active = NULL, parent_env = NULL) {
  public <- c(Filter(Negate(is.null), members), as.list(public), lapply(as.list(active), mark_active))
  prepared <- lapply(list(public = public, private = as.list(private)), function(members) {
    if (length(members) && !all(nzchar(names(members) %||% ""))) {
      abort_kind("class", paste0("The members of `", classname, "` must have names."), call = users_call())
    }
    written <- names(members) %in% names(r_names)
    names(members)[written] <- r_names[names(members)[written]]
    if (isTRUE(kind %in% called_kinds)) names(members)[names(members) == "__call__"] <- "call"
    members <- members[!duplicated(names(members), fromLast = TRUE)]
    lapply(members, function(member) if (is_method(member)) as_method(member, parent_env) else member)
  })
  methods <- vapply(prepared$public, is_method, NA)
  properties <- vapply(prepared$public, inherits, NA, "tfbridge_active")
  list(
    functions = prepared$public[methods & !properties], active = prepared$public[properties],
    values = prepared$public[!methods], private = prepared$private
  )
}

#' Python's names of methods that R6 calls otherwise
#' @noRd
r_names <- c(`__init__` = "initialize", `__del__` = "finalize")

#' Kinds whose objects Keras calls
#' @noRd
called_kinds <- c("constraint", "regularizer", "initializer", "learning_rate_schedule")

r_name <- function(name) if (name %in% names(r_names)) r_names[[name]] else name

is_method <- function(member) is.function(member) && !inherits(member, c("python.builtin.object", "tfbridge_class"))

as_method <- function(member, parent_env) {
  active <- inherits(member, "tfbridge_active")
  leading <- cumprod(names(formals(member)) %in% c("self", "private")) == 1
  if (any(leading)) formals(member) <- formals(member)[!leading]
  if (!is.null(parent_env)) environment(member) <- parent_env
  if (active) mark_active(member) else member
}

# The R source of classes, for files (bridge/models/sources.py).

class_text <- function(owner) paste(deparse(class_source(owner), width.cutoff = 120L), collapse = "\n")

#' A call that defines a class as it was
#' @noRd
class_source <- function(owner) {
  members <- owner$members
  parent <- owner$parent
  base <- if (inherits(owner$inherit, "tfbridge_class")) {
    class_source(attr(owner$inherit, "owner"))
  } else if (!is.null(owner$inherit)) {
    bquote(reticulate::import(.(parent[[1L]]))[[.(parent[[2L]])]])
  }
  as.call(c(
    call("::", quote(tfbridge), as.symbol(paste0("new_", owner$kind, "_class"))), owner$classname,
    member_sources(c(members$functions, members$active, members$values)),
    if (length(members$private)) list(private = as.call(c(quote(list), member_sources(members$private)))),
    if (!is.null(base)) list(inherit = base)
  ))
}

member_sources <- function(members) {
  lapply(members, function(member) {
    if (!is_method(member)) return(member)
    f <- call("function", formals(member), body(member))
    if (inherits(member, "tfbridge_active")) bquote(tfbridge::mark_active(.(f))) else f
  })
}

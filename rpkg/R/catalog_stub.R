catalog_symbol <- function(f) NULL

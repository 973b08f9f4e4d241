# The mutants of the hand-written R files: one token changed in each. A line each: file, line, first and last column, what
# stands there, what shall. Called by tools/mutants.py.

swaps <- c(
  "==" = "!=", "!=" = "==", "<" = ">=", ">" = "<=", "<=" = ">", ">=" = "<", "&&" = "||", "||" = "&&", "&" = "|", "|" = "&",
  "+" = "-", "-" = "+", "*" = "/", "/" = "*", "!" = "", "TRUE" = "FALSE", "FALSE" = "TRUE", "NULL" = "NA", "next" = "break",
  "0L" = "1L", "1L" = "2L", "any" = "all", "all" = "any", "head" = "tail", "setdiff" = "union", "min" = "max", "max" = "min"
)

files <- setdiff(list.files("rpkg/R", "[.]R$", full.names = TRUE), list.files("rpkg/R", "^gen-", full.names = TRUE))
for (file in files) {
  tokens <- utils::getParseData(parse(file, keep.source = TRUE), includeText = TRUE)
  tokens <- tokens[tokens$terminal & tokens$text %in% names(swaps) & tokens$line1 == tokens$line2, ]
  line <- "%s\t%d\t%d\t%d\t%s\t%s\n"
  cat(sprintf(line, file, tokens$line1, tokens$col1, tokens$col2, tokens$text, swaps[tokens$text]), sep = "")
}

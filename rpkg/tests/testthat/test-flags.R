test_that("the command line comes as it was written", {
  expect_equal(parse_arguments("--name=a=b"), list(name = "a=b"))
  expect_equal(parse_arguments(c("--name", "a=b")), list(name = "a=b"))
  expect_equal(parse_arguments(c("--rate", "-0.5", "--on", "--empty=", "x")), list(rate = "-0.5", on = "TRUE", empty = ""))
  expect_equal(parse_arguments(c("a=b", "--learning-rate=1", "--url=--x=1")), list(learning_rate = "1", url = "--x=1"))
  expect_equal(unname(parse_arguments(character())), list())
  for (i in 1:50) {
    value <- paste(sample(c(letters, "=", "-", " ", ":", "#", "'"), 8, TRUE), collapse = "")
    expect_equal(parse_arguments(paste0("--x=", value)), list(x = value))
  }
})

test_that("files are read as YAML reads a line", {
  file <- withr::local_tempfile(lines = c(
    "# comment: no flag", "---", "a: 1 # one", "b: 'it''s # no comment' # but this", "c: \"say \\\"x\\\": y\" # said",
    "\"d e\": plain text", "f: http://x.org/#top", "g:", "  h: 2", "", "i: \"back\\\\slash\""
  ))
  expect_equal(parse_flags(file), list(
    a = "1", b = "it's # no comment", c = "say \"x\": y", `d e` = "plain text", f = "http://x.org/#top", g = "", h = "2",
    i = "back\\slash"
  ))
})

test_that("flags have the type that was declared", {
  declared <- function(...) {
    flags(flag_integer("n", 1), flag_numeric("rate", 0.5), flag_boolean("on", FALSE), flag_string("s", "a"),
      config_file = "", arguments = c(...), )
  }
  expect_identical(declared(), list(n = 1L, rate = 0.5, on = FALSE, s = "a"))
  expect_identical(declared("--n=1e3", "--rate=2", "--on", "--s=NA"), list(n = 1000L, rate = 2, on = TRUE, s = "NA"))
  for (word in c("yes", "TRUE", "on", "true")) expect_true(declared(paste0("--on=", word))$on)
  for (word in c("no", "FALSE", "off", "false")) expect_false(declared(paste0("--on=", word))$on)
  expect_error(declared("--n=1.5"), "`n` must be integer, not \"1.5\"", class = "tfbridge_error_argument")
  expect_error(declared("--on=maybe"), "`on` must be logical", class = "tfbridge_error_argument")
})

test_that("flags come from defaults, a file and the command line", {
  file <- withr::local_tempfile(lines = c("rate: 0.5", "# comment", "other: 1"))
  given <- flags(
    flag_numeric("rate", 0.1), flag_integer("epochs", 5), flag_boolean("fast", FALSE), flag_string("name", "a"),
    config_file = file, arguments = c("--epochs", "7", "--fast")
  )
  expect_identical(given, list(rate = 0.5, epochs = 7L, fast = TRUE, name = "a"))
  expect_error(flags(flag_integer("n", 1), arguments = c("--n", "x")), class = "tfbridge_error_argument")
})

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

test_that("files are read as YAML", {
  file <- withr::local_tempfile(lines = c(
    "# comment: no flag", "---", "a: 1 # one", "b: 'it''s # no comment' # but this", "c: \"say \\\"x\\\": y\" # said",
    "\"d e\": plain text", "f: http://x.org/#top", "g:", "  h: 2", "", "i: \"back\\\\slash\"", "j: >", "  two",
    "  lines", "k: 1.0e-3"
  ))
  expect_equal(parse_flags(file = file), list(
    a = 1L, b = "it's # no comment", c = "say \"x\": y", `d e` = "plain text", f = "http://x.org/#top", g = list(h = 2L),
    i = "back\\slash", j = "two lines\n", k = 1e-3
  ))
  expect_identical(parse_flags(file = file, arguments = "--a=2")$a, "2")
  broken <- withr::local_tempfile(lines = "a: [1")
  expect_error(parse_flags(file = broken), "is no YAML", class = "tfbridge_error_file")
  expect_error(parse_flags(file = withr::local_tempfile(lines = "text")), "name: value", class = "tfbridge_error_file")
  expect_error(parse_flags(file = "nowhere.yml"), "no file nowhere.yml", class = "tfbridge_error_file")
})

test_that("parts of a file build on each other", {
  file <- withr::local_tempfile(lines = c(
    "default:", "  rate: 0.1", "  epochs: 5", "gpu:", "  epochs: 50", "large:", "  inherits: gpu", "  rate: 0.01"
  ))
  read <- function(config) unlist(parse_flags(config, file))
  expect_equal(read("default"), c(rate = 0.1, epochs = 5))
  expect_equal(read("gpu"), c(rate = 0.1, epochs = 50))
  expect_equal(read("large"), c(rate = 0.01, epochs = 50))
  expect_equal(read("unknown"), c(rate = 0.1, epochs = 5))
  circle <- withr::local_tempfile(lines = c("default:", "  a: 1", "b:", "  inherits: c", "c:", "  inherits: b"))
  expect_error(parse_flags("b", circle), "inherit each other", class = "tfbridge_error_file")
})

test_that("a text flag keeps what the file says", {
  file <- withr::local_tempfile(lines = c("s: 1.10", "on: yes", "n: 7"))
  declared <- list(flag_string("s", "a"), flag_boolean("on", FALSE), flag_integer("n", 1))
  expect_identical(flags(!!!declared, file = file, arguments = character()), list(s = "1.10", on = TRUE, n = 7L))
  several <- withr::local_tempfile(lines = "n: [1, 2]")
  expect_error(flags(!!!declared, file = several), "`n` must be one value", class = "tfbridge_error_argument")
})

test_that("flags have the type that was declared", {
  declared <- function(...) {
    flags(flag_integer("n", 1), flag_numeric("rate", 0.5), flag_boolean("on", FALSE), flag_string("s", "a"),
      file = "", arguments = c(...), )
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
    file = file, arguments = c("--epochs", "7", "--fast")
  )
  expect_identical(given, list(rate = 0.5, epochs = 7L, fast = TRUE, name = "a"))
  expect_error(flags(flag_integer("n", 1), arguments = c("--n", "x")), class = "tfbridge_error_argument")
})

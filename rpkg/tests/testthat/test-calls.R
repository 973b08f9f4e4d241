skip_if_no_python()

both_ways <- function(f) {
  lapply(c(fast = TRUE, slow = FALSE), function(fast) withr::with_options(list(tfbridge.fast_calls = fast), f()))
}

look <- function(value) {
  if (is.list(value)) return(lapply(value, look))
  if (!inherits(value, "python.builtin.object")) return(value)
  held <- if (is.function(value)) attr(value, "py_object") else value
  # Newer versions of reticulate also note what they need not try to convert, as `simple`.
  list(typeof(value), class(value), setdiff(ls(held), "simple"), get("convert", held), reticulate::py_id(held))
}

test_that("calls by C are used here, and what they convert is what reticulate makes of it", {
  expect_true(the$fast)
  x <- as_tensor(matrix(1:6, 2), "float32")
  layer <- layer_dense(units = 2)
  scalars <- list(NULL, TRUE, FALSE, NA, 0L, -1L, NA_integer_, .Machine$integer.max, 0, -0.5, 1e300, NA_real_,
    NaN, -Inf, "", "a b",
    "\u00e9\u4e2d\U1F600", enc2native("\u00e9"), iconv("\u00e9", "UTF-8", "latin1"), 1i, as.raw(1))
  vectors <- list(logical(), integer(), 1:3, c(a = 1, b = 2), c("a", "\u00e9"), c(TRUE, NA), 1:1000 + 0,
    matrix(1:4, 2), array(1:3),
    factor("a"), Sys.Date())
  lists <- list(list(), list(1, "a", NULL), list(a = 1, b = list(2L)), list(a = 1, 2), list(x, list(layer)),
    data.frame(a = 1:2))
  objects <- list(x, layer, tf$float32, tf, shape(2, NA), keras_model_sequential(layers = list(layer), input_shape = 3))
  for (value in c(scalars, vectors, lists, objects)) for (entry in c("barrier.crossing.same", "barrier.crossing.kind")) {
    got <- both_ways(function() look(tryCatch(cross(entry, value), error = conditionMessage)))
    expect_identical(got$fast, got$slow)
  }
  # What only Python can make.
  made <- c("2**31", "-2**31", "[1, 2**40]", "[1, 2.5]", "[1.5, True]", "[True]", "['a', 'b']", "[]", "()", "(1, 2)",
    "{}", "{'a': 1}", "'a\\0b'", "b'ab'", "1j", "[None]", "{1, 2}", "range(3)", "object", "len", "[[1], [2]]",
    "float('nan')", "[None, 'a', 1.5]", "(True, 'a')", "{'a': [1, 2], 'b': (1, {'c': 'd'})}", "{1: 2}", "{'a': 2**40}",
    "['a\\0b']", "[('a', 'b'), {}]", "[True, 1]", "[object, len, 1]", "{'': 1}", "[[]] * 3")
  for (source in made) {
    evaluate <- function() {
      value <- reticulate::py_eval(paste0("lambda value: ", source))
      the$entries$made <- value
      on.exit(rm("made", envir = the$entries))
      tryCatch(cross("made", 0), error = conditionMessage)
    }
    got <- both_ways(evaluate)
    shown <- lapply(got, function(value) if (inherits(value, "python.builtin.object")) class(value) else value)
    expect_identical(shown$fast, shown$slow, info = source)
  }
})

test_that("verbs give the same both ways", {
  withr::local_options(tensorflow.extract.warn_tensors_passed_asis = FALSE)
  x <- as_tensor(array(1:24, c(2, 3, 4)), "float32")
  v <- tf$Variable(tf$zeros(shape(3, 3)))
  verbs <- list(
    function() x + x, function() x * 2, function() x == 3, function() sum(x), function() mean(x, axis = 2),
    function() dim(x),
    function() x[1, , 2:NA], function() x[x > 5], function() t(x[1, , ]), function() v[1, 2]$assign(3),
    function() x[9, 1, 1],
    function() array_reshape(x, c(4, 6)), function() as_tensor(1:3, "float64"), function() as.array(x), function() x + "a",
    function() layer_dense(x, 2, kernel_initializer = "ones"), function() op_softmax(x), function() shape(2, NA)
  )
  for (verb in verbs) {
    got <- both_ways(function() {
      value <- tryCatch(verb(), error = identity)
      if (inherits(value, "error")) return(list(class(value), conditionMessage(value)))
      list(class(value), if (inherits(value, "tensorflow.tensor")) as.array(value) else format(value))
    })
    expect_identical(got$fast, got$slow)
  }
})

test_that("arrays cross as they are, and R's stay with R when they change", {
  types <- list(c(0.5, NA, NaN, Inf), c(1L, NA, -3L), c(TRUE, FALSE, NA), c(TRUE, FALSE), c(1i, NA), c("a", "b"))
  sizes <- list(4L, c(2L, 3L), c(2L, 1L, 3L), c(3L, 0L), c(5L, 2L, 2L, 2L))
  for (values in types) for (size in sizes) {
    x <- array(rep_len(values, prod(size)), size)
    got <- both_ways(function() list(cross("barrier.crossing.same", x), cross("barrier.crossing.kind", x)))
    expect_identical(got$fast, got$slow)
  }
  for (x in list(c(1, 2, 3, 4), matrix(as.double(1:200), 20), as.double(1:1000))) {
    tensor <- as_tensor(x)
    before <- x + 0
    x[[1L]] <- 99
    expect_equal(as.vector(as.array(tensor)), as.vector(before))
    expect_equal(x[[1L]], 99)
  }
})

test_that("attributes and raw calls give the same both ways", {
  x <- as_tensor(matrix(1:6, 2), "float32")
  layer <- layer_dense(units = 2, input_shape = 3)
  model <- keras_model_sequential(layers = list(layer), input_shape = 3)
  shape <- tf$TensorShape(list(2L, NULL))
  objects <- list(x, layer, model, tf$Variable(1), optimizer_sgd(), layer_input(3), tf$float32, shape)
  names <- c(
    "shape", "dtype", "name", "units", "layers", "weights", "numpy", "learning_rate", "rank", "as_list", "built", "no_such"
  )
  shown <- function(f) tryCatch(look(f()), error = function(e) conditionMessage(e))
  for (object in objects) for (name in names) {
    got <- both_ways(function() shown(function() do.call(`$`, list(object, name))))
    # Methods, and what is made anew at each look, are other objects each time.
    if (is.list(got$fast) && is.list(got$slow)) got <- lapply(got, `[`, 1:2)
    expect_identical(got$fast, got$slow, info = name)
  }
  calls <- list(
    function() tf$add(x, x)$numpy(), function() tf$reduce_sum(x, axis = 0L)$numpy(),
    function() tf$reshape(x, c(3L, 2L))$numpy(),
    function() x$shape$as_list(), function() tf$add(x, c(1, 2)), function() tf$no_such_op, function() tf$zeros("a"),
    function() tf$constant(NA), function() tf$constant(c(1L, NA)), function() tf$constant(array(c(1L, NA))),
    function() tf$map_fn(function(v) v * 2, x)$numpy(), function() tf$map_fn(function(v) stop("in R"), x),
    function() tf$constant(array(c(TRUE, FALSE)))$numpy(), function() tf$stack(list(x, x), axis = 1L)$shape$as_list(),
    function() tf$add(x, )
  )
  for (call in calls) {
    got <- both_ways(function() shown(call))
    expect_identical(got$fast, got$slow)
  }
})

test_that("references are given back", {
  skip_on_os(c("windows", "mac"))
  x <- as_tensor(runif(10))
  resident <- function() {
    gc()
    as.numeric(gsub("[^0-9]", "", grep("VmRSS", readLines("/proc/self/status"), value = TRUE))) / 1024
  }
  work <- function(times) for (i in seq_len(times)) {
    cross("barrier.crossing.same", x)
    cross("barrier.crossing.kind", list(1, a = "b"))
  }
  # R's heap grows now and then, for the handles that wait for their finalizers; what is lost grows it each time.
  sizes <- vapply(1:4, function(i) {
    work(as.integer(Sys.getenv("TFBRIDGE_CROSSINGS", "20000")))
    resident()
  }, 0)
  expect_lt(min(diff(sizes)), 5)
})

test_that("tf_config() says when calls go by reticulate alone", {
  expect_true(tf_config()$fast_calls)
  withr::local_options(tfbridge.fast_calls = FALSE)
  expect_output(print(tf_config()), "Calls go by reticulate alone")
})

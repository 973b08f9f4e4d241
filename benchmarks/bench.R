# Ours against plain Python, in one process: medians, differences and ratios. Called by `make bench`, which keeps the table.

library(tfbridge)
invisible(as_tensor(1))

# Python's own times, taken in this same process.
reticulate::py_run_string("
import statistics, time

def median_us(f, times, pause):
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        f()
        end = time.perf_counter()
        taken.append(end - start)
        while time.perf_counter() < end + pause:
            pass
    return statistics.median(taken) * 1e6
")
median_us <- reticulate::py_eval("median_us")
python_us <- function(expression, times, pause) {
  median_us(reticulate::py_eval(paste0("lambda: ", expression), convert = FALSE), as.integer(times), pause)
}

r_us <- function(f, times) {
  taken <- vapply(seq_len(times), function(i) {
    start <- Sys.time()
    f()
    as.numeric(Sys.time()) - as.numeric(start)
  }, numeric(1))
  stats::median(taken) * 1e6
}

rows <- list()
compare <- function(what, f, set_up, expression, times = 2000) {
  reticulate::py_run_string(set_up)
  # A cold heap is slow for whoever comes first: R's results stay until gc(), so it takes longer to warm up.
  r_us(f, if (times >= 1000) times else min(times, 3))
  # In turns, ten rounds: a machine that slows down does not favour one side.
  rounds <- if (times < 3) times else max(5, min(10, times))
  each <- ceiling(times / rounds)
  taken <- vapply(seq_len(rounds), function(round) {
    c(python_us(expression, each, 0), if (times >= 1000) python_us(expression, each, 5e-5) else NA, r_us(f, each))
  }, numeric(3))
  medians <- apply(taken, 1, stats::median)
  rows[[length(rows) + 1L]] <<- data.frame(
    what, ours_us = medians[3], python_us = medians[1], paced_us = medians[2], above_us = medians[3] - medians[1],
    ratio = medians[3] / medians[1]
  )
}

prelude <- "
import os
import numpy as np, tensorflow as tf, keras
x = tf.random.uniform((100, 28, 28))
v = tf.Variable(tf.zeros((10, 10)))
m = tf.random.uniform((10, 10))
i = 3
"
reticulate::py_run_string(prelude)
x <- reticulate::py_eval("x")
v <- reticulate::py_eval("v")
m <- reticulate::py_eval("m")
i <- 3
# It warns once a session.
options(tensorflow.extract.warn_negatives_pythonic = FALSE)

compare("x[1:10, 15:NA, 3]", function() x[1:10, 15:NA, 3], prelude, "x[0:10, 14:, 2]")
compare("x[i, , ]", function() x[i, , ], prelude, "x[i]")
compare("x[, 8:-8, 8:-8]", function() x[, 8:-8, 8:-8], prelude, "x[:, 7:-7, 7:-7]")
compare("x[1, all_dims()]", function() x[1, all_dims()], prelude, "x[0, ...]")
compare("v[1, 2:4] of a variable", function() v[1, 2:4], prelude, "v[0, 1:4]")
compare("v[1, 1]$assign(3)", function() v[1, 1]$assign(3), prelude, "v[0, 0].assign(3)")
compare("x + x", function() x + x, prelude, "x + x")
compare("x * 2", function() x * 2, prelude, "x * 2")
compare("x == x", function() x == x, prelude, "tf.equal(x, x)")
compare("sum(x)", function() sum(x), prelude, "tf.reduce_sum(x)")
compare("mean(x, axis = 1)", function() mean(x, axis = 1), prelude, "tf.reduce_mean(x, axis=0)")
compare("aperm(x, c(3, 1, 2))", function() aperm(x, c(3, 1, 2)), prelude, "tf.transpose(x, (2, 0, 1))")
compare("t(m)", function() t(m), prelude, "tf.transpose(m)")
compare("m %*% m", function() m %*% m, prelude, "tf.matmul(m, m)")
compare("x$shape", function() x$shape, prelude, "x.shape")
compare("x$dtype", function() x$dtype, prelude, "x.dtype")
compare("tf$add(m, m)", function() tf$add(m, m), prelude, "tf.add(m, m)")
compare("m + m (100 numbers)", function() m + m, prelude, "m + m")
compare("m * 2", function() m * 2, prelude, "m * 2")
compare("m == m", function() m == m, prelude, "tf.equal(m, m)")
compare("dim(x)", function() dim(x), prelude, "tuple(x.shape)")

small <- stats::runif(1e4)
small_tensor <- as_tensor(small)
compare("as_tensor(10,000 doubles)", function() as_tensor(small), "a = np.random.rand(10000)", "tf.convert_to_tensor(a)")
compare(
  "as.array(10,000 doubles)", function() as.array(small_tensor),
  "t = tf.random.uniform((10000,), dtype='float64')", "t.numpy()"
)

ranked <- matrix(as.double(1:12), 3)
compare("array_reshape(tensor)", function() array_reshape(m, c(4, 25)), prelude, "tf.reshape(m, (4, 25))")
compare(
  "array_reshape(3x4 array)", function() array_reshape(ranked, c(4, 3)), "r = np.asfortranarray(np.ones((3, 4)))",
  "np.asfortranarray(np.reshape(r, (4, 3)))"
)
mask <- matrix(stats::runif(1e5) > 0.5, 1000)
compare(
  "as_tensor(1000x100 logicals)", function() as_tensor(mask), "l = np.asfortranarray(np.random.rand(1000, 100) > 0.5)",
  "tf.convert_to_tensor(l)", 300
)
big <- array(stats::runif(10000 * 28 * 28), c(10000, 28, 28))
big_tensor <- as_tensor(big, "float32")
compare(
  "as_tensor(10000x28x28, \"float32\")", function() as_tensor(big, "float32"),
  "b = np.asfortranarray(np.random.rand(10000, 28, 28))", "b.astype('float32', order='C').copy()", 10
)
compare(
  "as.array(10000x28x28 float32)", function() as.array(big_tensor),
  "f = np.random.rand(10000, 28, 28).astype('float32')", "f.astype('float64', order='F').copy(order='F')", 10
)
compare(
  "array_reshape(10000x28x28)", function() array_reshape(big, c(10000, 784)),
  "b = np.asfortranarray(np.random.rand(10000, 28, 28))", "np.asfortranarray(b.reshape((10000, 784)))", 10
)
# How much memory one conversion needs at its peak, its result counted in, per byte of the R array (62.7 MB).
peak_mb <- function(f) {
  gc()
  writeLines("5", "/proc/self/clear_refs")
  before <- status_mb("VmRSS")
  kept <- f()
  status_mb("VmHWM") - before
}
status_mb <- function(field) {
  line <- grep(field, readLines("/proc/self/status"), value = TRUE)
  as.numeric(gsub("[^0-9]", "", line)) / 1024
}
peaks <- sprintf(
  "Peak memory above what was there, of %.0f MB of doubles: as_tensor(float32) %+.0f MB, as.array %+.0f MB.",
  as.numeric(utils::object.size(big)) / 2^20, peak_mb(function() as_tensor(big, "float32")),
  peak_mb(function() as.array(big_tensor))
)
words <- as.character(seq_len(2e5))
word_tensor <- as_tensor(words)
compare(
  "as_tensor(200,000 strings)", function() as_tensor(words), "w = [str(i) for i in range(200000)]", "tf.constant(w)", 10
)
compare(
  "as.array(200,000 strings)", function() as.array(word_tensor),
  "wt = tf.constant([str(i) for i in range(200000)])", "[s.decode() for s in wt.numpy().tolist()]", 10
)

# Growth: with rank, with size, with the length of a stack.
for (rank in 1:6) {
  sizes <- rep(3L, rank)
  of_rank <- as_tensor(array(stats::runif(3^rank), sizes))
  set_up <- sprintf("g = tf.random.uniform([3] * %d, dtype='float64')", rank)
  one <- as.call(c(quote(`[`), quote(of_rank), rep(list(2), rank)))
  compare(sprintf("one element, rank %d", rank), eval(call("function", NULL, one)), set_up, sprintf("g[(1,) * %d]", rank))
}
free_mb <- function() {
  as.numeric(gsub("[^0-9]", "", grep("MemAvailable", readLines("/proc/meminfo"), value = TRUE))) / 1024
}
for (mb in c(1, 10, 100, 800)) if (free_mb() > 12 * mb) {
  wide <- matrix(stats::runif(mb * 2^17), 1024)
  wide_tensor <- as_tensor(wide)
  set_up <- sprintf("w = np.asfortranarray(np.random.rand(1024, %d)); wt = tf.constant(w)", mb * 128)
  times <- max(3, min(100, 200 / mb))
  compare(
    sprintf("as_tensor(matrix of %d MB)", mb), function() as_tensor(wide), set_up, "tf.convert_to_tensor(w)", times
  )
  compare(
    sprintf("as.array(matrix of %d MB)", mb), function() as.array(wide_tensor), set_up,
    "np.asfortranarray(wt.numpy())", times
  )
  line <- as.vector(wide)
  line_tensor <- as_tensor(line)
  rm(wide, wide_tensor)
  set_up <- sprintf("w = np.random.rand(%d); wt = tf.constant(w)", mb * 2^17)
  compare(sprintf("as_tensor(vector of %d MB)", mb), function() as_tensor(line), set_up, "tf.convert_to_tensor(w)", times)
  compare(sprintf("as.array(vector of %d MB)", mb), function() as.array(line_tensor), set_up, "wt.numpy().copy()", times)
  rm(line, line_tensor)
  reticulate::py_run_string("w = wt = None")
  gc()
}
reticulate::py_run_string("
def stack(layers):
    made = keras.Sequential([keras.Input((8,))])
    for _ in range(layers):
        made.add(keras.layers.Dense(8))
")
for (layers in c(10, 100, 400)) {
  piped <- function() {
    made <- keras_model_sequential(input_shape = 8)
    for (i in seq_len(layers)) made <- made %>% layer_dense(8)
  }
  compare(sprintf("a stack of %d layers, piped", layers), piped, "pass", sprintf("stack(%d)", layers), 1)
}

compare("layer_dense(units = 32)", function() layer_dense(units = 32), prelude, "keras.layers.Dense(32)", 300)

data <- "
keras.utils.set_random_seed(1)
px = np.random.rand(20000, 64).astype('float32')
py = np.random.randint(0, 10, 20000)
def build():
    m = keras.Sequential([
        keras.Input((64,)), keras.layers.Dense(64, activation='relu'), keras.layers.Dense(10, activation='softmax')
    ])
    m.compile('adam', 'sparse_categorical_crossentropy', metrics=['accuracy'])
    return m
"
reticulate::py_run_string(data)
model <- reticulate::py_eval("build()")
reticulate::py_run_string("pm = build()")
rx <- reticulate::py_eval("px.astype('float64')")
ry <- as.integer(reticulate::py_eval("py.astype('int32')"))
fit_python <- "pm.fit(px, py, batch_size=32, verbose=0)"
compare(
  "fit, one epoch of 20,000 x 64, batch 32", function() fit(model, rx, ry, batch_size = 32, verbose = 0),
  "pass", fit_python, 10
)
compare(
  "the same with progress lines", function() utils::capture.output(fit(model, rx, ry, batch_size = 32, verbose = 1)),
  "pass", fit_python, 10
)
Watch <- new_callback_class("Watch", on_batch_end = function(batch, logs) NULL)
compare(
  "the same with on_batch_end in R",
  function() fit(model, rx, ry, batch_size = 32, callbacks = Watch(), verbose = 0), "pass", fit_python, 10
)
compare("predict, 20,000 x 64", function() predict(model, rx), "pass", "pm.predict(px, verbose=0)", 10)

# Classes written in R against the same in Python: what is traced once must train as fast; making many layers costs more.
reticulate::py_run_string("
class Scaled(keras.layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.units = units
    def build(self, input_shape):
        self.w = self.add_weight(shape=(input_shape[-1], self.units))
        self.b = self.add_weight(shape=(self.units,), initializer='zeros')
    def call(self, inputs):
        return tf.nn.relu(tf.matmul(inputs, self.w) + self.b)

class Squares(keras.losses.Loss):
    def call(self, y_true, y_pred):
        return tf.reduce_mean((tf.one_hot(tf.cast(tf.reshape(y_true, [-1]), 'int32'), 10) - y_pred) ** 2, axis=-1)

class Total(keras.metrics.Metric):
    def __init__(self):
        super().__init__(name='total')
        self.sum = self.add_weight(name='sum', initializer='zeros')
    def update_state(self, y_true, y_pred, sample_weight=None):
        self.sum.assign_add(tf.reduce_sum(y_pred))
    def result(self):
        return self.sum
    def reset_state(self):
        self.sum.assign(0.)

class Stepping(keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden, self.out = Scaled(64), Scaled(10)
    def call(self, inputs):
        return self.out(self.hidden(inputs))
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = self.compute_loss(y=y, y_pred=y_pred)
        weights = self.trainable_weights
        self.optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
        for metric in self.metrics:
            metric.update_state(loss) if metric.name == 'loss' else metric.update_state(y, y_pred)
        return {metric.name: metric.result() for metric in self.metrics}

ps = Stepping()
ps.compile('adam', Squares(), metrics=[Total()])

def thirty():
    x = keras.Input((16,))
    for _ in range(30):
        x = Scaled(16)(x)
")
layer_scaled <- new_layer_class(
  "Scaled",
  initialize = function(units) {
    super$initialize()
    self$units <- units
  },
  build = function(input_shape) {
    self$w <- self$add_weight(shape = c(input_shape[2], self$units))
    self$b <- self$add_weight(shape = self$units, initializer = "zeros")
  },
  call = function(inputs) tf$nn$relu(tf$matmul(inputs, self$w) + self$b)
)
Squares <- new_loss_class("Squares", call = function(y_true, y_pred) {
  mean((tf$one_hot(tf$cast(tf$reshape(y_true, list(-1L)), "int32"), 10L) - y_pred)^2, axis = -1)
})
Total <- new_metric_class(
  "Total",
  initialize = function() {
    super$initialize(name = "total")
    self$sum <- self$add_weight(name = "sum", initializer = "zeros")
  },
  update_state = function(y_true, y_pred, sample_weight = NULL) self$sum$assign_add(sum(y_pred)),
  result = function() self$sum,
  reset_state = function() self$sum$assign(0)
)
Stepping <- new_model_class(
  "Stepping",
  initialize = function() {
    super$initialize()
    self$hidden <- layer_scaled(units = 64)
    self$out <- layer_scaled(units = 10)
  },
  call = function(inputs) inputs %>% self$hidden() %>% self$out(),
  train_step = function(data) {
    c(x, y) %<-% data
    with(tf$GradientTape() %as% tape, {
      y_pred <- self(x, training = TRUE)
      loss <- self$compute_loss(y = y, y_pred = y_pred)
    })
    weights <- self$trainable_weights
    self$optimizer$apply_gradients(zip_lists(tape$gradient(loss, weights), weights))
    logs <- list()
    for (metric in self$metrics) {
      if (metric$name == "loss") metric$update_state(loss) else metric$update_state(y, y_pred)
      logs[[metric$name]] <- metric$result()
    }
    logs
  }
)
written <- Stepping()
compile(written, "adam", Squares(), list(Total()))
compare(
  "an epoch of a model written in R", function() fit(written, rx, ry, batch_size = 32, verbose = 0), "pass",
  "ps.fit(px, py, batch_size=32, verbose=0)", 10
)
compare("30 layers written in R", function() {
  x <- layer_input(16)
  for (i in 1:30) x <- layer_scaled(x, 16)
}, "pass", "thirty()", 20)

table <- do.call(rbind, rows)
# What a callback adds to a batch: epochs in turns, without one, with one of Python and with one of R.
reticulate::py_run_string("
class Watch(keras.callbacks.Callback):
    def on_batch_end(self, batch, logs=None):
        return None
")
epoch_s <- function(...) system.time(fit(model, rx, ry, batch_size = 32, verbose = 0, ...))[[3]]
epochs <- replicate(15, c(
  epoch_s(), epoch_s(callbacks = reticulate::py_eval("Watch()", convert = FALSE)), epoch_s(callbacks = Watch())
))
batches <- nrow(rx) / 32
added <- apply(epochs[-1, ] - epochs[c(1, 1), ], 1, stats::median) / batches * 1e6
batch <- sprintf("on_batch_end adds to a batch of fit(): written in Python %.0f us, in R %.0f us.", added[1], added[2])
us <- function(x, sign = "") ifelse(is.na(x), "", sprintf(paste0("%", sign, ".0f us"), x))
shown <- data.frame(
  what = format(table$what), ours = us(table$ours_us), python = us(table$python_us), above = us(table$above_us, "+"),
  ratio = sprintf("%.2f", table$ratio), paced = us(table$paced_us)
)
options(width = 120)
config <- tf_config()
heading <- sprintf(
  "R %s, reticulate %s, TensorFlow %s, Keras %s, %s; medians, one process.",
  config$r, config$reticulate, config$tensorflow, config$keras, format(Sys.Date())
)
lines <- c(heading, "", utils::capture.output(print(shown, row.names = FALSE, right = FALSE)), "", peaks, batch, "",
  "paced: Python with 50 us between its calls, as R has. TensorFlow spreads larger ops over threads, which fall asleep",
  "in such a pause; only a loop without one (the column python) finds them awake."
)
writeLines(lines)
writeLines(lines, "benchmarks/results.txt")

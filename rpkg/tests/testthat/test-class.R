skip_if_no_python()

layer_linear <- new_layer_class(
  "Linear",
  initialize = function(units, activation = NULL) {
    super$initialize()
    self$units <- as.integer(units)
    self$activation <- activation
  },
  build = function(input_shape) {
    self$seen <- input_shape
    self$w <- self$add_weight(shape = c(input_shape[length(input_shape)], self$units), initializer = "ones")
    self$b <- self$add_weight(shape = c(self$units), initializer = "zeros")
  },
  call = function(inputs) {
    y <- tf$matmul(inputs, self$w) + self$b
    if (!is.null(self$activation)) y <- self$activation(y)
    y
  }
)

test_that("a layer written in R makes weights, composes and trains", {
  layer <- layer_linear(units = 2)
  out <- layer(as_tensor(1, shape = c(4, 3)))
  expect_equal(as.array(out), matrix(3, 4, 2))
  expect_length(layer$trainable_weights, 2)
  model <- keras_model_sequential(input_shape = 3) %>%
    layer_linear(4, activation = function(x) x^2) |>
    layer_dense(2, activation = "softmax")
  expect_identical(model$layers[[1]]$seen, c(NA, 3L))
  compile(model, "sgd", "sparse_categorical_crossentropy")
  before <- as.array(model$layers[[1]]$w)
  fit(model, small_x, small_y, verbose = 0)
  expect_false(identical(before, as.array(model$layers[[1]]$w)))
})

test_that("a model whose every part is written in R trains to the weights of its Python twin", {
  Squares <- new_loss_class("Squares", call = function(y_true, y_pred) mean((y_true - y_pred)^2, axis = -1))
  Largest <- new_metric_class(
    "Largest",
    initialize = function(name = "largest", ...) {
      super$initialize(name = name, ...)
      self$found <- self$add_weight(name = "found", initializer = "zeros")
    },
    update_state = function(y_true, y_pred, sample_weight = NULL) self$found$assign(tf$maximum(self$found, max(y_pred))),
    result = function() self$found,
    reset_state = function() self$found$assign(0)
  )
  Stepping <- new_model_class(
    "Stepping",
    initialize = function() {
      super$initialize()
      self$hidden <- layer_linear(units = 4, activation = activation_relu)
      self$out <- layer_linear(units = 2)
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
  twin <- keras_model_sequential(input_shape = 3) %>%
    layer_dense(4, activation = "relu", kernel_initializer = "ones") %>%
    layer_dense(2, kernel_initializer = "ones")
  compile(twin, optimizer_sgd(0.05), "mse")
  ours <- Stepping()
  compile(ours, optimizer_sgd(0.05), Squares(), list(Largest()))
  target <- small_x[, 1:2]
  fit(twin, small_x, target, epochs = 3, batch_size = 4, shuffle = FALSE, verbose = 0)
  history <- fit(ours, small_x, target, epochs = 3, batch_size = 4, shuffle = FALSE, verbose = 0)
  expect_equal(lapply(ours$get_weights(), c), lapply(twin$get_weights(), c), tolerance = 1e-6)
  expect_named(history$metrics, c("loss", "largest"), ignore.order = TRUE)
})

test_that("a thousand instances leave nothing behind", {
  Kept <- new_callback_class("Kept", initialize = function() {
    super$initialize()
    private$values <- numeric(100)
  })
  living <- function() {
    gc()
    reticulate::import("gc")$collect()
    reticulate::import("bridge.classes.instances")$`_living`$`__len__`()
  }
  Kept()
  before <- c(living(), length(tfbridge:::the$private))
  for (i in 1:1000) Kept()
  Kept()
  expect_lte(living(), before[[1]])
  Kept()
  expect_lte(length(tfbridge:::the$private), before[[2]] + 1)
})

test_that("call() gets training, and Keras its formals", {
  layer_flag <- new_layer_class("Flag", call = function(inputs, training = FALSE) {
    if (isTRUE(training)) inputs * 0 else inputs
  })
  layer <- layer_flag()
  x <- as_tensor(1, shape = c(1, 2))
  expect_equal(as.vector(layer(x, training = TRUE)), c(0, 0))
  expect_equal(as.vector(layer(x)), c(1, 1))
})

test_that("private is kept for each instance and converts nothing", {
  Counter <- new_callback_class(
    "Counter",
    initialize = function(start) {
      super$initialize()
      private$count <- list(start)
    },
    on_epoch_end = function(epoch, logs) private$count <- c(private$count, epoch),
    on_train_end = function(logs) self$total <- length(private$count)
  )
  first <- Counter(0)
  second <- Counter(0)
  fit(small_model(), small_x, small_y, epochs = 3, callbacks = first, verbose = 0)
  fit(small_model(), small_x, small_y, epochs = 1, callbacks = list(second), verbose = 0)
  expect_equal(c(first$total, second$total), c(4, 2))
})

test_that("callbacks see epochs from 1 and logs as a named list, and can stop training", {
  seen <- list()
  Stop <- new_callback_class("Stop", on_epoch_end = function(epoch, logs = NULL) {
    seen[[length(seen) + 1]] <<- list(epoch = epoch, names = names(logs))
    if (epoch == 2) self$model$stop_training <- TRUE
  })
  history <- fit(small_model(), small_x, small_y, epochs = 5, callbacks = Stop(), verbose = 0)
  expect_equal(history$epoch, 1:2)
  expect_equal(seen[[2]]$epoch, 2)
  expect_setequal(seen[[1]]$names, c("loss", "accuracy"))
})

test_that("a callback may end in anything", {
  Ends <- new_callback_class("Ends", on_epoch_end = function(epoch, logs) globalenv(), on_batch_end = function(...) quote(x))
  expect_s3_class(fit(small_model(), small_x, small_y, callbacks = Ends(), verbose = 0), "keras_training_history")
})

test_that("objects that can be called stay the objects that they are", {
  Own <- new_model_class(
    "OwnMetrics",
    initialize = function() {
      super$initialize()
      self$out <- layer_dense(units = 1)
      self$seen <- metric_mean(name = "seen")
      self$error <- loss_mean_squared_error()
    },
    metrics = mark_active(function() list(self$seen)),
    call = function(inputs) self$out(inputs),
    train_step = function(data) {
      c(x, y) %<-% data
      self$seen$update_state(self$error(y, self(x)))
      list(seen = self$seen$result())
    }
  )
  model <- Own()
  compile(model, "sgd")
  history <- fit(model, small_x, small_y, epochs = 2, verbose = 0)
  expect_equal(history$metrics$seen[[1]], history$metrics$seen[[2]])
  expect_s3_class(model$seen, "keras.src.metrics.metric.Metric")
})

test_that("metrics written in R are tracked", {
  metric_count <- new_metric_class(
    "Count",
    initialize = function(name = "count", ...) {
      super$initialize(name = name, ...)
      self$n <- self$add_weight(name = "n", initializer = "zeros")
    },
    update_state = function(y_true, y_pred, sample_weight = NULL) self$n$assign_add(tf$cast(tf$shape(y_pred)[1], "float32")),
    result = function() self$n,
    reset_state = function() self$n$assign(0)
  )
  model <- keras_model_sequential(input_shape = 3) %>% layer_dense(1)
  compile(model, "sgd", "mse", metrics = metric_count())
  expect_equal(fit(model, small_x, small_y, epochs = 2, verbose = 0)$metrics$count, c(20, 20))
})

test_that("models written in R take named inputs and return lists", {
  Two <- new_model_class(
    "Two",
    initialize = function(units) {
      super$initialize()
      self$first <- layer_dense(units = units)
      self$more <- list(layer_dense(units = 2), layer_dense(units = 1))
    },
    call = function(inputs) {
      list(self$first(inputs$a), inputs$b %>% self$more[[1]]() %>% self$more[[2]]())
    }
  )
  model <- Two(units = 3)
  c(a, b) %<-% model(list(a = matrix(1, 4, 2), b = matrix(1, 4, 5)))
  expect_equal(dim(a), c(4L, 3L))
  expect_equal(dim(b), c(4L, 1L))
  expect_length(model$trainable_weights, 6)
})

test_that("classes inherit from classes written in R", {
  layer_twice <- new_layer_class("Twice", inherit = layer_linear, call = function(inputs) super$call(inputs) * 2)
  expect_equal(as.vector(layer_twice(units = 1)(as_tensor(1, shape = c(1, 3)))), 6)
})

test_that("classes inherit from Keras classes, whose arguments are converted by their roles", {
  layer_halved <- new_layer_class("Halved", inherit = keras$layers$Dense, call = function(inputs) super$call(inputs) / 2)
  halved <- layer_halved(units = 3, kernel_initializer = "ones", activation = function(x) -x)
  expect_equal(as.vector(halved(as_tensor(1, shape = c(1, 4)))), rep(-2, 3))
  expect_error(layer_halved(units = 2.5), "units", class = "tfbridge_error_argument")
})

test_that("a constructor that forgets its parent's is an error", {
  layer_forgot <- new_layer_class("Forgot", initialize = function(units) self$units <- units)
  expect_error(layer_forgot(units = 1), "super\\$initialize", class = "tfbridge_error_class")
})

test_that("wrong arguments of a constructor are errors that name it", {
  layer_one <- new_layer_class("One", initialize = function(units, rate = 1) super$initialize())
  expect_error(layer_one(rate = 2), "`units` is missing", class = "tfbridge_error_argument")
  expect_error(layer_one(units = 2, speed = 2), "speed")
  expect_error(layer_one(2), "cannot be composed with 2", class = "tfbridge_error_compose")
})

test_that("active members are properties", {
  M <- new_model_class("M", answer = mark_active(function() 42))
  expect_equal(M()$answer, 42)
})

test_that("defining a class does not need Python", {
  expect_s3_class(new_layer_class("Later", call = function(inputs) inputs), "tfbridge_class")
  expect_error(new_layer_class("Wrong", 3), class = "tfbridge_error_class")
})

test_that("an R error in a method reaches the user with its own message and call", {
  layer_broken <- new_layer_class("Broken", call = function(inputs) stop("no such thing: ", dim(inputs)[[1]]))
  layer_typo <- new_layer_class("Typo", call = function(inputs) self$unts)
  layer_deep <- new_layer_class("Deep", call = function(inputs) helper_that_fails(inputs))
  helper_that_fails <- function(x) rlang::abort("from the helper", class = "helper_error")
  x <- as_tensor(1:3, "float32")
  expect_snapshot_output(show_conditions({
    layer_broken(x)
    layer_typo(x)
    layer_deep(x)
  }))
  expect_error(layer_deep(x), class = "helper_error")
})

test_that("finalize() sees self when its object goes", {
  seen <- character()
  Goes <- Layer("Goes", finalize = function() seen <<- c(seen, self$name), call = function(x) x)
  layer <- Goes()
  expected <- layer$name
  rm(layer)
  gc()
  reticulate::import("gc")$collect()
  gc()
  reticulate::import("gc")$collect()
  expect_identical(seen, expected)
})

test_that("layers and models without build() are built by their call(), and say nothing of what it does not use", {
  for (define in list(new_layer_class, new_model_class)) {
    Choosing <- define(
      "Choosing",
      initialize = function() {
        super$initialize()
        self$blocks <- list(list(layer_dense(units = 2)), list(layer_dense(units = 4)))
      },
      call = function(inputs) self$blocks[[1]][[1]](inputs)
    )
    expect_silent(Choosing()(op_ones(c(1, 3))))
    expect_silent(Choosing()(layer_input(3)))
    built <- Choosing()
    expect_silent(invisible(built$build(shape(NA, 3))))
    expect_length(built$weights, 2)
    Inside <- define(
      "Inside",
      initialize = function() {
        super$initialize()
        self$part <- Choosing()
      },
      call = function(inputs) self$part(inputs)
    )
    expect_silent(Inside()(op_ones(c(1, 3))))
    inside <- Inside()
    expect_silent(invisible(inside$build(shape(NA, 3))))
    expect_length(inside$weights, 2)
  }
  Wide <- new_layer_class("Wide", inherit = keras$layers$Dense)
  wide <- Wide(units = 2)
  wide$build(shape(NA, 3))
  expect_length(wide$weights, 2)
})

test_that("a call() with a formal for masks uses them; they go on when supports_masking says so", {
  counting <- function(define, ...) {
    define("Counting", ..., call = function(inputs, mask = NULL) {
      if (is.null(mask)) inputs else inputs * op_expand_dims(op_cast(mask, "float32"), 3)
    })
  }
  ids <- matrix(c(1L, 2L, 0L), 1)
  words <- layer_embedding(input_dim = 3, output_dim = 2, mask_zero = TRUE, embeddings_initializer = "ones")
  mask_of <- function(x) {
    if (reticulate::py_has_attr(x, "_keras_mask")) reticulate::py_to_r(reticulate::py_get_attr(x, "_keras_mask"))
  }
  for (define in list(new_layer_class, new_model_class)) {
    expect_silent(out <- counting(define)()(words(ids)))
    expect_equal(as.vector(out), c(1, 1, 0, 1, 1, 0))
    expect_null(mask_of(out))
    on <- counting(define, initialize = function() {
      super$initialize()
      self$supports_masking <- TRUE
    })()
    expect_true(on$supports_masking)
    expect_silent(out <- on(words(ids)))
    expect_equal(as.vector(as.array(mask_of(out))), c(TRUE, TRUE, FALSE))
  }
  Without <- new_layer_class("Without", call = function(inputs) inputs)
  expect_warning(Without()(words(ids)), "mask")
})

test_that("a layer of an R class starts from given weights, with and without initialize()", {
  build <- function(input_shape) self$w <- self$add_weight(shape = shape(2, 3))
  call <- function(inputs) inputs %*% self$w
  kinds <- list(
    new_layer_class("StartsFrom", build = build, call = call),
    new_layer_class("StartsFromToo", initialize = function(...) super$initialize(...), build = build, call = call)
  )
  for (kind in kinds) {
    layer <- kind(weights = list(matrix(5, 2, 3)))
    expect_equal(as.array(layer(matrix(1, 1, 2))), matrix(10, 1, 3))
    expect_null(layer$get_config()$weights)
    expect_error(kind(weights = list(1))(matrix(1, 1, 2)), "`weights` of", class = "tfbridge_error_argument")
  }
})

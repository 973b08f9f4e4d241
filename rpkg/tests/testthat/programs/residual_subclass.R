# A residual block as a layer class of layers, used in a subclassed model, with its own loss added.
library(tfbridge)
set_random_seed(18)
residual_block <- new_layer_class(
  "ResidualBlock",
  initialize = function(units, ...) {
    super$initialize(...)
    self$units <- units
    self$dense1 <- layer_dense(units = units, activation = "relu")
    self$dense2 <- layer_dense(units = units)
    self$norm <- layer_layer_normalization()
    self$drop <- layer_dropout(rate = 0.5)
  },
  call = function(inputs, training = NULL) {
    h <- inputs %>% self$dense1() %>% self$drop(training = training) %>% self$dense2()
    self$norm(h + inputs)
  }
)
Net <- new_model_class(
  "Net",
  initialize = function(depth, units, classes) {
    super$initialize()
    self$embed <- layer_dense(units = units)
    self$blocks <- lapply(seq_len(depth), function(i) residual_block(units = units))
    self$head <- layer_dense(units = classes)
  },
  call = function(x, training = FALSE) {
    x <- self$embed(x)
    for (block in self$blocks) x <- block(x, training = training)
    self$head(x)
  }
)
net <- Net(depth = 2, units = 8, classes = 3)
x <- scale(as.matrix(iris[, 1:4]))
y <- as.integer(iris$Species) - 1L
net %>% compile(optimizer_adam(0.01), loss_sparse_categorical_crossentropy(from_logits = TRUE), metrics = "accuracy")
history <- net %>% fit(x, y, epochs = 8, batch_size = 30, verbose = 0)
print(net)
probs <- op_softmax(net(x))
twice <- sapply(1:2, function(i) as.array(net(x, training = TRUE))[1, 1])
stopifnot(
  mean(max.col(as.array(probs)) - 1 == y) > 0.85, twice[1] != twice[2],
  length(net$trainable_weights) == 2 + 2 * 6 + 2,
  isTRUE(all.equal(as.array(net(x)), as.array(net(x)))), length(net$blocks) == 2
)

# Sentiment of short reviews: a text vectorization in a dataset, an embedding, and a model that takes raw strings.
library(tfbridge)
set.seed(11)
good <- c("wonderful", "great", "lovely", "superb")
bad <- c("awful", "boring", "poor", "dull")
filler <- c("film", "story", "the", "actor", "a", "scene", "was")
review <- function(words) paste(sample(c(sample(words, 2), sample(filler, 5))), collapse = " ")
label <- rep(0:1, 80)
texts <- vapply(label, function(y) review(if (y) good else bad), "")

vectorize <- layer_text_vectorization(max_tokens = 50, output_sequence_length = 8)
vectorize %>% adapt(texts)
print(head(get_vocabulary(vectorize), 4))

train <- tensor_slices_dataset(list(texts[1:120], label[1:120])) %>%
  dataset_shuffle(120) %>%
  dataset_batch(20) %>%
  dataset_map(function(text, y) list(vectorize(text), y))
test <- list(vectorize(texts[121:160]), label[121:160])

inputs <- layer_input(shape = c(8), dtype = "int64")
outputs <- inputs %>%
  layer_embedding(input_dim = 50, output_dim = 8, mask_zero = TRUE) %>%
  layer_global_average_pooling_1d() %>%
  layer_dense(1, activation = "sigmoid")
model <- keras_model(inputs, outputs)
model %>% compile("rmsprop", "binary_crossentropy", metrics = "accuracy")
model$optimizer$learning_rate <- 0.05
model %>% fit(train, epochs = 8, verbose = 0)
score <- model %>% evaluate(test[[1]], test[[2]], verbose = 0)

raw_input <- layer_input(shape = c(1), dtype = "string")
end_to_end <- keras_model(raw_input, raw_input %>% vectorize() %>% model())
new <- c("the film was superb a wonderful story", "dull boring scene")
p <- end_to_end %>% predict(as_tensor(matrix(new)), verbose = 0)
print(data.frame(text = new, positive = round(p[, 1], 2)))

stopifnot(
  score[["accuracy"]] > 0.95, p[1, 1] > 0.5, p[2, 1] < 0.5,
  identical(head(get_vocabulary(vectorize), 2), c("", "[UNK]")),
  identical(dim(vectorize(new)), c(2L, 8L)),
  as.array(vectorize("zzz"))[1] == 1L
)

# CSV files to a model without reading them into R: records by name, one-hot of a text column, missing values, batches.
library(tfbridge)
set.seed(6)
dir <- file.path(tempdir(), "csv")
dir.create(dir, showWarnings = FALSE)
cars <- transform(mtcars, cyl = paste0("c", cyl))[c("mpg", "wt", "hp", "cyl")]
rownames(cars) <- NULL
files <- file.path(dir, c("a.csv", "b.csv"))
write.csv(cars[1:16, ], files[1], row.names = FALSE)
write.csv(cars[17:32, ], files[2], row.names = FALSE)

ds <- make_csv_dataset(files, batch_size = 8, label_name = "mpg", num_epochs = 1, shuffle = FALSE)
first <- ds %>% as_iterator() %>% iter_next()
c(features, label) %<-% first
print(names(features))

kinds <- c("c4", "c6", "c8")
lookup <- layer_string_lookup(vocabulary = kinds, output_mode = "one_hot", num_oov_indices = 0)
ready <- ds %>% dataset_map(function(features, label) {
  numbers <- tf$stack(list(features$wt, tf$cast(features$hp, "float32") / 100), axis = 1L)
  list(tf$concat(list(numbers, tf$cast(lookup(features$cyl), "float32")), axis = 1L), label)
}) %>% dataset_prefetch(1)

model <- keras_model_sequential(input_shape = 5) %>% layer_dense(1)
model %>% compile(optimizer_adam(0.3), "mse", metrics = "mae")
history <- model %>% fit(ready, epochs = 30, verbose = 0)

spec <- csv_record_spec(files[1])
rows <- text_line_dataset(files, record_spec = spec) %>%
  dataset_filter(function(record) record$wt > 3) %>%
  dataset_map(function(record) record$hp)
kept <- unlist(lapply(iterate(rows), as.numeric))

holes <- file.path(dir, "holes.csv")
writeLines(c("a,b,c", "1,x,2.5", "NA,y,3.5", "3,,NA"), holes)
with_na <- make_csv_dataset(holes, batch_size = 3, num_epochs = 1, shuffle = FALSE, na_value = "NA") %>%
  as_array_iterator() %>% iter_next()
str(with_na)
stopifnot(
  identical(names(features), c("wt", "hp", "cyl")), dim(label) == 8,
  isTRUE(all.equal(as.numeric(features$wt), cars$wt[1:8], tolerance = 1e-6)),
  tail(history$metrics$mae, 1) < 6,
  identical(kept, cars$hp[cars$wt > 3]),
  identical(names(with_na), c("a", "b", "c"))
)
unlink(dir, recursive = TRUE)

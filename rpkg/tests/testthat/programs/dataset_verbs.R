# Datasets as users of tfdatasets write them: names kept, windows, interleave, reduce, zip, and errors in the middle.
library(tfbridge)
values <- function(ds) lapply(iterate(ds), function(x) if (is.list(x)) lapply(x, as.array) else as.array(x))
numbers <- function(ds) unlist(lapply(iterate(ds), as.numeric))

named <- tensor_slices_dataset(list(id = 1:6, weight = c(1, 2, 4, 8, 16, 32))) %>%
  dataset_filter(function(record) record$id %% 2L == 0L) %>%
  dataset_map(function(record) {
    record$double <- record$weight * 2
    record
  })
first <- named %>% as_iterator() %>% iter_next()
print(first)
batches <- named %>% dataset_batch(2) %>% values()

signs <- range_dataset(1, 11) %>%
  dataset_map(~ if (.x %% 2L == 0L) .x else -.x) %>%
  numbers()
windows <- range_dataset(0, 6) %>%
  dataset_window(3, shift = 1, drop_remainder = TRUE) %>%
  dataset_flat_map(function(w) dataset_batch(w, 3)) %>%
  values()
mixed <- range_dataset(1, 4) %>%
  dataset_interleave(cycle_length = 3, block_length = 1, function(i) tensors_dataset(i * 10) %>% dataset_repeat(2)) %>%
  numbers()
total <- range_dataset(1, 11) %>% dataset_reduce(0, function(state, x) state + tf$cast(x, "float32"))
zipped <- zip_datasets(range_dataset(0, 3), tensor_slices_dataset(letters[1:3])) %>% values()
padded <- range_dataset(1, 4) %>%
  dataset_map(function(n) tf$fill(list(n), n)) %>%
  dataset_padded_batch(3, padded_shapes = list(NULL)) %>%
  values()
counted <- 0
with_r <- range_dataset(0, 5) %>% dataset_map(function(x) {
  tf$py_function(function(v) {
    counted <<- counted + 1
    if (as.numeric(v) == 3) stop("three is too many")
    v * 2L
  }, list(x), tf$int64)
})
seen <- c()
it <- as_iterator(with_r)
message <- tryCatch(repeat {
  x <- iter_next(it)
  if (is.null(x)) break
  seen <- c(seen, as.numeric(x))
}, error = conditionMessage)
cat(message, "\n")
stopifnot(
  identical(names(first), c("id", "weight", "double")), identical(names(batches[[1]]), c("id", "weight", "double")),
  length(batches) == 2, all(batches[[1]]$double == c(4, 16)),
  identical(signs, c(-1, 2, -3, 4, -5, 6, -7, 8, -9, 10)),
  length(windows) == 4, all(windows[[4]] == 3:5),
  identical(mixed, c(10, 20, 30, 10, 20, 30)), as.numeric(total) == 55,
  zipped[[3]][[1]] == 2, zipped[[3]][[2]] == "c",
  identical(dim(padded[[1]]), c(3L, 3L)), padded[[1]][1, ] == c(1, 0, 0),
  identical(seen, c(0, 2, 4)), grepl("three is too many", message)
)

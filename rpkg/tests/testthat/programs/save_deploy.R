# What is left after training: one file, weights, JSON, a SavedModel to serve; all predict the same.
library(tfbridge)
set_random_seed(12)
x <- matrix(rnorm(300), 100)
y <- x %*% c(1, -1, 0.5)
model <- keras_model_sequential(input_shape = 3) %>%
  layer_normalization(name = "norm") %>%
  layer_dense(4, activation = "relu") %>%
  layer_dense(1)
adapt(model$layers[[1]], x)
model %>% compile("adam", "mse")
model %>% fit(x, y, epochs = 3, verbose = 0)
expected <- model %>% predict(x, verbose = 0)
dir <- file.path(tempdir(), "a deployed model")
dir.create(dir)
old <- setwd(dir)

save_model(model, "model.keras")
from_file <- load_model("model.keras")

save_model_hdf5(model, "model.h5")
from_hdf5 <- load_model_hdf5("model.h5")

save_model_weights_hdf5(model, "model.weights.h5")
from_json <- model_from_json(model_to_json(model))
load_model_weights_hdf5(from_json, "model.weights.h5")

export_savedmodel(model, "serve")
served <- tf$saved_model$load("serve")
answer <- served$serve(as_tensor(x, "float32"))

from_config <- from_config(get_config(model))
load_model_weights_hdf5(from_config, "model.weights.h5")

refused <- tryCatch(save_model(model, "model.keras"), error = conditionMessage)
save_model(model, "model.keras", overwrite = TRUE)
from_file %>% fit(x, y, epochs = 1, verbose = 0)
missing <- tryCatch(load_model("nothing.keras"), error = conditionMessage)
print(list.files())
cat(missing, "\n")
setwd(old)

same <- function(p) isTRUE(all.equal(as.array(p), expected, tolerance = 1e-5, check.attributes = FALSE))
stopifnot(
  same(predict(from_hdf5, x, verbose = 0)), same(predict(from_json, x, verbose = 0)), same(answer),
  same(predict(from_config, x, verbose = 0)), !same(predict(from_file, x, verbose = 0)),
  is.character(refused), grepl("nothing.keras", missing),
  as.numeric(from_file$optimizer$iterations) == 16
)
unlink(dir, recursive = TRUE)

# One script on several machines: the workers, what they add up, and their start on this machine.

#' Train one model by several processes
#'
#' Every worker runs the same script on the same data; in the block, [fit()] and [evaluate()] are done by all of them
#' together. The batch that `fit()` is given is that of all workers: each computes some of its rows, and gradients are summed
#' before they change the weights, so that all have the same model at every step.
#'
#' The workers are found by `hosts` and `index`, else by the environment variable `TF_CONFIG` (Kubernetes, Kubeflow, Vertex
#' AI, and [run_workers()]), else by Slurm (`srun Rscript train.R`). Where there is none of them, the script trains alone.
#'
#' It must be called before TensorFlow computes anything: before the first tensor, dataset, layer and model.
#'
#' @section What is exact:
#' With the same order of samples, the weights are those of one process with the same batches, but for rounding: also with
#' uneven batches, sample/class weights, losses that sum, masks, clipping, schedules, accumulated gradients, moving averages
#' of weights, embeddings, early stopping, and a `train_step()` written in R. Differences that stay:
#' * `layer_batch_normalization()` takes the statistics of a worker's own rows, unless it is `synchronized = TRUE`.
#' * Random layers (dropout, augmentation) draw other numbers on each worker.
#' * `shuffle = TRUE` gives another order than one process has; all workers have the same one.
#' * What a loss function written in R, `add_loss()` or a `train_step()` sums over rows by itself is taken for a mean.
#' * The logs of a batch that callbacks get are those of a worker; those of an epoch are of all.
#' * `steps_per_execution` and `jit_compile` have no effect.
#' * In evaluations whole batches are dealt out to the workers, so one has to fit into the memory of each.
#'
#' [predict()] is local: it computes all it is given, and waits for nobody. [train_on_batch()] and loops of your own train
#' the worker alone; [worker_sum()] is for them.
#'
#' Callbacks that write ([callback_model_checkpoint()], [callback_backup_and_restore()], [callback_csv_logger()],
#' [callback_tensorboard()]) work on the chief only, and only it shows progress. What else only one should do stands in
#' `if (is_chief())`, such as `save_model()`. `fit()` and `evaluate()` must not: they need all workers.
#'
#' @section Failures:
#' Before training the workers compare model, data and settings, and all say what differs. One that has ended is an error of
#' class `tfbridge_error_worker` on the others, within seconds; one that lives and does not answer, after `timeout` seconds.
#' All must then be started again; with `callback_backup_and_restore()` training goes on after the last complete epoch.
#' Its directory is the chief's.
#'
#' @section Networks and GPUs:
#' Workers talk by gRPC, which does not ask who calls and encrypts nothing: use it in trusted networks. [run_workers()]
#' keeps to 127.0.0.1. A process computes on one GPU: of several on a machine it takes that of its place among the workers
#' there. This has been measured on CPUs only.
#'
#' @param hosts addresses of all workers, such as `c("node1:2222", "node2:2222")`; the first is the chief.
#' @param index which of them this process is, from 1.
#' @param timeout seconds after which a worker that does not answer is an error.
#' @param shard `"rows"` when all workers are given the same data, whose batches are cut; `"none"` when each is given data of
#'   its own, such as a file for each: then `batch_size` is that of a worker, and all must have as many batches.
#' @param ... not used.
#' @returns An object for `with()`, whose block has the value of its last line.
#' @family workers
#' @export
#' @examplesIf tfbridge::is_ready()
#' # Without other workers the script trains alone.
#' with(strategy_multi_worker(), {
#'   model <- keras_model_sequential(input_shape = 4) %>% layer_dense(1)
#'   model %>% compile("sgd", "mse")
#'   model %>% fit(as.matrix(iris[, 1:4]), 1:150 / 150, batch_size = 50, verbose = 0)
#'   if (is_chief()) summary(model)
#' })
strategy_multi_worker <- function(hosts = NULL, index = NULL, timeout = 600, shard = c("rows", "none"), ...) {
  check_no_more(...)
  shard <- check_choice(shard, c("rows", "none"))
  if (!is.null(hosts)) hosts <- as.list(hosts)
  joined <- cross("distribute.group.join", hosts, index, timeout, shard)
  structure(joined, class = "tfbridge_workers")
}

#' @export
with.tfbridge_workers <- function(data, expr, ...) {
  cross("distribute.group.enter", data$shard)
  on.exit(cross("distribute.group.leave"))
  expr
}

#' @export
print.tfbridge_workers <- function(x, ...) {
  cat("<worker ", x$index, " of ", x$workers, " (", x$source, ")>\n", sep = "")
  invisible(x)
}

#' Which worker this is
#'
#' Tells which of the workers this process is. Before [strategy_multi_worker()], and without other workers,
#' it is number 1 of 1.
#'
#' @returns `worker_index()`: the number of this worker, from 1. `n_workers()`: their number. `is_chief()`: whether it is
#'   the first, which writes files and shows progress.
#' @family workers
#' @export
#' @examplesIf tfbridge::is_ready()
#' worker_index()
#' if (is_chief()) cat("trained by", n_workers(), "worker\n")
worker_index <- function() if (is.null(the$entry)) 1L else cross("distribute.group.worker_number")

#' @rdname worker_index
#' @export
n_workers <- function() if (is.null(the$entry)) 1L else cross("distribute.group.group_size")

#' @rdname worker_index
#' @export
is_chief <- function() worker_index() == 1L

#' Sum over all workers
#'
#' Adds up what each worker has, for training loops of your own: gradients, or counts and sums of which a mean is made. All
#' workers must call it equally often, with tensors of the same shapes.
#'
#' @param x a tensor, numbers, or a list of them, which is summed in one message.
#' @param ... not used.
#' @returns A tensor, or a list of them; with one worker `x` itself as tensors.
#' @family workers
#' @export
#' @examplesIf tfbridge::is_ready()
#' worker_sum(list(loss = 1.5, rows = 32))
worker_sum <- function(x, ...) {
  check_no_more(...)
  cross("distribute.group.sum_over_workers", cross_argument(x))
}

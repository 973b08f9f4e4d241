"""Trainings whose weights and logs must be the same by one process and by several. Run as a script it prints them as JSON.

The workers begin with different seeds on purpose: the chief's weights count.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from bridge.backend import keras, tf
from bridge.distribute import enter, group_size, join, leave, sum_over_workers, worker_number
from bridge.errors import WorkerError
from bridge.models.train import evaluate, fit

Result = tuple[Any, dict[str, Any]]
CASES: dict[str, Callable[[], Result]] = {}


def case(function: Callable[[], Result]) -> Callable[[], Result]:
    CASES[function.__name__] = function
    return function


def data(rows: int) -> tuple[Any, Any]:
    draw = np.random.default_rng(rows)
    x = draw.normal(size=(rows, 4)).astype("float32")
    return x, (x @ draw.normal(size=(4, 3)) + 0.1 * draw.normal(size=(rows, 3))).astype("float32")


def seeded() -> None:
    keras.utils.set_random_seed(worker_number())


def dense(*extra: Any, optimizer: Any = None, loss: Any = "mse", **options: Any) -> Any:
    seeded()
    layers = [keras.layers.Dense(8, "tanh", **options), *extra, keras.layers.Dense(3)]
    model = keras.Sequential([keras.Input((4,)), *layers])
    model.compile(optimizer=optimizer or keras.optimizers.Adam(0.01), loss=loss, metrics=["mae"], jit_compile=False)
    return model


def trained(model: Any, x: Any, y: Any = None, **arguments: Any) -> Result:
    arguments = {"shuffle": False, "batch_size": 16, "epochs": 2} | arguments
    given = {"x": x} if y is None else {"x": x, "y": y}
    return model, fit(model, given | arguments)["metrics"]


@case
def killed_and_restored() -> Result:
    """The second worker dies in the second epoch of the first attempt."""
    place = Path(os.environ.get("TFBRIDGE_PLACE", "."))

    class Dies(keras.callbacks.Callback):  # type: ignore[misc]
        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            self.epoch = epoch

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            if worker_number() == 2 and self.epoch == 1 and batch == 1 and not (place / "died").exists():
                (place / "died").touch()
                os.kill(os.getpid(), signal.SIGKILL)

    callbacks = [Dies()]
    if group_size() > 1:
        callbacks.append(keras.callbacks.BackupAndRestore(place / f"backup{worker_number()}"))
    model = dense(keras.layers.Dropout(0.0), optimizer=keras.optimizers.Adam(0.01))
    try:
        model, logs = trained(model, *data(73), epochs=3, callbacks=callbacks)
    except WorkerError as error:
        print("noticed:", error.message, flush=True)
        raise
    return model, {name: values[-1:] for name, values in logs.items()}


@case
def uneven_to_a_single_row() -> Result:
    model, logs = trained(dense(), *data(65), validation_data=[*data(37)])
    # What was traced serves again.
    model, more = trained(model, *data(65), epochs=1)
    x, y = data(33)
    return model, logs | {f"again_{k}": v for k, v in more.items()} | evaluate(model, {"x": x, "y": y, "batch_size": 16})


@case
def weights_clip_decay_schedule_penalty_accumulation_ema() -> Result:
    schedule = keras.optimizers.schedules.CosineDecay(0.05, 9)
    optimizer = keras.optimizers.AdamW(
        schedule, weight_decay=0.01, global_clipnorm=0.1, gradient_accumulation_steps=2, use_ema=True
    )
    model = dense(optimizer=optimizer, kernel_regularizer="l2")
    return trained(model, *data(73), sample_weight=np.linspace(0.1, 2, 73).astype("float32"))


@case
def sum_loss_with_penalty() -> Result:
    loss = keras.losses.MeanSquaredError(reduction="sum")
    return trained(dense(optimizer=keras.optimizers.SGD(0.001), loss=loss, kernel_regularizer="l2"), *data(65))


@case
def mean_by_weights_and_loss_scale() -> Result:
    loss = keras.losses.MeanSquaredError(reduction="mean_with_sample_weight")
    optimizer = keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.05))
    weights = np.linspace(0.1, 2, 73).astype("float32")
    return trained(dense(optimizer=optimizer, loss=loss), *data(73), sample_weight=weights)


@case
def early_stopping() -> Result:
    callbacks = [
        keras.callbacks.EarlyStopping(patience=2, restore_best_weights=True),
        keras.callbacks.ReduceLROnPlateau(patience=1),
    ]
    model = dense(optimizer=keras.optimizers.SGD(0.3))
    return trained(model, *data(73), validation_split=0.3, epochs=12, callbacks=callbacks)


@case
def masks_and_embedding() -> Result:
    seeded()
    draw = np.random.default_rng(3)
    x = draw.integers(1, 9, (41, 6))
    x[np.arange(6) >= draw.integers(1, 7, 41)[:, None]] = 0
    x[:8] = 0
    x[:8, 0] = 1
    layers = [keras.layers.Embedding(9, 4, mask_zero=True), keras.layers.Dense(1)]
    model = keras.Sequential([keras.Input((6,), dtype="int32"), *layers])
    model.compile(keras.optimizers.SGD(0.5), "mse", weighted_metrics=["mae"], jit_compile=False)
    return trained(model, x.astype("int32"), np.sqrt(x)[..., None].astype("float32"), validation_split=0.2)


@case
def classes_with_weights() -> Result:
    seeded()
    x, y = data(49)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, "softmax")])
    metrics = ["accuracy", keras.metrics.F1Score(average="macro"), keras.metrics.AUC(num_thresholds=20, name="auc")]
    model.compile("adam", "categorical_crossentropy", metrics=metrics, jit_compile=False)
    one_hot = np.eye(3, dtype="float32")[y.argmax(1)]
    return trained(model, x, one_hot, class_weight=[1.0, 2.0, 0.5])


@case
def own_train_step() -> Result:
    class Own(keras.Model):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.dense = keras.layers.Dense(3)

        def call(self, x: Any) -> Any:
            return self.dense(x)

        def train_step(self, data: Any) -> Any:
            x, y = data
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean((self(x) - y) ** 2)
            gradients = tape.gradient(loss, self.trainable_variables)
            self.optimizer.apply_gradients(zip(gradients, self.trainable_variables, strict=True))
            return {"own": loss}

    seeded()
    model = Own()
    model.compile(optimizer="sgd", jit_compile=False)
    model(np.zeros((1, 4), "float32"))
    return trained(model, *data(73))


@case
def synchronized_normalization_by_datasets_in_steps() -> Result:
    batches = tf.data.Dataset.from_tensor_slices(data(65)).batch(16).repeat()
    held_out = tf.data.Dataset.from_tensor_slices(data(20)).batch(7)
    model = dense(keras.layers.BatchNormalization(synchronized=True))
    return trained(model, batches, validation_data=held_out, steps_per_epoch=5, batch_size=None)


@case
def own_loop() -> Result:
    seeded()
    x, y = data(64)
    kernel = tf.Variable(tf.zeros([4, 3]))
    rows = slice(worker_number() - 1, None, group_size())
    for _ in range(3):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum((tf.convert_to_tensor(x[rows]) @ kernel - y[rows]) ** 2)
        [gradient, total] = sum_over_workers([tape.gradient(loss, kernel), loss])
        kernel.assign_sub(0.001 * gradient)
    return kernel, {"total": [float(total)]}


def results() -> dict[str, Any]:
    """Weights and logs of all cases."""
    found = {}
    for name, run in CASES.items():
        model, logs = run()
        variables = [model] if isinstance(model, tf.Variable) else model.weights
        numbers = [np.ravel(variable) for variable in variables if "seed" not in getattr(variable, "path", "")]
        found[name] = {
            "weights": np.concatenate(numbers).tolist(),
            "logs": {key: np.ravel(value).tolist() for key, value in logs.items()},
        }
    return found


def differing() -> str:
    """What is said to workers that do not do the same."""
    x, y = data(16)
    try:
        fit(dense(), {"x": x, "y": y, "batch_size": 16, "epochs": worker_number()})
    except WorkerError as error:
        return str(error)
    return ""


if __name__ == "__main__":
    join(timeout=60)
    enter()
    found = results()
    said = differing()
    leave()
    Path(f"{sys.argv[1]}{worker_number()}.json").write_text(json.dumps({"cases": found, "differing": said}))

"""Generators written in R as data for training.

TensorFlow draws batches from a thread of its own, where R must not run. So R is asked for the batches of an epoch on its own
thread, before the epoch begins, and TensorFlow reads them from memory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from bridge.backend import keras, tf
from bridge.barrier.functions import RFunction
from bridge.errors import ArgumentError, DataError
from bridge.models.training_data import as_tuples, check_lengths, prepare
from bridge.values.arrays import is_tensor


class Feed:
    """The batches of one R generator, an epoch at a time.

    Args:
        function: R function that gives `list(x, y)` or `list(x, y, sample_weight)` at each call, NULL at the end.
        argument: what the user gave it as, for messages.
        steps: number of batches in an epoch; None goes on to the end, whose batches then serve for every epoch.
    """

    def __init__(self, function: Callable[[], Any], argument: str, steps: int | None) -> None:
        self.function = function
        self.argument = argument
        self.steps = steps
        self.batches: list[Any] = []
        self.fill()

    def fill(self) -> None:
        """Asks R for the batches of the next epoch; on R's thread."""
        if self.batches and self.steps is None:
            return
        drawn: list[Any] = []
        while self.steps is None or len(drawn) < self.steps:
            batch = self.function()
            if batch is None:
                break
            drawn.append(self._batch(batch, len(drawn) + 1))
        # One that ends early leaves the batches of the epoch before.
        self.batches = drawn if len(drawn) == len(self.batches) or not self.batches else self.batches
        if not self.batches:
            raise DataError(f"The generator of `{self.argument}` gave no batch.")

    def dataset(self) -> Any:
        """The dataset that reads them, anew each time it is walked through."""
        spec = keras.tree.map_structure(lambda a: tf.TensorSpec([None, *a.shape[1:]], a.dtype), self.batches[0])
        read = tf.data.Dataset.from_generator(lambda: iter(self.batches), output_signature=spec)
        return read.apply(tf.data.experimental.assert_cardinality(len(self.batches)))

    def _batch(self, drawn: Any, number: int) -> tuple[Any, ...]:
        if is_tensor(drawn) or isinstance(drawn, np.ndarray):
            drawn = [drawn]
        if not isinstance(drawn, (list, tuple)) or len(drawn) not in (1, 2, 3):
            raise DataError(
                f"Batch {number} of the generator of `{self.argument}` is no `list(x, y)` or `list(x, y, sample_weight)`.",
                hints=["NULL says that there are no more."],
            )
        names = [f"{name} of batch {number}" for name in ("x", "y", "sample_weight")]
        parts = [prepare(part, name) for part, name in zip(drawn, names, strict=False)]
        check_lengths(dict(zip(names, parts, strict=False)))
        return tuple(as_tuples(part) for part in parts)


def replace_generators(options: dict[str, Any]) -> list[Any]:
    """Puts datasets in the place of R generators; gives the callbacks that keep them filled.

    Args:
        options: arguments of fit, evaluate or predict, changed in place.

    Raises:
        ArgumentError: a generator together with `y` or `validation_split`.
    """
    training = _feed(options, "x", "steps_per_epoch" if "steps_per_epoch" in options else "steps")
    validation = _feed(options, "validation_data", "validation_steps")
    if training is not None and (options.get("y") is not None or options.get("validation_split")):
        raise ArgumentError("A generator gives `y` with `x`: `y` and `validation_split` do not go with it.")
    return [_filling(training, validation)] if training or validation else []


def _feed(options: dict[str, Any], argument: str, steps: str) -> Feed | None:
    if not isinstance(options.get(argument), RFunction):
        return None
    feed = Feed(options[argument], argument, options.pop(steps, None))
    options[argument] = feed.dataset()
    return feed


def _filling(training: Feed | None, validation: Feed | None) -> Any:
    class Filling(keras.callbacks.Callback):  # type: ignore[misc]
        """Asks for the next batches; the first ones are there already, Keras learns shapes from them."""

        def on_epoch_begin(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
            if training is not None and epoch > self.first:
                training.fill()

        def on_train_begin(self, logs: Mapping[str, Any] | None = None) -> None:
            self.first = self.params.get("initial_epoch", 0)
            self.validated = False

        def on_test_begin(self, logs: Mapping[str, Any] | None = None) -> None:
            if validation is not None and self.validated:
                validation.fill()
            self.validated = True

    return Filling()

"""Generators written in R as data for training.

TensorFlow draws batches from a thread of its own, where R must not run. So R is asked for the batches of an epoch on its own
thread, before the epoch begins, and TensorFlow reads them from memory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from bridge.backend import keras, tf
from bridge.errors import ArgumentError, DataError
from bridge.models.checks import check_samples, warn_of_missing
from bridge.models.names import Names
from bridge.models.samples import ROLES, read
from bridge.models.training_data import as_tuples
from bridge.values.arrays import is_tensor
from bridge.values.named import Table, named

MOST = 10_000
"""Batches after which a generator without a number of steps is taken for one that never ends."""


class Feed:
    """The batches of one R generator, an epoch at a time.

    Args:
        function: R function that gives `list(x, y)` or `list(x, y, sample_weight)` at each call, NULL at the end.
        argument: what the user gave it as, for messages.
        steps: number of batches in an epoch; None goes on to the end, whose batches then serve for every epoch.
        model: what the batches are for.
        known: names of columns and levels that the batches go by, which the first of them may teach.
        verb: what they are for: "fit", "evaluate" or "predict".
    """

    def __init__(
        self, function: Callable[[], Any], argument: str, steps: int | None, model: Any, known: Names, verb: str = "fit"
    ) -> None:
        self.function = function
        self.argument = argument
        self.steps = steps
        self.model = model
        self.names = known
        self.verb = verb
        self.warned = False
        self.levels: tuple[str, ...] | None = None
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
            if self.steps is None and len(drawn) > MOST:
                raise ArgumentError(
                    f"The generator of `{self.argument}` has given {MOST} batches and goes on: it says no number of steps.",
                    hints=["`steps_per_epoch` (`validation_steps`, `steps`) does; a generator ends by giving NULL."],
                )
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
        if is_tensor(drawn) or isinstance(drawn, np.ndarray) or isinstance(named(drawn), Table):
            drawn = [drawn]
        if not isinstance(drawn, (list, tuple)) or len(drawn) not in (1, 2, 3):
            raise DataError(
                f"Batch {number} of the generator of `{self.argument}` is no `list(x, y)` or `list(x, y, sample_weight)`.",
                hints=["NULL says that there are no more."],
            )
        given = dict(zip(ROLES, drawn, strict=False))
        samples = read(self.model, given, {role: f"{role} of batch {number}" for role in given}, self.names)
        check_samples(self.model, samples, targets="y" in given)
        if not self.warned:
            self.warned = warn_of_missing(samples, self.verb)
        self.names, self.levels = samples.names, samples.levels
        return tuple(as_tuples(getattr(samples, role)) for role in given)


def filling(training: Feed | None, validation: Feed | None) -> list[Any]:
    """The callbacks that keep feeds filled."""
    return [_filling(training, validation)] if training or validation else []


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

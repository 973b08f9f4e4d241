"""Generators written in R as data for training.

A batch is asked for when its step comes, on R's thread: nothing is drawn ahead, nothing is kept. Only a generator without a
number of steps is drawn to its end first, because nobody knows how long it is; its batches then serve for every epoch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from bridge.backend import keras, tf
from bridge.barrier.serving import walk_directly
from bridge.errors import ArgumentError, DataError
from bridge.models.checks import check_samples, warn_of_missing
from bridge.models.names import Names
from bridge.models.samples import ROLES, read
from bridge.models.training_data import as_tuples
from bridge.values.arrays import is_tensor
from bridge.values.named import Table, named


def batches_of(iterator: Any) -> Callable[[], Any]:
    """A function that gives the elements of an iterator, such as reticulate's `py_iterator()`, one by one, then None."""

    def array(part: Any) -> Any:
        # reticulate makes lists of R's vectors.
        numbers = isinstance(part, list) and bool(part) and all(isinstance(item, (bool, int, float, str)) for item in part)
        return np.asarray(part) if numbers else part

    def batch() -> Any:
        drawn = next(iterator, None)
        return [array(part) for part in drawn] if isinstance(drawn, (list, tuple)) else drawn

    return batch


MOST = 10_000
MOST_BYTES = 2**31
"""Batches, and what they hold, after which a generator without a number of steps is taken for one that never ends."""


class Feed:
    """The batches of one R generator. The first is drawn at once: Keras learns dtypes and shapes from it.

    Args:
        function: R function that gives `list(x, y)` or `list(x, y, sample_weight)` at each call, NULL at the end.
        argument: what the user gave it as, for messages.
        is_endless: whether it gives as many as it is asked for; otherwise it is drawn to its end.
        model: what the batches are for.
        known: names of columns and levels that the batches go by, which the first of them may teach.
        verb: what they are for: "fit", "evaluate" or "predict".

    Raises:
        DataError: it gives no batch, or what is none.
        ArgumentError: it has no end, and should have one.
    """

    def __init__(
        self, function: Callable[[], Any], argument: str, is_endless: bool, model: Any, known: Names, verb: str = "fit"
    ) -> None:
        self.function = function
        self.argument = argument
        self.is_endless = is_endless
        self.model = model
        self.names = known
        self.verb = verb
        self.warned = False
        self.levels: tuple[str, ...] | None = None
        self.drawn = 0
        self.ahead = list(self._first())

    def _first(self) -> Iterator[Any]:
        size = 0
        while (batch := self._draw()) is not None:
            yield batch
            if self.is_endless:
                return
            size += sum(part.shape.num_elements() * part.dtype.size for part in keras.tree.flatten(batch))
            if self.drawn > MOST or size > MOST_BYTES:
                raise ArgumentError(
                    f"The generator of `{self.argument}` has given {self.drawn} batches and goes on, without any steps.",
                    hints=["`steps_per_epoch` (`validation_steps`, `steps`) does; a generator ends by giving NULL."],
                )
        if not self.drawn:
            raise DataError(f"The generator of `{self.argument}` gave no batch.")

    def dataset(self) -> Any:
        """The dataset of the batches, for which R's thread needs no other one."""
        spec = keras.tree.map_structure(_spec, self.ahead[0])
        dataset = tf.data.Dataset.from_generator(self.walk, output_signature=spec)
        if not self.is_endless:
            dataset = dataset.apply(tf.data.experimental.assert_cardinality(len(self.ahead)))
        walk_directly(dataset, self.walk)
        return dataset

    def walk(self) -> Iterator[Any]:
        """The batches of an epoch, or, of a generator that has as many as it is asked for, those that come next."""
        if not self.is_endless:
            yield from self.ahead
            return
        batch = self.ahead.pop() if self.ahead else self._draw()
        if batch is None:
            raise DataError(
                f"The generator of `{self.argument}` has ended: there was no batch after number {self.drawn}.",
                hints=["Without a number of steps its batches serve for every epoch."],
            )
        while batch is not None:
            yield batch
            batch = self._draw()

    def _draw(self) -> Any:
        batch = self.function()
        if batch is None:
            return None
        self.drawn += 1
        parts = self._read(batch, self.drawn)
        return keras.tree.map_structure(lambda part: part if tf.is_tensor(part) else tf.convert_to_tensor(part), parts)

    def _read(self, drawn: Any, number: int) -> tuple[Any, ...]:
        if is_tensor(drawn) or isinstance(drawn, np.ndarray) or isinstance(named(drawn), Table):
            drawn = [drawn]
        if isinstance(drawn, Mapping) and "x" in drawn and set(drawn) <= set(ROLES):
            drawn = [drawn[role] for role in ROLES if role in drawn]
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


def _spec(part: Any) -> Any:
    return (
        tf.TensorSpec([None, *part.shape[1:]], part.dtype) if isinstance(part, tf.Tensor) else tf.type_spec_from_value(part)
    )


class Generator:
    """The elements that an R function gives, one at each call, NULL at the end.

    TensorFlow and Keras want an iterator here, and there a function that makes one: it is both.

    Args:
        function: the guarded R function.
    """

    def __init__(self, function: Callable[[], Any]) -> None:
        self.function = function

    def __iter__(self) -> Generator:
        return self

    def __call__(self) -> Generator:
        """Itself."""
        return self

    def __next__(self) -> Any:
        """The next element, with tuples for lists."""
        element = self.function()
        if element is None:
            raise StopIteration
        return as_tuples(element)

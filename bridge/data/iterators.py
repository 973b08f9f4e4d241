"""Walking through whatever has elements, one crossing an element."""

from __future__ import annotations

import math
import weakref
from collections.abc import Iterator
from typing import Any

from bridge.backend import tf
from bridge.data.faults import told
from bridge.data.lengths import count
from bridge.errors import ArgumentError, expected, r_spelling
from bridge.values.arrays import as_array


class End:
    """What there is after the last element."""


END = End()


def iterator(x: Any) -> Any:
    """An iterator over the elements of `x`: a dataset, a generator, a list.

    Raises:
        ArgumentError: it has no elements.
    """
    try:
        return iter(x)
    except TypeError as error:
        if hasattr(x, "__iter__"):
            raise
        raise ArgumentError(f"`x` must be a dataset, a list, or what else has elements, not {r_spelling(x)}.") from error


_drawn: weakref.WeakKeyDictionary[Any, int] = weakref.WeakKeyDictionary()
"""How many elements each iterator over a dataset has given, for errors."""


def element(it: Any) -> Any:
    """The next element, `END` after the last.

    Raises:
        ArgumentError: `it` is no iterator.
        DataError, FileError: the element of a dataset could not be computed.
    """
    if not hasattr(it, "__next__"):
        hints = ["`as_iterator()` makes one of it."] if hasattr(it, "__iter__") else []
        raise ArgumentError(f"`it` must be an iterator, not {r_spelling(it)}.", hints=hints)
    if not isinstance(it, tf.data.Iterator):
        return next(it, END)
    number = _drawn[it] = _drawn.get(it, 0) + 1
    try:
        return next(it, END)
    except tf.errors.OpError as error:
        raise told(error, f"Element {number} of the dataset") from error


class Arrays:
    """Walks through elements as arrays of R."""

    def __init__(self, elements: Any) -> None:
        self._elements = iterator(elements)

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        found = element(self._elements)
        if found is END:
            raise StopIteration
        return as_array(found)


def collect(dataset: Any, most: Any = math.inf) -> list[Any]:
    """The elements, all or the first `most`, in one crossing.

    Raises:
        ArgumentError: there is no end of them.
    """
    if isinstance(most, (bool, str)) or not most >= 0:
        raise expected("iter_max", "a number of elements", most)
    if math.isinf(most) and math.isinf(count(dataset)):
        raise ArgumentError("The dataset has no end.", hints=["`dataset_take()` takes some, and so does `iter_max`."])
    it = iterator(dataset if math.isinf(most) else dataset.take(int(most)))
    found = []
    while (item := element(it)) is not END:
        found.append(item)
    return found

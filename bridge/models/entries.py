"""What `x[[i]]` means for objects of Keras that hold batches, or something for each name."""

from __future__ import annotations

from typing import Any

from bridge.backend import keras
from bridge.errors import SubscriptError
from bridge.values.numbers import whole_number


def batch(object: Any, position: Any) -> Any:
    """A batch of a generator that knows how many it has; the first is 1, the last -1.

    Keras: keras.utils.PyDataset.__getitem__.

    Raises:
        SubscriptError: there is no such batch.
    """
    number = whole_number(position, "i", "the number of a batch")
    size = len(object)
    if number == 0 or abs(number) > size:
        raise SubscriptError(f"There is no batch {number}: batches count from 1, and there are {size}.")
    return object[number - 1 if number > 0 else size + number]


def entry(object: Any, name: str) -> Any:
    """What an object holds for a name.

    Keras: keras.distribution.LayoutMap, keras.dtype_policies.DTypePolicyMap.
    """
    return object[name]


def set_entry(object: Any, name: str, value: Any) -> None:
    """Sets what an object holds for a name; axes may be a string or a list of them."""
    if isinstance(object, keras.distribution.LayoutMap) and isinstance(value, (str, list)):
        value = (value,) if isinstance(value, str) else tuple(value)
    if name in list(object):
        # Keras would have it deleted first.
        del object[name]
    object[name] = value

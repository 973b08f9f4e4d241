"""Structures: lists and named lists, nested, of whatever is in them. The one walk through them.

`keras.tree` keeps tuples, named tuples and the lists that TensorFlow tracks, goes by the order of names, and has no R paths;
what R gets are lists in the order that they have, at a third of the time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from bridge.values.numbers import is_missing, single


def map_leaves(change: Callable[[Any], Any], value: Any, is_leaf: Callable[[Any], bool] | None = None) -> Any:
    """What `change` makes of each leaf, in lists and dicts that hold them as they were held; tuples are lists then.

    Args:
        change: function of a leaf.
        value: a structure, or one leaf.
        is_leaf: says of a list or dict whether it is itself a leaf.
    """
    if isinstance(value, (list, tuple)) and not (is_leaf and is_leaf(value)):
        return [map_leaves(change, item, is_leaf) for item in value]
    if isinstance(value, dict) and not (is_leaf and is_leaf(value)):
        return {name: map_leaves(change, item, is_leaf) for name, item in value.items()}
    return change(value)


def map_paths(change: Callable[[Any, str], Any], value: Any, path: str) -> Any:
    """The same, for a function of a leaf and R's way to it, such as `x$a[[2]]`."""
    if isinstance(value, (list, tuple)):
        return [map_paths(change, item, f"{path}[[{i}]]") for i, item in enumerate(value, start=1)]
    if isinstance(value, dict):
        return {name: map_paths(change, item, f"{path}${name}") for name, item in value.items()}
    return change(value, path)


def vectors_as_lists(value: Any) -> Any:
    """R's vectors as lists, those of length 1 as single values, None for NA of integers."""
    return map_leaves(_vector_as_list, value)


def _vector_as_list(value: Any) -> Any:
    value = single(value)
    if isinstance(value, np.ndarray) and value.ndim == 1:
        return [None if isinstance(item, int) and is_missing(item) else item for item in value.tolist()]
    return value


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Each leaf with R's way to it.

    Args:
        value: a structure, or one leaf.
        path: R's way to `value`.
    """
    if isinstance(value, dict):
        for name, item in value.items():
            yield from leaves(item, f"{path}${name}")
    elif isinstance(value, (list, tuple)):
        for i, item in enumerate(value, start=1):
            yield from leaves(item, f"{path}[[{i}]]")
    else:
        yield path, value


def flat(value: Any) -> list[Any]:
    """The leaves of a structure."""
    return [leaf for _, leaf in leaves(value)]


def rebuilt(value: Any, new: Iterator[Any]) -> Any:
    """A structure of the same lists with other leaves."""
    return map_leaves(lambda _: next(new), value)


def form(value: Any) -> Any:
    """What two structures have in common when only their leaves differ."""
    return map_leaves(lambda _: None, value)

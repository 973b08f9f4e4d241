"""Structures on their way to R: reticulate knows lists and dicts of these very types only, and ints of 32 bits."""

from __future__ import annotations

import functools
from typing import Any

_LARGEST = 2**31 - 1
_SMALLEST = -(2**31)
"""R's NA among integers, which stays one."""


def to_r(value: Any) -> Any:
    """The value as reticulate converts it without loss, however deep.

    What Keras and TensorFlow track in lists, dicts and sets of their own are plain ones, with the same elements. Ints that R
    has no integer for are doubles, and so are those beside them in a list, which is one vector in R.
    """
    kind = type(value)
    if kind is int:
        return value if _SMALLEST <= value <= _LARGEST else _double(value)
    if kind is list or kind is tuple:
        return _items(value) if value else value
    if kind is dict:
        return {name: to_r(item) for name, item in value.items()}
    if isinstance(value, (list, dict, set)) and kind.__module__.partition(".")[0] in ("keras", "tensorflow"):
        return to_r(dict(value)) if isinstance(value, dict) else _items(list(value))
    return value


def attribute(object: Any, name: str) -> Any:
    """An attribute of an object, for whoever has got it from reticulate as integers."""
    return getattr(object, name) if hasattr(object, name) else object[name]


def lossless(function: Any) -> Any:
    """A function whose results reticulate converts without loss, for those that give configurations."""

    @functools.wraps(function)
    def called(*args: Any, **kwargs: Any) -> Any:
        return to_r(function(*args, **kwargs))

    return called


def _items(values: Any) -> Any:
    items = [to_r(item) for item in values]
    if any(type(item) is int and type(made) is float for item, made in zip(values, items, strict=True)):
        items = [_double(item) if type(item) is int else item for item in items]
    return tuple(items) if type(values) is tuple else items


def _double(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")

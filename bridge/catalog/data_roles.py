"""The roles of data: arrays, labels, sequences, that Keras takes as they are, and what a tensor is made of before."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from bridge.errors import ArgumentError, expected
from bridge.values.arrays import is_tensor
from bridge.values.data import keras_floats
from bridge.values.dtypes import checked_cast, dtype_of, missing_at, refuse_missing
from bridge.values.numbers import is_missing, single
from bridge.values.structures import map_leaves


def offset(value: Any, argument: str) -> Any:
    """Whole numbers, one or an array of int32; tensors pass."""
    if is_tensor(value):
        return value
    numbers = np.asarray(value)
    missing = numbers.dtype == np.int32 and len(missing_at(numbers)) > 0
    if missing or numbers.dtype.kind not in "iuf" or np.any(numbers != np.floor(numbers)):
        raise expected(argument, "made of whole numbers", value)
    numbers = checked_cast(numbers, dtype_of("int32"))
    return numbers.item() if numbers.ndim == 0 else numbers


def integers(value: Any, argument: str) -> Any:
    """Whole numbers as integers, which nothing but integers is computed from; tensors pass."""

    def whole(item: Any) -> Any:
        doubles = isinstance(item, float) or (isinstance(item, np.ndarray) and item.dtype.kind == "f")
        return offset(item, argument) if doubles else item

    return map_leaves(whole, value)


def array(value: Any, argument: str) -> Any:
    """Data as a row-major NumPy array, lists of arrays one by one; other objects pass."""
    return map_leaves(_row_major, value)


def _row_major(value: Any) -> Any:
    if not isinstance(value, np.ndarray):
        return value
    missing = missing_at(value) if value.dtype == np.int32 else ()
    if len(missing):
        error = refuse_missing(len(missing), missing, "int32")
        raise type(error)(error.message, hints=['As doubles they are NaN: `storage.mode(x) <- "double"`.'])
    return np.ascontiguousarray(value)


def _known(value: Any, argument: str) -> Any:
    """The numbers of an array, or of a tensor that has values; None for all else."""
    if is_tensor(value):
        return value.numpy() if hasattr(value, "numpy") else None
    numbers = isinstance(value, (bool, int, float, np.ndarray))
    return np.asarray(array(value, argument)) if numbers else None


def labels(value: Any, argument: str) -> Any:
    """Classes as whole numbers, which Keras would cut fractions off; what a graph computes is not looked at."""
    known = _known(value, argument)
    if known is not None and known.dtype.kind == "f" and np.any(known != np.floor(known)):
        raise expected(argument, "made of whole numbers", value)
    return array(value, argument)


def categories(value: Any, argument: str) -> Any:
    """The same, none of them below 0."""
    known = _known(value, argument)
    if known is not None and known.dtype.kind in "if" and np.any(known < 0):
        raise ArgumentError(f"`{argument}` has a class of {int(known.min())}, but classes count from 0.")
    return labels(value, argument)


def samples(value: Any, argument: str) -> Any:
    """Data with a first axis, of which the samples are: a single value is one."""
    return np.atleast_1d(value) if isinstance(value, (bool, int, float, str)) else array(value, argument)


def tree(value: Any, argument: str) -> Any:
    """Arrays by name, nested: an empty list has no names to show."""
    return map_leaves(lambda leaf: {} if isinstance(leaf, list) else _row_major(leaf), value, lambda inner: not inner)


def start(value: Any, argument: str) -> Any:
    """What a variable starts from: a value, as Keras' default float where it has doubles, or what makes one of a shape."""
    if isinstance(value, (bool, int, float)):
        return value
    return floats(value, argument) if isinstance(value, np.ndarray) and value.dtype.kind == "f" else array(value, argument)


def floats(value: Any, argument: str) -> Any:
    """Numbers as Keras' default float, NaN for NA; tensors pass."""
    return np.ascontiguousarray(keras_floats(value)) if isinstance(value, np.ndarray) else value


def sequences(value: Any, argument: str) -> Any:
    """A list of vectors, NaN for NA; one vector is one sequence, and names say nothing."""
    value = list(value.values()) if isinstance(value, dict) else value
    items = value if isinstance(value, (list, tuple)) else [value]
    return [[math.nan if is_missing(item) else item for item in np.ravel(np.asarray(vector)).tolist()] for vector in items]


DATA_ROLES: dict[str, Callable[[Any, str], Any]] = {
    "tensor": lambda value, argument: value,
    "state": lambda value, argument: value,
    "alike": lambda value, argument: value,
    "nan_omitted": lambda value, argument: value,
    "made": lambda value, argument: single(value),
    "integers": integers,
}
"""Roles of what becomes a tensor, beside others, and what is made of R's value before."""

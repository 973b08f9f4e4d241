"""Shapes, with NA for a size that is not known."""

from __future__ import annotations

import math
from typing import Any, cast

import numpy as np

from bridge.backend import tf
from bridge.errors import ShapeError, expected
from bridge.values.dtypes import NA_INTEGER, NA_REAL
from bridge.values.numbers import is_missing, is_whole
from bridge.values.structures import map_leaves

_LARGEST = 2**31 - 1


def to_shape(value: Any, argument: str = "shape") -> tuple[int | None, ...] | None:
    """The Python shape for what R writes as one: a number, a vector, a list, a `shape()`; NA, NaN and None are unknown.

    Args:
        value: sizes in order; one number is a shape of rank 1. -1 stays -1 (callers that infer a size take it as such).
        argument: what the user calls it.

    Raises:
        ArgumentError: a size is no whole number.
        ShapeError: a size is below -1.
    """
    if value is None or value is False:
        return None
    if hasattr(value, "as_list"):
        return None if value.rank is None else tuple(value.as_list())
    if isinstance(value, np.ndarray):
        value = value.ravel().tolist()
    if getattr(value, "ndim", None) == 1 and hasattr(value, "graph"):
        # A shape that is known when the graph runs.
        return cast("tuple[int | None, ...]", value)
    if getattr(value, "ndim", None) == 1 and hasattr(value, "numpy"):
        value = value.numpy().tolist()
    sizes = value if isinstance(value, (list, tuple)) else [value]
    return tuple(_size(size, argument) for size in sizes)


def _size(size: Any, argument: str) -> Any:
    if size is None:
        return None
    if getattr(size, "ndim", None) == 0 and hasattr(size, "numpy"):
        size = size.numpy().item()
    if isinstance(size, bool) or not isinstance(size, (int, float, np.integer, np.floating)):
        if hasattr(size, "dtype"):
            return size
        raise expected(argument, "made of whole numbers or NA", size)
    if is_missing(size):
        return None
    if not is_whole(size):
        raise expected(argument, "made of whole numbers or NA", float(size))
    if size < -1:
        raise ShapeError(f"`{argument}` has a size of {int(size)}; sizes are 0 or more, or NA where unknown.")
    return int(size)


def shape(*sizes: Any) -> Any:
    """The `tf.TensorShape` with these sizes, `()` without any; `shape([None])` of one list takes its elements.

    TF: tf.TensorShape.
    """
    flat = sizes[0] if len(sizes) == 1 and isinstance(sizes[0], (list, tuple, np.ndarray)) else sizes
    return tf.TensorShape([None if size == -1 else size for size in to_shape(list(flat)) or ()])


def shape_of(x: Any) -> Any:
    """The `tf.TensorShape` of a tensor; None has one of unknown rank."""
    return tf.TensorShape(None if x is None else x.shape)


def dims_of(x: Any) -> Any:
    """What R's `dim()` says of a tensor: sizes, -1 where not known; None where the rank is unknown.

    A list, because reticulate converts one ten times faster than an array.
    """
    sizes = x.shape
    if hasattr(sizes, "rank") and sizes.rank is None:
        return None
    return [-1 if size is None else size for size in sizes]


def dims_of_shape(shape: Any) -> list[int] | None:
    """The same for a `tf.TensorShape`."""
    return None if shape.rank is None else [-1 if size is None else size for size in shape.as_list()]


def r_dims(sizes: Any) -> Any:
    """A shape as R's integer vector (int32, NA for None); one of doubles where a size is too large for that."""
    if any(size is not None and size > _LARGEST for size in sizes):
        return np.array([NA_REAL if size is None else size for size in sizes], dtype=np.float64)
    return np.array([NA_INTEGER if size is None else size for size in sizes], dtype=np.int32)


def shapes_to_r(value: Any) -> Any:
    """A shape as R's integer vector; structures of shapes (several inputs) element by element."""
    return map_leaves(lambda leaf: r_dims(leaf) if _is_sizes(leaf) else leaf, value, _is_sizes)


def _is_sizes(value: Any) -> bool:
    sizes = isinstance(value, (list, tuple))
    return sizes and all(item is None or isinstance(item, (int, np.integer)) for item in value)


def shapes_from_r(value: Any, argument: str) -> Any:
    """The other way round: vectors or lists, of whole numbers or doubles, are shapes."""

    def is_shape(value: Any) -> bool:
        return isinstance(value, (list, tuple)) and not any(isinstance(item, (list, tuple, np.ndarray)) for item in value)

    return map_leaves(lambda leaf: to_shape(leaf, argument), value, is_shape)


def r_shape(sizes: Any) -> str:
    """A shape as messages write it: "(NA, 28)"."""
    return "(" + ", ".join("NA" if size is None else str(size) for size in sizes) + ")"


def fill_shape(sizes: tuple[int | None, ...], count: int, argument: str = "shape") -> tuple[int, ...]:
    """The shape with its one unknown size (None or -1) worked out from the number of elements.

    Raises:
        ShapeError: two unknown sizes, or sizes that do not give `count` elements.
    """
    unknown = [i for i, size in enumerate(sizes) if size is None or size == -1]
    known = math.prod(size for size in sizes if size is not None and size != -1)
    if len(unknown) > 1:
        raise ShapeError(f"`{argument}` leaves {len(unknown)} sizes open; at most one can be inferred.")
    fits = (count % known == 0 if known else count == 0) if unknown else known == count
    if not fits:
        written = ", ".join("NA" if i in unknown else str(size) for i, size in enumerate(sizes))
        raise ShapeError(
            f"{count} {'element' if count == 1 else 'elements'} cannot take the shape ({written})"
            + (f", which has {known}." if not unknown else ".")
        )
    filled = [size if size is not None else -1 for size in sizes]
    if unknown:
        filled[unknown[0]] = count // known if known else 0
    return tuple(filled)

"""New shapes for R arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from bridge.backend import keras, tf
from bridge.errors import ArgumentError, expected
from bridge.tensors.axes import axis_from_one
from bridge.tensors.constants import constant
from bridge.values.arrays import as_array, as_tensor, is_tensor
from bridge.values.shapes import fill_shape, to_shape


def array_reshape(x: Any, dim: Any, order: Any = "C") -> Any:
    """The array (or tensor) with another shape.

    Args:
        x: an array; a tensor comes back as a tensor.
        dim: sizes; one NA or -1 is inferred.
        order: "C" reads and fills row by row, as tensors do; "F" column by column, as R does.

    Returns:
        A column-major NumPy array, or a tensor when `x` is one.
    """
    if order not in ("C", "F"):
        raise expected("order", '"C" (row by row) or "F" (column by column)', order)
    if is_tensor(x):
        if order == "C":
            return as_tensor(x, shape=dim)
        return as_tensor(array_reshape(as_array(x), dim, order), dtype=x.dtype)
    values = np.asarray(x)
    return np.asfortranarray(np.reshape(values, fill_shape(to_shape(dim, "dim") or (), values.size, "dim"), order=order))


def transpose(x: Any, perm: Any = None) -> Any:
    """The tensor with its axes in another order; `perm` counts from 1, None reverses them.

    Raises:
        ArgumentError: `perm` does not name each axis once.
    """
    axes = axis_from_one(perm, len(x.shape), "perm")
    if axes is not None and sorted(np.atleast_1d(axes)) != list(range(len(x.shape))):
        raise ArgumentError(f"`perm` must name each of the {len(x.shape)} axes once.")
    if isinstance(x, keras.KerasTensor):
        return keras.ops.transpose(x, axes)
    if axes is None or not isinstance(x, tf.Tensor):
        return tf.transpose(x, axes)
    return tf.raw_ops.Transpose(x=x, perm=constant(tuple(axes), "int32"))

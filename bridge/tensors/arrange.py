"""Elements in another order or company: what R's rev, rep, sort, order, cbind, rbind and as.list do, on tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from bridge.backend import keras, tf
from bridge.errors import DtypeError, ShapeError, expected
from bridge.tensors.operators import arithmetic
from bridge.tensors.promotion import alike, dtype_name, ops_for
from bridge.values.shapes import r_shape


def flat(x: Any) -> Any:
    """The elements as a vector in R's order, down the columns."""
    x = x.value if isinstance(x, keras.Variable) else x
    if len(x.shape) <= 1:
        return x if len(x.shape) == 1 else ops_for(x).reshape(x, (1,))
    return ops_for(x).reshape(ops_for(x).transpose(x), (-1,))


def pick(x: Any, positions: Any, by_row: bool = False) -> Any:
    """Elements at positions, counted from 1 down the columns (or whole rows): `rev()` and `unique()` choose them in R."""
    offsets = np.asarray(positions, dtype=np.int32).ravel() - 1
    x = x if by_row else flat(x)
    return keras.ops.take(x, offsets, 0) if isinstance(x, keras.KerasTensor) else tf.gather(x, offsets)


def differences(x: Any, lag: Any = 1, times: Any = 1) -> Any:
    """R's `diff()`: each element (of a matrix: row) less the one `lag` before it, `times` over."""
    for name, value in (("lag", lag), ("differences", times)):
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 1 or value != int(value):
            raise expected(name, "a whole number from 1 on", value)
    x = flat(x) if len(x.shape) < 2 else x
    for _ in range(int(times)):
        x = arithmetic("-", x[(slice(int(lag), None),)], x[(slice(None, -int(lag)),)])
    return x


def diagonal(x: Any) -> Any:
    """R's `diag()`: the diagonal of a matrix, the diagonal matrix of a vector."""
    if len(x.shape) > 2:
        raise ShapeError(f"`diag()` takes a matrix or a vector, not a tensor of shape {r_shape(x.shape)}.")
    if dtype_name(x) == "string":
        raise DtypeError("`diag()` does not work on strings.")
    if isinstance(x, keras.KerasTensor):
        return keras.ops.diag(x)
    return tf.linalg.diag_part(x) if len(x.shape) == 2 else tf.linalg.diag(flat(x))


def order(x: Any, decreasing: bool = False) -> Any:
    """Positions (from 1, int32) that sort the elements; ties keep their order, NaN come last."""
    return tf.argsort(_keys(flat(x), decreasing), direction=_direction(decreasing), stable=True) + 1


def sort(x: Any, decreasing: bool = False) -> Any:
    """The elements in order, as a vector; NaN are left out, as in R."""
    values = flat(x)
    if "float" in dtype_name(values):
        values = tf.boolean_mask(values, tf.logical_not(tf.math.is_nan(values)))
    if dtype_name(values) in ("string", "bool", "complex64", "complex128"):
        return tf.gather(values, order(values, decreasing) - 1)
    return tf.sort(values, direction=_direction(decreasing))


def bind(values: Sequence[Any], by_row: bool) -> Any:
    """`rbind()` (by row) or `cbind()` of tensors and R values; vectors are rows (columns), single numbers are repeated.

    Raises:
        ShapeError: sizes that do not fit.
    """
    tensors = alike(values)
    across = 1 if by_row else 0
    sizes = {int(t.shape[across]) for t in tensors if len(t.shape) >= 2}
    sizes = sizes or {int(t.shape[0]) for t in tensors if len(t.shape) == 1 and t.shape[0] != 1} or {1}
    if len(sizes) > 1:
        what = "columns" if by_row else "rows"
        raise ShapeError(f"The matrices to bind have {' and '.join(map(str, sorted(sizes)))} {what}.")
    size = sizes.pop()
    shaped = [_matrix(t, size, by_row) for t in tensors]
    ops = ops_for(*tensors)
    return (tf.concat if ops is tf else keras.ops.concatenate)(shaped, 0 if by_row else 1)


def unstack(x: Any) -> list[Any]:
    """The tensor along its first axis, as `as.list()` and `%<-%` take it apart."""
    if len(x.shape) == 0:
        return [x]
    return list(keras.ops.unstack(x) if isinstance(x, keras.KerasTensor) else tf.unstack(x))


def _matrix(x: Any, size: int, by_row: bool) -> Any:
    """A matrix as it is; a vector as one row (column) of `size`, a single number repeated."""
    if len(x.shape) >= 2:
        return x
    x = ops_for(x).reshape(x, (1, -1) if by_row else (-1, 1))
    length = x.shape[1 if by_row else 0]
    if length not in (1, size):
        raise ShapeError(f"A vector of {length} cannot be bound to a matrix of {size}.")
    return x if length == size else ops_for(x).broadcast_to(x, (1, size) if by_row else (size, 1))


def _keys(values: Any, decreasing: bool) -> Any:
    if "complex" in dtype_name(values):
        raise DtypeError("Complex numbers have no order in a tensor.", hints=["`order(Re(x), Im(x))` is R's."])
    if dtype_name(values) == "bool":
        return tf.cast(values, "int32")
    if dtype_name(values) == "string":
        return tf.constant(np.unique(values.numpy(), return_inverse=True)[1])
    if "float" not in dtype_name(values):
        return values
    worst = -np.inf if decreasing else np.inf
    return tf.where(tf.math.is_nan(values), tf.constant(worst, values.dtype), values)


def _direction(decreasing: bool) -> str:
    return "DESCENDING" if decreasing else "ASCENDING"

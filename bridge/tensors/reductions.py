"""R's Summary group and `mean()` on tensors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from bridge.backend import keras, tf
from bridge.barrier.notes import note_warning
from bridge.errors import ArgumentError, DtypeError, expected, with_article
from bridge.tensors.arrange import flat
from bridge.tensors.axes import axis_from_one
from bridge.tensors.constants import constant
from bridge.tensors.mathematics import in_wide_floats
from bridge.tensors.overflow import accumulated
from bridge.tensors.promotion import INTEGERS, alike, cast, dtype_name, of_one_float, ops_for
from bridge.values.arrays import is_symbolic, is_tensor, values_of_all
from bridge.values.dtypes import NA_INTEGER


def reduce(
    name: str, x: Any, axis: Any = None, keepdims: bool = False, na_rm: bool = False, more: Sequence[Any] = ()
) -> Any:
    """R's Summary group and `mean`.

    Args:
        name: sum, prod, min, max, range, mean, any or all.
        x: tensor, variable or symbolic tensor.
        axis: one axis or several, counted from 1; None reduces all of them.
        keepdims: whether a reduced axis stays with size 1.
        na_rm: whether NaN are left out.
        more: further values that are summarised together with `x` (only without `axis`).

    Raises:
        ArgumentError: `keepdims` or `na_rm` is neither TRUE nor FALSE, nor 1 or 0.

    Returns:
        A tensor; ragged where rows that stay differ in length. Zeros of a sparse tensor count. `sum` of bool and of narrow
        integers is int32, and wider where that does not hold it; `prod` of integers is float64; the mean of integers keeps
        their dtype and warns where that loses a fraction, of bool it is the share.
    """
    if keepdims is False is na_rm and not more and name in _RAW_REDUCTIONS and of_one_float(x, x) and 0 not in x.shape:
        return _reduced(name, cast(x, "bool") if name in ("any", "all") else x, axis_from_one(axis, len(x.shape)), False)
    for argument, flag in (("keepdims", keepdims), ("na.rm", na_rm)):
        if not isinstance(flag, (bool, int, float)) or flag not in (0, 1):
            raise expected(argument, "TRUE or FALSE", flag)
    x = x.value if isinstance(x, keras.Variable) else tf.sparse.to_dense(x) if isinstance(x, tf.SparseTensor) else x
    if isinstance(x, tf.RaggedTensor) and axis is None:
        return _of_all_rows(name, x, keepdims, na_rm, more)
    if name == "range":
        parts = [reduce(one, x, axis, keepdims, na_rm, more) for one in ("min", "max")]
        return ops_for(*parts).stack(alike(parts))
    if more:
        x = _joined(name, x, axis, [_known(v) for v in more] if na_rm else more)
        axis = None
    dtype = dtype_name(x)
    if dtype == "string" or ("complex" in dtype and name in ("min", "max")):
        raise DtypeError(f"`{name}()` does not work on {'strings' if dtype == 'string' else 'complex numbers'}.")
    axes = axis_from_one(axis, len(x.shape))
    if name in ("any", "all"):
        return _reduced(name, _truth(name, x, na_rm), axes, keepdims)
    if dtype in INTEGERS or dtype == "bool":
        return _of_integers(name, x, axes, keepdims)
    if na_rm:
        return _without_nan(name, x, axes, keepdims)
    return in_wide_floats(x, lambda wide: _of_floats(name, wide, axes, keepdims))


def _of_all_rows(name: str, x: Any, keepdims: bool, na_rm: bool, more: Sequence[Any]) -> Any:
    """The summary of all elements of a ragged tensor, whatever row they are in."""
    made = reduce(name, x.flat_values, None, False, na_rm, more)
    return tf.reshape(made, [1] * x.shape.rank) if keepdims and name != "range" else made


def _joined(name: str, x: Any, axis: Any, more: Sequence[Any]) -> Any:
    """All values of `sum(x, y, 1)` as one vector."""
    if axis is not None:
        raise ArgumentError(f"`{name}()` of several tensors takes no `axis`.")
    ops = ops_for(x, *more)
    return (tf.concat if ops is tf else ops.concatenate)([flat(v) for v in alike([x, *more])], 0)


def _known(value: Any) -> Any:
    """An R value without its NA; tensors as they are."""
    if is_tensor(value):
        return value
    values = np.atleast_1d(np.asarray(value))
    if values.dtype.kind in "iu":
        return values[values != NA_INTEGER].astype("int32")
    return values[~np.isnan(values)] if values.dtype.kind in "fc" else values


def _truth(name: str, x: Any, na_rm: bool) -> Any:
    """What counts as TRUE: all but 0; NaN too, unless it is left out."""
    if not na_rm or ("float" not in dtype_name(x) and "complex" not in dtype_name(x)):
        return cast(x, "bool")
    known, true = x == x, cast(x, "bool")
    ops = ops_for(x)
    return ops.logical_and(true, known) if name == "any" else ops.logical_or(true, ops.logical_not(known))


def _of_integers(name: str, x: Any, axes: Any, keepdims: bool) -> Any:
    if name == "prod":
        return _reduced(name, cast(x, "float64"), axes, keepdims)
    if name == "sum":
        return accumulated(name, x, lambda wide: _reduced(name, cast(x, wide), axes, keepdims))
    if name == "mean":
        return _mean_of_integers(x, axes, keepdims)
    if _count(x, axes) == 0:
        return _of_floats(name, cast(x, "float64"), axes, keepdims)
    return _reduced(name, cast(x, "int32") if dtype_name(x) == "bool" else x, axes, keepdims)


def _mean_of_integers(x: Any, axes: Any, keepdims: bool) -> Any:
    dtype = dtype_name(x)
    count = _count(x, axes)
    if dtype == "bool" or count == 0 or count is None or isinstance(x, keras.KerasTensor):
        mean = _reduced("mean", cast(x, "float64"), axes, keepdims)
        return mean if dtype == "bool" or count == 0 else cast(mean, dtype)
    if dtype == "uint64":
        return cast(_reduced("mean", cast(x, "float64"), axes, keepdims), dtype)
    total = _reduced("sum", cast(x, "int64"), axes, keepdims)
    number = _counts(x, axes, keepdims) if isinstance(x, tf.RaggedTensor) else constant(count, "int64")
    if not is_symbolic(x) and bool(np.any(values_of_all(tf.math.floormod(total, number)))):
        note_warning(
            f"`mean()` of {with_article(dtype)} tensor is {dtype} too: a fraction was dropped.",
            hints=['`as_tensor(x, "float32")` first keeps it.'],
        )
    return cast(tf.truncatediv(total, number), dtype)


_RAW_REDUCTIONS = {name: name.capitalize() for name in ("sum", "prod", "min", "max", "mean", "any", "all")}


def _reduced(name: str, x: Any, axes: Any, keepdims: bool) -> Any:
    if isinstance(x, keras.KerasTensor):
        return getattr(keras.ops, name)(x, axis=axes, keepdims=keepdims)
    if not isinstance(x, tf.Tensor) or x.shape.rank is None:
        return getattr(tf, f"reduce_{name}")(x, axis=axes, keepdims=keepdims)
    over = range(x.shape.rank) if axes is None else axes if isinstance(axes, list) else (axes,)
    return getattr(tf.raw_ops, _RAW_REDUCTIONS[name])(input=x, axis=constant(tuple(over), "int32"), keep_dims=keepdims)


def _without_nan(name: str, x: Any, axes: Any, keepdims: bool) -> Any:
    known = x == x
    ops = ops_for(x)
    if name == "mean":
        total = in_wide_floats(ops.where(known, x, ops.zeros_like(x)), lambda v: _reduced("sum", v, axes, keepdims))
        return total / cast(_reduced("sum", cast(known, "int64"), axes, keepdims), dtype_name(x))
    neutral = {"sum": 0.0, "prod": 1.0, **_OF_NOTHING}[name]
    known_only = ops.where(known, x, ops.ones_like(x) * neutral)
    reduced = _of_floats if isinstance(x, tf.RaggedTensor) else _reduced
    return in_wide_floats(known_only, lambda wide: reduced(name, wide, axes, keepdims))


def _count(x: Any, axes: Any) -> int | None:
    """How many elements go into one result, the least of a ragged tensor; None where sizes are not known yet."""
    if isinstance(x, tf.RaggedTensor):
        return None if is_symbolic(x) else min(values_of_all(_counts(x, axes)).ravel().tolist(), default=1)
    sizes = x.shape if axes is None else [x.shape[axis] for axis in (axes if isinstance(axes, list) else [axes])]
    return None if any(size is None for size in sizes) else math.prod(sizes)


def _of_floats(name: str, x: Any, axes: Any, keepdims: bool) -> Any:
    made = _reduced(name, x, axes, keepdims)
    ragged = isinstance(x, tf.RaggedTensor)
    if name not in _OF_NOTHING or not (ragged or 0 in x.shape):
        return made
    if _count(x, axes) == 0:
        note_warning(f"`{name}()` of no values is {'Inf' if name == 'min' else '-Inf'}.")
    if not ragged:
        return made
    # TensorFlow starts the segments with the largest number, not with Inf, and passes over NaN.
    nothing, nan = (cast(tf.constant(value), dtype_name(x)) for value in (_OF_NOTHING[name], math.nan))
    made = tf.where(_reduced("all", x == nothing, axes, keepdims), nothing, made)
    return tf.where(_reduced("any", x != x, axes, keepdims), nan, made)


# The least and the largest of no values, as R has them.
_OF_NOTHING = {"min": math.inf, "max": -math.inf}


def _counts(x: Any, axes: Any, keepdims: bool = False) -> Any:
    """How many elements of a ragged tensor go into each result."""
    return _reduced("sum", x.with_flat_values(tf.ones_like(x.flat_values, "int64")), axes, keepdims)

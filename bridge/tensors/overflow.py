"""Integers that a dtype cannot hold: TensorFlow wraps them without a word, here the exact result comes back, and a warning.

What is not known yet (a graph being traced, a symbolic tensor) has no values to look at: there dtypes stay as they are,
and results wrap as TensorFlow's do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from bridge.backend import tf
from bridge.barrier.notes import note_warning
from bridge.errors import DtypeError
from bridge.tensors.promotion import LIMITS, cast, dtype_name, ops_for
from bridge.values.arrays import is_symbolic, is_tensor, values_of_all
from bridge.values.structures import map_leaves

ACCUMULATED = {"bool": "int32", "int8": "int32", "int16": "int32", "uint8": "int32", "uint16": "int32"}
"""What sums of narrow dtypes come back in: R's integer."""

_ELEMENTWISE: dict[str, tuple[str, Callable[[Any, Any], Any]]] = {
    "+": ("AddV2", np.add),
    "-": ("Sub", np.subtract),
    "*": ("Mul", np.multiply),
}


def exact_elementwise(op: str, a: Any, b: Any, wrapped: Any) -> Any:
    """`wrapped`, what TensorFlow made of `a op b`, when it is right; else the exact result in a wider dtype.

    Args:
        op: + - or *.
        a, b: integer tensors of one dtype.
        wrapped: the result in that dtype.
    """
    if is_symbolic(a) or is_symbolic(b) or _within_bounds(op, a, b):
        return wrapped
    raw, numpy = _ELEMENTWISE[op]
    # A wrapped result is off by at least 2^bits: doubles are exact enough to see that.
    exact = numpy(values_of_all(a).astype(np.float64), values_of_all(b).astype(np.float64))
    dtype = dtype_name(a)
    if not np.any(np.abs(exact - values_of_all(wrapped).astype(np.float64)) >= 2.0 ** (wrapped.dtype.size * 8 - 1)):
        return wrapped
    held = max(_bounds(a)[1], _bounds(b)[1]) < 2**63 and np.abs(exact).max() < 2.0**63
    wide = "int64" if held and dtype != "int64" else "float64"
    _note_wider(f"`{op}`", dtype, wide)
    return getattr(tf.raw_ops, raw)(x=cast(a, wide), y=cast(b, wide))


def _within_bounds(op: str, a: Any, b: Any) -> bool:
    """Whether the least and the largest elements alone show that nothing can overflow."""
    (low, high), (other_low, other_high) = _bounds(a), _bounds(b)
    if op == "+":
        results = [low + other_low, high + other_high]
    elif op == "-":
        results = [low - other_high, high - other_low]
    else:
        results = [low * other_low, low * other_high, high * other_low, high * other_high]
    least, most = LIMITS[dtype_name(a)]
    return least <= min(results) and max(results) <= most


def _bounds(x: Any) -> tuple[int, int]:
    values = values_of_all(x)
    if values.ndim == 0:
        value = int(values)
        return value, value
    return (int(values.min()), int(values.max())) if values.size else (0, 0)


def exact_call(what: str, function: Callable[..., Any], arguments: Mapping[str, Any], operands: Any, result: Any) -> Any:
    """`result`, what a function made of integers, when it is right; else the exact one in a wider dtype.

    Args:
        what: how R writes the function.
        function: takes the arguments in any dtype.
        arguments, operands: by name and without.
        result: of it.
    """
    if not _is_integer(result) or is_symbolic(result) or not values_of_all(result).size:
        return result

    def computed(dtype: str) -> Any:
        args, kwargs = map_leaves(lambda leaf: cast(leaf, dtype) if _is_integer(leaf) else leaf, [operands, dict(arguments)])
        return function(*args, **kwargs)

    exact = values_of_all(computed("float64"))
    wrapped = values_of_all(result).astype(np.float64)
    # A wrapped result is off by at least 2^bits: doubles are exact enough to see that.
    if exact.shape != wrapped.shape or not np.any(np.abs(exact - wrapped) >= 2.0 ** (result.dtype.size * 8 - 1)):
        return result
    dtype = dtype_name(result)
    wide = "int64" if dtype != "int64" and np.abs(exact).max() < 2.0**63 else "float64"
    _note_wider(what, dtype, wide)
    return computed(wide)


def _is_integer(value: Any) -> bool:
    return is_tensor(value) and dtype_name(value) in LIMITS


def exact_unary(name: str, x: Any) -> Any:
    """`-x` or `abs(x)` of an integer tensor; where the dtype has no such number, in int64 (or float64)."""
    dtype = dtype_name(x)
    least, _ = LIMITS[dtype]
    if name == "abs" and least == 0:
        return x
    symbolic = is_symbolic(x)
    low, high = (0, 0) if symbolic else _bounds(x)
    if (low == least and least < 0) or (least == 0 and high > 0):
        wide = "float64" if dtype == "int64" or high >= 2**63 else "int64"
        _note_wider(f"`{name}`" if name == "-" else f"`{name}()`", dtype, wide)
        x = cast(x, wide)
    if name == "abs":
        return ops_for(x).abs(x)
    # TensorFlow negates no unsigned tensors.
    return ops_for(x).zeros_like(x) - x


def accumulated(name: str, x: Any, total: Callable[[Any], Any], by: Any = None) -> Any:
    """A sum of integers (`sum`, `cumsum`, a matrix product), computed wide and narrow again when it fits.

    Args:
        name: what R calls it.
        x: the integer or bool tensor that decides the dtype of the result.
        total: gives the result for a dtype to compute in.
        by: what the summands are multiplied by, in a matrix product.

    Returns:
        int32 for bool and integers of 8 and 16 bits, else the dtype of `x`; where the values do not fit, what holds them,
        with a warning.
    """
    own = dtype_name(x)
    dtype = ACCUMULATED.get(own, own)
    if is_symbolic(x) or is_symbolic(by):
        return cast(total(dtype if dtype == "uint64" else "int64"), dtype)
    least, most = LIMITS[dtype]
    low, high = _bounds_of_sum(x, own, dtype, by)
    if least <= low and high <= most:
        return total(dtype) if by is None or dtype == "int32" else cast(total("int64"), dtype)
    if low < -(2**63) or high >= 2**63:
        # Doubles are exact enough to see whether the sum itself goes so far.
        exact = total("float64")
        if dtype == "uint64" and values_of_all(exact).max() < 2.0**64 - 2.0**20:
            return total(dtype)
        if dtype == "uint64" or np.abs(values_of_all(exact)).max() >= 2.0**63:
            _note_wider(_verb(name), dtype, "float64")
            return exact
    result = total("int64")
    low, high = _bounds(result)
    if least <= low and high <= most:
        return cast(result, dtype)
    _note_wider(_verb(name), dtype, "int64")
    return result


def _bounds_of_sum(x: Any, own: str, dtype: str, by: Any) -> tuple[int, int]:
    """What no sum of so many elements can go past, as large as these are (or as a narrow dtype lets them be)."""
    low, high = (0, 1) if own == "bool" else LIMITS[own] if own != dtype else _bounds(x)
    if by is not None:
        other_low, other_high = LIMITS[own] if own != dtype else _bounds(by)
        corners = (low * other_low, low * other_high, high * other_low, high * other_high)
        low, high = min(corners), max(corners)
    # The number of rows is that of a ragged tensor too, those of its elements are its own.
    count = values_of_all(x).size if by is None else int(x.shape[-1])
    return min(low * count, 0), max(high * count, 0)


def _verb(name: str) -> str:
    return f"`{name}`" if "%" in name else f"`{name}()`"


def _note_wider(what: str, dtype: str, wide: str) -> None:
    least, most = LIMITS[dtype]
    note_warning(
        f"{what} of integers went past what {dtype} holds ({least} to {most}): the result is {wide}.",
        hints=[f'`tf$cast(x, "{wide}")` first asks for it.'],
    )


def quotient(op: str, a: Any, b: Any) -> Any:
    """`a %/% b` and `a %% b` of integers, rounded down as in R.

    Raises:
        DtypeError: a divisor is 0, for which R has NA.
    """
    raw = tf.raw_ops.FloorDiv if op == "%/%" else tf.raw_ops.FloorMod
    dtype = dtype_name(a)
    if not is_symbolic(a) and not is_symbolic(b):
        divisors = values_of_all(b)
        if not divisors.all():
            raise DtypeError(
                f"`{op}` by 0: R's integers have NA for that, dtype {dtype} has not.",
                hints=['`tf$cast(x, "float64")` first gives Inf or NaN, as R gives for doubles.'],
            )
        if op == "%/%" and LIMITS[dtype][0] < 0 and (divisors == -1).any() and _bounds(a)[0] == LIMITS[dtype][0]:
            wide = "float64" if dtype == "int64" else "int64"
            _note_wider(f"`{op}`", dtype, wide)
            a, b = cast(a, wide), cast(b, wide)
    return raw(x=a, y=b)

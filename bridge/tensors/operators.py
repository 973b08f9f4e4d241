"""R's operators on tensors: arithmetic, comparison, logic, matrix products."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from bridge.backend import keras, tf
from bridge.errors import ArgumentError, DtypeError, ShapeError
from bridge.tensors.overflow import accumulated, exact_call, exact_elementwise, exact_unary, quotient
from bridge.tensors.promotion import (
    INTEGERS,
    as_float,
    cast,
    dtype_name,
    of_one_float,
    of_r_values,
    ops_for,
    standing_for_r,
    together,
)
from bridge.values.arrays import is_tensor
from bridge.values.shapes import r_shape

OPERATORS: dict[str, tuple[str, Callable[[Any, Any], Any]]] = {
    "+": ("AddV2", operator.add),
    "-": ("Sub", operator.sub),
    "*": ("Mul", operator.mul),
    "/": ("RealDiv", operator.truediv),
    "^": ("Pow", operator.pow),
    "%%": ("FloorMod", operator.mod),
    "%/%": ("FloorDiv", operator.floordiv),
    "==": ("Equal", lambda a, b: ops_for(a, b).equal(a, b)),
    "!=": ("NotEqual", lambda a, b: ops_for(a, b).not_equal(a, b)),
    "<": ("Less", operator.lt),
    "<=": ("LessEqual", operator.le),
    ">": ("Greater", operator.gt),
    ">=": ("GreaterEqual", operator.ge),
}
"""For each operator the raw op, which costs half of what the overloaded one does, and what symbolic tensors take."""

LOGIC: dict[str, str] = {"&": "logical_and", "|": "logical_or"}

_ORDER = frozenset(["<", "<=", ">", ">=", "%%", "%/%"])


def arithmetic(op: str, a: Any, b: Any) -> Any:
    """`a op b` as R's Ops group means it, dtypes promoted by bridge.tensors.promotion.

    Integers give float64 for `/` and `^`; where `+`, `-` and `*` do not fit their dtype, the exact result in a wider one,
    with a warning.

    Args:
        op: R's operator: + - * / ^ %% %/% == != < <= > >= & |.
        a, b: tensors or R values, at least one tensor; shapes broadcast as in TensorFlow.

    Raises:
        DtypeError: strings in arithmetic; complex numbers in order; an integer divided by 0.
        ShapeError: shapes that do not broadcast.
    """
    if op in LOGIC:
        a, b = together(a, b, logical=True)
        return getattr(ops_for(a, b), LOGIC[op])(a, b)
    only_r = (of_r_values(a) and (of_r_values(b) or not is_tensor(b))) or (of_r_values(b) and not is_tensor(a))
    if not of_one_float(a, b):
        a, b = together(a, b)
    if op != "%/%" and of_one_float(a, b):
        try:
            made = getattr(tf.raw_ops, OPERATORS[op][0])(x=a, y=b)
        except tf.errors.InvalidArgumentError:
            raise _no_broadcast(op, a, b) from None
        return standing_for_r(made) if only_r else made
    raw, overloaded = OPERATORS[op]
    dtype = dtype_name(a)
    whole = dtype in INTEGERS
    if whole and (op == "/" or op == "^"):
        a, b, whole = cast(a, "float64"), cast(b, "float64"), False
    elif dtype == "string" and op not in ("+", "==", "!="):
        raise DtypeError(f"`{op}` does not work on strings.")
    elif op in _ORDER and "complex" in dtype:
        raise DtypeError(f"`{op}` does not work on complex numbers.")
    composite = (keras.KerasTensor, tf.RaggedTensor, tf.SparseTensor)
    if isinstance(a, composite) or isinstance(b, composite):
        result = overloaded(a, b)
        return exact_call(f"`{op}`", overloaded, {}, (a, b), result) if whole and isinstance(a, tf.RaggedTensor) else result
    try:
        if whole and op in ("%%", "%/%"):
            return quotient(op, a, b)
        if op == "%/%":
            return _floor_of_quotient(a, b)
        result = getattr(tf.raw_ops, raw)(x=a, y=b)
    except tf.errors.InvalidArgumentError:
        raise _no_broadcast(op, a, b) from None
    if whole and op in ("+", "-", "*"):
        return exact_elementwise(op, a, b, result)
    return standing_for_r(result) if only_r else result


def _floor_of_quotient(a: Any, b: Any) -> Any:
    """`a %/% b` of floats, computed in doubles: narrower quotients may round up to a whole number first."""
    wide, by = cast(a, "float64"), cast(b, "float64")
    result = tf.raw_ops.FloorDiv(x=wide, y=by)
    # By an infinite number the quotient is a zero, whose sign floor() does not see.
    below = tf.logical_and(tf.logical_and(tf.math.is_inf(by), tf.math.is_finite(wide)), tf.sign(wide) * tf.sign(by) < 0)
    return cast(tf.where(below, tf.constant(-1, tf.float64), result), dtype_name(a))


def _no_broadcast(op: str, a: Any, b: Any) -> ShapeError:
    return ShapeError(
        f"The shapes {r_shape(a.shape)} and {r_shape(b.shape)} do not fit together for `{op}`.",
        hints=["Axes are matched from the last one; a size must be equal, or 1."] if op != "%*%" else [],
    )


def unary(op: str, x: Any) -> Any:
    """`-x`, `+x` and `!x`."""
    dtype = dtype_name(x)
    if dtype == "string":
        raise DtypeError(f"`{op}` does not work on strings.")
    if op == "!":
        return ops_for(x).logical_not(cast(x, "bool"))
    if dtype == "bool":
        x, dtype = cast(x, "int32"), "int32"
    if op == "-":
        return exact_unary("-", x) if dtype in INTEGERS else -x
    return tf.convert_to_tensor(x) if not isinstance(x, keras.KerasTensor) else x


def matmul(a: Any, b: Any) -> Any:
    """`a %*% b`; a vector counts as a row on the left, as a column on the right, as in R.

    Returns:
        A tensor of rank 2 or more; integers are summed wide (bridge.tensors.overflow).
    """
    if not of_one_float(a, b):
        a, b = together(a, b)
    if of_one_float(a, b) and len(a.shape) == len(b.shape) == 2:
        try:
            return tf.raw_ops.MatMul(a=a, b=b)
        except (tf.errors.InvalidArgumentError, ValueError):
            raise _no_broadcast("%*%", a, b) from None
    both_vectors = len(a.shape) == 1 and len(b.shape) == 1
    if len(a.shape) == 1:
        a = ops_for(a).reshape(a, (1, -1) if both_vectors or b.shape[-2] != 1 else (-1, 1))
    if len(b.shape) == 1:
        b = ops_for(b).reshape(b, (-1, 1) if both_vectors or a.shape[-1] != 1 else (1, -1))
    try:
        if dtype_name(a) == "uint64":
            a, b = cast(a, "float64"), cast(b, "float64")
        if dtype_name(a) in INTEGERS:
            return accumulated("%*%", a, lambda wide: ops_for(a, b).matmul(cast(a, wide), cast(b, wide)), b)
        return ops_for(a, b).matmul(a, b)
    except (tf.errors.InvalidArgumentError, ValueError):
        raise _no_broadcast("%*%", a, b) from None


def crossprod(x: Any, y: Any = None, of_rows: bool = False) -> Any:
    """`t(x) %*% y`, or `x %*% t(y)` with `of_rows`; a vector is a column."""
    y = x if y is None else y
    x, y = together(x, y)
    x, y = (ops_for(v).reshape(v, (-1, 1)) if len(v.shape) == 1 else v for v in (x, y))
    return matmul(x, ops_for(y).transpose(y)) if of_rows else matmul(ops_for(x).transpose(x), y)


def solve(a: Any, b: Any = None) -> Any:
    """R's `solve(a, b)`: the x for which `a %*% x` is `b`; the inverse of `a` without `b`. Integers give float64.

    Raises:
        ShapeError: `a` is not square, or `b` has another number of rows.
        ArgumentError: `a` is singular.
    """
    a, right = (as_float(a), None) if b is None else (as_float(v) for v in together(a, b))
    if len(a.shape) != 2 or a.shape[0] != a.shape[1]:
        raise ShapeError(f"`a` must be a square matrix, not of shape {r_shape(a.shape)}.")
    ops = keras.ops if isinstance(a, keras.KerasTensor) else tf.linalg
    try:
        if right is None:
            return ops.inv(a)
        column = right if len(right.shape) > 1 else ops_for(right).reshape(right, (-1, 1))
        if column.shape[0] != a.shape[0]:
            raise _no_broadcast("solve", a, right)
        solved = ops.solve(a, column)
    except tf.errors.InvalidArgumentError:
        raise ArgumentError("`a` is singular: it has no inverse.") from None
    return solved if column is right else ops_for(solved).reshape(solved, (-1,))

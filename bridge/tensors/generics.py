"""R's group generics on tensors: arithmetic, comparison, logic, mathematics, summaries."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from typing import Any

from bridge.backend import gen_math_ops, keras, tf
from bridge.barrier.notes import note_warning
from bridge.errors import ArgumentError, DtypeError, ShapeError, with_article
from bridge.tensors.arrange import alike, flat
from bridge.tensors.axes import axis_from_one
from bridge.tensors.constants import constant
from bridge.tensors.promotion import as_float, cast, dtype_name, ops_for, together
from bridge.values.arrays import is_symbolic
from bridge.values.shapes import r_shape

OPERATORS: dict[str, tuple[str, Callable[[Any, Any], Any]]] = {
    "+": ("add_v2", operator.add),
    "-": ("sub", operator.sub),
    "*": ("mul", operator.mul),
    "/": ("real_div", operator.truediv),
    "^": ("_pow", operator.pow),
    "%%": ("floor_mod", operator.mod),
    "%/%": ("floor_div", operator.floordiv),
    "==": ("equal", lambda a, b: ops_for(a, b).equal(a, b)),
    "!=": ("not_equal", lambda a, b: ops_for(a, b).not_equal(a, b)),
    "<": ("less", operator.lt),
    "<=": ("less_equal", operator.le),
    ">": ("greater", operator.gt),
    ">=": ("greater_equal", operator.ge),
}
"""For each operator the raw op, which costs half of what the overloaded one does, and what symbolic tensors take."""

LOGIC: dict[str, str] = {"&": "logical_and", "|": "logical_or"}


def arithmetic(op: str, a: Any, b: Any) -> Any:
    """`a op b` as R's Ops group means it, dtypes promoted by bridge.tensors.promotion.

    Args:
        op: R's operator: + - * / ^ %% %/% == != < <= > >= & |.
        a, b: tensors or R values, at least one tensor; shapes broadcast as in TensorFlow.

    Raises:
        DtypeError: strings in arithmetic.
    """
    if op in LOGIC:
        a, b = together(a, b, logical=True)
        return getattr(ops_for(a, b), LOGIC[op])(a, b)
    a, b = together(a, b)
    raw, overloaded = OPERATORS[op]
    dtype = dtype_name(a)
    if dtype == "string" and op not in ("+", "==", "!="):
        raise DtypeError(f"`{op}` does not work on strings.")
    composite = (keras.KerasTensor, tf.RaggedTensor, tf.SparseTensor)
    if isinstance(a, composite) or isinstance(b, composite):
        return overloaded(a, b)
    if "int" in dtype and op == "/":
        return operator.truediv(a, b)
    if "int" in dtype and op == "^" and not is_symbolic(b) and tf.reduce_any(b < 0):
        a, b = as_float(a), as_float(b)
    try:
        return getattr(gen_math_ops, raw)(a, b)
    except tf.errors.InvalidArgumentError:
        raise _no_broadcast(op, a, b) from None


def _no_broadcast(op: str, a: Any, b: Any) -> ShapeError:
    return ShapeError(
        f"The shapes {r_shape(a.shape)} and {r_shape(b.shape)} do not fit together for `{op}`.",
        hints=["Axes are matched from the last one; a size must be equal, or 1."] if op != "%*%" else [],
    )


def unary(op: str, x: Any) -> Any:
    """`-x`, `+x` and `!x`."""
    if op == "!":
        return ops_for(x).logical_not(cast(x, "bool"))
    x = cast(x, "int32") if dtype_name(x) == "bool" else x
    return -x if op == "-" else tf.convert_to_tensor(x) if not isinstance(x, keras.KerasTensor) else x


def matmul(a: Any, b: Any) -> Any:
    """`a %*% b`; a vector counts as a row on the left, as a column on the right, as in R.

    Returns:
        A tensor of rank 2 or more.
    """
    a, b = together(a, b)
    both_vectors = len(a.shape) == 1 and len(b.shape) == 1
    if len(a.shape) == 1:
        a = ops_for(a).reshape(a, (1, -1) if both_vectors or b.shape[-2] != 1 else (-1, 1))
    if len(b.shape) == 1:
        b = ops_for(b).reshape(b, (-1, 1) if both_vectors or a.shape[-1] != 1 else (1, -1))
    try:
        return ops_for(a, b).matmul(a, b)
    except (tf.errors.InvalidArgumentError, ValueError):
        raise _no_broadcast("%*%", a, b) from None


def crossprod(x: Any, y: Any = None, of_rows: bool = False) -> Any:
    """`t(x) %*% y`, or `x %*% t(y)` with `of_rows`; a vector is a column."""
    y = x if y is None else y
    x, y = together(x, y)
    x, y = (ops_for(v).reshape(v, (-1, 1)) if len(v.shape) == 1 else v for v in (x, y))
    return matmul(x, ops_for(y).transpose(y)) if of_rows else matmul(ops_for(x).transpose(x), y)


_FLOAT_MATHS = frozenset(
    """
    sqrt exp expm1 log log1p cos sin tan acos asin atan cosh sinh tanh acosh asinh atanh lgamma digamma
    """.split()
)
_KERAS_NAMES = {"acos": "arccos", "asin": "arcsin", "atan": "arctan", "acosh": "arccosh", "asinh": "arcsinh"}
_KERAS_NAMES |= {"atanh": "arctanh", "ceiling": "ceil", "abs": "absolute"}


def mathematics(name: str, x: Any, argument: Any = None) -> Any:
    """R's Math group by R's name: `sqrt`, `log`, `round`, `cumsum`, ... Integers become float32 where R gives doubles.

    Args:
        name: the R generic.
        x: tensor, variable or symbolic tensor.
        argument: `base` of log, `digits` of round and signif.
    """
    if name in _CUMULATIVE:
        return _CUMULATIVE[name](x)
    if name == "log" and argument is not None:
        x = as_float(x)
        return _apply("log", x) / math.log(argument)
    if name in ("log2", "log10"):
        return mathematics("log", x, float(name[3:]))
    if name in ("round", "signif"):
        return _rounded(x, name, int(argument if argument is not None else 0 if name == "round" else 6))
    if name in ("cospi", "sinpi", "tanpi"):
        return _apply(name[:3], as_float(x) * math.pi)
    if name == "gamma":
        return _apply("exp", _apply("lgamma", as_float(x)))
    if name == "trigamma":
        x = as_float(x)
        return tf.math.polygamma(tf.ones_like(x), x)
    if name in _FLOAT_MATHS:
        return _apply(name, as_float(x))
    if name in ("floor", "ceiling", "trunc") and "int" in dtype_name(x):
        return x
    return _apply(name, cast(x, "int32") if dtype_name(x) == "bool" else x)


def _apply(name: str, x: Any) -> Any:
    if isinstance(x, keras.KerasTensor):
        return getattr(keras.ops, _KERAS_NAMES.get(name, name))(x)
    if name == "trunc":
        return tf.sign(x) * tf.floor(tf.abs(x))
    return getattr(tf.math, {"ceiling": "ceil"}.get(name, name))(x)


def _rounded(x: Any, name: str, digits: int) -> Any:
    if "int" in dtype_name(x) and digits >= 0:
        return x
    x = as_float(x)
    if name == "signif":
        magnitude = tf.math.floor(mathematics("log10", tf.where(x == 0, tf.ones_like(x), tf.abs(x))))
        power = tf.pow(tf.constant(10, x.dtype), digits - 1 - magnitude)
    else:
        power = 10.0**digits
    return _apply("round", x * power) / power


_CUMULATIVE: dict[str, Callable[[Any], Any]] = {
    "cumsum": lambda x: ops_for(x).cumsum(flat(x)),
    "cumprod": lambda x: ops_for(x).cumprod(flat(x)) if isinstance(x, keras.KerasTensor) else tf.math.cumprod(flat(x)),
    "cummax": lambda x: tf.scan(tf.maximum, flat(x)),
    "cummin": lambda x: tf.scan(tf.minimum, flat(x)),
}


def complex_part(name: str, x: Any) -> Any:
    """R's Complex group: Re, Im, Mod, Arg, Conj; real tensors count as complex ones without an imaginary part."""
    if "complex" not in dtype_name(x):
        x = as_float(x)
    functions = {"Re": tf.math.real, "Im": tf.math.imag, "Mod": tf.abs, "Arg": tf.math.angle, "Conj": tf.math.conj}
    return functions[name](x)


def is_kind(kind: str, x: Any) -> Any:
    """`is.na()`, `is.nan()`, `is.finite()`, `is.infinite()` as a bool tensor; only floats can be other than finite.

    Args:
        kind: nan (NA is NaN in a tensor), finite or infinite.
        x: tensor, variable or symbolic tensor.
    """
    if "float" not in dtype_name(x):
        return tf.fill(tf.shape(x), kind == "finite" and dtype_name(x) != "string")
    if kind == "infinite":
        return ops_for(x).logical_not(ops_for(x).logical_or(is_kind("finite", x), is_kind("nan", x)))
    return getattr(keras.ops, f"is{kind}")(x) if isinstance(x, keras.KerasTensor) else getattr(tf.math, f"is_{kind}")(x)


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

    Returns:
        A tensor; the mean of integers keeps their dtype and warns where that loses a fraction.
    """
    x = x.value if isinstance(x, keras.Variable) else x
    if name == "range":
        parts = [reduce(one, x, axis, keepdims, na_rm, more) for one in ("min", "max")]
        return ops_for(x).stack(parts)
    if more:
        if axis is not None:
            raise ArgumentError(f"`{name}()` of several tensors takes no `axis`.")
        x = ops_for(x).concat([ops_for(v).reshape(v, (-1,)) for v in alike([x, *more])], 0)
    axes = axis_from_one(axis, len(x.shape))
    if dtype_name(x) == "string":
        raise DtypeError(f"`{name}()` does not work on strings.")
    if dtype_name(x) == "bool" and name not in ("any", "all"):
        x = cast(x, "int32")
    if name in ("any", "all"):
        x = cast(x, "bool")
    if na_rm and "float" in dtype_name(x):
        return _without_nan(name, x, axes, keepdims)
    result = _reduced(name, x, axes, keepdims)
    if name == "mean" and "int" in dtype_name(x) and not is_symbolic(x):
        _note_lost_fraction(x, axes)
    return result


_RAW_REDUCTIONS = {"sum": "_sum", "prod": "prod", "min": "_min", "max": "_max", "mean": "mean", "any": "_any", "all": "_all"}


def _reduced(name: str, x: Any, axes: Any, keepdims: bool) -> Any:
    if isinstance(x, keras.KerasTensor):
        return getattr(keras.ops, name)(x, axis=axes, keepdims=keepdims)
    if not isinstance(x, tf.Tensor) or x.shape.rank is None:
        return getattr(tf, f"reduce_{name}")(x, axis=axes, keepdims=keepdims)
    over = range(x.shape.rank) if axes is None else axes if isinstance(axes, list) else (axes,)
    return getattr(gen_math_ops, _RAW_REDUCTIONS[name])(x, constant(tuple(over), "int32"), keepdims)


def _without_nan(name: str, x: Any, axes: Any, keepdims: bool) -> Any:
    known = tf.logical_not(tf.math.is_nan(x))
    if name == "mean":
        total = tf.reduce_sum(tf.where(known, x, 0), axis=axes, keepdims=keepdims)
        return total / tf.reduce_sum(tf.cast(known, x.dtype), axis=axes, keepdims=keepdims)
    neutral = {"sum": 0.0, "prod": 1.0, "min": math.inf, "max": -math.inf}[name]
    return _reduced(name, tf.where(known, x, tf.constant(neutral, x.dtype)), axes, keepdims)


def _note_lost_fraction(x: Any, axes: Any) -> None:
    if bool(tf.reduce_any(tf.math.floormod(tf.reduce_sum(x, axis=axes), _count(x, axes)) != 0)):
        note_warning(
            f"`mean()` of {with_article(dtype_name(x))} tensor is {dtype_name(x)} too: a fraction was dropped.",
            hints=['`as_tensor(x, "float32")` first keeps it.'],
        )


def _count(x: Any, axes: Any) -> Any:
    sizes = x.shape if axes is None else [x.shape[axis] for axis in (axes if isinstance(axes, list) else [axes])]
    return tf.cast(max(math.prod(sizes), 1), x.dtype)

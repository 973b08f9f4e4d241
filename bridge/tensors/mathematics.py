"""R's Math and Complex groups on tensors, `is.na()`, `is.nan()`, `is.finite()` and `is.infinite()`."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from bridge.backend import keras, tf
from bridge.errors import DtypeError, expected
from bridge.tensors.arrange import flat
from bridge.tensors.overflow import ACCUMULATED, accumulated, exact_unary
from bridge.tensors.promotion import INTEGERS, as_float, cast, dtype_name, ops_for
from bridge.tensors.rounding import exactly, log_of_ten, log_of_two, rounded
from bridge.values.arrays import as_tensor, is_symbolic, is_tensor, values_of

_FLOAT_MATHS = frozenset(
    """
    sqrt exp expm1 log log1p cos sin tan acos asin atan cosh sinh tanh acosh asinh atanh lgamma digamma
    """.split()
)
_KERAS_NAMES = {"acos": "arccos", "asin": "arcsin", "atan": "arctan", "acosh": "arccosh", "asinh": "arcsinh"}
_KERAS_NAMES |= {"atanh": "arctanh", "ceiling": "ceil", "abs": "absolute"}

_REAL_ONLY = frozenset("floor ceiling trunc sign cummax cummin lgamma digamma gamma trigamma cospi sinpi tanpi".split())


def mathematics(name: str, x: Any, argument: Any = None) -> Any:
    """R's Math group by R's name: `sqrt`, `log`, `round`, `cumsum`, ... Integers become float64 where R gives doubles.

    Args:
        name: the R generic.
        x: tensor, variable or symbolic tensor.
        argument: `base` of log, `digits` of round and signif.

    Raises:
        DtypeError: strings, or complex numbers where R refuses them too.
    """
    dtype = dtype_name(x)
    if dtype == "string":
        raise DtypeError("A tensor of strings has no numbers to calculate with.")
    if "complex" in dtype and name in _REAL_ONLY:
        raise DtypeError(f"`{name}()` does not work on complex numbers.")
    if name in _CUMULATIVE:
        return _CUMULATIVE[name](flat(x))
    if name in ("round", "signif"):
        return rounded(x, name, argument)
    if name == "log" and argument is not None:
        return _logarithm(x, argument)
    if name in ("log2", "log10"):
        return _logarithm(x, float(name[3:]))
    if name in _IN_DOUBLES:
        return _in_doubles(name, x)
    if name in _FLOAT_MATHS:
        return in_wide_floats(as_float(x), lambda wide: _apply(name, wide))
    if dtype == "bool":
        x = cast(x, "int32")
    if dtype_name(x) in INTEGERS:
        if name == "abs":
            return exact_unary("abs", x)
        if name == "sign":
            return cast(_apply("sign", cast(x, "float64")), dtype_name(x))
        return x
    return _apply(name, x)


def power(x1: Any, x2: Any) -> Any:
    """`x1` to the power of `x2`; integers to negative powers, which are no integers, as float64.

    Keras: keras.ops.power.
    """
    whole = all(dtype_name(x) in INTEGERS if is_tensor(x) else isinstance(x, int) for x in (x1, x2))
    if whole and not is_symbolic(x2) and (values_of(x2) < 0).any():
        x1, x2 = (as_tensor(x, "float64") for x in (x1, x2))
    return keras.ops.power(x1, x2)


def _apply(name: str, x: Any) -> Any:
    if isinstance(x, keras.KerasTensor):
        return getattr(keras.ops, _KERAS_NAMES.get(name, name))(x)
    if name == "trunc":
        return tf.sign(x) * tf.floor(tf.abs(x))
    return getattr(tf.math, {"ceiling": "ceil"}.get(name, name))(x)


def _logarithm(x: Any, base: Any) -> Any:
    """`log(x, base)`; of 2 and 10 exact at their powers."""
    if isinstance(base, bool) or not isinstance(base, (int, float)):
        raise expected("base", "one number", base)
    x = as_float(x)
    if base in (2, 10) and "complex" not in dtype_name(x):
        if isinstance(x, keras.KerasTensor):
            return keras.ops.log2(x) if base == 2 else keras.ops.log10(x)
        return cast((log_of_two if base == 2 else log_of_ten)(cast(x, "float64")), dtype_name(x))
    return _apply("log", x) / (math.log(base) if base > 0 else -math.inf if base == 0 else math.nan)


def _in_doubles(name: str, x: Any) -> Any:
    """What is computed in double precision, as R does, and given back in the tensor's dtype."""
    x = as_float(x)
    dtype = dtype_name(x)
    if isinstance(x, keras.KerasTensor):
        return _of_symbolic(name, x)
    return cast(_IN_DOUBLES[name](cast(x, "float64")), dtype)


def _of_symbolic(name: str, x: Any) -> Any:
    if name in ("cospi", "sinpi", "tanpi"):
        return _apply(name[:3], x * math.pi)
    raise DtypeError(
        f"`{name}()` has no form for Keras' symbolic tensors.",
        hints=[f"`layer_lambda(f = function(x) {name}(x))` computes it when values are there."],
    )


def _gamma(x: Any) -> Any:
    """Exact factorials for whole numbers, the sign of the interval below 0, NaN at its poles."""
    down = tf.math.floor(x)
    odd = tf.math.floormod(down, _double(2)) != 0
    near = tf.where(tf.logical_and(x < 0, odd), _double(-1), _double(1)) * tf.exp(tf.math.lgamma(x))
    whole = tf.logical_and(x == down, tf.logical_and(x >= 1, x <= 171))
    place = tf.cast(tf.where(whole, x, 1), "int32") - 1
    near = exactly(near, tf.where(whole, tf.gather(tf.constant(_FACTORIALS, tf.float64), place), near))
    return tf.where(tf.logical_and(x <= 0, x == down), _double(math.nan), near)


_FACTORIALS = [float(math.factorial(n)) for n in range(171)]


def _trigamma(x: Any) -> Any:
    """Below 0 by reflection, Inf at the poles."""
    below = x < 0.5
    right = tf.where(below, 1 - x, x)
    value = tf.math.polygamma(tf.ones_like(x), right)
    value = tf.where(below, tf.square(math.pi / _sinpi(x)) - value, value)
    return tf.where(x == -math.inf, _double(math.inf), value)


def _digamma(x: Any) -> Any:
    pole = tf.logical_and(x <= 0, x == tf.math.floor(x))
    return tf.where(pole, _double(math.nan), tf.math.digamma(x))


def _cospi(x: Any) -> Any:
    turn = _rest(x, 2)
    near = tf.cos(turn * math.pi)
    return exactly(near, tf.where(tf.math.floormod(turn, _double(1)) == 0.5, _double(0), near))


def _sinpi(x: Any) -> Any:
    turn = _rest(x, 2)
    near = tf.sin(turn * math.pi)
    return exactly(near, tf.where(turn == tf.math.floor(turn), _double(0), near))


def _tanpi(x: Any) -> Any:
    turn = _rest(x, 1)
    turn = tf.where(turn > 0.5, turn - 1, tf.where(turn <= -0.5, turn + 1, turn))
    near = tf.tan(turn * math.pi)
    eighth = tf.where(tf.abs(turn) == 0.25, tf.sign(turn), near)
    return tf.where(turn == 0.5, _double(math.nan), exactly(near, eighth))


def _rest(x: Any, period: float) -> Any:
    """What is left of x after whole periods, with the sign of x; it grows as x does."""
    return x - tf.stop_gradient(x - tf.truncatemod(x, _double(period)))


def _double(value: float) -> Any:
    return tf.constant(value, tf.float64)


_IN_DOUBLES: dict[str, Callable[[Any], Any]] = {
    "gamma": _gamma,
    "trigamma": _trigamma,
    "digamma": _digamma,
    "cospi": _cospi,
    "sinpi": _sinpi,
    "tanpi": _tanpi,
}


def _cumsum(x: Any) -> Any:
    if dtype_name(x) in INTEGERS or dtype_name(x) in ACCUMULATED:
        return accumulated("cumsum", x, lambda wide: ops_for(x).cumsum(cast(x, wide)))
    return in_wide_floats(x, lambda wide: ops_for(wide).cumsum(wide))


def _cumprod(x: Any) -> Any:
    return in_wide_floats(
        as_float(x), lambda wide: keras.ops.cumprod(wide) if isinstance(x, keras.KerasTensor) else tf.math.cumprod(wide)
    )


def in_wide_floats(x: Any, compute: Callable[[Any], Any]) -> Any:
    """What is accumulated of floats of 16 bits, computed in 32."""
    dtype = dtype_name(x)
    return cast(compute(cast(x, "float32")), dtype) if dtype in ("float16", "bfloat16") else compute(x)


def _running(extreme: str) -> Callable[[Any], Any]:
    """`cummax` or `cummin`: after each step, every element knows twice as many before it."""

    def running(x: Any) -> Any:
        x = cast(x, "int32") if dtype_name(x) == "bool" else x
        ops = ops_for(x)
        if x.shape[0] is None:
            return tf.scan(getattr(tf, extreme), x)
        known = 1
        while known < x.shape[0]:
            join = tf.concat if ops is tf else ops.concatenate
            # Keras' symbols take subscripts as tuples only.
            before, after = (slice(None, known),), (slice(known, None),)
            x = join([x[before], getattr(ops, extreme)(x[after], x[(slice(None, -known),)])], 0)
            known *= 2
        return x

    return running


_CUMULATIVE: dict[str, Callable[[Any], Any]] = {
    "cumsum": _cumsum,
    "cumprod": _cumprod,
    "cummax": _running("maximum"),
    "cummin": _running("minimum"),
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
        x: tensor, variable or symbolic tensor; a complex number is NaN or infinite when one of its parts is.
    """
    ops = ops_for(x)
    dtype = dtype_name(x)
    if "complex" in dtype:
        both = [is_kind(kind, part(x)) for part in (tf.math.real, tf.math.imag)]
        return ops.logical_and(*both) if kind == "finite" else ops.logical_or(*both)
    if "float" not in dtype:
        filled = ops.ones_like if kind == "finite" and dtype != "string" else ops.zeros_like
        return filled(x, dtype="bool")
    if kind == "infinite":
        return ops.logical_not(ops.logical_or(is_kind("finite", x), is_kind("nan", x)))
    return getattr(keras.ops, f"is{kind}")(x) if isinstance(x, keras.KerasTensor) else getattr(tf.math, f"is_{kind}")(x)


def any_missing(x: Any) -> Any:
    """`anyNA()`: whether there is a NaN; a tensor where that is known only when the graph runs."""
    found = ops_for(x).any(is_kind("nan", x)) if isinstance(x, keras.KerasTensor) else tf.reduce_any(is_kind("nan", x))
    return found if is_symbolic(found) else bool(found)

"""`round()` and `signif()` as R 4 has them: in doubles, towards the candidate that is nearest to the number as it is."""

from __future__ import annotations

import math
from typing import Any

from bridge.backend import keras, tf
from bridge.errors import DtypeError, expected
from bridge.tensors.promotion import as_float, cast, dtype_name

_DIGITS_OF_A_DOUBLE = 15


def rounded(x: Any, name: str, digits: Any = None) -> Any:
    """`round(x, digits)` or `signif(x, digits)`.

    Args:
        x: tensor, variable or symbolic tensor.
        name: round or signif.
        digits: one number; None is 0 for round, 6 for signif.

    Returns:
        Floats in their dtype. Integers stay as they are where no digit of theirs is touched, else they are float64.
    """
    digits = {"round": 0, "signif": 6}[name] if digits is None else digits
    if isinstance(digits, bool) or not isinstance(digits, (int, float)):
        raise expected("digits", "one number", digits)
    whole = "int" in dtype_name(x) or dtype_name(x) == "bool"
    if whole and digits >= (0 if name == "round" else 20):
        return cast(x, "int32") if dtype_name(x) == "bool" else x
    dtype = dtype_name(as_float(x))
    if "complex" in dtype:
        if name == "signif":
            raise DtypeError("`signif()` does not work on complex numbers.")
        return tf.complex(rounded(tf.math.real(x), name, digits), rounded(tf.math.imag(x), name, digits))
    if isinstance(x, keras.KerasTensor):
        return _plainly(as_float(x), name, digits)
    if name == "round" and digits == 0:
        return tf.round(as_float(x))
    x = cast(x, "float64")
    if math.isnan(digits):
        return cast(x * digits, dtype)
    made = _to_place(x, digits) if name == "round" else _to_figures(x, digits)
    return cast(tf.where(tf.math.is_finite(x), made, x), dtype)


def _to_place(x: Any, digits: float) -> Any:
    if digits > 323:
        return x
    if digits < -308:
        return tf.zeros_like(x)
    place = math.floor(digits + 0.5)
    # Below 1e-308 a power of ten has no inverse that is a double: two factors.
    first, second = 10.0 ** min(abs(place), 300), 10.0 ** max(abs(place) - 300, 0)
    size = tf.abs(x)
    scaled = size * first * second if place > 0 else size / first / second
    down, up = (v / first / second if place > 0 else v * first * second for v in (tf.floor(scaled), tf.math.ceil(scaled)))
    below, above = size - down, up - size
    even = tf.math.floormod(tf.floor(scaled), tf.constant(2, tf.float64)) == 0
    nearest = tf.where(tf.logical_or(below < above, tf.logical_and(below == above, even)), down, up)
    figures = place + tf.math.log(size) / math.log(10)
    return tf.where(tf.logical_or(figures > _DIGITS_OF_A_DOUBLE, x == 0), x, tf.sign(x) * nearest)


def _to_figures(x: Any, digits: float) -> Any:
    if digits > 22:
        return x
    figures = max(round(digits), 1) if math.isfinite(digits) else 1
    size = tf.where(tf.logical_or(x == 0, tf.logical_not(tf.math.is_finite(x))), tf.ones_like(x), tf.abs(x))
    place = tf.cast(figures - 1 - tf.math.floor(log_of_ten(size)), "int32")
    # Powers of ten from 1 on are exact (or nearest): one for each side of the point, and one for what is left of it.
    up, rest = power_of_ten(tf.clip_by_value(place, 0, 300)), power_of_ten(tf.clip_by_value(place - 300, 0, 300))
    down = power_of_ten(tf.maximum(-place, 0))
    made = tf.where(place > 0, tf.round(size * up * rest) / up / rest, tf.round(size / down) * down)
    return tf.where(x == 0, x, tf.sign(x) * made)


def _plainly(x: Any, name: str, digits: float) -> Any:
    """Symbolic tensors: the rule of thumb, which differs where a double has no exact tenth."""
    ops = keras.ops
    if name == "round":
        power: Any = 10.0**digits
    else:
        size = ops.where(x == 0, ops.ones_like(x), ops.abs(x))
        power = 10.0 ** (digits - 1 - ops.floor(ops.log10(size)))
    return ops.round(x * power) / power


_POWERS = [float(f"1e{n}") for n in range(309)]


def power_of_ten(n: Any) -> Any:
    """10^n for an int32 tensor with values from 0 to 308, each the nearest double."""
    return tf.gather(tf.constant(_POWERS, tf.float64), n)


def log_of_ten(x: Any) -> Any:
    """log10 of a float64 tensor, exact at powers of ten as in C (TensorFlow's 3 is 2.9999999999999996)."""
    near = tf.math.log(x) / math.log(10)
    whole = tf.round(near)
    places = tf.cast(tf.where(tf.math.is_finite(whole), whole, 0), "int32")
    up, down = (power_of_ten(tf.clip_by_value(n, 0, 308)) for n in (places, -places))
    return exactly(near, tf.where(up / down == x, whole, near))


def log_of_two(x: Any) -> Any:
    """log2 of a float64 tensor, exact at powers of two."""
    near = tf.math.log(x) / math.log(2)
    whole = tf.round(near)
    return exactly(near, tf.where(tf.pow(tf.constant(2, tf.float64), whole) == x, whole, near))


def exactly(near: Any, exact: Any) -> Any:
    """The value of `exact` with the gradient of `near`."""
    return near + tf.stop_gradient(tf.where(tf.math.is_finite(near), exact - near, tf.zeros_like(near)))

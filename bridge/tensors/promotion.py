"""Numbers meeting tensors: which dtype the two sides of an operation take."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import reduce
from typing import Any

import numpy as np

from bridge.backend import keras, tf
from bridge.errors import DtypeError
from bridge.tensors.constants import constant
from bridge.values.arrays import as_tensor, is_tensor
from bridge.values.dtypes import NA_INTEGER, missing_at, na_dtype, refuse_missing

INTEGERS = frozenset(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64))

LIMITS = {name: (int(np.iinfo(name).min), int(np.iinfo(name).max)) for name in INTEGERS}
"""The least and the largest number of each integer dtype."""


def together(a: Any, b: Any, *, logical: bool = False) -> tuple[Any, Any]:
    """Both sides as tensors of one dtype.

    An R number takes the tensor's dtype when that can hold it (floats may round it), else both become float64; integer
    with float gives the float, the wider of two floats wins, bool counts as int32 (or both sides are bool for `&` and
    `|`). R's NA is NaN in a float dtype.

    Args:
        a, b: tensors, variables, symbolic tensors, or R values (scalars, NumPy arrays); at least one is a tensor.
        logical: whether the operation is on truth values.

    Raises:
        ConversionError: NA where the dtype has none.
        DtypeError: a string meets a number.
    """
    a, b = _value(a), _value(b)
    if logical:
        a, b = (x if is_tensor(x) else as_tensor(x) for x in (a, b))
        if "string" in (dtype_name(a), dtype_name(b)):
            raise DtypeError("`&` and `|` do not work on strings.")
        return cast(a, "bool"), cast(b, "bool")
    if is_tensor(a) and is_tensor(b):
        first, second = dtype_name(a), dtype_name(b)
        if first == second != "bool":
            return a, b
        if of_r_values(a) != of_r_values(b) and _is_inexact(first) and _is_inexact(second):
            return (cast(a, second), b) if of_r_values(a) else (a, cast(b, first))
        wanted = _no_bool(common(first, second))
        return cast(a, wanted), cast(b, wanted)
    if is_tensor(a):
        dtype = _no_bool(dtype_with(dtype_name(a), b))
        return cast(a, dtype), _number(b, dtype)
    dtype = _no_bool(dtype_with(dtype_name(b), a))
    return _number(a, dtype), cast(b, dtype)


def of_one_float(a: Any, b: Any) -> bool:
    """Whether both are tensors of one float dtype of 32 or 64 bits, as nearly all are: they meet as they are."""
    if type(a) is not type(b) or not isinstance(a, tf.Tensor):
        return False
    dtype = a.dtype
    return dtype is b.dtype and (dtype is tf.float32 or dtype is tf.float64)


def of_r_values(tensor: Any) -> bool:
    """Whether a tensor of a graph stands for R numbers, which have no dtype of their own: a loop changes them, for one."""
    # Tensors with values say slowly what they have not.
    return type(tensor).__name__ == "SymbolicTensor" and getattr(tensor, "stands_for_r_values", False)


def standing_for_r(tensor: Any) -> Any:
    """The tensor, which from now on stands for R numbers."""
    tensor.stands_for_r_values = True
    return tensor


def alike(values: Sequence[Any]) -> list[Any]:
    """Tensors of one dtype: the one in which all of them fit, by the rules of `together()`; only bools stay bool.

    Args:
        values: tensors and R values, at least one tensor.
    """
    values = [_value(v) for v in values]
    dtype = reduce(common, (dtype_name(v) for v in values if is_tensor(v)))
    dtype = reduce(dtype_with, (v for v in values if not is_tensor(v)), dtype)
    return [cast(v, dtype) if is_tensor(v) else _number(v, dtype) for v in values]


def as_float(x: Any) -> Any:
    """The tensor itself when its dtype is a float or complex one, else as float64, which R computes in too.

    Raises:
        DtypeError: strings are no numbers.
    """
    if dtype_name(x) == "string":
        raise DtypeError("A tensor of strings has no numbers to calculate with.")
    return x if _is_inexact(dtype_name(x)) else cast(x, "float64")


def cast(x: Any, dtype: str) -> Any:
    """The tensor in another dtype; numbers out of range wrap as TensorFlow does."""
    if dtype_name(x) == dtype:
        return x
    return keras.ops.cast(x, dtype) if isinstance(x, keras.KerasTensor) else tf.cast(x, dtype)


def ops_for(*tensors: Any) -> Any:
    """The module whose functions take these tensors: Keras' for symbolic ones, else TensorFlow's."""
    return keras.ops if any(isinstance(t, keras.KerasTensor) for t in tensors) else tf


def dtype_name(x: Any) -> str:
    """The dtype's name, for TensorFlow's and Keras' tensors alike."""
    dtype = x.dtype
    return dtype if type(dtype) is str else str(getattr(dtype, "name", dtype))


def common(first: str, second: str) -> str:
    """The dtype in which tensors of two dtypes meet.

    Raises:
        DtypeError: a string and a number.
    """
    if first == second:
        return first
    if "string" in (first, second):
        raise _no_common(first, second)
    if "complex" in first or "complex" in second:
        return "complex128" if {"complex128", "float64"} & {first, second} else "complex64"
    for kind in ("float", "int"):
        matching = [d for d in (first, second) if kind in d]
        if len(matching) == 1:
            return matching[0]
        if matching:
            return _wider(*matching)
    return first


def dtype_with(dtype: str, number: Any) -> str:
    """The dtype in which a tensor of `dtype` meets an R value.

    Raises:
        DtypeError: a string and a number.
    """
    kind = _KINDS.get(type(number)) or np.asarray(number).dtype.kind
    if dtype == "string":
        return dtype
    if kind in "OUS":
        raise _no_common(dtype, "string")
    if kind == "c":
        return dtype if "complex" in dtype else "complex128"
    if _is_inexact(dtype):
        return dtype if _within(number, dtype) else "complex128" if "complex" in dtype else _first_that_holds(number)
    if kind == "b":
        return dtype
    if dtype == "bool":
        dtype = "int32"
    return dtype if _whole_within(number, dtype) else "float64"


_KINDS = {float: "f", int: "i", bool: "b", str: "O", complex: "c"}


def _value(x: Any) -> Any:
    return x.value if isinstance(x, keras.Variable) else x


def _no_bool(dtype: str) -> str:
    return "int32" if dtype == "bool" else dtype


def _no_common(first: str, second: str) -> DtypeError:
    return DtypeError(f"A tensor of dtype {first} and one of dtype {second} have no dtype in common.")


def _number(number: Any, dtype: str) -> Any:
    """An R value as a tensor of a dtype that `dtype_with()` has found for it."""
    if dtype == "string":
        return as_tensor(number, "string")
    if isinstance(number, np.ndarray):
        return as_tensor(_numeric(number, dtype))
    if not _is_inexact(dtype):
        if number != number:
            raise refuse_missing(1, [1], dtype)
        number = bool(number) if dtype == "bool" else int(number)
    return constant(number, dtype)


def _numeric(array: Any, dtype: str) -> Any:
    with np.errstate(over="ignore", invalid="ignore"):
        return _cast_array(array, dtype)


def _cast_array(array: Any, dtype: str) -> Any:
    wanted = tf.dtypes.as_dtype(dtype).as_numpy_dtype
    if array.dtype == np.int32:
        missing = missing_at(array)
        if len(missing) and not _is_inexact(dtype):
            raise refuse_missing(len(missing), missing, dtype)
        if len(missing):
            return np.where(array == NA_INTEGER, np.nan, array).astype(wanted)
    return array.astype(wanted, copy=False)


def _whole_within(number: Any, dtype: str) -> bool:
    """Whether an integer dtype holds R's numbers exactly; NA of R's integers is left for `_number()` to refuse."""
    smallest, largest = LIMITS[dtype]
    if isinstance(number, np.ndarray):
        if number.dtype == np.int32:
            number = number[number != NA_INTEGER]
        elif not (np.isfinite(number).all() and (number == np.floor(number)).all()):
            return False
        least, most = (number.min().item(), number.max().item()) if number.size else (0, 0)
        return bool(smallest <= least and most <= largest)
    if na_dtype(number) is not None:
        return True
    # Python compares ints with floats exactly, NumPy does not.
    return math.isfinite(number) and number == math.floor(number) and bool(smallest <= number <= largest)


def _within(number: Any, dtype: str) -> bool:
    """Whether no finite number of R's becomes Inf in a float or complex dtype."""
    if dtype in ("float64", "complex128"):
        return True
    largest = _LARGEST[dtype]
    if isinstance(number, np.ndarray):
        sizes = np.abs(number.astype("float64", copy=False))
        return bool(np.all((sizes <= largest) | ~np.isfinite(sizes) | (number == NA_INTEGER)))
    return bool(-largest <= number <= largest) or not math.isfinite(number)


_LARGEST = {"float16": 65504.0, "bfloat16": 3.3895313892515355e38, "float32": 3.4028234663852886e38}
_LARGEST["complex64"] = _LARGEST["float32"]


def _first_that_holds(number: Any) -> str:
    return "float32" if _within(number, "float32") else "float64"


def _is_inexact(dtype: str) -> bool:
    return "float" in dtype or "complex" in dtype


def _wider(first: str, second: str) -> str:
    """The dtype that holds both, where NumPy knows one; two 16-bit floats of different kinds meet in float32."""
    if {"float16", "bfloat16"} == {first, second}:
        return "float32"
    if "bfloat16" in (first, second):
        return first if second == "bfloat16" else second
    return str(np.promote_types(first, second).name)

"""Numbers meeting tensors: which dtype the two sides of an operation take."""

from __future__ import annotations

from typing import Any

import numpy as np

from bridge.backend import keras, tf
from bridge.errors import DtypeError
from bridge.tensors.constants import constant
from bridge.values.arrays import as_tensor, is_tensor
from bridge.values.dtypes import NA_INTEGER


def together(a: Any, b: Any, *, logical: bool = False) -> tuple[Any, Any]:
    """Both sides as tensors of one dtype.

    An R number takes the tensor's dtype when it holds it exactly, else the tensor becomes float32; integer with float
    gives the float, the wider of two floats wins, bool counts as int32 (or both sides are bool for `&` and `|`).

    Args:
        a, b: tensors, variables, symbolic tensors, or R values (scalars, NumPy arrays); at least one is a tensor.
        logical: whether the operation is on truth values.
    """
    a, b = _value(a), _value(b)
    if logical:
        a, b = (x if is_tensor(x) else as_tensor(x) for x in (a, b))
        return cast(a, "bool"), cast(b, "bool")
    if is_tensor(a) and is_tensor(b):
        first, second = dtype_name(a), dtype_name(b)
        if first == second != "bool":
            return a, b
        common = _common(first, second)
        return cast(a, common), cast(b, common)
    if is_tensor(a):
        return _with_number(a, b)
    b, a = _with_number(b, a)
    return a, b


def as_float(x: Any) -> Any:
    """The tensor itself when its dtype is a float or complex one, else as float32.

    Raises:
        DtypeError: strings are no numbers.
    """
    if dtype_name(x) == "string":
        raise DtypeError("A tensor of strings has no numbers to calculate with.")
    return x if _is_float(dtype_name(x)) or "complex" in dtype_name(x) else cast(x, "float32")


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


def _value(x: Any) -> Any:
    return x.value if isinstance(x, keras.Variable) else x


def _with_number(tensor: Any, number: Any) -> tuple[Any, Any]:
    dtype = dtype_name(tensor)
    if dtype != "string" and (isinstance(number, str) or getattr(getattr(number, "dtype", None), "kind", "") == "O"):
        raise _no_common(dtype, "string")
    if dtype == "string":
        return tensor, as_tensor(number, "string")
    if dtype == "bool":
        if isinstance(number, bool):
            return cast(tensor, "int32"), as_tensor(int(number))
        return _with_number(cast(tensor, "int32"), number)
    if isinstance(number, complex) and "complex" not in dtype:
        return cast(tensor, "complex128"), tf.constant(number, "complex128")
    if _is_float(dtype) or "complex" in dtype:
        return tensor, _number(number, dtype)
    if _exact(number, tf.dtypes.as_dtype(dtype)):
        return tensor, _number(number, dtype)
    return cast(tensor, "float32"), _number(number, "float32")


def _no_common(first: str, second: str) -> DtypeError:
    return DtypeError(f"A tensor of dtype {first} and one of dtype {second} have no dtype in common.")


def _number(number: Any, dtype: str) -> Any:
    if isinstance(number, np.ndarray):
        return as_tensor(_numeric(number, dtype))
    if not _is_float(dtype) and "complex" not in dtype:
        number = int(number)
    return constant(number, dtype)


def _numeric(array: Any, dtype: str) -> Any:
    wanted = tf.dtypes.as_dtype(dtype).as_numpy_dtype
    if array.dtype == np.int32 and _is_float(dtype):
        return np.where(array == NA_INTEGER, np.nan, array).astype(wanted)
    return array.astype(wanted, copy=False)


def _exact(number: Any, dtype: Any) -> bool:
    values = np.asarray(number)
    if values.dtype.kind == "b":
        return True
    if values.dtype.kind not in "iuf":
        return False
    whole = bool(np.all(np.isfinite(values)) and np.all(values == np.floor(values)))
    return whole and bool(np.all(values >= dtype.min) and np.all(values <= dtype.max))


def _is_float(dtype: str) -> bool:
    return "float" in dtype


def _common(first: str, second: str) -> str:
    if first == second == "bool":
        return "int32"
    if "string" in (first, second):
        raise _no_common(first, second)
    for kind in ("complex", "float", "int"):
        matching = [d for d in (first, second) if kind in d]
        if len(matching) == 1:
            return matching[0]
        if matching:
            return _wider(*matching)
    return first


def _wider(first: str, second: str) -> str:
    """The dtype that holds both, where NumPy knows one; two 16-bit floats of different kinds meet in float32."""
    if {"float16", "bfloat16"} == {first, second}:
        return "float32"
    sizes = {d: tf.dtypes.as_dtype(d).size for d in (first, second)}
    if "bfloat16" in sizes or first.startswith("complex"):
        return max(sizes, key=lambda d: sizes[d])
    common = np.promote_types(first, second)
    return "int64" if common.kind == "f" and "int" in first else str(common.name)

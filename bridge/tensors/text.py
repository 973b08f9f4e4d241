"""How tensors look when R prints them."""

from __future__ import annotations

from typing import Any

from bridge.backend import keras, tf
from bridge.errors import r_spelling
from bridge.tensors.promotion import dtype_name
from bridge.values.arrays import values_of
from bridge.values.dtypes import r_number


def tensor_text(x: Any) -> str:
    """What `print()` shows: TensorFlow's own text, values and all."""
    return str(x) if isinstance(x, tf.Tensor) and hasattr(x, "numpy") else repr(x)


def tensor_line(x: Any) -> str:
    """What `str()` shows, in one line: kind, shape and dtype, and of a single number its value."""
    if isinstance(x, (tf.RaggedTensor, tf.SparseTensor)):
        name = f"tf.{type(x).__name__}"
    else:
        name = "KerasTensor" if isinstance(x, keras.KerasTensor) else "tf.Variable" if hasattr(x, "assign") else "tf.Tensor"
    label = f" '{x.name}'" if name in ("KerasTensor", "tf.Variable") and getattr(x, "name", None) else ""
    value = f" value={_value(x)}" if x.shape == () and hasattr(x, "numpy") else ""
    return f"<{name}{label}: shape={tuple(x.shape)} dtype={dtype_name(x)}{value}>"


def _value(x: Any) -> str:
    """The value of a tensor of rank 0, as R writes it."""
    value = values_of(x).item()
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if isinstance(value, (bool, int, str)):
        return r_spelling(value)
    return str(value) if isinstance(value, complex) else r_number(float(value))


def symbolic_attribute(x: Any, name: str) -> Any:
    """`shape` and `dtype` of a symbolic tensor as TensorFlow's own objects."""
    return tf.TensorShape(x.shape) if name == "shape" else tf.dtypes.as_dtype(x.dtype)

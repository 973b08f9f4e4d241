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


def entries(x: Any, most: float | None, width: int) -> list[str] | None:
    """The first rows of a ragged tensor, or the first values of a sparse one with their positions from 1, in lines.

    Args:
        x: any tensor; of others than these two there are no such lines, but None.
        most: how many lines; None for all.
        width: of a line.
    """
    if isinstance(x, tf.RaggedTensor):
        kind, count = "rows", int(x.nrows())
        shown = count if most is None else min(count, int(most))
        rows = x[:shown].to_list()
        labels = [f"[{i},]" for i in range(1, shown + 1)]
        lines = [_row_text(row) for row in rows]
    elif isinstance(x, tf.SparseTensor):
        kind, count = "values", int(tf.shape(x.values)[0])
        shown = count if most is None else min(count, int(most))
        places = (x.indices[:shown] + 1).numpy().tolist()
        values = values_of(x.values[:shown]).tolist()
        labels = [f"[{', '.join(map(str, at))}]" for at in places]
        lines = [_row_text(value) for value in values]
    else:
        return None
    widest = max(map(len, labels), default=0)
    lines = [f"{label:>{widest}} {line}" for label, line in zip(labels, lines, strict=True)]
    lines = [line if len(line) <= width else line[: width - 3] + "..." for line in lines]
    return lines + ([f"# {count - shown:,} more {kind}"] if count > shown else [])


def _row_text(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(f"[{_row_text(item)}]" if isinstance(item, list) else _row_text(item) for item in value)
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if isinstance(value, float):
        return f"{value:.7g}"
    return r_spelling(value) if isinstance(value, (bool, int, str)) else str(value)


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

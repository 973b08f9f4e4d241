"""Layers, models and other callables called with R values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from bridge.backend import keras, tf
from bridge.values.arrays import as_tensor, is_tensor


def call(function: Any, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None) -> Any:
    """`function(...)` as R calls a layer, model, loss or metric: arrays become tensors on the way.

    Args:
        function: a Keras object.
        args: positional arguments; arrays and lists of arrays become tensors, doubles in Keras' float dtype.
        kwargs: named ones, likewise.
    """
    return function(*map(as_inputs, args), **{name: as_inputs(value) for name, value in (kwargs or {}).items()})


def as_inputs(value: Any) -> Any:
    """R arrays as tensors, element by element in structures; scalars and everything else as they are."""
    if isinstance(value, np.ndarray):
        tensor = as_tensor(value)
        return tf.cast(tensor, keras.config.floatx()) if tensor.dtype == tf.float64 else tensor
    if is_tensor(value):
        return value
    if isinstance(value, (list, tuple)) and not hasattr(value, "_fields"):
        return [as_inputs(item) for item in value]
    if isinstance(value, Mapping):
        return {key: as_inputs(item) for key, item in value.items()}
    return value

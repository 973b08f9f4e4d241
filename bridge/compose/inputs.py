"""What goes into layers and models: R values as the tensors that they are called on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from bridge.backend import keras, tf
from bridge.values.arrays import as_tensor, is_tensor


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

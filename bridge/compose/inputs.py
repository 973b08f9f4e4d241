"""What goes into layers and models: R values as the tensors that they are called on."""

from __future__ import annotations

from typing import Any

import numpy as np

from bridge.values.arrays import as_tensor
from bridge.values.data import keras_data
from bridge.values.structures import map_leaves


def as_inputs(value: Any) -> Any:
    """R arrays as tensors, element by element in structures; scalars and everything else as they are."""
    if isinstance(value, np.ndarray):
        return as_tensor(keras_data(value))
    nested = isinstance(value, (list, tuple, dict)) and not hasattr(value, "_fields")
    return map_leaves(as_inputs, value) if nested else value

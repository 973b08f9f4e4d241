"""R's data as Keras wants it: row-major, doubles in Keras' default float dtype, NaN for NA."""

from __future__ import annotations

from typing import Any

import numpy as np

from bridge.backend import keras
from bridge.values.arrays import nan_for_na


def keras_floats(array: Any) -> Any:
    """The numbers of an array as Keras' default float dtype."""
    # R's NA is a NaN of a kind that NumPy finds odd.
    with np.errstate(invalid="ignore"):
        return np.asarray(nan_for_na(array), dtype=keras.config.floatx(), order="C")


def keras_data(array: Any) -> Any:
    """The array: doubles as Keras' default float dtype, other elements in the dtype that they have."""
    return keras_floats(array) if array.dtype == np.float64 else np.asarray(array, order="C")

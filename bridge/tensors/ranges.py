"""Numbers in a row, counted as R counts them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from bridge.backend import keras
from bridge.values.arrays import as_tensor
from bridge.values.dtypes import dtype_of
from bridge.values.numbers import is_whole


def arange(start: Any, stop: Any = None, step: Any = 1, dtype: Any = None, include_end: bool = True) -> Any:
    """The numbers from `start` to `stop`, which is among them; `start` alone counts from 1 up to it.

    Args:
        start: the first number, or the last one where there is no `stop`.
        stop: the last number, when steps reach it.
        step: from one number to the next.
        dtype: of the tensor; by default that of the numbers.
        include_end: whether `stop` itself may come last; FALSE leaves it out, as Python does.

    Keras: keras.ops.arange, which leaves the end out and counts from 0.
    """
    if stop is None:
        start, stop = 1, start
    floats = any(isinstance(part, float) for part in (start, stop, step))
    dtype = dtype or (keras.config.floatx() if floats else None)
    if whole := all(map(is_whole, (start, stop, step))):
        start, stop, step, floats = int(start), int(stop), int(step), False
    if include_end:
        # Steps of floats do not add up exactly: as many as seq() of R finds, and half a one.
        steps = math.floor((stop - start) / step + 1e-10)
        stop = start + (steps + 0.5) * step if floats else start + steps * step + (1 if step > 0 else -1)
    if dtype is not None and dtype_of(dtype).is_integer:
        # Keras has no ranges of the narrow dtypes, and cuts fractions off.
        numbers = np.arange(start, stop, step)
        return as_tensor(numbers.astype(np.int64) if whole else numbers, dtype)
    return keras.ops.arange(start, stop, step, dtype=dtype)

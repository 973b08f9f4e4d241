"""Large tensors to R: written straight into the memory of an R array, where reticulate would copy them twice more."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np

from bridge.values.arrays import as_array, plain_nan, r_dtype, values_of

LARGE = 2**19
"""Elements from which on a tensor is large."""

_BLOCK = 64
"""Rows written at a time: as many as the processor's cache holds while row-major becomes column-major."""


def for_r(tensor: Any, large: float = LARGE) -> list[Any]:
    """What R makes an array of: `[as_array(tensor)]`, or `[{"dims": ..., "type": ...}]` to ask for memory to `write()` to.

    In a list, because reticulate converts an array inside one without looking for dates in it, four times faster.
    """
    shape: Any = getattr(tensor, "shape", None)
    if hasattr(shape, "num_elements") and hasattr(tensor, "numpy") and (shape.num_elements() or 0) >= large:
        values = values_of(tensor)
        if values.dtype.kind in "fiu":
            kind = "integer" if r_dtype(values) is np.int32 else "double"
            return [{"dims": list(values.shape), "type": kind}]
    return [as_array(tensor)]


def write(tensor: Any, memory: Any) -> bool:
    """Writes the values of a tensor into an R array of its shape.

    Args:
        tensor: an eager tensor of numbers.
        memory: the NumPy view that reticulate makes of an R array which nothing else refers to.

    Returns:
        Whether R sees them: not when `memory` is a copy instead of a view.
    """
    if memory.flags.owndata:
        return False
    bytes_of_r = (ctypes.c_char * memory.nbytes).from_address(memory.ctypes.data)
    out: Any = np.ndarray(memory.shape, memory.dtype, buffer=bytes_of_r, order="F")
    values = values_of(tensor)
    for start in range(0, len(values), _BLOCK):
        out[start : start + _BLOCK] = values[start : start + _BLOCK]
    if values.dtype == np.float64:
        plain_nan(out, own=True)
    return True

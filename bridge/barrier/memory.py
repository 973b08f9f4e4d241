"""Arrays that cross in C (rpkg/src/arrays.c): NumPy looks at R's memory and writes into it, nothing is copied on the way."""

from __future__ import annotations

from typing import Any

import numpy as np

_TYPES: dict[str, Any] = {
    "d": np.dtype("float64"),
    "i": np.dtype("int32"),
    "l": np.dtype("int32"),
    "c": np.dtype("complex128"),
}
"""What the letters of R's types stand for: double, integer, logical, complex."""

_LETTERS = {
    **dict.fromkeys(["bool"], "l"),
    **dict.fromkeys(["int8", "int16", "int32", "uint8", "uint16"], "i"),
    **dict.fromkeys(["float16", "float32", "float64", "int64", "uint32", "uint64"], "d"),
    **dict.fromkeys(["complex64", "complex128"], "c"),
}
_R_TYPES = {np.dtype(name): letter for name, letter in _LETTERS.items()}
"""For each NumPy dtype the R type that reticulate gives it."""

_ROWS = 64
"""Rows written at a time: as many as the processor's cache holds while row-major becomes column-major."""


class _Memory:
    """Memory of an R vector. NumPy arrays that look at it keep it, and by `owner` the vector."""

    owner: Any
    __array_interface__: dict[str, Any]


def look_at(address: int, letter: str, dims: list[int], owner: Any) -> Any:
    """The column-major array whose values are those of an R array, not to be written to.

    Logicals take other memory in Python, so they are copied; R's thread sees to it that none of them is NA.

    Args:
        address: of the first value.
        letter: R's type, see `_TYPES`.
        dims: sizes.
        owner: keeps the R array as long as it lives itself.
    """
    dtype, strides = _TYPES[letter], []
    step = dtype.itemsize
    for size in dims:
        strides.append(step)
        step *= size
    memory = _Memory()
    memory.owner = owner
    memory.__array_interface__ = {
        "data": (address, True), "typestr": dtype.str, "shape": tuple(dims), "strides": tuple(strides), "version": 3
    }  # fmt: skip
    array = np.asarray(memory)
    return array.astype(np.bool_) if letter == "l" else array


def describe(array: Any) -> list[Any] | None:
    """R's type for an array and its sizes; None when reticulate has to convert it (text, times, single values)."""
    letter = _R_TYPES.get(array.dtype)
    return [letter, *array.shape] if letter and array.ndim else None


def write(array: Any, memory: Any, letter: str) -> None:
    """Writes an array's values into the memory of an R array of this type and of its sizes."""
    out: Any = np.ndarray(array.shape, _TYPES[letter], buffer=memory, order="F")
    if array.ndim == 1 or array.flags.f_contiguous:
        out[...] = array
        return
    for start in range(0, len(array), _ROWS):
        out[start : start + _ROWS] = array[start : start + _ROWS]


def memory_functions() -> list[Any]:
    """What arrays.c calls: `look_at()`, `describe()`, `write()`; and the type of arrays."""
    return [look_at, describe, write, np.ndarray]

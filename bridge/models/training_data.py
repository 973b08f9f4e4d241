"""Training data from R: arrays in memory order and dtype that Keras takes without another copy, and parts that match."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from bridge.backend import keras, tf
from bridge.errors import ConversionError, DataError, r_spelling
from bridge.values.arrays import as_tensor, is_tensor
from bridge.values.data import keras_data
from bridge.values.dtypes import NA_INTEGER, checked_cast
from bridge.values.structures import map_paths


def prepare(value: Any, argument: str = "x", dtype: Any = None) -> Any:
    """`value` for Keras: doubles become Keras' float dtype, memory row-major, structures element by element.

    Args:
        value: R data.
        argument: what the user gave it as.
        dtype: a tf.DType of integers that an array of numbers is for; Keras would cast to it without a look.

    Raises:
        DataError: something that is no data, or numbers that the dtype does not hold.
    """
    if isinstance(value, (list, tuple, dict)):
        return map_paths(prepare, value, argument)
    if value is None or is_tensor(value) or isinstance(value, (tf.data.Dataset, keras.utils.PyDataset)):
        return value
    if isinstance(value, (bool, int, float, str)):
        value = np.asarray([value])
    if isinstance(value, np.ndarray):
        return _array(value, argument, dtype)
    if hasattr(value, "__iter__") or hasattr(value, "__next__"):
        return value
    raise DataError(
        f"`{argument}` is {r_spelling(value)}: no data to train on.",
        hints=["Arrays, data frames, tensors, (named) lists of them and datasets are."],
    )


def as_tuples(value: Any) -> Any:
    """Prepared data with tuples for lists: TensorFlow would stack a list."""
    return keras.tree.lists_to_tuples(value)


def check_lengths(parts: Iterable[tuple[str, Any]]) -> None:
    """Refuses arrays whose first axes differ.

    Args:
        parts: prepared arrays, each with R's way to it.

    Raises:
        DataError: names the parts and their lengths.
    """
    lengths = [(path, size) for path, part in parts if (size := _length(part)) is not None]
    for path, size in lengths:
        if size == 0:
            raise DataError(f"`{path}` has no samples.")
    for path, size in lengths[1:]:
        first, rows = lengths[0]
        if size != rows:
            raise DataError(
                f"`{first}` has {rows} {_samples(rows)}, but `{path}` has {size}.",
                hints=["The first axis counts samples, and must be as long in all parts of the data."],
            )


def _array(array: Any, argument: str, target: Any) -> Any:
    if array.dtype.kind in "OU":
        return as_tensor(array)
    if array.dtype == np.int32 and array.size and array.min() == NA_INTEGER:
        samples = samples_with(np.atleast_1d(array) == NA_INTEGER)
        raise DataError(f"`{argument}` has missing values in {samples}, which integers and classes cannot have.")
    if target is not None and array.dtype.kind in "iuf":
        try:
            return checked_cast(array, target)
        except ConversionError as error:
            raise DataError(f"`{argument}`: {error.message}", details=error.details, hints=error.hints) from None
    return keras_data(array)


def samples_with(wrong: Any) -> str:
    """Which samples of an array are marked: "sample 3", or how many and the first."""
    rows = np.flatnonzero(wrong.reshape(len(wrong), -1).any(axis=1)) + 1
    return f"sample {rows[0]}" if len(rows) == 1 else f"{len(rows)} samples (the first is {rows[0]})"


def _length(part: Any) -> int | None:
    """How long the first axis is; None where there is none, or it is not known."""
    shape = getattr(part, "shape", None)
    return None if shape is None or len(shape) == 0 or shape[0] is None else int(shape[0])


def _samples(count: int) -> str:
    return "sample" if count == 1 else "samples"

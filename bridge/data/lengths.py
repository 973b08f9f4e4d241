"""How many elements datasets have."""

from __future__ import annotations

import math
from typing import Any

from bridge.backend import tf
from bridge.errors import ArgumentError, DataError


def is_dataset(value: Any) -> bool:
    """Whether it is a TensorFlow dataset."""
    return isinstance(value, tf.data.Dataset)


def count(dataset: Any) -> float:
    """How many elements there are: infinity without an end, NaN where nobody knows before they are drawn.

    TF: tf.data.Dataset.cardinality.
    """
    found = int(dataset.cardinality())
    return {tf.data.INFINITE_CARDINALITY: math.inf, tf.data.UNKNOWN_CARDINALITY: math.nan}.get(found, float(found))


def check_end(value: Any, argument: str, steps: Any, steps_argument: str) -> None:
    """Refuses a dataset that has nothing to train on, or no end and no number of steps; other data pass.

    Args:
        value: what the user gave.
        argument: as what.
        steps: how many batches to draw, or None for all.
        steps_argument: what the user calls that.

    Raises:
        DataError: there are no elements.
        ArgumentError: there is no end of them.
    """
    if not is_dataset(value):
        return
    elements = count(value)
    if elements == 0:
        raise DataError(f"`{argument}` is a dataset without elements.")
    if math.isinf(elements) and steps is None:
        raise ArgumentError(
            f"`{argument}` is a dataset without an end.",
            hints=[f"`{steps_argument}` says how many batches to draw, or `dataset_take()`."],
        )

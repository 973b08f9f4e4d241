"""Axes count from 1 in R and from 0 in Python: the one place that subtracts."""

from __future__ import annotations

from typing import Any

import numpy as np

from bridge.errors import ArgumentError
from bridge.values.numbers import whole_number
from bridge.values.structures import map_leaves


def axis_from_one(axis: Any, rank: int | None = None, argument: str = "axis") -> Any:
    """The 0-based axis for one that counts from 1; negative ones count from the end and stay as they are.

    Args:
        axis: None, a whole number, or several of them.
        rank: of the tensor, where it is known: then axes past it are refused.
        argument: what the user calls it.

    Returns:
        None, an int, or a list of ints.

    Raises:
        ArgumentError: 0, a fraction, or an axis that the tensor does not have.
    """
    if axis is None:
        return None
    if isinstance(axis, np.ndarray):
        axis = axis.ravel().tolist()
    if isinstance(axis, (list, tuple)):
        return [axis_from_one(one, rank, argument) for one in axis]
    axis = whole_number(axis, argument, "a whole number (axes count from 1)")
    if axis == 0:
        raise ArgumentError(f"`{argument}` is 0, but axes count from 1.", hints=["The first axis is 1, the last is -1."])
    if rank is not None and abs(axis) > rank:
        raise ArgumentError(f"`{argument}` is {axis}, but the tensor has rank {rank}.")
    return axis - 1 if axis > 0 else axis


def axis_to_one(axis: Any) -> Any:
    """The axis, or axes, as R counts them; what is no axis stays as it is."""
    return map_leaves(lambda one: one + 1 if isinstance(one, int) and one >= 0 else one, axis)

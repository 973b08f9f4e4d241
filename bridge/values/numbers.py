"""Whole numbers: R writes them as integers and as doubles. The one place that asks whether a number is whole."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from bridge.errors import ArgumentError, expected
from bridge.values.dtypes import NA_INTEGER


def is_whole(value: Any) -> bool:
    """Whether it is one whole number: no logical, no fraction, not NA, NaN or infinite."""
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        return False
    return math.isfinite(value) and value == math.floor(value) and int(value) != NA_INTEGER


def is_missing(value: Any) -> bool:
    """Whether it is one number that R means as missing: NaN, or the integer that stands for NA."""
    if isinstance(value, (float, np.floating)):
        return math.isnan(value)
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool) and int(value) == NA_INTEGER


def whole_number(value: Any, argument: str, what: str = "a whole number", least: int | None = None) -> int:
    """A whole number as an int.

    Args:
        value: an integer or a double, also the only element of an array.
        argument: what the user calls it.
        what: what the error says that it must be.
        least: the smallest one that is allowed.

    Raises:
        ArgumentError: it is none, or below `least`.
    """
    value = single(value)
    if not is_whole(value):
        raise expected(argument, what, value)
    if least is not None and value < least:
        raise ArgumentError(f"`{argument}` must be at least {least}, not {int(value)}.")
    return int(value)


def single(value: Any) -> Any:
    """The element of an array that has one only, anything else as it is."""
    return value.item() if isinstance(value, (np.ndarray, np.generic)) and value.size == 1 else value

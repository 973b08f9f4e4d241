from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from bridge.catalog.roles import convert
from bridge.errors import ArgumentError
from bridge.tensors.axes import axis_from_one
from bridge.values.dtypes import NA_INTEGER
from bridge.values.numbers import is_missing, is_whole, whole_number
from bridge.values.shapes import to_shape

NO_WHOLE = [2.5, math.inf, -math.inf, math.nan, True, "a", None, NA_INTEGER, np.array([1.0, 2.0]), [1]]


@pytest.mark.parametrize("value", [*range(-3, 4), 3.0, -0.0, 1e15, np.float64(2), np.int64(5)])
def test_integers_and_whole_doubles_are_whole(value: Any) -> None:
    assert is_whole(value)
    assert whole_number(value, "n") == value
    assert type(whole_number(np.asarray(value), "n")) is int


@pytest.mark.parametrize("value", NO_WHOLE, ids=repr)
def test_what_is_no_whole_number_is_an_error_that_names_the_argument(value: Any) -> None:
    assert not is_whole(value)
    with pytest.raises(ArgumentError, match="`n` must be a whole number, not"):
        whole_number(value, "n")


def test_bounds_are_told() -> None:
    assert whole_number(0, "n", least=0) == 0
    with pytest.raises(ArgumentError, match="`n` must be at least 1, not 0"):
        whole_number(0.0, "n", least=1)


def test_missing_is_nan_or_the_integer_that_stands_for_it() -> None:
    assert is_missing(math.nan)
    assert is_missing(NA_INTEGER)
    assert not any(map(is_missing, (0, -1, math.inf, True, "NA", None)))


@pytest.mark.parametrize(
    ("value", "written"), [(math.inf, "Inf"), (-math.inf, "-Inf"), (math.nan, "NaN"), (NA_INTEGER, "NA"), (2.5, "2.5")]
)
def test_all_that_ask_for_whole_numbers_name_the_argument_and_spell_the_value(value: Any, written: str) -> None:
    for ask in (
        lambda: convert("whole", value, "units"),
        lambda: convert("ints", np.array([1.0, value]) if isinstance(value, float) else value, "units"),
        lambda: axis_from_one(value, argument="units"),
    ):
        with pytest.raises(ArgumentError, match=f"`units` must be a whole number.*, not {written}"):
            ask()


@pytest.mark.parametrize("size", [math.inf, -math.inf, 2.5])
def test_sizes_of_shapes_are_whole_or_unknown(size: float) -> None:
    with pytest.raises(ArgumentError, match="`shape` must be made of whole numbers or NA"):
        to_shape([2.0, size])
    assert to_shape([2.0, math.nan, NA_INTEGER]) == (2, None, None)

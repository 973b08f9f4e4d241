from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from bridge.backend import tf
from bridge.data import lengths
from bridge.errors import ArgumentError, DataError

numbers = tf.data.Dataset.range(4)


def test_lengths_are_numbers_infinity_or_not_known() -> None:
    assert lengths.count(numbers) == 4
    assert math.isinf(lengths.count(numbers.repeat()))
    assert math.isnan(lengths.count(numbers.filter(lambda x: x > 1)))


@pytest.mark.parametrize(
    ("value", "steps", "error"),
    [
        (numbers.take(0), None, DataError),
        (numbers.repeat(), None, ArgumentError),
        (numbers.repeat(), 3, None),
        (numbers, None, None),
        (np.ones(0), None, None),
    ],
)
def test_datasets_without_elements_or_end_are_refused(value: Any, steps: Any, error: Any) -> None:
    if error is None:
        lengths.check_end(value, "x", steps, "steps")
    else:
        with pytest.raises(error, match="`x` is a dataset without"):
            lengths.check_end(value, "x", steps, "steps")

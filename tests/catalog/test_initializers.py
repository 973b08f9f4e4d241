"""Initializers: their axes count from 1, and they are called with shapes as R writes them."""

from __future__ import annotations

import numpy as np
import pytest

from bridge.backend import tf
from bridge.catalog.construct import construct
from bridge.catalog.rows import rows
from bridge.compose import call
from tests.catalog.test_construct import PARTICULAR, minimal
from tests.conftest import newer_keras


@newer_keras
def test_the_axes_of_an_initializer_count_from_one() -> None:
    made = construct("initializer_variance_scaling", {"input_axes": 1.0, "output_axes": np.array([2.0])})
    assert made.input_axes in (0, [0])
    assert made.output_axes in (1, [1])
    assert call(made, [np.array([3.0, 4.0])]).shape == (3, 4)


@pytest.mark.parametrize("name", [n for n, found in rows().items() if found.family == "initializer"])
def test_initializers_are_called_with_shapes(name: str) -> None:
    made = construct(name, minimal(name) | PARTICULAR.get(name, {}))
    for size in (np.array([2.0, 2.0]), [2.0, 2.0], tf.TensorShape([2, 2])):
        try:
            wanted = made((2, 2))
        except ValueError:
            continue
        assert call(made, [size]).shape == wanted.shape
        assert call(made, [], {"shape": size, "dtype": "float32"}).dtype == tf.float32

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge import array_reshape
from bridge.backend import tf
from bridge.errors import ShapeError
from bridge.tensors.reshape import transpose


@settings(max_examples=100, deadline=None)
@given(st.permutations([2, 3, 4]), st.permutations([2, 3, 4]))
def test_column_order_is_what_base_r_does(base_r: Any, before: list[int], after: list[int]) -> None:
    code = f"array(1:24, c({', '.join(map(str, before))}))"
    wanted = base_r(f"array({code}, c({', '.join(map(str, after))}))")
    assert array_reshape(base_r(code), after, "F").tolist() == wanted.tolist()


def test_row_order_fills_by_row() -> None:
    assert array_reshape(np.arange(1, 7), [2.0, 3.0]).tolist() == [[1, 2, 3], [4, 5, 6]]


def test_one_size_is_inferred() -> None:
    assert array_reshape(np.arange(6), [float("nan"), 3.0]).shape == (2, 3)
    assert array_reshape(np.arange(6), [-1, 2]).shape == (3, 2)
    with pytest.raises(ShapeError, match="leaves 2 sizes open"):
        array_reshape(np.arange(6), [-1, -1])
    with pytest.raises(ShapeError, match=r"6 elements cannot take the shape \(4, NA\)"):
        array_reshape(np.arange(6), [4, -1])


def test_tensors_stay_tensors() -> None:
    assert tf.is_tensor(array_reshape(tf.zeros((2, 3)), [3, 2]))
    assert transpose(tf.zeros((2, 3, 4)), [3.0, 1.0, 2.0]).shape == (4, 2, 3)

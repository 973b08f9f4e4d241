from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bridge.backend import tf
from bridge.errors import ConversionError
from bridge.values.sparse import sparse_tensor, triplets


def dense(slots: dict[str, Any], dtype: Any = None) -> Any:
    return tf.sparse.to_dense(sparse_tensor(slots, dtype)).numpy().tolist()


def test_triplets_count_from_one() -> None:
    made = sparse_tensor({"i": np.array([2, 0]), "j": np.array([0, 1]), "x": [5.0, 7.0], "Dim": [3, 2]}, "float32")
    assert tf.sparse.to_dense(made).numpy().tolist() == [[0, 7], [0, 0], [5, 0]]
    back = triplets(made)
    assert (back["i"].tolist(), back["j"].tolist(), back["x"].tolist()) == ([1, 3], [2, 1], [7, 5])
    assert back["dims"].tolist() == [3, 2]


def test_slots_tell_the_class() -> None:
    columns = {"i": [0, 1], "p": [0, 1, 2], "x": [2.0, 3.0], "Dim": [2, 2]}
    assert dense(columns) == [[2, 0], [0, 3]]
    assert dense({"j": [1], "p": [0, 1, 1], "x": [2.0], "Dim": [2, 2]}) == [[0, 2], [0, 0]]
    upper = {"i": [0], "p": [0, 0, 1], "x": [4.0], "Dim": [2, 2], "uplo": ["U"]}
    assert dense(upper) == [[0, 4], [4, 0]]
    assert dense({**upper, "diag": ["U"]}) == [[1, 4], [0, 1]]
    assert dense({**upper, "diag": ["N"]}) == [[0, 4], [0, 0]]
    assert dense({"diag": ["U"], "x": [], "Dim": [2, 2]}) == [[1, 0], [0, 1]]
    assert dense({"perm": [2, 1], "Dim": [2, 2]}) == [[False, True], [True, False]]
    assert dense({"perm": [2, 2], "margin": [2], "Dim": [2, 2]}) == [[False, False], [True, True]]
    assert dense({"i": [1, 3], "x": [5.0, 6.0], "length": [3]}) == [5, 0, 6]
    assert dense({"i": [0, 0], "j": [0, 0], "x": [1.0, 2.0], "Dim": [1, 1]}) == [[3]]


def test_missing_values_and_what_a_dtype_cannot_hold_are_refused() -> None:
    missing = {"i": [0], "j": [0], "x": np.array([-(2**31)], np.int32), "Dim": [1, 1]}
    with pytest.raises(ConversionError, match="dtype bool has no NA"):
        sparse_tensor(missing)
    assert np.isnan(dense(missing, "float32")).all()
    with pytest.raises(ConversionError, match="out of range"):
        sparse_tensor({"i": [0], "j": [0], "x": [300.0], "Dim": [1, 1]}, "uint8")


def test_another_shape_reads_row_by_row() -> None:
    made = sparse_tensor({"i": [1], "j": [0], "x": [5.0], "Dim": [2, 3]}, shape=[3, None])
    assert tf.sparse.to_dense(made).numpy().tolist() == [[0, 0], [0, 5], [0, 0]]

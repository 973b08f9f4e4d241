from __future__ import annotations

import numpy as np

from bridge.backend import tf
from bridge.values.sparse import sparse_tensor, triplets


def test_triplets_count_from_one_both_ways() -> None:
    made = sparse_tensor(np.array([3, 1]), np.array([1, 2]), np.array([5.0, 7.0]), np.array([3, 2]), "float32")
    assert tf.sparse.to_dense(made).numpy().tolist() == [[0, 7], [0, 0], [5, 0]]
    back = triplets(made)
    assert (back["i"].tolist(), back["j"].tolist(), back["x"].tolist()) == ([1, 3], [2, 1], [7, 5])
    assert back["dims"].tolist() == [3, 2]

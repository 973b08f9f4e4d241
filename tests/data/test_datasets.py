from __future__ import annotations

import numpy as np
import pytest

from bridge.data import datasets
from bridge.errors import ArgumentError


def test_rows_are_elements_whatever_the_structure() -> None:
    x, y = np.arange(6.0).reshape(3, 2, order="F"), np.arange(3, dtype=np.int32)
    named = list(datasets.tensor_slices({"x": x, "y": y}))
    assert named[1]["x"].numpy().tolist() == x[1].tolist()
    pairs = list(datasets.tensor_slices([x, y]))
    assert (pairs[2][0].dtype.name, pairs[2][1].numpy()) == ("float32", 2)


def test_verbs_take_doubles_where_whole_numbers_are_meant() -> None:
    numbers = datasets.tensor_slices(np.arange(5, dtype=np.int32))
    assert [b.shape[0] for b in datasets.batch(numbers, 2.0)] == [2, 2, 1]
    assert [b.shape[0] for b in datasets.batch(numbers, 2.0, drop_remainder=True)] == [2, 2]
    assert len(list(datasets.take(datasets.repeat(numbers), 12.0))) == 12
    assert sorted(int(n) for n in datasets.prefetch(datasets.shuffle(numbers, 5.0, seed=1.0))) == [0, 1, 2, 3, 4]
    with pytest.raises(ArgumentError, match="`batch_size` must be at least 1"):
        datasets.batch(numbers, 0.0)
    with pytest.raises(ArgumentError, match="`batch_size` must be a whole number"):
        datasets.batch(numbers, 1.5)

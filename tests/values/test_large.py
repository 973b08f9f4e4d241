from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.extra import numpy as hnp

from bridge import as_array
from bridge.backend import tf
from bridge.values.large import for_r, write


@settings(max_examples=100, deadline=None)
@given(hnp.arrays(np.float32, hnp.array_shapes(max_dims=4, max_side=100).filter(lambda sizes: np.prod(sizes) < 20_000)))
def test_what_is_written_is_what_as_array_gives(values: Any) -> None:
    tensor = tf.constant(values)
    owner = np.zeros(values.shape, order="F")
    memory = owner.view()
    memory.flags.writeable = False
    assert write(tensor, memory)
    assert np.array_equal(owner, as_array(tensor), equal_nan=True)


def test_nothing_is_written_to_a_copy() -> None:
    assert not write(tf.zeros(3), np.zeros(3))


@pytest.mark.parametrize(
    ("dtype", "kind"), [("float32", "double"), ("int32", "integer"), ("uint8", "integer"), ("int64", "double")]
)
def test_large_tensors_ask_for_memory_of_their_type(dtype: str, kind: str) -> None:
    assert for_r(tf.zeros((2, 3), dtype), large=6) == [{"dims": [2, 3], "type": kind}]


def test_other_tensors_come_at_once() -> None:
    assert for_r(tf.zeros((2, 3)), large=7)[0].tolist() == [[0, 0, 0], [0, 0, 0]]
    assert for_r(tf.constant([True, False]), large=1)[0].tolist() == [True, False]
    assert for_r(tf.constant(["a", "b"]), large=1)[0].tolist() == ["a", "b"]

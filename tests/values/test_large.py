from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from bridge import as_array
from bridge.backend import tf
from bridge.values.large import for_r, write

R_NA = np.array([0x7FF00000000007A2]).view(np.float64)[0]


def bits(numbers: Any) -> set[int]:
    return set(np.ascontiguousarray(numbers, dtype=np.float64).view(np.int64).ravel().tolist())


@settings(max_examples=100, deadline=None)
@given(hnp.arrays(np.float32, hnp.array_shapes(max_dims=4, max_side=100).filter(lambda sizes: np.prod(sizes) < 20_000)))
def test_what_is_written_is_what_as_array_gives(values: Any) -> None:
    tensor = tf.constant(values)
    owner = np.zeros(values.shape, order="F")
    memory = owner.view()
    memory.flags.writeable = False
    assert write(tensor, memory)
    assert np.array_equal(owner, as_array(tensor), equal_nan=True)


@settings(max_examples=100, deadline=None)
@given(
    hnp.arrays(
        st.sampled_from([np.float64, np.complex128]),
        hnp.array_shapes(min_dims=0, max_dims=4, max_side=6),
        elements=st.sampled_from([0.0, -1.5, np.inf, -np.inf, 1e308, np.nan, R_NA]),
    )
)
def test_na_of_r_comes_back_as_nan_and_stays_in_the_tensor(values: Any) -> None:
    tensor = tf.constant(values)
    before = tensor.numpy().tobytes()
    made = np.asarray(as_array(tensor))
    assert bits(made[np.isnan(made.real)].real) <= bits(np.nan)
    assert np.array_equal(made, values, equal_nan=True)
    assert tensor.numpy().tobytes() == before
    if values.dtype.kind == "f" and values.ndim:
        owner = np.zeros(values.shape, order="F")
        assert write(tensor, owner.view())
        assert bits(owner[np.isnan(owner)]) <= bits(np.nan)
        assert np.array_equal(owner, values, equal_nan=True)


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

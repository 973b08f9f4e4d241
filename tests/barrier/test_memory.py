from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from bridge import as_array
from bridge.backend import tf
from bridge.barrier.memory import describe, look_at, write
from bridge.values.arrays import for_r

R_NA = np.array([0x7FF00000000007A2]).view(np.float64)[0]
TYPES = {"d": np.float64, "i": np.int32, "l": np.int32, "c": np.complex128}


def bits(numbers: Any) -> set[int]:
    return set(np.ascontiguousarray(numbers, dtype=np.float64).view(np.int64).ravel().tolist())


def written(array: Any) -> Any:
    """The R array that an array becomes."""
    described = describe(array)
    assert described is not None
    letter, *sizes = described
    out = np.zeros(sizes, TYPES[letter], order="F")
    if out.size:
        write(array, memoryview(out.T).cast("B"), letter)
    return out


@settings(max_examples=100, deadline=None)
@given(
    hnp.arrays(
        st.sampled_from(["bool", "int8", "uint16", "int32", "int64", "float16", "float32", "float64"]),
        hnp.array_shapes(max_dims=4, max_side=100).filter(lambda sizes: np.prod(sizes) < 20_000),
    ),
    st.booleans(),
)
def test_what_is_written_is_what_as_array_gives(values: Any, turned: bool) -> None:
    tensor = tf.constant(np.abs(values) % 100 if values.dtype.kind in "iu" else values)
    array = for_r(tensor)
    made = written(array.T).T if turned else written(array)
    assert np.array_equal(made, as_array(tensor), equal_nan=True)


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
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made = np.asarray(for_r(tensor))
    assert bits(made[np.isnan(made.real)].real) <= bits(np.nan)
    assert np.array_equal(made, values, equal_nan=True)
    assert tensor.numpy().tobytes() == before


@pytest.mark.parametrize("letter", list(TYPES))
@pytest.mark.parametrize("sizes", [(6,), (2, 3), (2, 0, 3), (3, 1, 2, 2)])
def test_an_array_looks_at_memory_that_its_owner_keeps(letter: str, sizes: tuple[int, ...]) -> None:
    memory = np.asfortranarray(np.arange(np.prod(sizes)).reshape(sizes) % 2, dtype=TYPES[letter])
    owner = _Owner()
    array = look_at(memory.ctypes.data, letter, list(sizes), owner)
    assert np.array_equal(array, memory)
    assert array.dtype == (np.bool_ if letter == "l" else memory.dtype)
    if letter != "l":
        assert not array.flags.writeable
        part = array[..., :1]
        del array
        del owner
        assert _Owner.living == 1
        del part
        assert _Owner.living == 0


class _Owner:
    living = 0

    def __init__(self) -> None:
        _Owner.living += 1

    def __del__(self) -> None:
        _Owner.living -= 1


@pytest.mark.parametrize("array", [np.array(1.0), np.array(["a"]), np.array([None]), np.zeros(2, "datetime64[D]")])
def test_what_has_no_r_type_is_left_to_reticulate(array: Any) -> None:
    assert describe(array) is None


def test_integers_that_r_has_no_integer_for_are_doubles() -> None:
    assert for_r(tf.constant([1, -(2**31)])).dtype == np.float64
    assert for_r(tf.constant([1, 2**40], "int64")).dtype == np.float64
    assert for_r(tf.constant([1, 2])).dtype == np.int32

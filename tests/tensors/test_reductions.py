"""Reductions of ragged and sparse tensors: row by row what they are of dense ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bridge.backend import tf
from bridge.barrier.notes import take_notes
from bridge.tensors.reductions import reduce
from bridge.values.arrays import values_of

NAMES = ["sum", "prod", "min", "max", "mean", "any", "all", "range"]
DTYPES = ["float64", "float32", "float16", "bfloat16", "int8", "uint8", "int16", "int32", "int64", "uint16", "bool"]

rng = np.random.default_rng(20)


def random_rows(dtype: str, least: int = 0) -> list[Any]:
    sizes = [3, *rng.integers(least, 5, size=rng.integers(1, 6)).tolist()]
    rows = [tf.constant(rng.integers(0, 2 if dtype == "bool" else 12, size), dtype="int32") for size in sizes]
    return [tf.cast(row, dtype) for row in rows]


def same(got: Any, wanted: Any) -> bool:
    return bool(np.allclose(np.float64(values_of(got)), np.float64(values_of(wanted)), rtol=1e-2, equal_nan=True))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", NAMES[:-1])
def test_rows_of_a_ragged_tensor_are_reduced_as_vectors_are(name: str, dtype: str) -> None:
    for least in (0, 1, 1):
        rows = random_rows(dtype, least)
        ragged = tf.RaggedTensor.from_row_lengths(tf.concat(rows, 0), [row.shape[0] for row in rows])
        for axis in (2, -1, [2]):
            got = reduce(name, ragged, axis)
            assert got.shape == (len(rows),)
            # The mean of a row without values is NaN, so that of the others has its fraction too.
            wide = name == "mean" and least == 0 and dtype != "bool"
            wanted = [reduce(name, tf.cast(row, "float64") if wide and got.dtype == "float64" else row) for row in rows]
            assert same(got, [float(values_of(one).item()) for one in wanted]), (axis, ragged)
            assert same(reduce(name, ragged, axis, keepdims=True), tf.reshape(got, (-1, 1)))
    take_notes()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", NAMES)
def test_all_elements_of_a_ragged_tensor(name: str, dtype: str) -> None:
    rows = random_rows(dtype)
    ragged = tf.RaggedTensor.from_row_lengths(tf.concat(rows, 0), [row.shape[0] for row in rows])
    wanted = reduce(name, tf.concat(rows, 0))
    got = reduce(name, ragged)
    assert got.dtype == wanted.dtype
    assert same(got, wanted)
    if name != "range":
        assert reduce(name, ragged, keepdims=True).shape == (1, 1)
    take_notes()


@pytest.mark.parametrize("na_rm", [False, True])
@pytest.mark.parametrize("name", NAMES[:-1])
def test_missing_values_in_rows(name: str, na_rm: bool) -> None:
    rows = [[1.0, np.nan, 3.0], [np.nan], [2.0, 0.5], [np.nan, -np.inf]]
    got = reduce(name, tf.ragged.constant(rows, dtype="float64"), 2, na_rm=na_rm)
    assert same(got, [values_of(reduce(name, tf.constant(row, "float64"), na_rm=na_rm)).item() for row in rows])
    take_notes()


def test_columns_and_three_ranks_of_a_ragged_tensor() -> None:
    ragged = tf.ragged.constant([[[1, 2], [3]], [[4]]])
    assert values_of(reduce("sum", ragged, 1).to_tensor()).tolist() == [[5, 2], [3, 0]]
    assert reduce("sum", ragged, 3).to_list() == [[3, 3], [4]]
    assert reduce("max", ragged, 3).to_list() == [[2, 3], [4]]
    assert reduce("mean", ragged, 3).to_list() == [[1, 3], [4]]
    assert [note["message"] for note in take_notes()] == [
        "`mean()` of an int32 tensor is int32 too: a fraction was dropped."
    ]
    assert reduce("sum", ragged, [2, 3]).numpy().tolist() == [6, 4]


def test_a_row_without_values_has_what_r_has_for_nothing() -> None:
    ragged = tf.ragged.constant([[1, 2], []], dtype="int32")
    assert reduce("max", ragged, 2).numpy().tolist() == [2.0, -np.inf]
    assert reduce("min", ragged, 2).numpy().tolist() == [1.0, np.inf]
    assert len(take_notes()) == 2


def test_sums_of_ragged_integers_do_not_wrap() -> None:
    ragged = tf.ragged.constant([[2_000_000_000, 2_000_000_000], [1]], dtype="int32")
    assert reduce("sum", ragged, 2).numpy().tolist() == [4_000_000_000, 1]
    assert all("went past" in note["message"] for note in take_notes())


def test_ragged_tensors_are_reduced_in_graphs() -> None:
    for name in NAMES[:-1]:
        traced = tf.function(lambda x, name=name: reduce(name, x, 2))
        ragged = tf.ragged.constant([[1, 2], [3]])
        assert same(traced(ragged), reduce(name, ragged, 2)), name
    take_notes()


@pytest.mark.parametrize("name", NAMES)
def test_a_sparse_tensor_is_the_matrix_that_it_is(name: str) -> None:
    dense = tf.constant(rng.integers(-3, 3, (4, 5)), dtype="float64")
    sparse = tf.sparse.from_dense(dense)
    for axis in (None, 1, 2, [1, 2]):
        for keepdims in (False, True):
            assert same(reduce(name, sparse, axis, keepdims), reduce(name, dense, axis, keepdims))

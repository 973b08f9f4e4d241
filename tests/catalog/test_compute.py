"""Functions of the surface on R's values: positions, axes, and which dtype a number takes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from bridge.backend import keras, tf
from bridge.barrier.notes import forget_said, take_notes
from bridge.catalog.compute import compute
from bridge.catalog.data_roles import DATA_ROLES
from bridge.catalog.rows import rows
from bridge.errors import ArgumentError, FileError
from tests.conftest import newer_keras


def values(result: Any) -> Any:
    return [values(part) for part in result] if isinstance(result, (list, tuple)) else np.asarray(result).tolist()


@settings(max_examples=200, deadline=None)
@given(hnp.arrays(np.float64, st.integers(1, 8), elements=st.integers(-5, 5)))
def test_positions_are_those_of_base_r(base_r: Any, x: Any) -> None:
    written = f"c({', '.join(str(int(value)) for value in x)})"
    assert values(compute("op_argmax", {"x": x})) == base_r(f"which.max({written})")
    assert values(compute("op_argmin", {"x": x})) == base_r(f"which.min({written})")
    assert np.array_equal(values(compute("op_argsort", {"x": x})), base_r(f"order({written})"))
    taken = compute("op_take", {"x": x, "indices": np.array([len(x), 1.0])})
    assert np.array_equal(values(taken), base_r(f"{written}[c({len(x)}, 1)]"))


@pytest.mark.parametrize(
    ("name", "arguments", "wanted"),
    [
        ("op_top_k", {"x": np.array([4.0, 1.0, 3.0]), "k": 2.0}, {"values": [4, 3], "indices": [1, 3]}),
        ("op_searchsorted", {"sorted_sequence": np.array([1.0, 3.0]), "values": np.array([2.0])}, [2]),
        ("op_one_hot", {"x": np.array([1.0, 3.0]), "num_classes": 3.0}, [[1, 0, 0], [0, 0, 1]]),
        ("op_multi_hot", {"inputs": np.array([1.0, 3.0]), "num_classes": 3.0}, [1, 0, 1]),
        ("op_nonzero", {"x": np.array([0.0, 5.0, 6.0])}, [[2, 3]]),
        ("op_where", {"condition": np.array([False, True])}, [[2]]),
        ("op_split", {"x": np.arange(1, 6), "indices_or_sections": np.array([3.0, 5.0])}, [[1, 2], [3, 4], [5]]),
        ("op_segment_sum", {"data": np.array([1.0, 2.0, 3.0]), "segment_ids": np.array([1.0, 1.0, 2.0])}, [3, 3]),
        ("op_unravel_index", {"indices": np.array([1.0, 4.0]), "shape": np.array([2.0, 3.0])}, [[1, 2], [1, 1]]),
        ("op_scatter", {"indices": np.array([[1.0], [3.0]]), "values": np.array([5.0, 6.0]), "shape": 4.0}, [5, 0, 6, 0]),
        (
            "op_slice",
            {"inputs": np.arange(6).reshape(2, 3), "start_indices": np.array([1.0, 2.0]), "shape": [1, 2]},
            [[1, 2]],
        ),
        ("op_get_item", {"x": np.array([5.0, 6.0]), "key": 2.0}, 6),
        ("op_sum", {"x": np.array([[1.0, 2.0], [3.0, 4.0]]), "axis": 1.0}, [4, 6]),
        ("op_stack", {"x": [np.array([1.0, 2.0]), np.array([3.0, 4.0])], "axis": 2.0}, [[1, 3], [2, 4]]),
        ("op_transpose", {"x": np.zeros((2, 3, 4)), "axes": np.array([3.0, 1.0, 2.0])}, np.zeros((4, 2, 3)).tolist()),
        ("k_argmax", {"x": np.array([1.0, 5.0]), "axis": 1.0}, 1),
    ],
)
def test_what_functions_compute_from_r_values(name: str, arguments: dict[str, Any], wanted: Any) -> None:
    result = compute(name, arguments)
    got = {key: values(part) for key, part in result.items()} if isinstance(result, dict) else values(result)
    assert got == wanted


def test_zero_indexed_is_the_way_out() -> None:
    assert values(compute("op_argmax", {"x": np.array([1.0, 5.0]), "zero_indexed": True})) == 1
    taken = compute("op_take", {"x": np.array([5.0, 6.0]), "indices": np.array([0.0, 1.0]), "zero_indexed": True})
    assert values(taken) == [5, 6]


def test_positions_are_whole_and_count_from_one() -> None:
    with pytest.raises(ArgumentError, match="`indices` has a 0, but positions count from 1"):
        compute("op_take", {"x": np.array([5.0]), "indices": 0.0})
    with pytest.raises(ArgumentError, match="`indices` must be made of whole numbers"):
        compute("op_take", {"x": np.array([5.0]), "indices": 1.5})
    with pytest.raises(ArgumentError, match="`axis` is 0, but axes count from 1"):
        compute("op_sum", {"x": np.array([5.0]), "axis": 0.0})


@pytest.mark.parametrize(
    ("first", "second", "dtype"),
    [
        pytest.param(tf.constant([1, 2]), 2.0, "int32", id="a whole number beside integers"),
        pytest.param(tf.constant([1, 2]), 2.5, "float64", id="a fraction beside integers"),
        pytest.param(tf.constant([1.0, 2.0]), np.array([1.0, 2.0]), "float32", id="doubles beside float32"),
        pytest.param(tf.constant([1.0, 2.0], "float64"), 2.0, "float64", id="a number beside float64"),
        pytest.param(np.array([1.0, 2.0]), np.array([3.0, 4.0]), "float64", id="doubles alone"),
        pytest.param(np.array([1.0, 2.0]), 2.0, "float64", id="a number beside doubles"),
        pytest.param(1.0, 2.0, "float32", id="single numbers alone"),
        pytest.param(keras.Input((3,)), 2.0, "float32", id="a symbolic tensor"),
    ],
)
def test_numbers_take_the_dtype_of_what_they_meet(first: Any, second: Any, dtype: str) -> None:
    assert keras.backend.standardize_dtype(compute("op_add", {"x1": first, "x2": second}).dtype) == dtype


def test_functions_with_any_number_of_tensors() -> None:
    product = compute("op_einsum", {"subscripts": "ij,jk->ik"}, [np.eye(2), np.ones((2, 2))])
    assert values(product) == [[1, 1], [1, 1]]
    assert [tuple(grid.shape) for grid in compute("op_meshgrid", {}, [np.arange(2.0), np.arange(3.0)])] == [(3, 2)] * 2


def test_functions_of_the_former_backend_say_once_that_they_are() -> None:
    forget_said()
    take_notes()
    compute("k_abs", {"x": np.array([-1.0])})
    compute("k_exp", {"x": np.array([-1.0])})
    assert len(take_notes()) == 1


def test_data_sets_come_from_a_local_file(tmp_path: Any) -> None:
    path = tmp_path / "mnist.npz"
    images, labels = np.arange(3 * 28 * 28).reshape(3, 28, 28).astype("uint8"), np.array([1, 0, 2], dtype="uint8")
    np.savez(path, x_train=images, y_train=labels, x_test=images[:1], y_test=labels[:1])
    loaded = compute("dataset_mnist", {"path": str(path)})
    assert loaded["train"]["x"].shape == (3, 28, 28)
    assert loaded["test"]["y"].tolist() == [1]


def test_without_network_it_is_said_what_to_do(tmp_path: Any, monkeypatch: Any) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise Exception("URL fetch failure on https://example.org: None -- [Errno -2] Name or service not known")

    monkeypatch.setitem(keras.datasets.imdb.load_data.__globals__, "get_file", fail)
    with pytest.raises(FileError, match="could not be downloaded"):
        compute("dataset_imdb", {})
    with pytest.raises(FileError, match="There is no file"):
        compute("dataset_imdb", {"path": str(tmp_path / "none.npz")})


def _data(name: str) -> list[str]:
    found = rows()[name]
    return [n for n in found.required if found.arguments.get(n) in DATA_ROLES]


COMPUTING = [
    n for n, found in rows().items() if found.family in ("op", "k") and n not in ("k_clear_session", "op_custom_gradient")
]
TRIED = [n for n in COMPUTING if _data(n)]
TOKENIZER = tf.keras.preprocessing.text.Tokenizer(num_words=4)
SETTINGS: dict[str, Any] = {"dtype": "float32"}


def _works(name: str, data: dict[str, Any]) -> bool:
    settings = {n: SETTINGS.get(n, 1.0) for n in rows()[name].required if n not in data}
    try:
        compute(name, settings | data)
    except Exception:
        return False
    return True


@pytest.mark.parametrize("name", TRIED)
def test_a_vector_of_length_one_stands_for_a_scalar_and_for_a_vector(name: str) -> None:
    for array, scalar in ((np.array([1.0]), 1.0), (np.array([1], "int32"), 1), (np.array([True]), True)):
        for others in (array, array[None]):
            for argument in _data(name):
                data = dict.fromkeys(_data(name), others)
                if _works(name, data | {argument: array}):
                    assert _works(name, data | {argument: scalar}), argument


@pytest.mark.parametrize("name", TRIED)
def test_whole_doubles_do_where_integers_do(name: str) -> None:
    for shape in ((1,), (1, 1)):
        if _works(name, dict.fromkeys(_data(name), np.ones(shape, "int32"))):
            assert _works(name, dict.fromkeys(_data(name), np.ones(shape)))


@pytest.mark.parametrize("name", TRIED)
def test_doubles_do_where_float32_does(name: str) -> None:
    for shape in ((1,), (1, 1)):
        if _works(name, dict.fromkeys(_data(name), tf.ones(shape))):
            assert _works(name, dict.fromkeys(_data(name), np.ones(shape)))


@pytest.mark.parametrize("name", TRIED)
def test_several_results_are_a_list(name: str) -> None:
    for shape in ((1,), (1, 1)):
        data = dict.fromkeys(_data(name), np.ones(shape))
        if _works(name, data):
            settings = {n: SETTINGS.get(n, 1.0) for n in rows()[name].required if n not in data}
            assert not isinstance(compute(name, settings | data), tuple)


@newer_keras
@settings(max_examples=50, deadline=None)
@given(hnp.arrays(np.float64, st.integers(1, 8), elements=st.integers(-3, 3)))
def test_unique_s_positions_are_those_of_base_r(base_r: Any, x: Any) -> None:
    written = f"c({', '.join(str(int(value)) for value in x)})"
    flags = {"return_index": True, "return_inverse": True, "return_counts": True}
    got = values(compute("op_unique", {"x": x, **flags}))
    sorted_ = f"sort(unique({written}))"
    wanted = [sorted_, f"match({sorted_}, {written})", f"match({written}, {sorted_})", f"table({written})"]
    for ours, code in zip(got, wanted, strict=True):
        assert np.array_equal(np.ravel(ours), np.ravel(base_r(f"as.vector({code})")))
    zero = values(compute("op_unique", {"x": x, "zero_indexed": True, **flags}))
    assert (np.array(zero[1]) + 1).tolist() == got[1]
    assert zero[3] == got[3]


@pytest.mark.parametrize(
    ("name", "arguments", "wanted"),
    [
        ("op_histogram", {"x": np.array([1.0, 2.0, 2.0]), "bins": 4.0, "range": np.array([0.0, 4.0])}, [0, 1, 2, 0]),
        ("op_get_item", {"x": np.array([[1, 3], [2, 4]]), "key": [1.0, 2.0]}, 3),
        ("op_get_item", {"x": np.array([[1, 3], [2, 4]]), "key": [0.0, 1.0], "zero_indexed": True}, 3),
        ("op_scan", {"f": lambda s, x: (s + x, s + x), "init": 0.0, "xs": np.array([1.0, 2.0])}, 3),
        ("op_searchsorted", {"sorted_sequence": np.array([1.0, 3.0, 5.0]), "values": 3.0}, 2),
        pytest.param("op_gcd", {"x1": 12.0, "x2": 18.0}, 6, marks=newer_keras),
        ("op_dtype", {"x": np.array([1.0, 2.0])}, "float64"),
        ("op_lu_factor", {"x": np.eye(2)}, [[1, 0], [0, 1]]),
        ("random_gamma", {"shape": 3.0, "alpha": np.array([1.0, 2.0, 3.0])}, None),
        ("random_binomial", {"shape": 2.0, "counts": np.array([1.0, 1.0]), "probabilities": 1.0}, [1, 1]),
        ("sequences_to_matrix", {"tokenizer": TOKENIZER, "sequences": [np.array([1, 2])]}, None),
    ],
)
def test_arguments_that_were_not_converted(name: str, arguments: dict[str, Any], wanted: Any) -> None:
    result = compute(name, arguments)
    first = result[0] if isinstance(result, list) else result
    if wanted is not None:
        assert np.ravel(np.asarray(first)).tolist() == np.ravel(np.asarray(wanted)).tolist()


def test_what_is_no_position_and_no_whole_number_is_named() -> None:
    with pytest.raises(ArgumentError, match="`key` must be one position, or a list of one for each axis"):
        compute("op_get_item", {"x": np.eye(3), "key": np.array([1.0, 2.0])})
    with pytest.raises(ArgumentError, match="`x` must be made of whole numbers"):
        compute("op_bitwise_and", {"x": np.array([6.5]), "y": 3.0})

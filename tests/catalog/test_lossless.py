"""R's numbers on their way into functions of the surface: what a dtype cannot hold is exact in another, or an error."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.backend import keras, tf
from bridge.catalog.compute import compute
from bridge.catalog.construct import construct
from bridge.catalog.data_roles import DATA_ROLES
from bridge.catalog.rows import rows
from bridge.errors import ArgumentError, BridgeError, ConversionError
from bridge.tensors.operators import arithmetic
from bridge.values.arrays import as_tensor
from bridge.values.dtypes import NA_INTEGER, na_alone
from tests.conftest import newer_keras

OPERATORS = {
    "op_add": "+",
    "op_subtract": "-",
    "op_multiply": "*",
    "op_equal": "==",
    "op_not_equal": "!=",
    "op_less": "<",
    "op_less_equal": "<=",
    "op_greater": ">",
    "op_greater_equal": ">=",
}
NUMBERS = st.one_of(st.integers(-(2**31) + 1, 2**31 - 1), st.integers(-(2**40), 2**40).map(float), st.floats(-1e12, 1e12))


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(sorted(OPERATORS)), st.sampled_from(["int8", "uint8", "int32", "int64", "float16", "float64"]), NUMBERS
)
def test_a_number_meets_a_tensor_as_it_does_in_operators(name: str, dtype: str, number: Any) -> None:
    x = tf.constant([1, 2, 100], dtype)
    computed, wanted = compute(name, {"x1": x, "x2": number}), arithmetic(OPERATORS[name], x, number)
    # Where the operator has gone to a wider dtype for its result, Keras wraps.
    if computed.dtype == wanted.dtype:
        assert computed.numpy().tolist() == wanted.numpy().tolist()
    else:
        assert computed.dtype == dtype


def _several(name: str) -> list[str]:
    found = rows()[name]
    data = [n for n in found.parameters if found.arguments.get(n) in DATA_ROLES]
    return data if len(data) > 1 and set(found.required) <= set(data) else []


SEVERAL = [n for n, found in rows().items() if found.family in ("op", "k") and _several(n)]


@pytest.mark.parametrize("name", SEVERAL)
def test_no_number_wraps_beside_integers(name: str) -> None:
    required = [n for n in _several(name) if n in rows()[name].required]
    for argument in _several(name):
        for number in (1e10, 2.0**31, -3e9, 1.5):
            for of in (lambda value: value, lambda value: np.array([value, value])):
                ints = {n: tf.constant([1, 2]) for n in required}
                doubles = {n: tf.constant([1.0, 2.0], "float64") for n in required}
                try:
                    wanted = compute(name, doubles | {argument: tf.constant(of(number), "float64")})
                    got = compute(name, ints | {argument: of(number)})
                except Exception:
                    continue
                for ours, exact in zip(tf.nest.flatten(got), tf.nest.flatten(wanted), strict=True):
                    assert np.allclose(np.asarray(ours, "float64"), np.asarray(exact, "float64"), rtol=1e-6), argument


MAKERS = [
    ("op_convert_to_tensor", {}, "x"),
    ("op_array", {}, "x"),
    ("op_full", {"shape": 2.0}, "fill_value"),
    ("op_full_like", {"x": np.array([1.0, 2.0])}, "fill_value"),
    ("k_constant", {}, "value"),
    ("k_variable", {}, "value"),
]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(MAKERS), st.sampled_from(["uint8", "int8", "int32", "int64", "bool", "float16", "float64"]), NUMBERS)
def test_values_with_a_dtype_are_those_of_as_tensor(maker: Any, dtype: str, number: Any) -> None:
    name, others, argument = maker
    try:
        wanted = as_tensor(number, dtype).numpy()
    except ConversionError as error:
        with pytest.raises(ConversionError) as refused:
            compute(name, {**others, argument: number, "dtype": dtype})
        assert refused.value.message == error.message
    else:
        made = np.asarray(compute(name, {**others, argument: number, "dtype": dtype}))
        assert (made == wanted).all()


def test_what_is_like_a_tensor_has_its_dtype() -> None:
    assert compute("op_full_like", {"x": tf.constant([1, 2]), "fill_value": 7.0}).numpy().tolist() == [7, 7]
    with pytest.raises(ConversionError, match=r"1\.5 at position 1 has a fraction"):
        compute("op_full_like", {"x": tf.constant([1, 2]), "fill_value": 1.5})


NA = np.array([1, NA_INTEGER], np.int32)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("k_constant", {"value": NA}),
        ("op_convert_to_tensor", {"x": NA}),
        ("op_array", {"x": np.array([1.0, np.nan]), "dtype": "int32"}),
        ("op_cast", {"x": np.array([1.0, np.nan]), "dtype": "int32"}),
        ("k_cast", {"x": np.array([1.0, np.nan]), "dtype": "uint8"}),
        ("op_cumsum", {"x": np.array([1.0, np.nan]), "dtype": "int32"}),
        ("timeseries_dataset_from_array", {"data": NA, "targets": None, "sequence_length": 1.0}),
        ("adapt", {"object": keras.layers.Normalization(), "data": NA}),
        ("normalize", {"x": NA}),
        ("to_categorical", {"y": NA}),
        ("pad_sequences", {"sequences": [NA]}),
        ("pad_sequences", {"sequences": [np.array([1.0, 2.0])], "value": na_alone("bool")}),
    ],
)
def test_na_is_no_number_of_python(name: str, arguments: dict[str, Any]) -> None:
    with pytest.raises(ConversionError, match="NA"):
        compute(name, arguments)


@pytest.mark.parametrize("name", [n for n, found in rows().items() if found.family in ("op", "k") and found.required])
def test_no_function_makes_a_number_of_na(name: str) -> None:
    found = rows()[name]
    data = [n for n in found.required if found.arguments.get(n) in (*DATA_ROLES, "array", "index", "class_index", "floats")]
    for others in (np.array([1.0, 2.0]), np.array([1, 2], np.int32)):
        for argument in data:
            given = dict.fromkeys(found.required, 4.0) | dict.fromkeys(data, others) | {argument: NA, "dtype": "int32"}
            try:
                result = compute(name, {n: given[n] for n in (*found.required, *({"dtype"} & set(found.parameters)))})
            except Exception:
                continue
            for part in tf.nest.flatten(result):
                if tf.is_tensor(part) and part.dtype.is_integer:
                    assert NA_INTEGER not in np.asarray(part), argument


@newer_keras
def test_na_becomes_nan_where_the_dtype_has_it() -> None:
    assert np.isnan(compute("op_cast", {"x": NA, "dtype": "float32"}).numpy()).tolist() == [False, True]
    assert compute("op_nancumsum", {"x": np.array([1.0, np.nan]), "dtype": "int32"}).numpy().tolist() == [1, 1]


@pytest.mark.parametrize(
    ("name", "arguments", "told"),
    [
        ("pad_sequences", {"sequences": [1e10, np.array([1.0, 2.0])]}, "out of range"),
        ("pad_sequences", {"sequences": [np.array([1.0, 2.0])], "value": 0.5}, "has a fraction"),
        ("to_categorical", {"y": np.array([1.5, 0.0])}, "`y` must be made of whole numbers"),
        ("to_categorical", {"y": tf.constant([1.5, 0.0])}, "`y` must be made of whole numbers"),
        ("to_categorical", {"y": np.array([-1.0, 1.0])}, "`y` has a class of -1, but classes count from 0"),
        ("op_one_hot", {"x": np.array([1.0, 4.0]), "num_classes": 3.0}, "`x` has the class 4, but the classes are 1 to 3"),
        ("op_one_hot", {"x": tf.constant(4), "num_classes": 3.0}, "`x` has the class 4, but the classes are 1 to 3"),
        ("op_one_hot", {"x": -4.0, "num_classes": 3.0}, "`x` has the class -4, but the classes are 1 to 3"),
        ("op_one_hot", {"x": 3.0, "num_classes": 3.0, "zero_indexed": True}, "the classes are 0 to 2"),
        ("op_one_hot", {"x": NA, "num_classes": 3.0}, "`x` must be made of whole numbers"),
        ("op_multi_hot", {"inputs": np.array([1.0, 4.0]), "num_classes": 3.0}, "`inputs` has the class 4"),
        ("op_take", {"x": np.array([1.0]), "indices": 1e10}, "out of range"),
        ("op_arange", {"start": 300.0, "dtype": "uint8"}, "out of range"),
        ("op_arange", {"start": 0.0, "stop": 1.0, "step": 0.5, "dtype": "int32"}, "has a fraction"),
    ],
)
def test_what_keras_would_cut_off_is_an_error(name: str, arguments: dict[str, Any], told: str) -> None:
    with pytest.raises(BridgeError, match=told):
        compute(name, arguments)


@pytest.mark.parametrize("name", [n for n in rows() if n.startswith(("loss_sparse_", "metric_sparse_"))])
def test_labels_are_whole_numbers(name: str) -> None:
    p = np.array([[0.1, 0.9], [0.5, 0.5]])
    construct(name, {"y_true": np.array([1.0, 0.0]), "y_pred": p})
    with pytest.raises(ArgumentError, match="`y_true` must be made of whole numbers"):
        construct(name, {"y_true": np.array([1.5, 0.0]), "y_pred": p})


@pytest.mark.parametrize(
    ("name", "arguments", "wanted"),
    [
        ("pad_sequences", {"sequences": {"1": np.array([1, 2]), "2": 3}}, [[1, 2], [0, 3]]),
        ("op_clip", {"x": tf.constant([1, 2, 3]), "x_min": 1.5, "x_max": 2.5}, [1.5, 2, 2.5]),
        ("op_clip", {"x": np.array([1, 2, 3], "int32"), "x_min": 1.5, "x_max": 2.5}, [1.5, 2, 2.5]),
        ("op_clip", {"x": tf.constant([1, 200], "uint8"), "x_min": 0.0, "x_max": 300.0}, [1, 200]),
        ("k_clip", {"x": tf.constant([1, 2, 3]), "min_value": 0.0, "max_value": 3e9}, [1, 2, 3]),
        ("op_slice_update", {"inputs": tf.constant([1, 2, 3]), "start_indices": 1.0, "updates": 1.5}, [1.5, 2, 3]),
        ("op_scatter_update", {"inputs": tf.constant([1, 2]), "indices": np.array([[2.0]]), "updates": 1.5}, [1, 1.5]),
        ("op_power", {"x1": tf.constant([1, 2, 4]), "x2": -1.0}, [1, 0.5, 0.25]),
        ("op_power", {"x1": 2.0, "x2": tf.constant([-1, 2])}, [0.5, 4]),
        ("op_in_top_k", {"targets": 1.0, "predictions": np.array([[0.1, 0.9]]), "k": 1.0}, [True]),
        ("op_searchsorted", {"sorted_sequence": np.array([1.0, 2.0, 3.0]), "values": 2.5}, [3]),
        ("k_variable", {"value": np.array([1.0, 2.0])}, [1, 2]),
    ],
)
def test_numbers_that_fit_nowhere_else(name: str, arguments: dict[str, Any], wanted: Any) -> None:
    assert np.array_equal(np.ravel(np.asarray(compute(name, arguments))), np.ravel(wanted))


def test_a_limit_that_fits_leaves_the_dtype() -> None:
    assert compute("op_clip", {"x": tf.constant([1, 2]), "x_min": 0.0, "x_max": 1.0}).dtype == tf.int32
    assert compute("op_power", {"x1": tf.constant([1, 2]), "x2": 2.0}).dtype == tf.int32


@pytest.mark.parametrize("sizes", [tf.TensorShape([None, 2]), np.array([np.nan, 2]), [None, 2.0], np.array([-1.0, 2.0])])
@pytest.mark.parametrize(("name", "argument"), [("op_reshape", "newshape"), ("k_reshape", "shape")])
def test_one_size_is_inferred(name: str, argument: str, sizes: Any) -> None:
    assert compute(name, {"x": np.ones((2, 3)), argument: sizes}).shape == (3, 2)


@settings(max_examples=100, deadline=None)
@given(st.integers(-20, 20), st.integers(-20, 20), st.integers(1, 5), st.sampled_from([None, "int32", "uint8", "float64"]))
def test_ranges_of_any_dtype_are_those_of_base_r(base_r: Any, start: int, stop: int, step: int, dtype: str | None) -> None:
    by = step if stop >= start else -step
    wanted = np.atleast_1d(base_r(f"seq({start}, {stop}, {by})")).tolist()
    given = {"start": float(start), "stop": float(stop), "step": float(by)} | ({"dtype": dtype} if dtype else {})
    if dtype == "uint8" and min(wanted) < 0:
        with pytest.raises(ConversionError, match="out of range"):
            compute("op_arange", given)
    else:
        made = compute("op_arange", given)
        assert made.numpy().tolist() == wanted
        assert made.dtype == (dtype or "float32")

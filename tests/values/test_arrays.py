from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from bridge import as_array, as_tensor, shape
from bridge.backend import keras, tf
from bridge.errors import ArgumentError, ConversionError, DtypeError, ShapeError
from bridge.values.dtypes import NA_INTEGER
from bridge.values.shapes import dims_of, to_shape


@pytest.mark.parametrize(
    ("value", "dtype", "sizes"),
    [
        pytest.param(1.0, "float32", (), id="a bare double is float32"),
        pytest.param(np.array([1.0]), "float64", (1,), id="an array of doubles is float64"),
        pytest.param(1, "int32", (), id="an integer is int32"),
        pytest.param(np.array([], dtype=np.int32), "int32", (0,), id="no integers are int32"),
        pytest.param(True, "bool", (), id="a logical is bool"),
        pytest.param("a", "string", (), id="text is string"),
        pytest.param(1 + 2j, "complex128", (), id="a complex number is complex128"),
        pytest.param(bytearray(b"\x01\x02"), "uint8", (2,), id="raw is uint8"),
    ],
)
def test_r_types_become_dtypes(value: Any, dtype: str, sizes: tuple[int, ...]) -> None:
    tensor = as_tensor(value)
    assert (tensor.dtype.name, tuple(tensor.shape)) == (dtype, sizes)


R_TYPES = {
    "double": hnp.from_dtype(np.dtype("float64")),
    "integer": st.integers(-(2**31) + 1, 2**31 - 1),
    "logical": st.booleans(),
    "complex": hnp.from_dtype(np.dtype("complex128")),
}
"""What each R type of numbers may hold, NA aside."""

NUMPY_TYPES = {"double": np.float64, "integer": np.int32, "logical": np.bool_, "complex": np.complex128}


@pytest.mark.parametrize("r_type", R_TYPES)
@settings(max_examples=150, deadline=None)
@given(data=st.data(), sizes=hnp.array_shapes(min_dims=1, max_dims=6, min_side=0, max_side=3))
def test_arrays_come_back_as_they_went(r_type: str, data: Any, sizes: tuple[int, ...]) -> None:
    values = data.draw(hnp.arrays(NUMPY_TYPES[r_type], sizes, elements=R_TYPES[r_type]))
    back = as_array(as_tensor(np.asfortranarray(values)))
    assert back.dtype == values.dtype
    assert np.array_equal(back, values, equal_nan=r_type in ("double", "complex"))
    assert back.flags.f_contiguous


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",))), max_size=6))
def test_text_comes_back_as_it_went(words: list[str]) -> None:
    assert as_array(as_tensor(np.array(words, dtype=object))).tolist() == words


@pytest.mark.parametrize(
    ("dtype", "low", "high"),
    [
        ("int8", -128, 127),
        ("uint8", 0, 255),
        ("int16", -(2**15), 2**15 - 1),
        ("uint16", 0, 2**16 - 1),
        ("uint32", 0, 2**32 - 1),
        ("int64", -(2**53), 2**53),
        ("uint64", 0, 2**53),
        ("float16", -2048, 2048),
        ("bfloat16", -256, 256),
        ("float32", -(2**24), 2**24),
    ],
)
@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_whole_doubles_come_back_through_every_dtype(dtype: str, low: int, high: int, data: Any) -> None:
    values = np.array(data.draw(st.lists(st.integers(low, high), min_size=1)), dtype="float64")
    tensor = as_tensor(values, dtype)
    assert tensor.dtype.name == dtype
    assert as_array(tensor).tolist() == values.tolist()
    if "int" in dtype and high < 2**50:
        with pytest.raises(ConversionError, match="is out of range"):
            as_tensor(np.append(values, high + 1.0), dtype)


@pytest.mark.parametrize(
    ("number", "dtype"),
    [
        (1e300, "float64"),
        (-3.5e38, "float64"),
        (1e-60, "float64"),
        (3.4e38, "float32"),
        (0.0, "float32"),
        (1e-40, "float32"),
    ],
)
def test_a_bare_double_has_a_dtype_that_holds_it(number: float, dtype: str) -> None:
    tensor = as_tensor(number)
    assert tensor.dtype.name == dtype
    assert tensor.numpy() == pytest.approx(number, rel=1e-5)
    assert as_tensor(np.inf).dtype.name == as_tensor(np.nan).dtype.name == "float32"


def test_column_major_input_keeps_its_elements_in_place() -> None:
    values = np.asfortranarray(np.arange(6).reshape(2, 3).astype("float64"))
    assert as_tensor(values, "float32").numpy().tolist() == values.tolist()


def test_shapes_are_filled_row_by_row() -> None:
    assert as_tensor(np.arange(1, 7, dtype=np.int32), shape=[2.0, 3.0]).numpy().tolist() == [[1, 2, 3], [4, 5, 6]]
    assert as_tensor(np.arange(6, dtype=np.int32), shape=[float("nan"), 3]).shape == (2, 3)
    assert as_tensor(0.0, shape=[2.0, 3.0]).numpy().tolist() == [[0, 0, 0], [0, 0, 0]]
    assert as_tensor("a", shape=[2]).numpy().tolist() == [b"a", b"a"]
    with pytest.raises(ShapeError, match=r"6 elements cannot take the shape \(4, 2\), which has 8"):
        as_tensor(np.arange(6), shape=[4, 2])


@pytest.mark.parametrize(
    ("value", "dtype", "message"),
    [
        (2.5, "int32", "2.5 at position 1 has a fraction"),
        (300.0, "int8", r"300 at position 1 is out of range \(-128 to 127\)"),
        (-1, "uint8", "out of range"),
        (float("nan"), "int32", "not finite"),
        (2.0, "bool", "neither 0 nor 1"),
        ("a", "float32", "Character values cannot become dtype float32"),
        (np.array([1, NA_INTEGER, NA_INTEGER], dtype=np.int32), None, r"2 values are NA \(at positions 2, 3\)"),
        (NA_INTEGER, "int64", r"1 value is NA \(at position 1\)"),
    ],
)
def test_what_a_dtype_cannot_hold_is_refused(value: Any, dtype: str | None, message: str) -> None:
    with pytest.raises(ConversionError, match=message):
        as_tensor(value, dtype)


def test_missing_integers_become_nan_where_a_float_dtype_is_asked() -> None:
    assert np.isnan(as_tensor(np.array([1, NA_INTEGER], dtype=np.int32), "float32").numpy()).tolist() == [False, True]


def test_logicals_with_missing_values_are_refused() -> None:
    with pytest.raises(ConversionError, match="dtype bool has no NA"):
        as_tensor(np.array([1, NA_INTEGER], dtype=np.int32), kind="logical")
    assert as_tensor(np.array([1, 0], dtype=np.int32), kind="logical").dtype == tf.bool


@pytest.mark.parametrize(
    ("dtype", "r_type"),
    [
        ("bool", np.bool_),
        ("int8", np.int32),
        ("uint16", np.int32),
        ("int64", np.float64),
        ("uint32", np.float64),
        ("float16", np.float64),
        ("bfloat16", np.float64),
        ("complex64", np.complex128),
    ],
)
def test_dtypes_become_r_types(dtype: str, r_type: Any) -> None:
    assert as_array(tf.cast(tf.constant([0, 1]), dtype)).dtype == r_type


def test_integers_beyond_a_double_are_refused() -> None:
    assert as_array(tf.constant([2**53], tf.int64)).tolist() == [2**53]
    with pytest.raises(ConversionError, match="beyond 2"):
        as_array(tf.constant([2**53 + 1], tf.int64))


def test_strings_are_text_both_ways() -> None:
    words = np.array([["å", "b"], ["", "日本"]], dtype=object)
    assert as_array(as_tensor(words)).tolist() == words.tolist()
    with pytest.raises(ConversionError, match="UTF-8"):
        as_array(tf.constant([b"\xff"]))


def test_symbolic_tensors_have_no_values() -> None:
    with pytest.raises(ConversionError, match="has no values yet"):
        as_array(keras.Input((2,)))


def test_structures_keep_their_form() -> None:
    made = as_tensor({"a": [1, 2.0], "b": np.array([True])})
    assert [t.dtype.name for t in made["a"]] == ["int32", "float32"]
    assert made["b"].dtype == tf.bool


def test_r_names_of_dtypes_and_typing_errors() -> None:
    assert as_tensor(1.0, "double").dtype == tf.float64
    with pytest.raises(DtypeError, match="There is no dtype `flaot32`"):
        as_tensor(1.0, "flaot32")


def test_shapes_take_what_r_writes() -> None:
    assert shape([float("nan"), 28.0, 28.0]).as_list() == [None, 28, 28]
    assert dims_of(keras.Input((3,))) == [-1, 3]
    with pytest.raises(ArgumentError, match="whole numbers"):
        shape([2.5])


def test_shapes_may_be_tensors() -> None:
    assert to_shape(tf.constant([2, 3])) == (2, 3)
    drawn = tf.function(lambda x: tf.zeros(to_shape(tf.shape(x))), input_signature=[tf.TensorSpec((None, 2))])
    assert drawn(tf.ones((3, 2))).shape == (3, 2)

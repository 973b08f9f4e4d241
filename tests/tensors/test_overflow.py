from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.backend import keras, tf
from bridge.barrier.notes import take_notes
from bridge.catalog.compute import compute
from bridge.catalog.rows import rows
from bridge.errors import DtypeError
from bridge.tensors.operators import arithmetic, matmul, unary
from bridge.tensors.promotion import INTEGERS, LIMITS
from bridge.tensors.reductions import reduce

PYTHON = {"+": int.__add__, "-": int.__sub__, "*": int.__mul__}


@st.composite
def pairs(draw: Any) -> tuple[str, int, int]:
    dtype = draw(st.sampled_from(sorted(INTEGERS)))
    least, most = LIMITS[dtype]
    number = st.one_of(st.integers(least, most), st.sampled_from([least, least + 1, most - 1, most, 0, 1]))
    return dtype, draw(number), draw(number)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["+", "-", "*"]), pairs())
def test_an_operator_is_exact_or_says_what_it_did(op: str, pair: tuple[str, int, int]) -> None:
    dtype, a, b = pair
    take_notes()
    got = arithmetic(op, tf.constant([a], dtype), tf.constant([b], dtype))
    exact = PYTHON[op](a, b)
    fits = LIMITS[dtype][0] <= exact <= LIMITS[dtype][1]
    assert (got.dtype.name == dtype) == fits
    assert bool(take_notes()) != fits
    assert got.numpy()[0] == (exact if got.dtype.is_integer else pytest.approx(float(exact), rel=1e-12, abs=2.0**12))


@settings(max_examples=200, deadline=None)
@given(st.data(), st.sampled_from(sorted(INTEGERS)), st.sampled_from(["sum", "%*%"]))
def test_sums_are_exact_or_say_what_they_did(data: Any, dtype: str, name: str) -> None:
    least, most = LIMITS[dtype]
    values = data.draw(st.lists(st.integers(least, most), min_size=1, max_size=6))
    take_notes()
    x = tf.constant(values, dtype)
    got = reduce("sum", x) if name == "sum" else matmul(x, x)[0, 0]
    exact = sum(values) if name == "sum" else sum(v * v for v in values)
    if got.dtype.is_integer:
        assert int(got) == exact
    else:
        assert float(got) == pytest.approx(float(exact), rel=1e-12, abs=2.0**12)
    assert bool(take_notes()) == (got.dtype.name not in (dtype, "int32") and (name, dtype) != ("%*%", "uint64"))


@pytest.mark.parametrize("dtype", sorted(INTEGERS))
def test_no_number_is_the_negative_of_another(dtype: str) -> None:
    least, most = LIMITS[dtype]
    got = unary("-", tf.constant([least, most], dtype)).numpy()
    assert [float(v) for v in got] == [float(-least), float(-most)]
    assert unary("-", tf.constant([0], dtype)).dtype == dtype


def test_a_divisor_of_zero_is_named_and_the_least_integer_divided_by_minus_one_is_no_crash() -> None:
    for op in ("%%", "%/%"):
        with pytest.raises(DtypeError, match="by 0"):
            arithmetic(op, tf.constant([1, 2]), tf.constant([1, 0]))
    assert arithmetic("%/%", tf.constant([-(2**31)]), tf.constant([-1])).numpy().tolist() == [2**31]


def test_dtypes_are_the_same_in_graphs_and_symbols() -> None:
    for name, dtype, wanted in [("sum", "uint8", "int32"), ("prod", "int32", "float64"), ("mean", "bool", "float64")]:
        x = tf.zeros((2, 3), dtype)
        traced = tf.function(lambda v, n=name: reduce(n, v, 1))(x)
        symbolic = reduce(name, keras.Input((3,), dtype=dtype), 2)
        assert (reduce(name, x, 1).dtype, traced.dtype, keras.backend.standardize_dtype(symbolic.dtype)) == (wanted,) * 3
    for op, wanted in [("+", "uint8"), ("/", "float64"), ("^", "float64")]:
        x = tf.ones((2, 3), "uint8")
        assert tf.function(lambda v, o=op: arithmetic(o, v, v))(x).dtype == wanted
        symbol = keras.Input((3,), dtype="uint8")
        assert keras.backend.standardize_dtype(arithmetic(op, symbol, symbol).dtype) == wanted


def test_a_number_too_large_for_the_dtype_makes_the_result_wider() -> None:
    assert arithmetic("*", tf.constant(0.5), 1e39).numpy() == 5e38
    assert arithmetic("<", tf.constant(1.0, "float16"), 7e4).numpy()
    assert arithmetic("+", tf.constant(1.0, "float16"), 7e4).dtype == "float32"
    assert arithmetic("==", tf.constant(1, "int64"), 2.0**63).dtype == "bool"
    assert not np.any(arithmetic("==", tf.constant([2**63 - 1], "int64"), 2.0**64).numpy())


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(["+", "-", "*"]), pairs())
def test_functions_of_keras_and_ragged_tensors_are_as_exact_as_operators(op: str, pair: tuple[str, int, int]) -> None:
    dtype, a, b = pair
    exact = PYTHON[op](a, b)
    fits = LIMITS[dtype][0] <= exact <= LIMITS[dtype][1]
    named = {"+": "op_add", "-": "op_subtract", "*": "op_multiply"}[op]
    one, other = tf.constant([a], dtype), tf.constant([b], dtype)
    ragged = [tf.RaggedTensor.from_row_lengths(x, [1, 0]) for x in (one, other)]
    for function in (True, False):
        if function and dtype == "uint64":
            # Keras makes uint32 of it.
            continue
        take_notes()
        got = compute(named, {"x1": one, "x2": other}) if function else arithmetic(op, *ragged).flat_values
        assert (got.dtype.name == dtype) == fits
        assert bool(take_notes()) != fits
        assert got.numpy()[0] == (exact if got.dtype.is_integer else pytest.approx(float(exact), rel=1e-12, abs=2.0**12))


EXACT = sorted(name for name, found in rows().items() if found.exact)


@pytest.mark.parametrize("name", EXACT)
def test_no_function_that_adds_or_multiplies_integers_wraps(name: str) -> None:
    matrix = tf.constant([[100, 90, 80], [70, 60, 2], [50, 3, 1]], "int8")
    least = tf.constant([[-128, -128, 127]], "int8")
    x = least if name in ("op_abs", "op_absolute", "op_negative", "op_diff") else matrix
    given = dict.fromkeys((n for n in rows()[name].required if n not in ("axes", "subscripts")), x)
    given |= {"subscripts": "ij,jk->ik"} if name == "op_einsum" else {}
    operands = [x, x] if name == "op_einsum" else []
    got = compute(name, given, operands)
    exact = compute(
        name,
        {n: tf.cast(v, "float64") if v is x else v for n, v in given.items()},
        [tf.cast(o, "float64") for o in operands],
    )
    np.testing.assert_array_equal(got.numpy().astype("float64"), exact)
    take_notes()

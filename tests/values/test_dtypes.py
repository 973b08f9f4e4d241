"""Numbers in every dtype, against exact arithmetic."""

from __future__ import annotations

import contextlib
import warnings
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from bridge.backend import keras, tf
from bridge.errors import BridgeError, ConversionError, r_spelling
from bridge.tensors.operators import arithmetic
from bridge.values.arrays import as_array, as_tensor
from bridge.values.dtypes import NA_ALONE, checked_cast, na_alone, na_dtype

INTEGERS = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"]
FLOATS = ["float16", "bfloat16", "float32", "float64"]
EDGES = [s * (2.0**e + d) for s in (1, -1) for e in (0, 7, 8, 15, 16, 31, 32, 53, 63, 64) for d in (-1, -0.5, 0, 0.5, 1)]
POOL = np.array([*EDGES, 0.0, 65519.0, 65520.0, 7e4, 1e39, 1e300, np.nan, np.inf, -np.inf])


@pytest.mark.parametrize("dtype", INTEGERS)
def test_doubles_are_integers_when_they_are_whole_and_in_range(dtype: str) -> None:
    limits = np.iinfo(dtype)
    for value in POOL:
        fits = np.isfinite(value) and Fraction(value).denominator == 1 and limits.min <= int(value) <= limits.max
        for source in (np.array([value]), tf.constant([value], "float64")):
            if fits:
                assert int(as_tensor(source, dtype).numpy()[0]) == int(value)
            else:
                with pytest.raises(ConversionError, match=f"cannot become dtype {dtype}"):
                    as_tensor(source, dtype)


@pytest.mark.parametrize("dtype", FLOATS)
def test_what_would_be_infinite_in_a_float_dtype_is_refused(dtype: str) -> None:
    most = float(tf.dtypes.as_dtype(dtype).max)
    for value in POOL:
        for source in (np.array([value]), tf.constant([value], "float64")):
            if np.isfinite(value) and abs(value) > most * (1 + 2.0**-8):
                with pytest.raises(ConversionError, match="out of range"):
                    as_tensor(source, dtype)
            elif not np.isfinite(value) or abs(value) <= most:
                got = as_tensor(source, dtype).numpy()[0]
                assert np.isnan(got) == np.isnan(value)
                assert np.isinf(got) == np.isinf(value)


@pytest.mark.parametrize("source", [*INTEGERS, *FLOATS, "bool"])
@pytest.mark.parametrize("target", [*INTEGERS, *FLOATS, "bool"])
def test_tensors_are_cast_with_the_words_of_values(source: str, target: str) -> None:
    values = np.array([0, 1, 3, 127, 200, 300, 7e4, 2.0**40, -1, -3])
    limits = tf.dtypes.as_dtype(source)
    for value in values:
        if source == "bool" and value not in (0, 1):
            continue
        if source != "bool" and not limits.min <= value <= limits.max:
            continue
        tensor = tf.cast(tf.constant([value], "float64"), source)
        assert outcome(as_tensor, tensor, target) == outcome(checked_cast, tensor.numpy(), tf.dtypes.as_dtype(target))


def outcome(cast: Any, value: Any, target: Any) -> Any:
    """The numbers that a cast gives, or the words with which it refuses them."""
    try:
        return np.asarray(cast(value, target), dtype="float64").tolist()
    except ConversionError as error:
        return error.message


def test_gradients_flow_through_checked_casts() -> None:
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = as_tensor(x, "float64") * 2
    assert tape.gradient(y, x).numpy().tolist() == [2, 2]


def test_tensors_without_values_are_cast_unchecked() -> None:
    assert as_tensor(keras.Input((2,)), "uint8").dtype == "uint8"
    traced = tf.function(lambda x: as_tensor(x, "uint8"))
    assert traced(tf.constant(3.0)).numpy() == 3


def test_na_alone_is_known_by_identity_and_is_nan_to_all_others() -> None:
    for of in ("bool", "int32"):
        assert np.isnan(na_alone(of))
        assert na_dtype(na_alone(of)) == of
        with pytest.raises(ConversionError, match=f"dtype {of} has no NA"):
            as_tensor(na_alone(of))
        with pytest.raises(ConversionError, match="dtype uint8 has no NA"):
            as_tensor([na_alone(of), 1], "uint8")
        assert np.isnan(as_tensor([na_alone(of), 1], "float32").numpy()[0])
        assert np.isnan(as_tensor([[na_alone(of)], [1.5]], "float16").numpy()).tolist() == [[True], [False]]
    assert na_dtype(float("nan")) is None
    assert na_dtype(1) is None
    assert np.isnan(as_array(as_tensor(float("nan"))))


NA_REAL = np.array([0x7FF00000000007A2], dtype="uint64").view("float64")
SPECIAL = [NA_REAL, np.array([np.nan, np.inf, -np.inf, 1e300, 1.0]), np.array([complex(np.nan, 1), complex(1e300, np.inf)])]


@pytest.mark.parametrize(
    "dtype", ["float16", "bfloat16", "float32", "float64", "complex64", "int8", "int32", "uint64", "bool", None]
)
def test_no_cast_of_special_values_makes_numpy_warn(dtype: str | None) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for value in [*SPECIAL, float(NA_REAL[0]), float("nan"), float("inf"), 1e300, *map(tf.constant, SPECIAL)]:
            with contextlib.suppress(BridgeError):
                as_array(as_tensor(value, dtype))
            if dtype is None:
                continue
            for op in ("+", "*", "/", "==", "<"):
                with contextlib.suppress(BridgeError):
                    arithmetic(op, tf.cast(tf.constant([1, 0]), dtype), value)


def test_na_is_spelled_as_r_writes_it() -> None:
    for missing in (float(NA_REAL[0]), *NA_ALONE.values()):
        assert np.isnan(missing)
        assert r_spelling(missing) == r_spelling([missing])[2:-1] == "NA"
    assert r_spelling(float("nan")) == "NaN"
    assert na_dtype(NA_ALONE["bool"]) == "bool"
    assert na_dtype(float(NA_REAL[0])) is None

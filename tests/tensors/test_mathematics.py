from __future__ import annotations

import math

import numpy as np
import pytest

from bridge.backend import keras, tf
from bridge.errors import ArgumentError, BridgeError
from bridge.tensors.mathematics import complex_part, is_kind, mathematics
from bridge.tensors.operators import OPERATORS, arithmetic, unary
from bridge.tensors.reductions import reduce
from bridge.tensors.rounding import rounded

DTYPES = """
    int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 bfloat16 float32 float64 complex64 complex128 bool string
""".split()

FUNCTIONS = """
    abs sign sqrt floor ceiling trunc round signif exp log expm1 log1p cos sin tan cospi sinpi tanpi acos asin atan cosh
    sinh tanh acosh asinh atanh lgamma gamma digamma trigamma log2 log10 cumsum cumprod cummax cummin
""".split()


@pytest.mark.parametrize("dtype", DTYPES)
def test_every_verb_works_on_every_dtype_or_says_why_not(dtype: str) -> None:
    x = tf.constant(["a", "b"]) if dtype == "string" else tf.cast(tf.constant([1, 1]), dtype)
    calls = [lambda f=f: mathematics(f, x) for f in FUNCTIONS]
    calls += [lambda o=o: arithmetic(o, x, x) for o in [*OPERATORS, "&", "|"]]
    calls += [lambda o=o: unary(o, x) for o in "+-!"]
    calls += [lambda n=n, r=r: reduce(n, x, na_rm=r) for n in ("sum", "prod", "min", "max", "mean", "any") for r in (0, 1)]
    calls += [lambda k=k: is_kind(k, x) for k in ("nan", "finite", "infinite")]
    calls += [lambda p=p: complex_part(p, x) for p in ("Re", "Im", "Mod", "Arg", "Conj")]
    for call in calls:
        try:
            call()
        except BridgeError:
            assert dtype == "string" or "complex" in dtype


@pytest.mark.parametrize("name", ["log2", "log10", "gamma", "cospi", "sinpi"])
def test_exact_values_keep_the_gradient_of_what_they_correct(name: str) -> None:
    x = tf.constant([8.0, 100.0, 1.0, 3.0], "float64")
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = mathematics(name, x)
    step = 1e-6
    around = (mathematics(name, x + step) - mathematics(name, x - step)).numpy() / (2 * step)
    assert tape.gradient(y, x).numpy() == pytest.approx(around, rel=1e-4, abs=1e-6)


def test_powers_are_exact() -> None:
    assert mathematics("log10", tf.constant([1000.0, 1e-5, 1e300], "float64")).numpy().tolist() == [3, -5, 300]
    assert mathematics("log2", tf.constant([8.0, 2.0**-1000], "float64")).numpy().tolist() == [3, -1000]
    assert mathematics("gamma", tf.constant([1, 5, 171])).numpy().tolist() == [
        1,
        24,
        float(math.factorial(170)),
    ]


def test_rounding_is_done_on_the_number_that_is_there() -> None:
    assert rounded(tf.constant([0.15, 0.25, 0.35, 2.675], "float64"), "round", 1).numpy().tolist() == [0.1, 0.2, 0.3, 2.7]
    assert rounded(tf.constant([0.15, 2.5]), "round", 1).numpy() == pytest.approx([0.2, 2.5])
    assert rounded(tf.constant([1e308, -1e308], "float64"), "round", 1).numpy().tolist() == [1e308, -1e308]
    assert rounded(tf.constant([15, 25, 1234]), "round", -1).numpy().tolist() == [20, 20, 1230]
    assert rounded(tf.constant(123456), "signif", 2).numpy() == 120000
    with pytest.raises(ArgumentError, match="`digits` must be one number"):
        rounded(tf.constant(1.0), "round", np.array([1.0, 2.0]))


def test_running_extremes_work_on_symbols_and_nothing() -> None:
    assert mathematics("cummax", tf.zeros(0)).shape == (0,)
    symbol = keras.Input(batch_shape=(5,))
    model = keras.Model(symbol, mathematics("cummax", symbol))
    assert model(np.array([1.0, 3, 2, 5, 4])).numpy().tolist() == [1, 3, 3, 5, 5]

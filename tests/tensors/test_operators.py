from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bridge
from bridge.backend import keras, tf
from bridge.barrier.notes import take_notes
from bridge.errors import ArgumentError
from bridge.tensors.mathematics import mathematics
from bridge.tensors.operators import arithmetic, matmul, unary
from bridge.tensors.reductions import reduce

numbers = st.integers(-20, 20)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["+", "-", "*", "/", "%%", "%/%", "==", "!=", "<", "<=", ">", ">="]), numbers, numbers)
def test_operators_give_what_base_r_gives(base_r: Any, op: str, a: int, b: int) -> None:
    if b == 0 and op in ("/", "%%", "%/%"):
        return
    wanted = base_r(f"({a}L) {op} ({b}L)").item()
    assert arithmetic(op, bridge.as_tensor(a), bridge.as_tensor(b)).numpy() == pytest.approx(wanted)
    assert arithmetic(op, bridge.as_tensor(np.array([float(a)])), float(b)).numpy()[0] == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("left", "right", "dtype"),
    [
        pytest.param(tf.constant(1), 2.0, "int32", id="a whole double takes the integer dtype"),
        pytest.param(tf.constant(1), 2.5, "float64", id="a fraction makes an integer tensor float64"),
        pytest.param(tf.constant(1, "int8"), 300.0, "float64", id="a number out of range does too"),
        pytest.param(tf.constant(1.0), 2.5, "float32", id="a number takes the float dtype"),
        pytest.param(tf.constant(1), tf.constant(1.0), "float32", id="integer and float give the float"),
        pytest.param(tf.constant(1, "float32"), tf.constant(1, "float64"), "float64", id="the wider float wins"),
        pytest.param(tf.constant(True), tf.constant(True), "int32", id="logicals count as integers"),
        pytest.param(tf.constant(1.0, "float16"), tf.constant(1.0, "bfloat16"), "float32", id="half floats meet"),
        pytest.param(tf.constant(1.0), np.array([1.0, 2.0]), "float32", id="an R vector takes the tensor's dtype"),
    ],
)
def test_promotion(left: Any, right: Any, dtype: str) -> None:
    assert arithmetic("+", left, right).dtype == dtype
    assert arithmetic("+", right, left).dtype == dtype


def test_comparison_promotes_and_does_not_truncate() -> None:
    assert not arithmetic("==", tf.constant(1), 1.5).numpy()


def test_negative_powers_of_integers_are_fractions() -> None:
    assert arithmetic("^", tf.constant(2), tf.constant(-1)).numpy() == 0.5


@pytest.mark.parametrize("name", ["sum", "prod", "min", "max", "mean"])
@pytest.mark.parametrize("axis", [None, 1, 2, -1])
def test_reductions_give_what_base_r_gives(base_r: Any, name: str, axis: int | None) -> None:
    values = np.array([[1.5, -2.0, 3.0], [4.0, 0.5, -6.0]])
    code = "matrix(c(1.5, 4, -2, 0.5, 3, -6), 2)"
    over = {None: f"{name}({code})", 1: f"apply({code}, 2, {name})"}.get(axis, f"apply({code}, 1, {name})")
    got = reduce(name, tf.constant(values), axis)
    assert np.ravel(got.numpy()) == pytest.approx(base_r(over))
    assert reduce(name, tf.constant(values), axis, keepdims=True).shape.rank == 2


def test_the_mean_of_integers_stays_integer_and_says_what_it_loses() -> None:
    assert reduce("mean", bridge.as_tensor(np.arange(1, 13, dtype=np.int32), shape=[3, 4]), 1, True).numpy().tolist() == [
        [5, 6, 7, 8]
    ]
    assert take_notes() == []
    assert reduce("mean", tf.constant([1, 2])).numpy() == 1
    assert "fraction was dropped" in take_notes()[0]["message"]


def test_an_axis_past_the_rank_is_refused_by_name() -> None:
    with pytest.raises(ArgumentError, match="`axis` is 3, but the tensor has rank 2"):
        reduce("sum", tf.zeros((2, 2)), 3)
    with pytest.raises(ArgumentError, match="axes count from 1"):
        reduce("sum", tf.zeros((2, 2)), 0)


@pytest.mark.parametrize(
    "name",
    [
        "abs",
        "sign",
        "sqrt",
        "floor",
        "ceiling",
        "trunc",
        "round",
        "exp",
        "log",
        "expm1",
        "log1p",
        "cos",
        "sin",
        "tan",
        "acos",
        "asin",
        "atan",
        "cosh",
        "sinh",
        "tanh",
        "lgamma",
        "gamma",
        "digamma",
        "trigamma",
        "cumsum",
        "cumprod",
        "cummax",
        "cummin",
        "cospi",
        "log2",
        "log10",
        "signif",
    ],
)
def test_mathematics_gives_what_base_r_gives(base_r: Any, name: str) -> None:
    code = "c(0.25, 0.5, 0.9, 0.123456789)"
    got = mathematics(name, tf.constant([0.25, 0.5, 0.9, 0.123456789], "float64")).numpy()
    assert got == pytest.approx(base_r(f"{name}({code})"), rel=1e-6)


def test_mathematics_works_on_symbolic_tensors() -> None:
    symbolic = keras.Input((2,))
    model = keras.Model(symbolic, mathematics("log1p", mathematics("sqrt", symbolic)))
    assert model(np.array([[4.0, 9.0]])).numpy()[0] == pytest.approx(np.log1p([2.0, 3.0]), rel=1e-6)


@pytest.mark.parametrize(
    ("a", "b"),
    [("1:3", "1:3"), ("1:3", "matrix(1:6, 3)"), ("matrix(1:6, 2)", "1:3"), ("matrix(1:6, 2)", "matrix(1:6, 3)")],
)
def test_matrix_products_give_what_base_r_gives(base_r: Any, a: str, b: str) -> None:
    got = matmul(tf.constant(base_r(a), "float64"), tf.constant(base_r(b), "float64"))
    wanted = base_r(f"({a}) %*% ({b})")
    assert got.numpy().tolist() == wanted.tolist()


def test_missing_values_can_be_left_out() -> None:
    x = tf.constant([1.0, float("nan"), 3.0])
    assert [reduce(name, x, na_rm=True).numpy() for name in ("sum", "mean", "min", "max")] == [4, 2, 1, 3]


def test_unary_operators() -> None:
    assert unary("!", tf.constant([True, False])).numpy().tolist() == [False, True]
    assert unary("-", tf.constant(True)).numpy() == -1

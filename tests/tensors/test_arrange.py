from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.backend import tf
from bridge.errors import ShapeError
from bridge.tensors.arrange import bind, order, pick, sort, unstack
from bridge.tensors.mathematics import complex_part, is_kind
from bridge.tensors.operators import crossprod


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(-5, 5), min_size=1, max_size=8), st.booleans())
def test_sort_and_order_are_r_s(base_r: Any, values: list[int], decreasing: bool) -> None:
    code = f"c({', '.join(map(str, values))})"
    flag = "TRUE" if decreasing else "FALSE"
    x = tf.constant(values, "float64")
    assert sort(x, decreasing).numpy().tolist() == base_r(f"sort({code}, decreasing = {flag})").tolist()
    assert order(x, decreasing).numpy().tolist() == base_r(f"order({code}, decreasing = {flag})").tolist()


def test_missing_values_are_sorted_out_and_ordered_last() -> None:
    x = tf.constant([2.0, np.nan, 1.0])
    assert sort(x).numpy().tolist() == [1, 2]
    assert order(x).numpy().tolist() == [3, 1, 2]
    assert order(x, decreasing=True).numpy().tolist() == [1, 3, 2]
    assert sort(tf.constant(["b", "a"])).numpy().tolist() == [b"a", b"b"]


def test_positions_count_down_the_columns() -> None:
    x = tf.constant([[1, 3, 5], [2, 4, 6]])
    assert pick(x, np.array([6, 1])).numpy().tolist() == [6, 1]


@pytest.mark.parametrize(
    ("r_values", "values"),
    [
        (["m", "1:3"], [None, [1, 2, 3]]),
        (["0", "m"], [0.0, None]),
        (["m", "m"], [None, None]),
    ],
)
def test_binding_is_r_s(base_r: Any, r_values: list[str], values: list[Any]) -> None:
    m = np.array([[1.0, 3.0, 5.0], [2.0, 4.0, 6.0]])
    tensors = [tf.constant(m) if v is None else v if isinstance(v, float) else np.array(v, dtype=float) for v in values]
    wanted = base_r(f"unname(local({{m <- matrix(as.numeric(1:6), 2); rbind({', '.join(r_values)})}}))")
    assert bind(tensors, True).numpy().tolist() == wanted.tolist()


def test_sizes_that_do_not_fit_are_named() -> None:
    with pytest.raises(ShapeError, match="3 and 4 columns"):
        bind([tf.zeros((2, 3)), tf.zeros((2, 4))], True)
    with pytest.raises(ShapeError, match="A vector of 2 cannot be bound to a matrix of 3"):
        bind([tf.zeros((2, 3)), tf.zeros(2)], True)


def test_a_tensor_comes_apart_along_its_first_axis() -> None:
    assert [t.numpy().tolist() for t in unstack(tf.constant([[1, 2], [3, 4]]))] == [[1, 2], [3, 4]]


def test_cross_products_are_r_s(base_r: Any) -> None:
    m = tf.constant(base_r("matrix(as.numeric(1:6), 2)"))
    assert crossprod(m).numpy().tolist() == base_r("crossprod(matrix(as.numeric(1:6), 2))").tolist()
    assert crossprod(m, None, True).numpy().tolist() == base_r("tcrossprod(matrix(as.numeric(1:6), 2))").tolist()


@pytest.mark.parametrize("name", ["Re", "Im", "Mod", "Arg", "Conj"])
def test_complex_parts_are_r_s(base_r: Any, name: str) -> None:
    got = complex_part(name, tf.constant([1 + 2j, -1j], "complex128")).numpy()
    assert got == pytest.approx(base_r(f"{name}(c(1+2i, -1i))"))


@pytest.mark.parametrize(("kind", "r_name"), [("nan", "is.na"), ("finite", "is.finite"), ("infinite", "is.infinite")])
def test_kinds_of_numbers_are_r_s(base_r: Any, kind: str, r_name: str) -> None:
    wanted = base_r(f"{r_name}(c(1, NaN, Inf, -Inf))").astype(bool).tolist()
    assert is_kind(kind, tf.constant([1.0, np.nan, np.inf, -np.inf])).numpy().tolist() == wanted
    assert is_kind(kind, tf.constant([1, 2])).numpy().tolist() == [kind == "finite"] * 2

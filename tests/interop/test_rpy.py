"""The documented use of bridge.interop, with R itself on the other side."""

from __future__ import annotations

from typing import Any

import pytest

import bridge
from bridge.backend import tf
from bridge.errors import ConversionError
from bridge.interop import from_r, to_r

ro: Any = pytest.importorskip("rpy2.robjects")


@pytest.mark.parametrize(
    ("code", "dtype", "values"),
    [
        ("1", "float32", 1.0),
        ("c(1, 2)", "float64", [1, 2]),
        ("1:3", "int32", [1, 2, 3]),
        ("TRUE", "bool", True),
        ("c(TRUE, FALSE)", "bool", [True, False]),
        ("matrix(1:6, 2)", "int32", [[1, 3, 5], [2, 4, 6]]),
        ("factor(c('b', 'a'))", "int32", [1, 0]),
        ("c('x', 'y')", "string", [b"x", b"y"]),
        ("c(1i, 2)", "complex128", [1j, 2]),
        ("as.raw(c(1, 255))", "uint8", [1, 255]),
        ("data.frame(a = 1:2, b = c(0.5, 1))", "float64", [[1, 0.5], [2, 1]]),
        ("array(1)", "float64", [1]),
    ],
)
def test_r_objects_become_tensors_by_the_same_table(code: str, dtype: str, values: Any) -> None:
    tensor = from_r(ro.r(code))
    assert tensor.dtype.name == dtype
    assert tensor.numpy().tolist() == values


def test_lists_and_mixed_frames_keep_their_names() -> None:
    made = from_r(ro.r("list(a = 1:2, b = list(c = 'x'))"))
    assert made["a"].numpy().tolist() == [1, 2]
    assert made["b"]["c"].numpy() == b"x"
    assert set(from_r(ro.r("data.frame(n = 1:2, s = c('u', 'v'))"))) == {"n", "s"}


@pytest.mark.parametrize("code", ["c(1L, NA)", "c(NA, TRUE)", "c('a', NA)", "Sys.Date()", "Sys.time()"])
def test_what_has_no_tensor_is_refused(code: str) -> None:
    with pytest.raises(ConversionError):
        from_r(ro.r(code))


@pytest.mark.parametrize(
    "code",
    ["array(1:24, 2:4)", "matrix(c(TRUE, FALSE), 1)", "array(c(1.5, NaN), 2)", "array(c('a', 'å'), 2)", "array(1i, 1)"],
)
def test_tensors_become_the_r_objects_they_came_from(code: str) -> None:
    assert ro.r["identical"](to_r(from_r(ro.r(code))), ro.r(code))[0]


def test_a_python_program_uses_r_data_and_hands_results_back() -> None:
    x = from_r(ro.r("as.matrix(iris[, 1:4])"), "float32")
    means = bridge.tensors.reduce("mean", bridge.subset(x, "1:50,"), 1)
    ro.globalenv["means"] = to_r(means)
    assert ro.r("isTRUE(all.equal(as.vector(means), unname(colMeans(iris[1:50, 1:4])), tolerance = 1e-6))")[0]
    assert isinstance(means, tf.Tensor)

"""The documented use of bridge.interop, with R itself on the other side."""

from __future__ import annotations

from typing import Any

import numpy as np
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
        ("structure(c(4.94065645841247e-324, 9.88131291682493e-324), class = 'integer64')", "int64", [1, 2]),
        ("structure(4.94065645841247e-324, class = 'integer64')", "int64", 1),
        ("as.raw(7)", "uint8", 7),
        ("data.frame(a = 1:2, m = I(matrix(3:4, 2)))$m", "int32", [[3], [4]]),
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
    ("code", "message"),
    [
        ("NA", "dtype bool has no NA"),
        ("NA_integer_", "dtype int32 has no NA"),
        ("factor(NA)", "dtype int32 has no NA"),
        ("list(1L, NA)", "dtype bool has no NA"),
        ("structure(-0, class = 'integer64')", "dtype int64 has no NA"),
        ("Sys.Date()", "A Date has no unit"),
        ("Sys.time()", "A POSIXct has no unit"),
        ("list(as.difftime(1, units = 'secs'))", "A difftime has no unit"),
        ("data.frame(a = 1, b = Sys.Date())", "A Date has no unit"),
        ("c('a', NA, NA)", r"2 strings are NA \(the first at position 2\)"),
        ("quote(a)", "holds no data"),
    ],
)
def test_what_is_refused_is_refused_in_the_words_that_r_users_see(code: str, message: str) -> None:
    with pytest.raises(ConversionError, match=message):
        from_r(ro.r(code))


@pytest.mark.parametrize("code", ["NA", "NA_integer_", "c(1L, NA)", "c(NA, TRUE)"])
def test_missing_values_are_nan_where_a_float_dtype_is_asked_for(code: str) -> None:
    assert np.isnan(from_r(ro.r(code), "float32").numpy()).any()


MATRICES = [
    "m", "Matrix::forceSymmetric(m)", "Matrix::triu(m)", "m != 0", "methods::as(m, 'nMatrix')", "Matrix::Diagonal(3)",
    "Matrix::Diagonal(x = 1:3 + 0)", "methods::as(m, 'TsparseMatrix')", "methods::as(m, 'RsparseMatrix')",
    "methods::as(3:1, 'pMatrix')",
    "methods::new('dtCMatrix', i = 0L, p = c(0L, 0L, 1L), x = 5, Dim = c(2L, 2L), diag = 'U')",
    "methods::as(m, 'denseMatrix')",
]  # fmt: skip


@pytest.mark.parametrize("code", MATRICES)
def test_matrices_of_the_package_matrix_are_sparse_tensors(code: str) -> None:
    ro.r("requireNamespace('Matrix'); set.seed(1); m <- Matrix::rsparsematrix(3, 3, 0.5)")
    tensor = from_r(ro.r(code))
    back = to_r(tensor)
    same = ro.r("function(a, b) isTRUE(all.equal(unname(as.matrix(a)), unname(as.matrix(b))))")
    assert same(back, ro.r(code))[0]
    assert isinstance(tensor, tf.SparseTensor) == ("denseMatrix" not in code)


def test_integer64_and_matrices_keep_their_type_in_lists() -> None:
    made = from_r(
        ro.r("list(a = structure(4.94065645841247e-324, class = 'integer64'), b = Matrix::Diagonal(2), c = as.raw(1))")
    )
    assert made["a"].dtype == tf.int64
    assert isinstance(made["b"], tf.SparseTensor)
    assert made["c"].dtype == tf.uint8


def test_ragged_tensors_become_lists() -> None:
    back = to_r(tf.ragged.constant([[1, 2], [3]]))
    assert [list(row) for row in back] == [[1, 2], [3]]


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

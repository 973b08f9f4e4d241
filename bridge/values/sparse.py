"""Sparse objects of R's package Matrix and TensorFlow's sparse tensors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from bridge.backend import tf
from bridge.errors import ConversionError
from bridge.values.dtypes import NA_INTEGER, checked_cast, dtype_of, has_nan, missing_at, refuse_missing
from bridge.values.shapes import fill_shape, to_shape


def sparse_tensor(slots: Mapping[str, Any], dtype: Any = None, shape: Any = None) -> Any:
    """The `tf.SparseTensor` of an object of any sparse class of Matrix.

    Its slots tell what it is, in every version of Matrix and for classes that extend its own:

        i, p        one column after another      length      a sparse vector (`i` from 1)
        j, p        one row after another         uplo        only that triangle is stored: it is symmetric, or
        i, j        triplets, which add up        uplo, diag  triangular; "U" is a diagonal of 1 that is not stored
        perm        one TRUE in each row          diag        a diagonal matrix
        no x        TRUE wherever something is

    Args:
        slots: as they are in R: positions from 0, except where said.
        dtype: of the values; their own when None (float64, or bool).
        shape: another shape, read row by row.

    Raises:
        ConversionError: NA without a float dtype, a value that the dtype cannot hold.
    """
    indices, values, sizes = _stored(slots)
    target = dtype_of(dtype)
    missing = missing_at(values) if values.dtype == np.int32 else ()
    if len(missing):
        if not has_nan(target):
            raise refuse_missing(len(missing), missing, target.name if target else "bool")
        values = np.where(values == NA_INTEGER, np.nan, values)
    made = tf.SparseTensor(indices, values if target is None else checked_cast(values, target), sizes)
    made = tf.sparse.reorder(made)
    return made if shape is None else tf.sparse.reshape(made, fill_shape(to_shape(shape) or (), int(np.prod(sizes))))


def triplets(tensor: Any) -> dict[str, Any]:
    """A sparse tensor of rank 2 as what R's `Matrix::sparseMatrix()` takes: positions from 1, bools or doubles.

    Raises:
        ConversionError: it holds what no class of Matrix does.
    """
    indices = tensor.indices.numpy() + 1
    values = tensor.values.numpy()
    if values.dtype.kind in "OSc":
        raise ConversionError(
            f"Matrix has no sparse matrices of dtype {tensor.dtype.name}.",
            hints=["`as.array(tf$sparse$to_dense(x))` gives an array."],
        )
    return {
        "i": indices[:, 0].astype(np.int32),
        "j": indices[:, 1].astype(np.int32),
        "x": values if values.dtype == bool else values.astype(np.float64),
        "dims": np.array(tensor.dense_shape.numpy(), dtype=np.int32),
    }


def _stored(slots: Mapping[str, Any]) -> tuple[Any, Any, list[int]]:
    """Positions (int64, from 0, each once), values and sizes."""
    given = {name: np.ravel(value) for name, value in slots.items()}
    x = given.get("x")
    if "length" in given:
        i = given["i"].astype(np.int64) - 1
        return i[:, None], np.ones(i.size, bool) if x is None else x, [int(given["length"][0])]
    rows, columns = (int(size) for size in given["Dim"])
    i, j = _positions(given, min(rows, columns))
    unit = given["diag"][0] == "U" if "diag" in given else False
    if x is None:
        x = np.ones(i.size, bool)
    if unit:
        on = np.arange(min(rows, columns))
        i, j, x = np.append(i, on), np.append(j, on), np.append(x, np.ones(on.size, x.dtype))
    elif "uplo" in given and "diag" not in given:
        off = i != j
        i, j, x = np.append(i, j[off]), np.append(j, i[off]), np.append(x, x[off])
    return *_once(np.stack([i, j], axis=1), x, columns), [rows, columns]


def _positions(given: Mapping[str, Any], size: int) -> tuple[Any, Any]:
    """Rows and columns of what is stored, from 0."""
    if "perm" in given:
        one, other = np.arange(given["perm"].size), given["perm"].astype(np.int64) - 1
        return (one, other) if "margin" not in given or given["margin"][0] == 1 else (other, one)
    if "i" not in given and "j" not in given:
        on = np.arange(size if given["diag"][0] != "U" else 0)
        return on, on
    counts = np.diff(given["p"]) if "p" in given else ()
    i, j = (given[name].astype(np.int64) if name in given else np.repeat(np.arange(len(counts)), counts) for name in "ij")
    return i, j


def _once(indices: Any, values: Any, columns: int) -> tuple[Any, Any]:
    """What stands at one position several times is added up; of logicals, any TRUE is."""
    keys, first, where = np.unique(indices[:, 0] * max(columns, 1) + indices[:, 1], return_index=True, return_inverse=True)
    if keys.size == len(indices):
        return indices, values
    total = np.zeros(keys.size, values.dtype)
    (np.logical_or if values.dtype == bool else np.add).at(total, where.ravel(), values)
    return indices[first], total

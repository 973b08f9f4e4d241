"""R's sparse matrices and TensorFlow's sparse tensors, as triplets."""

from __future__ import annotations

from typing import Any

import numpy as np

from bridge.backend import tf
from bridge.values.dtypes import checked_cast, dtype_of
from bridge.values.shapes import to_shape


def sparse_tensor(i: Any, j: Any, x: Any, dim: Any, dtype: Any = None) -> Any:
    """The `tf.SparseTensor` of a sparse matrix given by triplets.

    Args:
        i, j: rows and columns of the values, counted from 1.
        x: the values.
        dim: rows and columns of the matrix.
        dtype: of the values; their own when None.
    """
    target = dtype_of(dtype)
    values = np.ravel(x) if target is None else checked_cast(np.ravel(x), target)
    indices = np.stack([np.ravel(i), np.ravel(j)], axis=1).astype(np.int64) - 1
    return tf.sparse.reorder(tf.SparseTensor(indices, values, list(to_shape(dim) or ())))


def triplets(tensor: Any) -> dict[str, Any]:
    """A sparse tensor of rank 2 as what R's `Matrix::sparseMatrix()` takes: positions from 1."""
    indices = tensor.indices.numpy() + 1
    return {
        "i": indices[:, 0].astype(np.int32),
        "j": indices[:, 1].astype(np.int32),
        "x": tensor.values.numpy().astype(np.float64),
        "dims": np.array(tensor.dense_shape.numpy(), dtype=np.int32),
    }

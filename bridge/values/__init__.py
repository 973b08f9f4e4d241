"""What crosses between R and Python: dtypes, shapes, numbers, arrays, structures of them."""

from bridge.values.arrays import as_array, as_tensor
from bridge.values.dtypes import dtype_of
from bridge.values.shapes import dims_of, r_dims, shape, to_shape

__all__ = ["as_array", "as_tensor", "dims_of", "dtype_of", "r_dims", "shape", "to_shape"]

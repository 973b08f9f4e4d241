"""R values to tensors and back.

R arrays reach Python as column-major NumPy views; tensors are row-major. The order changes here and nowhere else.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from bridge.backend import keras, tf
from bridge.errors import BridgeError, ConversionError, ShapeError
from bridge.values.dtypes import NA_INTEGER, checked_cast, dtype_of, has_nan, missing_at, na_dtype, refuse_missing
from bridge.values.shapes import fill_shape, r_shape, to_shape
from bridge.values.sparse import triplets
from bridge.values.structures import flat, map_leaves


def as_tensor(value: Any, dtype: Any = None, shape: Any = None, *, kind: str | None = None) -> Any:
    """The tensor for an R value.

    Args:
        value: a scalar, a NumPy array (any memory order), a tensor or variable, or a list or dict of those.
        dtype: name or dtype; None takes the R type's own: a bare double float32 (float64 where that
            would make it Inf or 0), double arrays float64, integer int32.
        shape: sizes, row by row; one NA or -1 is inferred, a scalar is repeated to fill.
        kind: "logical" when an int32 array holds R's TRUE, FALSE and NA, "raw" when it holds bytes; "integer64"
            when doubles hold the bits of bit64's integers.

    Returns:
        tf.Tensor; for a list or dict the same structure of tensors.

    Raises:
        ConversionError: NA without a float dtype, a value that the dtype cannot hold.
        ShapeError: the elements do not fill `shape`.
    """
    if isinstance(value, (list, tuple)) and not hasattr(value, "_fields"):
        if dtype is None and shape is None:
            return map_leaves(as_tensor, value)
        value = _stacked(value, dtype_of(dtype))
    if isinstance(value, Mapping):
        return {key: as_tensor(item, dtype, shape) for key, item in value.items()}
    target = dtype_of(dtype)
    if is_tensor(value):
        return _tensor(value, target, shape)
    if value is None or callable(value):
        what = "NULL" if value is None else "A function"
        raise ConversionError(f"{what} cannot become a tensor.", hints=["Numbers, text, logicals and lists of them do."])
    array = _own_dtype(value, target, kind)
    if target is not None and (array.dtype != target.as_numpy_dtype or target == tf.string):
        array = checked_cast(array, target)
    if shape is not None:
        sizes: Any = to_shape(shape) or ()
        if array.ndim == 0:
            array = np.broadcast_to(array, fill_shape(sizes, 1) if {None, -1} & set(sizes) else sizes)
        else:
            array = np.reshape(array, fill_shape(sizes, array.size), order="C")
    return tf.convert_to_tensor(np.ascontiguousarray(array) if array.ndim else array)


def is_tensor(value: Any) -> bool:
    """Whether it is a tensor, variable, composite or symbolic tensor."""
    # TensorFlow takes 6 us to say that a plain value is none.
    if type(value) in _PLAIN_TYPES:
        return False
    return tf.is_tensor(value) or isinstance(value, (keras.KerasTensor, keras.Variable))


_PLAIN_TYPES = frozenset((float, int, bool, str, np.ndarray, list, tuple, dict, type(None)))


def is_symbolic(value: Any) -> bool:
    """Whether it stands for values that do not exist yet (a Keras input, a tensor while a graph is traced)."""
    if isinstance(value, keras.KerasTensor):
        return True
    if isinstance(value, tf.RaggedTensor):
        value = value.flat_values
    return tf.is_tensor(value) and not tf.executing_eagerly() and not hasattr(value, "numpy")


def as_array(tensor: Any) -> Any:
    """What R gets for a tensor: rank 0 a Python scalar, else a column-major NumPy array of a type that R has.

    bool stays bool, integers of up to 32 bits (16 unsigned) int32, wider ones float64 when exact, floats float64
    (R's NA is NaN in them), strings an object array of str. A sparse matrix is a dict of triplets under "sparse", which R
    makes a `Matrix` of.

    Raises:
        ConversionError: a symbolic tensor has no values yet; an integer beyond 2^53; bytes that are no UTF-8.
    """
    if isinstance(tensor, tf.RaggedTensor):
        return tensor.to_list()
    if isinstance(tensor, tf.SparseTensor):
        if tensor.shape.rank == 2:
            return {"sparse": triplets(tensor)}
        tensor = tf.sparse.to_dense(tensor)
    if isinstance(tensor, keras.KerasTensor) or (tf.is_tensor(tensor) and not hasattr(tensor, "numpy")):
        raise ConversionError(
            "A symbolic tensor has no values yet.",
            details=[f"It stands for data of shape {r_shape(tensor.shape)}, dtype {_dtype_name(tensor)}."],
            hints=["Values exist when a model or a `tf_function()` is called with data."],
        )
    if isinstance(tensor, (list, tuple, dict)):
        return map_leaves(as_array, tensor)
    values = values_of(tensor)
    if values.dtype.kind in "OS":
        values = _texts(values)
    with np.errstate(invalid="ignore"):
        made = np.asarray(values, dtype=r_dtype(values), order="F")
    if values.dtype in _WITH_NA:
        made = plain_nan(made)
    return made.item() if made.ndim == 0 else made


def for_r(tensor: Any) -> Any:
    """The same values, of numbers in whatever dtype and order they have: R's array is written from them in one go."""
    if isinstance(tensor, tf.Tensor) and hasattr(tensor, "numpy"):
        values = tensor.numpy()
        if isinstance(values, np.ndarray) and values.ndim and values.dtype.kind in "bfiu":
            # Of integers it depends on their values which R type holds them.
            if values.dtype.kind in "iu" and values.dtype.itemsize >= 4:
                return values.astype(r_dtype(values), copy=False)
            return plain_nan(values) if values.dtype in _WITH_NA else values
    return as_array(tensor)


def plain_nan(array: Any) -> Any:
    """A contiguous array of float64 or complex128 in which R's NA are the NaN that they are in a tensor.

    R's NA is a NaN of bits of its own, which stay where numbers are only moved.
    """
    parts = array.ravel(order="K").view(np.float64)
    # No arithmetic with them: R's NA is a signalling NaN, of which NumPy warns. The least of numbers with a NaN is NaN.
    if not parts.size or not np.isnan(parts.min()):
        return array
    array = array.copy(order="K")
    parts = array.ravel(order="K").view(np.float64)
    parts[np.isnan(parts)] = np.nan
    return array


_WITH_NA = (np.dtype("float64"), np.dtype("complex128"))
"""Dtypes that have room for the bits of R's NA."""


def values_of(tensor: Any) -> Any:
    """The NumPy array that an eager tensor or a variable holds, row-major and without a copy where it can be."""
    return np.asarray(tensor.numpy() if hasattr(tensor, "numpy") else tensor)


def values_of_all(tensor: Any) -> Any:
    """The same; of a ragged tensor all elements, row after row."""
    return values_of(tensor.flat_values if isinstance(tensor, tf.RaggedTensor) else tensor)


def r_dtype(values: Any) -> Any:
    """The NumPy dtype of the R type that holds these values."""
    kind, size = values.dtype.kind, values.dtype.itemsize
    if kind in "bO":
        return values.dtype
    if kind == "c":
        return np.complex128
    if kind == "i" and size == 4:
        return np.float64 if np.any(values == NA_INTEGER) else np.int32
    if (kind == "i" and size < 4) or (kind == "u" and size <= 2):
        return np.int32
    if kind in "iu" and values.size and max(abs(int(values.min())), abs(int(values.max()))) > 2**53:
        raise ConversionError(
            "Some integers are beyond 2^53: an R double cannot hold them exactly.",
            hints=[
                '`tf$cast(x, "float64")` first accepts the rounding.',
                "`bit64::as.integer64(as.character(tf$strings$as_string(x)))` keeps every digit.",
            ],
        )
    return np.float64


def _texts(values: Any) -> Any:
    try:
        texts = [item.decode("utf-8") if isinstance(item, bytes) else item for item in values.ravel().tolist()]
    except UnicodeDecodeError:
        raise ConversionError("Some strings are no valid UTF-8, so R cannot hold them as text.") from None
    return np.array(texts, dtype=object).reshape(values.shape)


def _own_dtype(value: Any, target: Any, kind: str | None) -> Any:
    """A NumPy array with the dtype that R's type asks for, and no NA left unless `target` is a float."""
    if kind == "integer64":
        return _integer64(value)
    if isinstance(value, (bytes, bytearray)):
        return np.frombuffer(bytes(value), dtype=np.uint8)
    if isinstance(value, float):
        missing = na_dtype(value)
        if missing and not has_nan(target):
            raise refuse_missing(1, [1], target.name if target else missing)
        with np.errstate(over="ignore", invalid="ignore"):
            return np.asarray(value, dtype=np.float32 if target is None and _held_by_float32(value) else np.float64)
    if isinstance(value, str):
        return np.asarray(value, dtype=object)
    array = np.asarray(value)
    if array.dtype.kind == "U":
        array = array.astype(object)
    came_from_r = (isinstance(value, int) and not isinstance(value, bool)) or array.dtype == np.int32
    if came_from_r:
        array = array.astype(np.int32) if _least(array) >= NA_INTEGER and _most(array) < 2**31 else array
        positions = missing_at(array) if array.dtype == np.int32 else ()
        if len(positions):
            if not has_nan(target):
                raise refuse_missing(len(positions), positions, target.name if target else "bool" if kind else "int32")
            array = nan_for_na(array)
    return array.astype(_KINDS[kind]) if kind is not None and target is None else array


def _held_by_float32(number: float) -> bool:
    """Whether a double keeps its size there: it becomes neither infinite nor 0."""
    size = abs(number)
    return not math.isfinite(number) or number == 0 or _LEAST <= size <= _LARGEST


_LEAST, _LARGEST = float(np.finfo(np.float32).smallest_subnormal), float(np.finfo(np.float32).max)


def _integer64(value: Any) -> Any:
    """The int64 values whose bits bit64 keeps in an R double vector; its NA is the least of them."""
    array = np.asarray(value, dtype=np.float64).view(np.int64)
    missing = np.flatnonzero(np.ravel(array, order="F") == np.iinfo(np.int64).min) + 1
    if len(missing):
        raise refuse_missing(len(missing), missing, "int64")
    return array


_KINDS = {"integer64": np.int64, "logical": np.bool_, "raw": np.uint8}


def _least(array: Any) -> int:
    return int(array.min()) if array.size else 0


def _most(array: Any) -> int:
    return int(array.max()) if array.size else 0


def nan_for_na(array: Any) -> Any:
    """An array that came from R, as floats with NaN where NA stands among its integers."""
    return np.where(array == NA_INTEGER, np.nan, array) if array.dtype == np.int32 else array


def _stacked(items: Any, target: Any) -> Any:
    """The one array that a list of numbers, texts, arrays, tensors or such lists makes."""
    try:
        array = np.asarray(map_leaves(_part, items))
    except ValueError:
        array = np.asarray(None)
    if array.dtype == object and not all(isinstance(item, str) for item in items):
        raise ConversionError("The elements of the list differ in length, so they make no array.")
    if any(_is_missing(item) for item in flat(items)) and not has_nan(target):
        positions = np.flatnonzero(np.isnan(np.ravel(array, order="F"))) + 1
        raise refuse_missing(len(positions), positions, target.name if target else "int32")
    return array


def _part(item: Any) -> Any:
    """What NumPy stacks for an element of a list."""
    return as_array(item) if is_tensor(item) else nan_for_na(item) if isinstance(item, np.ndarray) else item


def _is_missing(item: Any) -> bool:
    """Whether NA of integers or logicals is among the values."""
    if isinstance(item, np.ndarray):
        return item.dtype == np.int32 and len(missing_at(item)) > 0
    return na_dtype(item) is not None


def _tensor(value: Any, target: Any, shape: Any) -> Any:
    if isinstance(value, (tf.SparseTensor, tf.RaggedTensor)):
        return _composite(value, target, shape)
    symbolic = isinstance(value, keras.KerasTensor)
    tensor = value if symbolic else tf.convert_to_tensor(value)
    if target is not None and _dtype_name(tensor) != target.name:
        tensor = keras.ops.cast(tensor, target.name) if symbolic else cast_checked(tensor, target)
    if shape is None:
        return tensor
    sizes = tuple(-1 if size is None else size for size in to_shape(shape) or ())
    try:
        return keras.ops.reshape(tensor, sizes) if symbolic else tf.reshape(tensor, sizes)
    except BridgeError:
        raise
    except (ValueError, tf.errors.InvalidArgumentError):
        fill_shape(tuple(to_shape(shape) or ()), int(np.prod(tensor.shape)))
        raise


def cast_checked(tensor: Any, target: Any) -> Any:
    """The tensor in another dtype, its gradient kept; of one that has values, checked like an R value.

    Raises:
        ConversionError: a value that the dtype cannot hold.
    """
    lossless = target != tf.string and np.can_cast(tensor.dtype.as_numpy_dtype, target.as_numpy_dtype)
    if hasattr(tensor, "numpy") and not lossless:
        checked_cast(values_of(tensor), target)
    return tf.cast(tensor, target)


def _composite(value: Any, target: Any, shape: Any) -> Any:
    """A sparse or ragged tensor in another dtype, a sparse one in another shape too."""
    if target is not None and value.dtype != target:
        parts = value.values if isinstance(value, tf.SparseTensor) else value.flat_values
        cast_checked(parts, target)
        value = tf.cast(value, target)
    if shape is None:
        return value
    if isinstance(value, tf.RaggedTensor):
        raise ShapeError("A ragged tensor has rows of different lengths: it takes no other shape.")
    sizes = fill_shape(to_shape(shape) or (), int(np.prod(value.shape)))
    return tf.sparse.reshape(value, sizes)


def _dtype_name(tensor: Any) -> str:
    return str(getattr(tensor.dtype, "name", tensor.dtype))

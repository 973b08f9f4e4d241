"""Values that a loop of the graph collects, by `out[[i]] <- value` or `out <- c(out, value)`, in a list or vector of R."""

from __future__ import annotations

from typing import Any

import numpy as np

from bridge.backend import tf
from bridge.barrier.raised import foretold
from bridge.errors import GraphError
from bridge.values.arrays import as_tensor, is_tensor
from bridge.values.shapes import r_shape


class Rows:
    """A list of tensors of one dtype and shape, which grows while the graph runs.

    Args:
        flat: whether it started as an empty vector: what is collected stays one, `c(out, c(1, 2))` adds two elements.
        start: the elements with which it starts, an array, or None for none.
        handle: the tensor by which TensorFlow knows the list; None until a first value says what it holds.
        dtype: of the elements.
        shape: theirs.
    """

    def __init__(self, flat: bool, start: Any = None, handle: Any = None, dtype: Any = None, shape: Any = None) -> None:
        self.flat, self.start, self.handle, self.dtype, self.shape = flat, start, handle, dtype, shape

    def with_handle(self, handle: Any) -> Rows:
        """The same after a step."""
        return Rows(self.flat, self.start, handle, self.dtype, self.shape)

    def empty(self) -> Rows:
        """A list of this kind as it starts.

        TF: tf.raw_ops.EmptyTensorList, tf.raw_ops.TensorListFromTensor.
        """
        if self.start is not None:
            elements = tf.cast(tf.constant(self.start), self.dtype)
            return self.with_handle(
                tf.raw_ops.TensorListFromTensor(tensor=elements, element_shape=_sizes(elements.shape[1:]))
            )
        handle = tf.raw_ops.EmptyTensorList(
            element_shape=_sizes(self.shape), max_num_elements=-1, element_dtype=tf.as_dtype(self.dtype)
        )
        return self.with_handle(handle)


def opened(flat: bool, start: Any = None) -> Rows:
    """A list of which nothing is known yet but the numbers with which it starts."""
    return Rows(flat, None if start is None else np.asarray(start).reshape(-1))


def _sizes(shape: Any) -> Any:
    if shape.rank is None:
        return tf.constant(-1)
    return tf.constant([-1 if size is None else size for size in shape], tf.int32, [shape.rank])


def _taking(rows: Rows, value: Any) -> tuple[Rows, Any]:
    """The list, ready for a value, and the value as a tensor.

    Raises:
        GraphError: it is no tensor, or of another dtype or shape than those before.
    """
    if isinstance(value, (list, tuple, dict)):
        raise GraphError(
            "A loop over tensors collects tensors, and was given a list.",
            hints=["Collect the parts, each in a list of its own."],
        )
    given = is_tensor(value)
    value = tf.convert_to_tensor(value) if given else as_tensor(value)
    if rows.handle is None:
        return Rows(rows.flat, rows.start, None, value.dtype, value.shape).empty(), value
    if value.dtype != rows.dtype:
        if given:
            raise GraphError(f"A list that a loop collects holds {rows.dtype.name}; {value.dtype.name} was added.")
        value = tf.cast(value, rows.dtype)
    if not rows.shape.is_compatible_with(value.shape):
        raise GraphError(
            f"A list that a loop collects holds tensors of shape {r_shape(rows.shape)}; {r_shape(value.shape)} was added."
        )
    return rows, value


def put(rows: Rows, position: Any, value: Any) -> Rows:
    """The list with an element set; it grows as far as it has to, by zeros.

    Args:
        rows: the list.
        position: counted from 1; a tensor of one element or a number.
        value: a tensor or R value of the dtype and shape of the others.

    Raises:
        tf.errors.InvalidArgumentError: in the graph: the position is below 1.

    TF: tf.raw_ops.TensorListSetItem.
    """
    rows, value = _taking(rows, value)
    # TensorFlow writes before the beginning of the list when it is told to, which ends the process.
    at = tf.reshape(tf.cast(as_tensor(position), tf.int32) - 1, [])
    with tf.control_dependencies([tf.debugging.Assert(at >= 0, [foretold(_FROM_ONE)])]):
        at = tf.identity(at)
    handle = tf.raw_ops.TensorListSetItem(input_handle=rows.handle, index=at, item=value, resize_if_index_out_of_bounds=True)
    return rows.with_handle(handle)


_FROM_ONE = "A position of a list is below 1: positions count from 1, as `tf$range(1L, n + 1L)` does."


def add(rows: Rows, *values: Any) -> Rows:
    """The list with elements added at its end.

    TF: tf.raw_ops.TensorListPushBack.
    """
    for value in values:
        rows, tensor = _taking(rows, value)
        rows = rows.with_handle(tf.raw_ops.TensorListPushBack(input_handle=rows.handle, tensor=tensor))
    return rows


def get(rows: Rows, position: Any) -> Any:
    """An element, counted from 1.

    TF: tf.raw_ops.TensorListGetItem.
    """
    if rows.handle is None:
        raise GraphError("A list that a loop collects has no elements yet.")
    at = tf.reshape(tf.cast(as_tensor(position), tf.int32) - 1, [])
    return tf.raw_ops.TensorListGetItem(
        input_handle=rows.handle, index=at, element_shape=_sizes(rows.shape), element_dtype=rows.dtype
    )


def count(rows: Rows) -> Any:
    """How many elements there are: int32 of rank 0.

    TF: tf.raw_ops.TensorListLength.
    """
    return tf.constant(0) if rows.handle is None else tf.raw_ops.TensorListLength(input_handle=rows.handle)


def stacked(rows: Rows) -> Any:
    """All elements along a first axis; end to end where the list started as an empty vector. None when nothing was added.

    TF: tf.raw_ops.TensorListStack.
    """
    if rows.handle is None:
        return None
    made = tf.raw_ops.TensorListStack(
        input_handle=rows.handle, element_shape=_sizes(rows.shape), element_dtype=rows.dtype, num_elements=-1
    )
    made.set_shape(tf.TensorShape([None]).concatenate(rows.shape))
    return tf.reshape(made, [-1]) if rows.flat and rows.shape.rank != 0 else made

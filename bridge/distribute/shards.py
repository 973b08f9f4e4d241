"""What each worker computes of data that all are given.

Batches of training are cut by rows: worker r of W (from 0) takes rows r*n/W to (r+1)*n/W of n. Batches of an evaluation
are dealt out whole, which is exact for losses and metrics of any kind.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from bridge.backend import keras, tf
from bridge.distribute.group import Group
from bridge.errors import DataError
from bridge.upstream import python_code


def refuse_unknown(x: Any, argument: str) -> None:
    """Refuses data that no rows can be taken of.

    Raises:
        DataError: batches that Keras computes by themselves, sparse tensors.
    """
    for part in keras.tree.flatten(x):
        if isinstance(part, (keras.utils.PyDataset, tf.SparseTensor)) or hasattr(part, "__next__"):
            kind = "sparse" if isinstance(part, tf.SparseTensor) else "a generator of Keras or Python"
            raise DataError(
                f"`{argument}` is {kind}, which several workers cannot share.",
                hints=["Arrays, data frames, datasets and generators written in R are."],
            )


def split_off(parts: tuple[Any, ...], share: float) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Arrays without, and with only, the last share of the samples: as `validation_split` has it."""
    first = int(np.floor(_rows_of(parts) * (1.0 - share)))
    return (
        keras.tree.map_structure(lambda part: part[:first], parts),
        keras.tree.map_structure(lambda part: part[first:], parts),
    )


def training_batches(
    group: Group, data: Any, size: int, shuffled: bool, epoch: Any, seed: int, *, shared: bool, ahead: bool
) -> Any:
    """The dataset of `(batch, total, rows)`: this worker's rows of each batch, of how many in all, how many they are.

    A worker that gets no row of a batch has its first one, and `rows` 0: it takes part in the step and changes nothing.
    `total` is -1 where workers do not know each other's batches.

    Args:
        group: the workers.
        data: a dataset of global batches, or a tuple of arrays.
        size: samples in a global batch of arrays.
        shuffled: whether the samples of arrays have another order in each epoch.
        epoch: variable that holds the number of the epoch.
        seed: of the order; the same on all workers.
        shared: whether all workers are given the same data.
        ahead: whether batches may be prepared before they are asked for.
    """

    def cut(rows: Any) -> tuple[Any, Any, Any]:
        first, last = group.rank * rows // group.size, (group.rank + 1) * rows // group.size
        empty = first == last
        return tf.where(empty, 0, first), tf.where(empty, 1, last), last - first

    def share(batch: Any) -> Any:
        total = tf.shape(keras.tree.flatten(batch)[0])[0]
        if not shared:
            return batch, -1, total
        first, last, rows = cut(total)
        return keras.tree.map_structure(lambda part: part[first:last], batch), total, rows

    if isinstance(data, tf.data.Dataset):
        batches = data.map(lambda *parts: share(parts if len(parts) > 1 else parts[0]))
        return batches.prefetch(2) if ahead and not python_code(data) else batches
    count = _rows_of(data)
    arrays = _tensors(data)

    def order(_: Any) -> Any:
        index = tf.range(count)
        seeds = tf.stack([seed, epoch.read_value()])
        return tf.random.experimental.stateless_shuffle(index, seed=seeds) if shuffled else index

    def taken(index: Any) -> Any:
        index, total, rows = share(index)
        return keras.tree.map_structure(lambda array: tf.gather(array, index), arrays), total, rows

    index = tf.data.Dataset.range(1).map(order).flat_map(tf.data.Dataset.from_tensor_slices).batch(size)
    batches = index.map(taken).apply(tf.data.experimental.assert_cardinality(-(-count // size)))
    return batches.prefetch(2) if ahead else batches


def test_batches(group: Group, data: Any, size: int, steps: int | None, *, shared: bool) -> Any:
    """The dataset of the batches that this worker tests: each W-th, and the first one for all, who learn shapes from it.

    What others than the chief compute of the first batch is to be forgotten.

    Args:
        group: the workers.
        data: a dataset of batches, or a tuple of arrays.
        size: samples in a batch of arrays.
        steps: how many batches there are to be; None for all.
        shared: whether all workers are given the same data.
    """
    if not isinstance(data, tf.data.Dataset):
        count, arrays = _rows_of(data), _tensors(data)
        starts = tf.data.Dataset.range(0, count, size)

        def rows(start: Any) -> Any:
            return keras.tree.map_structure(lambda array: array[start : start + size], arrays)

        data = starts.map(rows)
    if steps is not None:
        data = data.take(steps)
    if not shared:
        return data
    length = int(data.cardinality())
    mine = data.enumerate().filter(lambda i, *_: (i == 0) | (i % group.size == group.rank)).map(_without_number)
    if length < 0:
        return mine
    own = len(range(group.rank, length, group.size)) + (group.rank > 0)
    return mine.apply(tf.data.experimental.assert_cardinality(own))


def _without_number(_: Any, *parts: Any) -> Any:
    return parts if len(parts) > 1 else parts[0]


def checksum(data: Any, size: int) -> str:
    """Of the first batch, by which data that differ are told; "none" where looking at it would draw it from R code."""
    if isinstance(data, tf.data.Dataset):
        if python_code(data):
            return "none"
        first = next(iter(data.take(1)), ())
    else:
        first = keras.tree.map_structure(lambda part: part[:size], data)
    found = 0
    for part in keras.tree.flatten(first):
        array = np.asarray(part.to_tensor() if isinstance(part, tf.RaggedTensor) else part)
        text = repr(array.tolist()).encode() if array.dtype.kind == "O" else np.ascontiguousarray(array).tobytes()
        found = zlib.crc32(text, found)
    return f"{found:08x}"


def first_batch(data: Any) -> Any:
    """One batch for a model that has no weights yet."""
    if isinstance(data, tf.data.Dataset):
        return next(iter(data))
    return keras.tree.map_structure(lambda part: part[:2], _tensors(data))


def with_class_weights(data: Any, weights: Mapping[int, float]) -> Any:
    """Data with a weight for each sample by the class that it has.

    Raises:
        DataError: there are sample weights already.
    """

    def weighted(*parts: Any) -> Any:
        if len(parts) != 2 or len(keras.tree.flatten(parts[1])) != 1:
            raise DataError("`class_weight` needs one `y`, and no `sample_weight`.")
        x, y = parts
        target = tf.convert_to_tensor(keras.tree.flatten(y)[0])
        if target.shape.rank is not None and target.shape.rank > 1:
            target = tf.argmax(target, -1) if target.shape[-1] != 1 else tf.squeeze(target, -1)
        last = max(weights) + 1
        table = tf.constant([float(weights.get(i, 1.0)) for i in range(last)] + [1.0])
        return x, y, tf.gather(table, tf.minimum(tf.cast(target, tf.int32), last))

    return data.map(weighted) if isinstance(data, tf.data.Dataset) else weighted(*data)


def as_parts(x: Any, y: Any, sample_weight: Any) -> Any:
    """A dataset as it is; arrays as `(x,)`, `(x, y)` or `(x, y, sample_weight)` with tuples for lists."""
    if isinstance(x, tf.data.Dataset):
        return x
    parts = (x,) if y is None and sample_weight is None else (x, y) if sample_weight is None else (x, y, sample_weight)
    # TensorFlow would stack a list.
    return keras.tree.lists_to_tuples(parts)


def _rows_of(parts: Any) -> int:
    return int(keras.tree.flatten(parts)[0].shape[0])


def _tensors(parts: Any) -> Any:
    with tf.device("cpu:0"):
        return keras.tree.map_structure(tf.convert_to_tensor, parts)

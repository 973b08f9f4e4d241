"""Datasets of TensorFlow from R values, and the verbs on them."""

from __future__ import annotations

from typing import Any

from bridge.backend import tf
from bridge.catalog.roles import whole
from bridge.errors import ArgumentError
from bridge.models.training_data import as_tuples, prepare


def tensor_slices(tensors: Any) -> Any:
    """The dataset whose elements are the rows of arrays: (named) lists of arrays give (named) lists of rows.

    TF: tf.data.Dataset.from_tensor_slices.
    """
    return tf.data.Dataset.from_tensor_slices(as_tuples(prepare(tensors, "tensors")))


def batch(dataset: Any, batch_size: Any, drop_remainder: bool = False) -> Any:
    """The dataset in batches.

    TF: tf.data.Dataset.batch.
    """
    size = whole(batch_size, "batch_size")
    if size < 1:
        raise ArgumentError(f"`batch_size` must be at least 1, not {size}.")
    return dataset.batch(size, drop_remainder=drop_remainder)


def shuffle(dataset: Any, buffer_size: Any, seed: Any = None, reshuffle_each_iteration: bool | None = None) -> Any:
    """The dataset in random order, drawn from a buffer.

    TF: tf.data.Dataset.shuffle.
    """
    seed = None if seed is None else whole(seed, "seed")
    return dataset.shuffle(whole(buffer_size, "buffer_size"), seed, reshuffle_each_iteration)


def repeat(dataset: Any, count: Any = None) -> Any:
    """The dataset again and again; without `count` for ever.

    TF: tf.data.Dataset.repeat.
    """
    return dataset.repeat(None if count is None else whole(count, "count"))


def take(dataset: Any, count: Any) -> Any:
    """The first elements.

    TF: tf.data.Dataset.take.
    """
    return dataset.take(whole(count, "count"))


def prefetch(dataset: Any, buffer_size: Any = None) -> Any:
    """The dataset, with elements made ready while the ones before are used.

    TF: tf.data.Dataset.prefetch.
    """
    return dataset.prefetch(tf.data.AUTOTUNE if buffer_size is None else whole(buffer_size, "buffer_size"))

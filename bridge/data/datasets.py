"""Datasets of TensorFlow from R values, and the verbs on them."""

from __future__ import annotations

from typing import Any

from bridge.backend import tf
from bridge.models.training_data import as_tuples, prepare
from bridge.values.numbers import whole_number


def tensor_slices(tensors: Any) -> Any:
    """The dataset whose elements are the rows of arrays: (named) lists of arrays give (named) lists of rows.

    TF: tf.data.Dataset.from_tensor_slices.
    """
    return tf.data.Dataset.from_tensor_slices(as_tuples(prepare(tensors, "tensors")))


def batch(dataset: Any, batch_size: Any, drop_remainder: bool = False) -> Any:
    """The dataset in batches.

    TF: tf.data.Dataset.batch.
    """
    return dataset.batch(whole_number(batch_size, "batch_size", least=1), drop_remainder=drop_remainder)


def shuffle(dataset: Any, buffer_size: Any, seed: Any = None, reshuffle_each_iteration: bool | None = None) -> Any:
    """The dataset in random order, drawn from a buffer.

    TF: tf.data.Dataset.shuffle.
    """
    seed = None if seed is None else whole_number(seed, "seed")
    return dataset.shuffle(whole_number(buffer_size, "buffer_size"), seed, reshuffle_each_iteration)


def repeat(dataset: Any, count: Any = None) -> Any:
    """The dataset again and again; without `count` for ever.

    TF: tf.data.Dataset.repeat.
    """
    return dataset.repeat(None if count is None else whole_number(count, "count"))


def take(dataset: Any, count: Any) -> Any:
    """The first elements.

    TF: tf.data.Dataset.take.
    """
    return dataset.take(whole_number(count, "count"))


def prefetch(dataset: Any, buffer_size: Any = None) -> Any:
    """The dataset, with elements made ready while the ones before are used.

    TF: tf.data.Dataset.prefetch.
    """
    return dataset.prefetch(tf.data.AUTOTUNE if buffer_size is None else whole_number(buffer_size, "buffer_size"))

"""Datasets of TensorFlow from R values, and from other datasets."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from bridge.backend import tf
from bridge.catalog.kinds import dataset as dataset_of
from bridge.data.elements import structure
from bridge.data.lengths import is_dataset
from bridge.errors import ArgumentError, DataError, expected
from bridge.models.training_data import as_tuples, prepare
from bridge.values.numbers import is_missing, whole_number


def tensor_slices(tensors: Any) -> Any:
    """The dataset whose elements are the rows of arrays: (named) lists of arrays give (named) lists of rows.

    TF: tf.data.Dataset.from_tensor_slices.

    Raises:
        DataError: arrays of different lengths.
    """
    rows = as_tuples(prepare(tensors, "tensors"))
    lengths = {int(part.shape[0]) for part in tf.nest.flatten(rows) if getattr(part, "shape", None) and part.shape[0]}
    if len(lengths) > 1:
        raise DataError(
            f"The parts of `tensors` have different numbers of rows: {', '.join(map(str, sorted(lengths)))}.",
            hints=["Rows are elements: all parts must have as many."],
        )
    return tf.data.Dataset.from_tensor_slices(rows)


def tensors(tensors: Any) -> Any:
    """The dataset of one element: the arrays as they are.

    TF: tf.data.Dataset.from_tensors.
    """
    return tf.data.Dataset.from_tensors(structure(tensors, "tensors"))


def sparse_tensor_slices(sparse_tensor: Any) -> Any:
    """The dataset of the rows of a sparse tensor, each sparse.

    TF: tf.data.Dataset.from_tensor_slices.
    """
    if not isinstance(sparse_tensor, tf.SparseTensor):
        raise expected("sparse_tensor", "a sparse tensor or matrix", sparse_tensor)
    return tf.data.Dataset.from_tensor_slices(sparse_tensor)


def as_dataset(x: Any) -> Any:
    """The dataset that `x` is, or the one of its rows."""
    return x if is_dataset(x) else tensor_slices(x)


def span(start: Any, stop: Any, by: Any = 1, dtype: str | None = "int64") -> Any:
    """The dataset of numbers from `start` up to, and without, `stop`.

    TF: tf.data.Dataset.range.
    """
    for name, value in {"from": start, "to": stop, "by": by}.items():
        if isinstance(value, (bool, str)) or is_missing(value) or not isinstance(value, (int, float)):
            raise expected(name, "a number", value)
    if by == 0:
        raise ArgumentError("`by` is 0: the numbers would never end.")
    target = tf.as_dtype(dtype or "int64")
    if not target.is_integer:
        return tf.data.Dataset.from_tensor_slices(tf.range(start, stop, by, target))
    start, stop, by = whole_number(start, "from"), whole_number(stop, "to"), whole_number(by, "by")
    return tf.data.Dataset.range(start, stop, by, output_type=target)


def random_integers(seed: Any = None) -> Any:
    """The endless dataset of random whole numbers, int64.

    TF: tf.data.Dataset.random.
    """
    return tf.data.Dataset.random(seed)


def zipped(datasets: Sequence[Any] | Mapping[str, Any]) -> Any:
    """The dataset whose elements hold one of each dataset, as long as the shortest; names stay.

    TF: tf.data.Dataset.zip.
    """

    def parts(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {name: parts(part) for name, part in value.items()}
        return tuple(map(parts, value)) if isinstance(value, (list, tuple)) else dataset_of(value, "...")

    return tf.data.Dataset.zip(parts(datasets))


def concatenated(datasets: Sequence[Any]) -> Any:
    """The elements of one dataset after the other.

    TF: tf.data.Dataset.concatenate.

    Raises:
        ArgumentError: their elements are not alike.
    """
    joined = dataset_of(datasets[0], "...")
    for i, further in enumerate(datasets[1:], start=2):
        try:
            joined = joined.concatenate(dataset_of(further, "..."))
        except (TypeError, ValueError) as error:
            raise ArgumentError(
                f"The elements of dataset {i} are not like those before: {_spelled(further)}, not {_spelled(joined)}."
            ) from error
    return joined


def _spelled(dataset: Any) -> str:
    return re.sub(r"TensorSpec|, name=None", "", str(dataset.element_spec)).replace("None", "NA")


def sampled(datasets: Any, weights: Any = None, seed: Any = None, stop_on_empty_dataset: bool = True) -> Any:
    """Elements of several datasets, one of them drawn at random each time.

    TF: tf.data.Dataset.sample_from_datasets.
    """
    several = _several(datasets)
    if weights is not None and not is_dataset(weights):
        weights = np.ravel(np.asarray(weights, "float64")).tolist()
        if len(weights) != len(several):
            raise ArgumentError(f"`weights` must be {len(several)} numbers, one for each dataset, not {len(weights)}.")
    return tf.data.Dataset.sample_from_datasets(several, weights, seed, stop_on_empty_dataset)


def chosen(datasets: Any, choice_dataset: Any, stop_on_empty_dataset: bool = True) -> Any:
    """Elements of several datasets, in the order that another dataset says: the number of a dataset each time, from 1.

    TF: tf.data.Dataset.choose_from_datasets.
    """
    several = _several(datasets)

    def offset(position: Any) -> Any:
        within = tf.logical_and(position >= 1, position <= len(several))
        tf.debugging.Assert(within, [f"`choice_dataset` counts datasets from 1 to {len(several)}, but has", position])
        return tf.cast(position, tf.int64) - 1

    offsets = dataset_of(choice_dataset, "choice_dataset").map(tf.autograph.experimental.do_not_convert(offset))
    return tf.data.Dataset.choose_from_datasets(several, offsets, stop_on_empty_dataset)


def _several(datasets: Any) -> list[Any]:
    if not isinstance(datasets, (list, tuple)) or not datasets:
        raise expected("datasets", "a list of datasets", datasets)
    return [dataset_of(dataset, f"datasets[[{i}]]") for i, dataset in enumerate(datasets, start=1)]

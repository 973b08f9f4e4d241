"""Verbs on datasets that make batches of elements, and elements of batches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bridge.backend import tf
from bridge.data.mappers import mapper
from bridge.data.transformations import mapped, parallel
from bridge.errors import ArgumentError, expected
from bridge.values.numbers import whole_number
from bridge.values.shapes import to_shape


def batch(
    dataset: Any, batch_size: Any, drop_remainder: bool = False, num_parallel_calls: Any = None, deterministic: Any = None
) -> Any:
    """The dataset in batches.

    TF: tf.data.Dataset.batch.
    """
    return dataset.batch(_size(batch_size), drop_remainder, parallel(num_parallel_calls), deterministic)


def padded_batch(
    dataset: Any, batch_size: Any, padded_shapes: Any = None, padding_values: Any = None, drop_remainder: bool = False
) -> Any:
    """The dataset in batches, whose elements are padded to one shape: the longest of each batch, or one that is given.

    TF: tf.data.Dataset.padded_batch.
    """
    spec = dataset.element_spec
    shapes = None if padded_shapes is None else _by_part(spec, padded_shapes, "padded_shapes", _shape)
    values = None if padding_values is None else _by_part(spec, padding_values, "padding_values", _fill)
    return dataset.padded_batch(_size(batch_size), shapes, values, drop_remainder)


def bucket_by_sequence_length(
    dataset: Any,
    element_length_func: Any,
    bucket_boundaries: Any,
    bucket_batch_sizes: Any,
    padded_shapes: Any = None,
    padding_values: Any = None,
    pad_to_bucket_boundary: bool = False,
    no_padding: bool = False,
    drop_remainder: bool = False,
) -> Any:
    """The dataset in padded batches of elements of similar length.

    TF: tf.data.Dataset.bucket_by_sequence_length.
    """
    spec = dataset.element_spec
    boundaries, sizes = list(bucket_boundaries), list(bucket_batch_sizes)
    if len(sizes) != len(boundaries) + 1:
        raise ArgumentError(
            f"`bucket_batch_sizes` must be {len(boundaries) + 1} numbers, one more than `bucket_boundaries`, "
            f"not {len(sizes)}."
        )
    return dataset.bucket_by_sequence_length(
        mapper(element_length_func, "element_length_func"),
        boundaries,
        sizes,
        None if padded_shapes is None else _by_part(spec, padded_shapes, "padded_shapes", _shape),
        None if padding_values is None else _by_part(spec, padding_values, "padding_values", _fill),
        pad_to_bucket_boundary,
        no_padding,
        drop_remainder,
    )


def unbatch(dataset: Any) -> Any:
    """The rows of batches, one by one.

    TF: tf.data.Dataset.unbatch.
    """
    return dataset.unbatch()


def rebatch(dataset: Any, batch_size: Any, drop_remainder: bool = False) -> Any:
    """The batches cut anew, into others of another size.

    TF: tf.data.Dataset.rebatch.
    """
    return dataset.rebatch(_size(batch_size), drop_remainder)


def map_and_batch(
    dataset: Any,
    map_func: Any,
    batch_size: Any,
    num_parallel_batches: Any = None,
    drop_remainder: bool = False,
    num_parallel_calls: Any = None,
) -> Any:
    """The values of a function of each element, in batches.

    TF: tf.data.Dataset.map, tf.data.Dataset.batch.
    """
    if num_parallel_calls is None and num_parallel_batches is not None:
        num_parallel_calls = num_parallel_batches * _size(batch_size)
    return mapped(dataset, map_func, num_parallel_calls).batch(_size(batch_size), drop_remainder)


def _size(value: Any) -> int:
    return whole_number(value, "batch_size", least=1)


def _by_part(spec: Any, given: Any, argument: str, leaf: Any) -> Any:
    """What is given for each part of an element, in the element's structure."""
    if isinstance(spec, Mapping):
        if not isinstance(given, Mapping) or set(given) != set(spec):
            raise expected(argument, "a list with the names " + ", ".join(f"`{name}`" for name in spec), given)
        return {name: _by_part(part, given[name], f"{argument}${name}", leaf) for name, part in spec.items()}
    if isinstance(spec, tuple):
        if isinstance(given, (str, bytes)) or not hasattr(given, "__len__") or len(given) != len(spec):
            raise expected(argument, f"a list of {len(spec)}, one for each part of an element", given)
        return tuple(_by_part(s, g, f"{argument}[[{i}]]", leaf) for i, (s, g) in enumerate(zip(spec, given, strict=True), 1))
    return leaf(spec, given, argument)


def _shape(spec: Any, given: Any, argument: str) -> Any:
    if isinstance(given, (list, tuple)) and len(given) == 1 and isinstance(given[0], (list, tuple)):
        given = given[0]
    return tf.TensorShape([None if size == -1 else size for size in to_shape(given, argument) or (None,)])


def _fill(spec: Any, given: Any, argument: str) -> Any:
    return None if given is None else tf.cast(tf.constant(given), spec.dtype) if not isinstance(given, str) else given

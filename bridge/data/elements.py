"""What the elements of datasets are made of: R values on their way in, and what a dataset says of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from bridge.backend import keras, tf
from bridge.catalog.kinds import dataset as dataset_of
from bridge.errors import ArgumentError
from bridge.models.training_data import as_tuples, prepare
from bridge.values.shapes import dims_of
from bridge.values.structures import map_leaves, map_paths


def structure(value: Any, argument: str) -> Any:
    """R values as the parts of an element: numbers as arrays and scalars, lists as tuples, named lists as dicts.

    Doubles become Keras' float dtype. TensorFlow would stack a list; a tuple is several parts.

    Raises:
        DataError: something that is no data.
    """
    return as_tuples(map_paths(_part, value, argument))


def _part(value: Any, path: str) -> Any:
    if isinstance(value, (bool, int, float, str)):
        value = np.asarray(value, np.int32 if type(value) is int and abs(value) < 2**31 else None)
    # Of other objects TensorFlow knows more than we do: datasets in datasets, optionals.
    return value if hasattr(value, "element_spec") else prepare(value, path)


def output_types(dataset: Any) -> Any:
    """The dtypes of an element, in its structure.

    TF: tf.data.Dataset.element_spec.
    """
    return _listed(dataset, lambda spec: getattr(spec, "dtype", type(spec).__name__))


def output_shapes(dataset: Any) -> Any:
    """The shapes of an element, in its structure; unknown sizes are not known yet.

    TF: tf.data.Dataset.element_spec.
    """
    return _listed(dataset, lambda spec: getattr(spec, "shape", tf.TensorShape(None)))


def output_classes(dataset: Any) -> Any:
    """What each part of an element is, in its structure: "Tensor", "SparseTensor", "RaggedTensor" and so on."""
    return _listed(dataset, lambda spec: spec.value_type.__name__)


def _listed(dataset: Any, told: Any) -> Any:
    spec = getattr(dataset, "element_spec", None)
    if spec is None:
        dataset_of(dataset, "dataset")
    return map_leaves(told, spec)


def column_names(dataset: Any) -> list[str]:
    """The names of the parts of an element.

    Raises:
        ArgumentError: they have none.
    """
    spec = dataset_of(dataset, "dataset").element_spec
    if not isinstance(spec, Mapping):
        raise ArgumentError(
            "The elements of `dataset` have no names.",
            hints=["`tensor_slices_dataset()` of a data frame has those of its columns, and so has a record specification."],
        )
    return list(spec)


def prepared(
    dataset: Any,
    x: Any,
    y: str | None = None,
    named: bool = True,
    named_features: bool = False,
    parallel_records: Any = None,
) -> Any:
    """The dataset of features and response: columns stacked into one tensor, or by name.

    Args:
        dataset: its elements have names.
        x: names of the features.
        y: name of the response, or None for features alone.
        named: whether the parts are called `x` and `y`.
        named_features: whether features stay apart, by name.
        parallel_records: how many elements at a time.

    Raises:
        ArgumentError: features of different dtypes, or several dimensions, to be stacked.
    """
    spec = dataset_of(dataset, "dataset").element_spec
    x = [x] if isinstance(x, str) else list(x)
    if not named_features:
        dtypes = {str(getattr(spec[name], "dtype", None)): name for name in x}
        if len({tf.as_dtype(spec[name].dtype).name for name in x}) > 1:
            told = ", ".join(f"`{name}` {tf.as_dtype(spec[name].dtype).name}" for name in list(dtypes.values())[:4])
            raise ArgumentError(
                f"Features of different dtypes do not fit into one tensor: {told}.",
                hints=["`named_features = TRUE` keeps them apart; `dataset_map()` before can cast them."],
            )

    def select(element: Any) -> Any:
        features = {name: element[name] for name in x} if named_features else tf.stack([element[name] for name in x], -1)
        if y is None:
            return {"x": features} if named else features
        return {"x": features, "y": element[y]} if named else (features, element[y])

    return dataset.map(tf.autograph.experimental.do_not_convert(select), parallel_records)


def layer_inputs(dataset: Any) -> Any:
    """Symbolic inputs for the features in batches of a dataset, by their names; the first part of pairs is the features.

    Keras: keras.Input.
    """
    spec = dataset_of(dataset, "dataset").element_spec
    features = spec[0] if isinstance(spec, tuple) and len(spec) > 1 else spec

    def symbol(name: str | None, part: Any) -> Any:
        sizes = dims_of(part)
        # A feature without an axis of its own is a column.
        shape = [None if size == -1 else size for size in (sizes or [])[1:]] or (1,)
        return keras.Input(shape, dtype=part.dtype.name, name=name)

    if isinstance(features, Mapping):
        return {name: symbol(name, part) for name, part in features.items()}
    return [symbol(None, part) for part in features] if isinstance(features, tuple) else symbol(None, features)

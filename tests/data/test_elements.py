from __future__ import annotations

import numpy as np
import pytest

from bridge.backend import tf
from bridge.data import elements
from bridge.errors import ArgumentError, BridgeError

named = tf.data.Dataset.from_tensor_slices({"b": np.ones((4, 3), "float32"), "a": np.arange(4)})
pairs = tf.data.Dataset.from_tensor_slices((np.ones((4, 3), "float32"), np.arange(4)))


def test_what_elements_are_made_of() -> None:
    assert {name: dtype.name for name, dtype in elements.output_types(named).items()} == {"b": "float32", "a": "int64"}
    assert [tuple(shape) for shape in elements.output_shapes(pairs.batch(2))] == [(None, 3), (None,)]
    ragged = tf.data.Dataset.from_tensor_slices(tf.ragged.constant([[1], [2, 3]]))
    assert elements.output_classes(ragged.batch(2)) == "RaggedTensor"
    with pytest.raises(BridgeError, match="must be a dataset"):
        elements.output_types(3)


def test_features_are_stacked_or_kept_apart() -> None:
    columns = tf.data.Dataset.from_tensor_slices({"a": [1.0, 2.0], "b": [3.0, 4.0], "y": [0, 1]})
    x, y = next(iter(elements.prepared(columns, ["a", "b"], "y", named=False)))
    assert (x.numpy().tolist(), y.numpy()) == ([1, 3], 0)
    apart = next(iter(elements.prepared(columns, ["b"], "y", named_features=True)))
    assert (list(apart), list(apart["x"])) == (["x", "y"], ["b"])
    with pytest.raises(ArgumentError, match="Features of different dtypes"):
        elements.prepared(columns, ["a", "y"])


def test_inputs_are_those_of_the_features() -> None:
    found = elements.layer_inputs(named.batch(2))
    assert {name: tuple(symbol.shape) for name, symbol in found.items()} == {"b": (None, 3), "a": (None, 1)}
    assert tuple(elements.layer_inputs(pairs.batch(2)).shape) == (None, 3)

from __future__ import annotations

import numpy as np
import pytest

from bridge.backend import keras, tf
from bridge.compose import call, layer
from bridge.errors import ComposeError


def test_without_an_object_the_layer_itself_comes_back() -> None:
    assert isinstance(layer("layer_dense", None, {"units": 2.0}), keras.layers.Dense)


def test_a_sequential_model_grows_in_place() -> None:
    model = keras.Sequential()
    assert layer("layer_dense", model, {"units": 2.0}) is model
    assert len(model.layers) == 1


def test_tensors_arrays_and_symbols_go_through_the_layer() -> None:
    assert layer("layer_flatten", keras.Input((2, 3))).shape == (None, 6)
    assert layer("layer_flatten", tf.zeros((4, 2, 3))).shape == (4, 6)
    assert layer("layer_dense", np.zeros((4, 3)), {"units": 2.0}).shape == (4, 2)


def test_merging_layers_take_lists_and_further_inputs() -> None:
    a, b = keras.Input((2,)), keras.Input((3,))
    assert layer("layer_concatenate", [a, b]).shape == (None, 5)
    assert layer("layer_concatenate", a, None, [b]).shape == (None, 5)


def test_attention_takes_query_value_and_key_as_a_list() -> None:
    query = tf.zeros((1, 4, 8))
    out = layer("layer_multi_head_attention", [query, query], {"num_heads": 2.0, "key_dim": 4.0})
    assert out.shape == (1, 4, 8)


@pytest.mark.parametrize("wrong", [32.0, "a", {"a": 1.0}, []])
def test_other_objects_are_refused_with_a_hint(wrong: object) -> None:
    with pytest.raises(ComposeError, match="cannot be composed with"):
        layer("layer_dense", wrong, {"units": 2.0})


def test_a_finished_layer_has_no_end_to_add_to() -> None:
    with pytest.raises(ComposeError, match="has no end to add to"):
        layer("layer_dense", keras.layers.Dense(2), {"units": 2.0})


def test_calls_make_tensors_of_arrays() -> None:
    metric = keras.metrics.Mean()
    call(metric, [np.array([1.0, 3.0])])
    assert metric.result().numpy() == 2

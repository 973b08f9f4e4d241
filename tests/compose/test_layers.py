from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bridge.backend import keras, tf
from bridge.barrier.crossing import known_cause
from bridge.compose import call, layer
from bridge.compose.layers import add
from bridge.errors import ArgumentError, ComposeError
from bridge.models.create import sequential


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


@pytest.mark.parametrize("made", [lambda: keras.layers.Dense(2), lambda: keras.Sequential([keras.layers.Dense(2)])])
def test_a_layer_or_model_called_with_a_sequential_model_is_added(made: Callable[[], Any]) -> None:
    model, added = keras.Sequential(), made()
    assert call(added, [model]) is model
    assert model.layers == [added]


WEIGHTS = [np.arange(8.0).reshape(4, 2), np.array([1.0, 2.0])]


def in_a_sequential(dense: Any) -> Any:
    return keras.Sequential([keras.Input((4,)), dense])


def in_a_functional(dense: Any) -> Any:
    inputs = keras.Input((4,))
    return keras.Model(inputs, dense(inputs))


def called(dense: Any) -> Any:
    dense(np.ones((1, 4)))
    return dense


def built(dense: Any) -> Any:
    dense.build((None, 4))
    return dense


@pytest.mark.parametrize("use", [in_a_sequential, in_a_functional, called, built])
def test_a_layer_starts_from_its_weights(use: Callable[[Any], Any]) -> None:
    dense = layer("layer_dense", None, {"units": 2.0, "weights": WEIGHTS})
    model = use(dense)
    assert all(np.array_equal(a, b) for a, b in zip(dense.get_weights(), WEIGHTS, strict=True))
    dense.set_weights([w * 2 for w in WEIGHTS])
    model(np.ones((1, 4)))
    assert np.array_equal(dense.get_weights()[0], WEIGHTS[0] * 2)


def test_weights_are_saved_and_those_of_a_clone_are_new(tmp_path: Path) -> None:
    model = in_a_sequential(layer("layer_dense", None, {"units": 2.0, "weights": WEIGHTS}))
    model.save(tmp_path / "model.keras")
    assert np.array_equal(keras.models.load_model(tmp_path / "model.keras").get_weights()[0], WEIGHTS[0])
    clone = keras.models.clone_model(model)
    clone.set_weights(model.get_weights())
    assert np.array_equal(clone.get_weights()[0], WEIGHTS[0])


@pytest.mark.parametrize("weights", [WEIGHTS[:1], [WEIGHTS[0].T, WEIGHTS[1]], [], WEIGHTS[0]])
def test_weights_of_other_shapes_are_refused(weights: Any) -> None:
    dense = layer("layer_dense", None, {"units": 2.0, "weights": weights})
    with pytest.raises(Exception, match="`weights`") as caught:
        in_a_functional(dense)
    assert isinstance(known_cause(caught.value), ArgumentError)


def test_an_embedding_takes_its_own_weights() -> None:
    embedding = layer("layer_embedding", None, {"input_dim": 4.0, "output_dim": 2.0, "weights": WEIGHTS[:1]})
    assert np.array_equal(embedding(np.array([2])), [[4.0, 5.0]])


@pytest.mark.parametrize(
    "said",
    [
        {"batch_input_shape": np.array([4.0, 3.0, 2.0])},
        {"batch_shape": np.array([4.0, 3.0, 2.0])},
        {"input_shape": np.array([3.0, 2.0]), "batch_size": 4.0},
    ],
)
def test_the_first_layer_may_fix_the_batch(said: dict[str, Any]) -> None:
    model = layer("layer_lstm", keras.Sequential(), {"units": 2.0, "stateful": True, **said})
    assert model.input_shape == (4, 3, 2)
    assert sequential([layer("layer_lstm", None, {"units": 2.0, "stateful": True, **said})]).input_shape == (4, 3, 2)
    before = model.predict(np.ones((4, 3, 2)), verbose=0)
    assert not np.allclose(before, model.predict(np.ones((4, 3, 2)), verbose=0))


@pytest.mark.parametrize(("name", "states"), [("layer_gru", 1), ("layer_simple_rnn", 1), ("layer_lstm", 2)])
def test_a_recurrent_layer_takes_its_states_beside_its_input(name: str, states: int) -> None:
    x, ones = np.ones((2, 3, 4)), [np.ones((2, 5))] * states
    weights = layer(name, None, {"units": 5.0})
    weights(x)
    given = {"units": 5.0, "weights": weights.get_weights()}
    assert np.array_equal(layer(name, [x, *ones], given), weights(x, initial_state=[tf.ones((2, 5))] * states))
    assert np.array_equal(layer(name, [x], given), weights(x))


def test_layers_are_called_once_each_however_long_the_stack() -> None:
    calls: list[str] = []

    class Counting(keras.layers.Dense):
        def call(self, inputs: Any) -> Any:
            calls.append(self.name)
            return super().call(inputs)

    model = keras.Sequential([keras.Input((3,))])
    for _ in range(12):
        add(model, Counting(3))
    # Keras itself calls the first one once more, for the model of one layer alone.
    assert len(calls) <= 13
    twin = keras.Sequential([keras.Input((3,)), *(keras.layers.Dense.from_config(one.get_config()) for one in model.layers)])
    twin.set_weights(model.get_weights())
    x = np.ones((2, 3))
    assert np.array_equal(model(x), twin(x))
    assert model.built and model.outputs[0].shape == (None, 3) and len(model.weights) == 24
    assert model.get_build_config() == twin.get_build_config()
    model.pop()
    add(model, keras.layers.Dense(5))
    assert model(x).shape == (2, 5)


@pytest.mark.parametrize("made", [lambda: keras.layers.Conv2D(2, 3), lambda: keras.layers.Dense(2, name="known"), lambda: 3])
def test_what_a_model_does_not_take_is_refused_as_by_keras(made: Any) -> None:
    errors = []
    for adding in (add, keras.Sequential.add):
        model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, name="known")])
        with pytest.raises(Exception) as caught:
            adding(model, made())
        errors.append((type(caught.value), re.sub(r"conv2d\w*|sequential\w*|0x\w+", "", str(caught.value))))
    assert errors[0] == errors[1]

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bridge.backend import keras
from bridge.catalog.compute import compute
from bridge.errors import ArgumentError
from bridge.models import batches, create, states, weights
from bridge.models.applications import decode, preprocess

X = np.arange(12, dtype="float64").reshape(6, 2)


@pytest.fixture
def model() -> Any:
    made = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3), keras.layers.Dense(1)])
    made.compile("sgd", "mse", metrics=["mae"])
    return made


def test_one_batch_at_a_time(model: Any) -> None:
    assert list(batches.train_on_batch(model, {"x": X, "y": X[:, 0]})) == ["loss", "mae"]
    assert list(batches.test_on_batch(model, {"x": X, "y": X[:, 0]})) == ["loss", "mae"]
    assert batches.predict_on_batch(model, {"x": X}).shape == (6, 1)


def test_weights_are_arrays_and_can_be_set(model: Any) -> None:
    weights = compute("get_weights", {"object": model})
    compute("set_weights", {"object": model, "weights": [weight * 0 + 2 for weight in weights]})
    assert {float(value) for weight in compute("get_weights", {"object": model}) for value in weight.ravel()} == {2.0}
    assert compute("count_params", {"object": model}) == 13


def test_layers_are_frozen_by_name_or_position(model: Any) -> None:
    weights.set_trainable(model, False, stop=1.0)
    assert [layer.trainable for layer in model.layers] == [False, True]
    weights.set_trainable(model, True, which=[1.0])
    weights.set_trainable(model, False, start=model.layers[1].name)
    assert [layer.trainable for layer in model.layers] == [True, False]
    assert not weights.set_trainable(model, False).trainable


def test_layers_learn_from_data_and_have_vocabularies() -> None:
    scaled = compute("adapt", {"object": keras.layers.Normalization(), "data": X})
    assert np.asarray(scaled(X)).mean() == pytest.approx(0, abs=1e-6)
    lookup = compute("set_vocabulary", {"object": keras.layers.StringLookup(), "vocabulary": ["b", "a"]})
    assert compute("get_vocabulary", {"object": lookup}) == ["[UNK]", "b", "a"]
    with pytest.raises(ArgumentError, match="does not learn"):
        states.adapt(keras.layers.Dense(1), X)


def test_the_last_layer_comes_off(model: Any) -> None:
    last = model.layers[-1]
    assert compute("pop_layer", {"object": model}) is last
    assert len(model.layers) == 1
    with pytest.raises(ArgumentError, match="sequential"):
        create.pop_layer(keras.layers.Dense(1))


def test_known_networks_prepare_their_images() -> None:
    network = compute("application_mobilenet", {"weights": None, "input_shape": np.array([32.0, 32.0, 3.0]), "classes": 2.0})
    assert network.output_shape == (None, 2)
    prepared = preprocess(network, np.full((1, 32, 32, 3), 255.0))
    assert prepared.max() == pytest.approx(1)
    with pytest.raises(ArgumentError, match="1000 columns"):
        decode(network, np.zeros((1, 2)))
    with pytest.raises(ArgumentError, match="No known network"):
        preprocess(keras.Sequential(name="mine"), np.zeros((1, 32, 32, 3)))


def test_layers_are_frozen_and_thawed_one_by_one() -> None:
    model = keras.Sequential([keras.Input((4,)), *(keras.layers.Dense(2) for _ in range(3))])

    def states() -> list[bool]:
        return [layer.trainable for layer in model.layers]

    weights.set_trainable(model, False, stop=2)
    assert states() == [False, False, True]
    weights.set_trainable(model, True)
    assert states() == [True, True, True]
    assert len(model.trainable_weights) == 6
    weights.set_trainable(model, False)
    assert len(model.trainable_weights) == 0
    weights.set_trainable(model, True, start=3)
    assert states() == [False, False, True]
    assert len(model.trainable_weights) == 2
    weights.set_trainable(model, True, which=[1])
    assert states() == [True, False, True]


@pytest.mark.parametrize("nested", [False, True])
def test_weights_of_adapted_layers_are_used_at_once(nested: bool) -> None:
    def make() -> Any:
        inner = keras.Sequential([keras.Input((2,)), keras.layers.Normalization()])
        return keras.Sequential([keras.Input((2,)), inner]) if nested else inner

    x = np.random.default_rng(1).normal(5, 3, (20, 2)).astype("float32")
    adapted, copy = make(), make()
    (adapted.layers[0].layers[0] if nested else adapted.layers[0]).adapt(x)
    weights.set_weights(copy, adapted.get_weights())
    assert np.allclose(copy(x), adapted(x)) and abs(np.mean(copy(x))) < 1e-5

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest

from bridge.backend import keras
from bridge.barrier.functions import RFunction
from bridge.barrier.notes import forget_said, take_notes
from bridge.catalog import construct
from bridge.models.train import compile, fit

X = np.arange(20, dtype="float32").reshape(10, 2) / 20
DATA = {"x": X, "y": X[:, 0], "shuffle": False}
OPTIMIZERS = ["optimizer_sgd", "optimizer_rmsprop", "optimizer_adam", "optimizer_nadam", "optimizer_ftrl"]


@pytest.fixture(autouse=True)
def _nothing_said() -> None:
    forget_said()


def fresh() -> Any:
    keras.utils.set_random_seed(1)
    return keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, activation="relu"), keras.layers.Dense(1)])


def trained(model: Any, optimizer: Any, epochs: int = 2) -> Any:
    compile(model, {"optimizer": optimizer, "loss": "mse"})
    fit(model, {**DATA, "epochs": epochs})
    return model


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_second_model_trains_as_if_the_optimizer_were_its_alone(name: str) -> None:
    optimizer = construct(name, {"learning_rate": 0.01})
    first = trained(fresh(), optimizer)
    assert first.optimizer is optimizer
    assert take_notes() == []
    second = trained(fresh(), optimizer)
    assert second.optimizer is not optimizer
    assert ["serves other weights" in note["message"] for note in take_notes()] == [True]
    trained(fresh(), optimizer)
    assert take_notes() == []
    alone = trained(fresh(), construct(name, {"learning_rate": 0.01}))
    for ours, wanted in zip(second.get_weights(), alone.get_weights(), strict=True):
        assert ours == pytest.approx(wanted, abs=1e-6)
    fit(first, DATA)


def test_models_compiled_before_either_has_trained() -> None:
    optimizer = construct("optimizer_adam")
    first, second = fresh(), fresh()
    for model in (first, second):
        compile(model, {"optimizer": optimizer, "loss": "mse"})
    for model in (second, first):
        fit(model, DATA)
    assert first.optimizer is optimizer


def test_a_model_that_is_compiled_again_keeps_its_optimizer_and_what_it_has_learned() -> None:
    optimizer = construct("optimizer_adam")
    model = trained(fresh(), optimizer)
    model.layers[0].trainable = False
    trained(model, optimizer)
    assert model.optimizer is optimizer
    assert int(optimizer.iterations) == 4
    assert take_notes() == []


def test_layers_that_are_unfrozen_after_the_first_training_are_trained() -> None:
    optimizer = construct("optimizer_sgd", {"learning_rate": 0.5})
    model = fresh()
    model.layers[0].trainable = False
    trained(model, optimizer)
    before = model.layers[0].get_weights()[0]
    model.layers[0].trainable = True
    trained(model, optimizer)
    assert np.any(model.layers[0].get_weights()[0] != before)


def test_the_new_one_has_the_schedule_of_the_old_even_if_it_is_an_r_function() -> None:
    rate = RFunction(lambda step: 0.25, "rate", source=lambda: "function(step) 0.25")
    rate.__signature__ = inspect.signature(lambda step: None)
    optimizer = construct("optimizer_sgd", {"learning_rate": rate})
    trained(fresh(), optimizer)
    second = trained(fresh(), optimizer)
    assert float(second.optimizer.learning_rate) == 0.25


def test_names_and_models_of_no_shape_yet_pass() -> None:
    model = keras.Sequential([keras.layers.Dense(1)])
    trained(model, construct("optimizer_sgd"))
    trained(keras.Sequential([keras.layers.Dense(1)]), model.optimizer)
    compile(fresh(), {"optimizer": "adam", "loss": "mse"})

"""Data that comes in batches: datasets, generators, iterators."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bridge.backend import keras, tf
from bridge.barrier.crossing import entry
from bridge.barrier.functions import RFunction
from bridge.errors import DataError
from bridge.models.checks import check_batched
from bridge.models.train import compile, evaluate, fit, predict
from tests.models.test_checks import classifier, zeros


@pytest.mark.parametrize("verb", [fit, evaluate])
def test_data_without_targets_is_refused_before_keras_looks(verb: Any) -> None:
    once = iter([zeros(5, 4), None])
    for x in (tf.data.Dataset.from_tensor_slices(zeros(5, 4)).batch(5), RFunction(lambda: next(once))):
        with pytest.raises(DataError, match="gives `x` only"):
            verb(classifier("mse"), {"x": x})


def test_an_iterator_of_batches_is_a_generator() -> None:
    class Batches:
        """As reticulate's `py_iterator()`: R vectors arrive as lists."""

        left = 4

        def __iter__(self) -> Any:
            return self

        def __next__(self) -> Any:
            self.left -= 1
            if not self.left:
                raise StopIteration
            return [np.ones((3, 4)), [0.0, 1.0, 2.0]]

    history = fit(classifier("sparse_categorical_crossentropy"), {"x": Batches(), "epochs": 2})
    assert len(history["metrics"]["loss"]) == 2


@pytest.mark.parametrize("verb", [fit, evaluate, predict])
def test_a_dataset_of_single_samples_is_refused_by_every_verb(verb: Any) -> None:
    model = classifier("mse")
    samples = tf.data.Dataset.from_tensor_slices((zeros(6, 4), zeros(6, 3)))
    with pytest.raises(DataError, match="`x` is a dataset of single samples"):
        verb(model, {"x": samples})
    verb(model, {"x": samples.batch(2)})


def test_single_samples_to_validate_on_and_those_of_several_inputs_are_refused() -> None:
    model = classifier("mse")
    samples = tf.data.Dataset.from_tensor_slices((zeros(6, 4), zeros(6, 3)))
    with pytest.raises(DataError, match="`validation_data` is a dataset of single samples"):
        fit(model, {"x": samples.batch(2), "validation_data": samples})
    a, b = keras.Input((4,), name="a"), keras.Input((2,), name="b")
    both = keras.Model({"a": a, "b": b}, keras.layers.Dense(1)(keras.layers.Concatenate()([a, b])))
    parts = tf.data.Dataset.from_tensor_slices({"a": zeros(6, 4), "b": zeros(6, 2)})
    with pytest.raises(DataError, match="single samples"):
        predict(both, {"x": parts})
    assert predict(both, {"x": parts.batch(4)}).shape == (6, 1)


def test_a_model_that_is_not_built_yet_gets_targets_in_its_outputs_shape() -> None:
    seen = []

    def look(y_true: Any, y_pred: Any) -> Any:
        seen.append((len(y_true.shape), len(y_pred.shape)))
        return keras.ops.mean(y_true - y_pred)

    model = keras.Sequential([keras.layers.Dense(2), keras.layers.Dense(1)])
    compile(model, {"optimizer": "sgd", "loss": "mse", "metrics": [look]})
    fit(model, {"x": zeros(5, 4), "y": zeros(5)})
    assert set(seen) == {(2, 2)}


def test_an_error_of_python_tells_what_was_warned_of_before() -> None:
    model = keras.Sequential([keras.layers.Embedding(10, 2), keras.layers.Flatten(), keras.layers.Dense(1)])
    compile(model, {"optimizer": "sgd", "loss": "mse"})
    failure = entry("models.train.fit")(model, {"x": np.array([[1, np.nan]]), "y": zeros(1, 1)})
    assert failure.report["kind"] == "python"
    assert "`x` has missing values in sample 1" in failure.report["details"][0]


def test_batches_of_numbers_for_an_input_of_one_number_are_batches() -> None:
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    numbers = tf.data.Dataset.from_tensor_slices([1.0, 2.0, 3.0])
    check_batched(model, numbers.batch(2), "x")

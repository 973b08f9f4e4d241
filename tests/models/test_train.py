from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest

from bridge.backend import keras
from bridge.errors import ArgumentError, DataError
from bridge.models import batches, compile, evaluate, fit, functional, input_tensor, predict, sequential
from bridge.models.classes_of_targets import class_weights, classes
from bridge.models.inspect import get_layer, summary_text
from bridge.models.names import Names, remember
from bridge.models.train import described
from bridge.models.training_data import prepare


@pytest.fixture
def model() -> Any:
    keras.utils.set_random_seed(1)
    made = sequential([keras.layers.Dense(2, activation="softmax")], input_shape=3.0)
    compile(made, {"optimizer": "sgd", "loss": "sparse_categorical_crossentropy", "metrics": "accuracy"})
    return made


X = np.asfortranarray(np.random.default_rng(0).random((20, 3)))
Y = np.arange(20, dtype=np.int32) % 2


def test_fit_gives_params_and_metrics_loss_first(model: Any) -> None:
    written: list[str] = []
    history = fit(model, {"x": X, "y": Y, "epochs": 2.0, "validation_data": [X, Y]}, written.append)
    assert list(history["metrics"]) == ["loss", "accuracy", "val_loss", "val_accuracy"]
    assert history["epoch"] == [1, 2]
    assert history["params"]["epochs"] == 2
    assert [line.split(" - ")[0] for line in written] == ["Epoch 1/2", "Epoch 2/2"]
    assert all(line.endswith("\n") and "\r" not in line and "\x1b" not in line for line in written)


def test_a_live_line_is_redrawn(model: Any) -> None:
    written: list[str] = []
    fit(model, {"x": X, "y": Y, "batch_size": 4.0}, written.append, live=True)
    assert written[0].startswith("\rEpoch 1/1 [")
    assert written[-1].endswith("\n")


def test_training_equals_what_keras_does_with_the_same_arrays(model: Any) -> None:
    twin = keras.models.clone_model(model)
    twin.set_weights(model.get_weights())
    twin.compile("sgd", "sparse_categorical_crossentropy")
    fit(model, {"x": X, "y": Y, "epochs": 3, "shuffle": False})
    twin.fit(X.astype("float32"), Y, epochs=3, shuffle=False, verbose=0)
    for ours, theirs in zip(model.get_weights(), twin.get_weights(), strict=True):
        assert ours == pytest.approx(theirs, abs=1e-6)


def test_a_model_is_described_however_it_was_made(model: Any) -> None:
    class Unbuilt(keras.Model):  # type: ignore[misc]
        def call(self, x: Any) -> Any:
            return x

    known = described(model)
    assert known["loss_function"] == "sparse_categorical_crossentropy" and known["optimizer"] == "SGD"
    assert known["learning_rate"] == pytest.approx(0.01) and "Total params" in known["model"]
    unknown = described(Unbuilt())
    assert [unknown[name] for name in ("loss_function", "optimizer", "learning_rate")] == [None] * 3
    unbuilt = Unbuilt()
    unbuilt.compile(keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.5, 10)), keras.losses.Huber())
    known = described(unbuilt)
    assert (known["loss_function"], known["optimizer"], known["learning_rate"]) == ("huber_loss", "Adam", 0.5)


def test_evaluate_names_its_numbers_and_predict_gives_arrays(model: Any) -> None:
    assert list(evaluate(model, {"x": X, "y": Y})) == ["loss", "accuracy"]
    predicted = predict(model, {"x": X, "batch_size": 7.0})
    assert predicted.shape == (20, 2)
    assert predicted.dtype == np.float64
    assert predicted == pytest.approx(model.predict(X, verbose=0), abs=1e-6)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"x": X, "y": Y[:18]}, "`x` has 20 samples, but `y` has 18"),
        ({"x": [X, X[:3]], "y": Y}, r"`x\[\[1\]\]` has 20 samples, but `x\[\[2\]\]` has 3"),
        ({"x": {"a": X, "b": X[:3]}, "y": Y}, r"`x\$a` has 20 samples, but `x\$b` has 3"),
        ({"x": X, "y": Y, "sample_weight": np.ones(3)}, "`sample_weight` has 3"),
        ({"x": X, "y": Y, "validation_data": [X, Y[:2]]}, r"`validation_data\[\[2\]\]` has 2"),
    ],
)
def test_parts_of_different_length_are_refused(model: Any, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        fit(model, arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"epochs": 2.5}, "`epochs` must be a whole number"),
        ({"batch_size": 0.0}, "`batch_size` must be at least 1"),
        ({"validation_data": 3.0}, "`validation_data` must be"),
        ({"class_weight": {"a": 1.0}}, "`class_weight` must be named by class numbers"),
    ],
)
def test_wrong_options_are_named(model: Any, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        fit(model, {"x": X, "y": Y, **arguments})


def test_training_needs_a_compiled_model() -> None:
    with pytest.raises(ArgumentError, match="needs a compiled model"):
        fit(sequential([keras.layers.Dense(1)], input_shape=3.0), {"x": X, "y": Y})


def test_class_weights_go_by_class_order_or_by_number() -> None:
    assert class_weights(np.array([1.0, 3.0])) == {0: 1.0, 1: 3.0}
    assert class_weights({"0": 1.0, "1": 3.0}) == {0: 1.0, 1: 3.0}


def test_data_is_row_major_in_keras_float_dtype() -> None:
    ready = prepare(X)
    assert ready.dtype == np.float32
    assert ready.flags.c_contiguous
    assert ready == pytest.approx(X)


def test_functional_models_take_named_inputs() -> None:
    inputs = {"a": input_tensor(2.0, name="a"), "b": input_tensor(3.0, name="b")}
    outputs = keras.layers.Concatenate()([inputs["a"], inputs["b"]])
    model = functional(inputs, {"both": outputs})
    assert predict(model, {"x": {"a": np.ones((4, 2)), "b": np.ones((4, 3))}})["both"].shape == (4, 5)
    with pytest.raises(ArgumentError, match="`inputs` must be made of symbolic tensors"):
        functional(np.ones(3), outputs)


def test_a_summary_has_no_colour_codes(model: Any) -> None:
    text = summary_text(model, {"line_length": 70.0})
    assert "Total params: 8" in text
    assert "\x1b" not in text


def test_layers_are_found_by_name_and_by_index_from_one(model: Any) -> None:
    first = model.layers[0]
    assert get_layer(model, index=1.0) is get_layer(model, name=first.name) is get_layer(model, index=-1.0) is first
    with pytest.raises(ArgumentError, match="counted from 1"):
        get_layer(model, index=0.0)
    with pytest.raises(ArgumentError, match="has no layer `nope`"):
        get_layer(model, name="nope")


def test_class_weights_by_level_and_against_the_targets() -> None:
    levels = ["setosa", "versicolor", "virginica"]
    assert class_weights({"virginica": 5.0}, None, levels) == {2: 5.0}
    assert class_weights(np.array([1.0, 2.0]), np.array([0, 1, 1])) == {0: 1.0, 1: 2.0}
    with pytest.raises(ArgumentError, match="`virginika`, which is no class"):
        class_weights({"virginika": 5.0}, None, levels)
    with pytest.raises(ArgumentError, match="2 weights, but the targets have 3 classes"):
        class_weights(np.array([1.0, 2.0]), np.array([0, 1, 2]))
    with pytest.raises(ArgumentError, match="has class 7, but the targets have classes 0 to 2"):
        class_weights({"7": 2.0}, np.array([0, 1, 2]))
    for wrong in ({"a": 1.0}, {"0": "b"}, {"0": -1.0}, np.array(["a", "b"])):
        with pytest.raises(ArgumentError, match="class_weight"):
            class_weights(wrong)


@pytest.mark.parametrize("given", [np.array([1.0, 4.0]), {"1": 4.0}, {"0": 1.0, "1": 4.0}])
def test_the_loss_is_weighted_as_by_hand(given: Any) -> None:
    x, y = np.array([[0.5], [1.0], [2.0], [3.0]]), np.array([0.0, 1.0, 1.0, 0.0])
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, activation="sigmoid")])
    model.compile(keras.optimizers.SGD(0.0), "binary_crossentropy")
    p = np.ravel(model.predict(x, verbose=0))
    by_hand = np.mean(np.where(y == 1, 4.0, 1.0) * -np.where(y == 1, np.log(p), np.log(1 - p)))
    result = fit(model, {"x": x, "y": y, "class_weight": given})
    assert result["metrics"]["loss"][0] == pytest.approx(by_hand, rel=1e-4)


def test_predicted_classes_have_the_levels_that_the_model_was_trained_on() -> None:
    model = keras.Sequential([keras.Input((1,))])
    scores = np.array([[0.1, 0.9], [0.8, 0.2]])
    assert classes(model, scores)["levels"] is None
    remember(model, Names(levels={"y": ("a", "b")}))
    assert classes(model, scores)["codes"].tolist() == [1, 0]
    assert classes(model, scores)["levels"] == ["a", "b"]
    assert classes(model, np.array([[0.2], [0.7]]))["codes"].tolist() == [0, 1]
    with pytest.raises(ArgumentError, match="rank 3"):
        classes(model, np.zeros((1, 2, 3)))


def test_a_heartbeat_stops_training_and_leaves_the_weights() -> None:
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    looked = []

    def check() -> None:
        looked.append(1)
        if len(looked) == 3:
            raise TimeoutError("enough")

    before = model.get_weights()[0]
    with pytest.raises(TimeoutError):
        fit(model, {"x": np.ones((4000, 1)), "y": np.ones(4000), "epochs": 5.0, "batch_size": 1.0}, check=check)
    assert len(looked) == 3
    assert not np.array_equal(model.get_weights()[0], before)


@pytest.mark.parametrize("verb", ["fit", "evaluate", "predict"])
def test_an_interrupt_that_python_lost_in_a_finalizer_stops_at_the_next_batch(verb: str) -> None:
    class Interrupting:
        def __del__(self) -> None:
            raise KeyboardInterrupt

    class Loses(keras.callbacks.Callback):  # type: ignore[misc]
        def lose(self, batch: int) -> None:
            batches.append(batch)
            if batch == 5:
                Interrupting()

        def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
            self.lose(batch)

        def on_test_batch_begin(self, batch: int, logs: Any = None) -> None:
            self.lose(batch)

        def on_predict_batch_begin(self, batch: int, logs: Any = None) -> None:
            self.lose(batch)

    batches: list[int] = []
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    x, y = np.ones((100, 1)), np.ones(100)
    options: dict[str, Any] = {"batch_size": 2.0, "callbacks": Loses()}
    hook = sys.unraisablehook
    with pytest.raises(KeyboardInterrupt):
        if verb == "fit":
            fit(model, {"x": x, "y": y, **options}, check=lambda: None)
        elif verb == "evaluate":
            evaluate(model, {"x": x, "y": y, **options}, check=lambda: None)
        else:
            predict(model, {"x": x, **options}, check=lambda: None)
    assert batches == list(range(6))
    assert sys.unraisablehook is hook


def test_metrics_of_an_earlier_compile_are_gone() -> None:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    data = {"x": np.ones((4, 2)), "y": np.ones((4, 1))}
    compile(model, {"optimizer": "sgd", "loss": "mse", "metrics": ["mae"]})
    assert list(fit(model, data)["metrics"]) == ["loss", "mae"]
    compile(model, {"optimizer": "sgd", "loss": "mse"})
    assert list(fit(model, data)["metrics"]) == ["loss"]
    for none in ({"metrics": []}, {"metrics": {}}, {"metrics": None}, {"weighted_metrics": []}):
        compile(model, {"optimizer": "sgd", "loss": "mse", "metrics": ["mae"]})
        compile(model, {"optimizer": "sgd", "loss": "mse", **none})
        assert list(batches.test_on_batch(model, data)) == ["loss"]

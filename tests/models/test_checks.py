from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from bridge.backend import keras, tf
from bridge.barrier.notes import take_notes
from bridge.errors import ArgumentError, DataError
from bridge.models import batches
from bridge.models.call import call
from bridge.models.checks import MISSING, check_inputs, check_targets
from bridge.models.train import compile, evaluate, fit, predict
from bridge.values.dtypes import NA_INTEGER


def classifier(loss: Any, classes: int = 3, shape: tuple[int | None, ...] = (4,)) -> Any:
    model = keras.Sequential([keras.Input(shape), keras.layers.Dense(classes)])
    compile(model, {"optimizer": "sgd", "loss": loss})
    return model


def zeros(*shape: int) -> Any:
    return np.zeros(shape, "float32")


@pytest.mark.parametrize("x", [zeros(5, 3), zeros(4), zeros(5, 4, 2), [zeros(5, 3)], tf.zeros((5, 3))])
def test_inputs_of_another_shape_are_named(x: Any) -> None:
    with pytest.raises(DataError, match=r"the model takes \(NA, 4\)"):
        check_inputs(classifier("mse"), x)


@pytest.mark.parametrize(
    ("shape", "x"),
    [((4,), zeros(5, 4)), ((1,), zeros(5)), ((4,), zeros(5, 4, 1)), ((None, 2), zeros(5, 7, 2)), ((4,), [zeros(5, 4)])],
)
def test_what_keras_takes_passes(shape: tuple[int | None, ...], x: Any) -> None:
    model = classifier("mse", 3, shape)
    check_inputs(model, x)
    model.predict(x[0] if isinstance(x, list) else x, verbose=0)


def test_models_that_know_no_inputs_take_anything() -> None:
    check_inputs(keras.Sequential([keras.layers.Dense(1)]), zeros(5, 3))


@pytest.mark.parametrize(
    ("loss", "classes", "y", "message"),
    [
        ("sparse_categorical_crossentropy", 3, np.array([1, 2, 3]), "the label 3, but the labels of 3 classes are 0 to 2"),
        ("sparse_categorical_crossentropy", 3, np.array([-1, 2]), "labels down to -1"),
        ("sparse_categorical_crossentropy", 3, np.eye(3), "a column for each class"),
        ("categorical_crossentropy", 3, np.array([0, 1]), "needs a column for each of the 3 classes"),
        ("mse", 1, tf.constant(["a"]), "is text"),
    ],
)
def test_targets_that_a_loss_cannot_take_are_named(loss: str, classes: int, y: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        check_targets(classifier(loss, classes), y)


def test_losses_given_as_objects_and_functions_are_known() -> None:
    for loss in (keras.losses.SparseCategoricalCrossentropy(), keras.losses.sparse_categorical_crossentropy):
        with pytest.raises(DataError, match="the label 3"):
            check_targets(classifier(loss), np.array([3]))
    check_targets(classifier(keras.losses.SparseCategoricalCrossentropy(ignore_class=255)), np.array([255]))


def test_labels_of_sequences_are_no_columns() -> None:
    check_targets(classifier("sparse_categorical_crossentropy", 3, (3, 4)), np.array([[0, 1, 2]]))


def test_outputs_have_losses_by_name_and_by_position() -> None:
    inputs = keras.Input((4,))
    outputs = {name: keras.layers.Dense(3, name=name)(inputs) for name in ("a", "b")}
    losses: Mapping[str, str] = {"a": "mse", "b": "sparse_categorical_crossentropy"}
    named = keras.Model(inputs, outputs)
    compile(named, {"optimizer": "sgd", "loss": losses})
    with pytest.raises(DataError, match=r"`y\$b` has the label 3"):
        check_targets(named, {"a": zeros(1, 3), "b": np.array([3])})
    listed = keras.Model(inputs, list(outputs.values()))
    compile(listed, {"optimizer": "sgd", "loss": list(losses.values())})
    with pytest.raises(DataError, match=r"`y\[\[2\]\]` has the label 3"):
        check_targets(listed, [zeros(1, 3), np.array([3])])


@pytest.mark.parametrize("wrong", [2.0, -1.0, 9.0])
def test_labels_that_keras_computes_with_are_warned_of(wrong: float) -> None:
    model, y = classifier("binary_crossentropy", 1), np.array([0.0, 1.0, wrong])
    model.fit(zeros(3, 4), y, verbose=0)
    check_targets(model, y)
    assert [f"{wrong:g}, but the labels of 2 classes are 0 to 1: the loss" in note["message"] for note in take_notes()] == [
        True
    ]


@pytest.mark.parametrize(
    ("loss", "classes", "y"),
    [
        ("sparse_categorical_crossentropy", 3, np.array([3, 1])),
        ("sparse_categorical_crossentropy", 3, np.eye(3)),
        ("categorical_crossentropy", 3, np.array([0, 1])),
        ("mse", 1, tf.constant(["a", "b"])),
    ],
)
def test_what_is_refused_fails_in_keras_too(loss: str, classes: int, y: Any) -> None:
    model = classifier(loss, classes)
    with pytest.raises((ValueError, tf.errors.OpError)):
        model.fit(zeros(len(y), 4), y, verbose=0)
    with pytest.raises(DataError):
        check_targets(model, y)


def test_compiled_by_xla_labels_beyond_the_classes_are_nan_and_warned_of() -> None:
    model, y = classifier("sparse_categorical_crossentropy"), np.array([0, 3])
    compile(model, {"optimizer": "sgd", "loss": "sparse_categorical_crossentropy", "jit_compile": True})
    check_targets(model, y)
    assert ["the loss is NaN for others" in note["message"] for note in take_notes()] == [True]
    assert np.isnan(evaluate(model, {"x": zeros(2, 4), "y": y})["loss"])
    take_notes()


def with_nan(array: Any) -> Any:
    array = array.copy()
    array[2, 0] = np.nan
    return array


@pytest.mark.parametrize("part", ["x", "y", "sample_weight", "validation_data"])
def test_missing_values_are_warned_of_once_in_every_verb(part: str) -> None:
    model = classifier("mse")
    data: dict[str, Any] = {"x": zeros(4, 4), "y": zeros(4, 3), "sample_weight": zeros(4, 1)}
    fit_data = data | {"validation_data": [with_nan(data["x"]), data["y"]]} if part == "validation_data" else data
    if part != "validation_data":
        data[part] = with_nan(data[part])
        fit_data = data
    wanted = "validation_data[[1]]" if part == "validation_data" else part
    told = {
        "fit": lambda: fit(model, fit_data),
        "evaluate": lambda: evaluate(model, data),
        "predict": lambda: predict(model, {"x": data["x"]}),
    }
    for verb, run in told.items():
        run()
        notes = [note["message"] for note in take_notes()]
        hears = verb == "fit" or part == "x" or (verb == "evaluate" and part != "validation_data")
        assert len(notes) == hears, (verb, notes)
        kind = "evaluate" if part == "validation_data" else verb
        assert all(note == f"`{wanted}` has missing values in sample 3: {MISSING[kind]}." for note in notes)


def test_it_is_the_weights_that_missing_values_spoil() -> None:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(4, activation="relu"), keras.layers.Dense(1)])
    compile(model, {"optimizer": "sgd", "loss": "mse"})
    history = fit(model, {"x": with_nan(zeros(4, 4)), "y": zeros(4, 1), "epochs": 2})
    assert np.isfinite(history["metrics"]["loss"]).all()
    assert any(np.isnan(weight).any() for weight in model.get_weights())


@pytest.mark.parametrize("form", ["labels", "column", "one hot", "floats"])
def test_classes_that_only_the_held_out_samples_have_are_warned_of(form: str) -> None:
    labels = np.repeat(np.arange(3), 4).astype("int32")
    one_hot = form == "one hot"
    y = {"labels": labels, "column": labels[:, None], "one hot": np.eye(3)[labels], "floats": labels.astype(float)}[form]
    model = classifier("categorical_crossentropy" if one_hot else "sparse_categorical_crossentropy")
    fit(model, {"x": zeros(12, 4), "y": y, "validation_split": 0.4})
    (note,) = take_notes()
    assert "holds out the last 5 samples, and only they have the class 2 of `y`" in note["message"]
    for quiet in ({"validation_split": 0.2}, {"validation_split": 0.4, "validation_data": [zeros(12, 4), y]}):
        fit(model, {"x": zeros(12, 4), "y": y, **quiet})
        assert not take_notes()


def test_other_mistakes_in_the_arguments_of_fit() -> None:
    model, data = classifier("mse"), {"x": zeros(4, 4), "y": zeros(4, 3)}
    with pytest.raises(ArgumentError, match=r"from 0 to less than 1, not 1[.]5"):
        fit(model, data | {"validation_split": 1.5})
    with pytest.raises(ArgumentError, match="which is no callback"):
        fit(model, data | {"callbacks": [3]})
    fit(model, data | {"callbacks": keras.callbacks.TerminateOnNaN})
    with pytest.raises(DataError, match=r"\(NA, 4\)"):
        predict(model, {"x": zeros(2, 3)})


def test_a_failure_leaves_the_model_usable() -> None:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
    failing = [True]

    def loss(y_true: Any, y_pred: Any) -> Any:
        if failing[0]:
            raise ValueError("not yet")
        return tf.reduce_mean((y_true - y_pred) ** 2)

    compile(model, {"optimizer": "adam", "loss": loss})
    data = {"x": zeros(4, 4), "y": zeros(4, 3)}
    with pytest.raises(ValueError, match="not yet"):
        fit(model, data)
    failing[0] = False
    assert list(fit(model, data)["metrics"]) == ["loss"]
    assert batches.train_on_batch(model, data)["loss"] >= 0


def test_parts_that_do_not_match_the_inputs_are_named() -> None:
    inputs = [keras.Input((1,), name=name) for name in ("a", "b")]
    two = keras.Model(inputs, keras.layers.Add()(inputs))
    with pytest.raises(DataError, match="has the parts `a`, `c`, but the inputs of the model are `a`, `b`"):
        check_inputs(two, {"a": zeros(2, 1), "c": zeros(2, 1)})
    with pytest.raises(DataError, match="a list of 1, but the model has 2 inputs: `a`, `b`"):
        check_inputs(two, [zeros(2, 1)])


def test_missing_integers_no_samples_and_no_targets() -> None:
    model = classifier("sparse_categorical_crossentropy")
    for y, message in (
        (np.array([0, NA_INTEGER], "int32"), "`y` has missing values in sample 2, which integers"),
        (None, "`y` is missing"),
    ):
        with pytest.raises(DataError, match=message):
            fit(model, {"x": zeros(2, 4), "y": y})
    with pytest.raises(DataError, match="`x` has no samples"):
        fit(model, {"x": zeros(0, 4), "y": zeros(0)})
    with pytest.raises(DataError, match="the label 3"):
        batches.train_on_batch(model, {"x": zeros(1, 4), "y": np.array([3])})
    with pytest.raises(DataError, match=r"`validation_data\[\[2\]\]` has the label 3"):
        fit(model, {"x": zeros(1, 4), "y": np.array([0]), "validation_data": [zeros(1, 4), np.array([3])]})


def test_data_of_other_ranks_are_traced_anew() -> None:
    model = classifier("sparse_categorical_crossentropy")
    labels = np.array([0, 1, 2])
    for y in (labels, labels[:, None], labels, labels[:, None], [labels], labels):
        assert list(fit(model, {"x": [zeros(3, 4)], "y": y})["metrics"]) == ["loss"]


def embedded(dtype: str = "int32") -> Any:
    inputs = keras.Input((2,), dtype=dtype, name="ids")
    return keras.Model(inputs, keras.ops.cast(inputs, "float64"))


@pytest.mark.parametrize("given", [lambda x: x, lambda x: [x], lambda x: {"ids": x}], ids=["alone", "listed", "named"])
@pytest.mark.parametrize(
    ("dtype", "x", "message"),
    [
        ("uint8", [[300.0, 1.0]], "300 at position 1 is out of range"),
        ("int8", np.array([[1, -129]], "int32"), "-129 at position 2 is out of range"),
        ("int32", [[1.5, 1.0]], "1.5 at position 1 has a fraction"),
        ("int32", [[1.0, np.nan]], "is not finite"),
        ("int32", [[2.0**31, 1.0]], "is out of range"),
    ],
)
def test_numbers_that_an_input_of_integers_cannot_hold_are_refused(dtype: str, x: Any, message: str, given: Any) -> None:
    model = embedded(dtype)
    data = given(np.asarray(x))
    for use in (lambda: predict(model, {"x": data}), lambda: call(model, [data])):
        with pytest.raises(DataError, match=message):
            use()


def test_large_whole_doubles_stay_what_they_are_for_inputs_of_integers() -> None:
    x = np.array([[2.0**24 + 1, 2.0**31 - 1]])
    np.testing.assert_array_equal(predict(embedded(), {"x": x}), x)
    np.testing.assert_array_equal(call(embedded(), [x]), x)


def two_outputs() -> Any:
    inputs = keras.Input((4,))
    model = keras.Model(inputs, {name: keras.layers.Dense(1, name=name)(inputs) for name in ("a", "b")})
    compile(model, {"optimizer": "sgd", "loss": "mse"})
    return model


@pytest.mark.parametrize(
    ("model", "y", "message"),
    [
        (two_outputs, {"a": zeros(5, 1), "c": zeros(5, 1)}, "has the part `c`, but the outputs are `a`, `b`"),
        (two_outputs, {"a": zeros(5, 1)}, "lacks the output `b`"),
        (two_outputs, [zeros(5, 1)] * 3, "is a list of 3, but the model has 2 outputs"),
        (lambda: classifier("mse"), {"u": zeros(5, 3)}, "has the part `u`|the model has one output"),
        (lambda: classifier("mse"), [zeros(5, 3)] * 2, "one output|has 1 outputs"),
    ],
)
def test_targets_listed_otherwise_than_the_outputs_are_refused(model: Any, y: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        fit(model(), {"x": zeros(5, 4), "y": y})


def test_a_loss_for_some_outputs_takes_targets_for_these() -> None:
    model = two_outputs()
    compile(model, {"optimizer": "sgd", "loss": {"a": "mse"}})
    assert evaluate(model, {"x": zeros(5, 4), "y": {"a": zeros(5, 1)}})["loss"] >= 0


FACTOR = {"__tfbridge_factor__": np.array([0, 1, 2, 0, 1], "int32"), "levels": ["u", "v", "w"]}


@pytest.mark.parametrize("loss", ["mse", "mean_absolute_error", keras.losses.Huber(), keras.losses.mean_squared_error])
def test_codes_of_a_factor_are_no_amounts(loss: Any) -> None:
    take_notes()
    fit(classifier(loss, 1), {"x": zeros(5, 4), "y": FACTOR})
    assert [note for note in take_notes() if "`y` is a factor, but the loss" in note["message"]]
    fit(classifier("sparse_categorical_crossentropy"), {"x": zeros(5, 4), "y": FACTOR})
    assert not take_notes()


@pytest.mark.parametrize("kind", ["frame", "matrix"])
def test_a_model_that_is_called_goes_by_the_names_of_columns(kind: str) -> None:
    model = classifier("mse", 1, (2,))
    values = np.random.default_rng(1).normal(size=(5, 2))

    def table(columns: list[str], values: Any) -> Any:
        return {"__tfbridge_table__": values, "columns": columns, "frame": kind == "frame"}

    fit(model, {"x": table(["a", "b"], values), "y": zeros(5)})
    wanted = predict(model, {"x": values})
    np.testing.assert_allclose(call(model, [table(["b", "a"], values[:, ::-1])]), wanted, rtol=1e-5)
    np.testing.assert_allclose(call(model, [values]), wanted, rtol=1e-5)
    with pytest.raises(DataError, match="lacks the column `b`"):
        call(model, [table(["a", "c"], values)])


def subclassed() -> Any:
    class Own(keras.Model):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.dense = keras.layers.Dense(3)

        def call(self, inputs: Any) -> Any:
            return self.dense(inputs)

    model = Own()
    compile(model, {"optimizer": "sgd", "loss": "sparse_categorical_crossentropy"})
    return model


@pytest.mark.parametrize("model", [subclassed, lambda: classifier("sparse_categorical_crossentropy")])
@pytest.mark.parametrize("made", [np.asarray, tf.constant])
def test_classes_that_only_the_held_out_samples_have_are_named(model: Any, made: Any) -> None:
    take_notes()
    fit(model(), {"x": zeros(9, 4), "y": made([0, 0, 0, 1, 1, 1, 2, 2, 2]), "validation_split": 0.4})
    assert ["only they have the class 2 of `y`" in note["message"] for note in take_notes()] == [True]

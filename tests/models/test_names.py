"""Factors go by level and tables by column, in every verb and after loading."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from bridge.backend import keras
from bridge.barrier.notes import take_notes
from bridge.errors import DataError
from bridge.models import batches
from bridge.models.create import pop_layer
from bridge.models.names import Names, learning, names_of, remember
from bridge.models.persist import load_model, save_directory, save_model, serialize, unserialize
from bridge.models.samples import read
from bridge.models.train import compile, evaluate, fit, predict
from bridge.values.dtypes import NA_INTEGER
from bridge.values.named import FACTOR, TABLE, Factor, named

LEVELS = ["setosa", "versicolor", "virginica"]


def factor(texts: Any, levels: Any) -> dict[str, Any]:
    """What R sends for a factor."""
    return {FACTOR: np.array([NA_INTEGER if t is None else levels.index(t) for t in texts], np.int32), "levels": levels}


def table(values: Any, columns: list[str], *, frame: bool = True) -> dict[str, Any]:
    """What R sends for a data frame, or a matrix with names."""
    return {TABLE: values, "columns": columns, "frame": frame}


def classifier(inputs: int = 2, classes: int = 3) -> Any:
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((inputs,)), keras.layers.Dense(classes, activation="softmax")])
    compile(model, {"optimizer": "sgd", "loss": "sparse_categorical_crossentropy", "metrics": "accuracy"})
    return model


RNG = np.random.default_rng(3)
X = RNG.random((30, 2))
TEXTS = [LEVELS[i % 3] for i in range(30)]


@pytest.mark.parametrize("seed", range(40))
def test_a_factor_means_the_same_whatever_its_levels(seed: int) -> None:
    draw = random.Random(seed)
    known = tuple(draw.sample([f"level {i}" for i in range(9)], 6))
    texts = [draw.choice(known) for _ in range(20 if seed else 0)]
    levels = draw.sample([*{*texts}, "not", "used"], len({*texts}) + 2)
    given = named(factor(texts, levels))
    assert isinstance(given, Factor)
    assert [known[code] for code in given.coded_by(known)] == texts


def test_missing_stays_missing() -> None:
    assert named(factor(["a", None], ["b", "a"])).coded_by(("a", "b")).tolist() == [0, NA_INTEGER]


def trained() -> Any:
    model = classifier()
    fit(model, {"x": table(X, ["a", "b"]), "y": factor(TEXTS, LEVELS)})
    return model


REVERSED = {"x": table(X[:, ::-1], ["b", "a"]), "y": factor(TEXTS, LEVELS[::-1])}
EXTRA = {"x": table(np.c_[X[:, 1], X[:, 0] * 0, X[:, 0]], ["b", "z", "a"]), "y": factor(TEXTS, ["no", *LEVELS[::-1], "one"])}


@pytest.mark.parametrize("data", [REVERSED, EXTRA], ids=["reversed", "with more"])
@pytest.mark.parametrize("file", ["none", "keras", "directory", "bytes"])
def test_every_verb_goes_by_name(data: dict[str, Any], file: str, tmp_path: Any) -> None:
    model = trained()
    codes = np.array([LEVELS.index(text) for text in TEXTS])
    wanted = evaluate(model, {"x": X, "y": codes})
    scores = predict(model, {"x": X})
    best = [LEVELS[i] for i in np.argmax(scores, axis=1)]
    if file == "keras":
        model = load_model(save_model(model, str(tmp_path / "m.keras")))
    elif file == "directory":
        model = load_model(save_directory(model, str(tmp_path / "m")))
    elif file == "bytes":
        model = unserialize(serialize(model))
    assert evaluate(model, data) == pytest.approx(wanted, abs=1e-5)
    assert predict(model, {"x": data["x"]}) == pytest.approx(scores, abs=1e-6)
    assert batches.test_on_batch(model, data) == pytest.approx(wanted, abs=1e-5)
    assert batches.predict_on_batch(model, {"x": data["x"]}) == pytest.approx(scores, abs=1e-6)
    result = predict(model, {"x": data["x"]}, as_classes=True)
    assert [result["levels"][code] for code in result["codes"]] == best
    weights = model.get_weights()
    held_out = fit(model, {"x": X, "y": codes, "validation_data": [data["x"], data["y"]], "epochs": 1})["metrics"]
    assert held_out["val_loss"] == pytest.approx([evaluate(model, {"x": X, "y": codes})["loss"]], abs=1e-5)
    after = []
    for arguments in ({"x": X, "y": codes}, data):
        model.set_weights(weights)
        fit(model, arguments | {"shuffle": False})
        after.append(model.get_weights())
        model.set_weights(weights)
        batches.train_on_batch(model, arguments)
        after.append(model.get_weights())
    for ours, theirs in zip([*after[2], *after[3]], [*after[0], *after[1]], strict=True):
        assert ours == pytest.approx(theirs, abs=1e-6)


@pytest.mark.parametrize("verb", ["fit", "evaluate", "validation_data", "train_on_batch", "test_on_batch"])
def test_what_the_model_does_not_know_is_named(verb: str) -> None:
    model = trained()
    run: Any = {
        "fit": lambda x, y: fit(model, {"x": x, "y": y}),
        "evaluate": lambda x, y: evaluate(model, {"x": x, "y": y}),
        "validation_data": lambda x, y: fit(model, {"x": X, "y": factor(TEXTS, LEVELS), "validation_data": [x, y]}),
        "train_on_batch": lambda x, y: batches.train_on_batch(model, {"x": x, "y": y}),
        "test_on_batch": lambda x, y: batches.test_on_batch(model, {"x": x, "y": y}),
    }[verb]
    x_path, y_path = ("validation_data[[1]]", "validation_data[[2]]") if verb == "validation_data" else ("x", "y")
    with pytest.raises(DataError) as refused:
        run(X, factor([*TEXTS[:-1], "rose"], [*LEVELS, "rose"]))
    assert refused.value.message == f"`{y_path}` has the level `rose`, which the model was not trained with."
    with pytest.raises(DataError) as refused:
        run(table(X, ["a", "c"]), factor(TEXTS, LEVELS))
    assert refused.value.message == f"`{x_path}` lacks the column `b`, which the model was trained with."
    with pytest.raises(DataError, match="lacks the columns `a`, `b`"):
        run(table(X, ["c", "d"]), factor(TEXTS, LEVELS))
    assert names_of(model).levels["y"] == tuple(LEVELS)


def test_matrices_go_by_name_too_but_chance_names_are_positions() -> None:
    model = classifier()
    fit(model, {"x": table(X, ["a", "b"], frame=False), "y": factor(TEXTS, LEVELS)})
    scores = predict(model, {"x": X})
    take_notes()
    assert predict(model, {"x": table(X[:, ::-1], ["b", "a"], frame=False)}) == pytest.approx(scores)
    assert not take_notes()
    assert predict(model, {"x": table(X, ["u", "v"], frame=False)}) == pytest.approx(scores)
    (note,) = take_notes()
    assert "`x` has the columns `u`, `v`, but the model was trained with `a`, `b`." in note["message"]
    with pytest.raises(DataError, match="lacks the column `b`"):
        predict(model, {"x": table(X, ["a", "v"], frame=False)})


def test_learned_levels_stay_while_the_model_does() -> None:
    model = trained()
    fit(model, {"x": X, "y": np.zeros(30, np.int32)})
    assert names_of(model).levels["y"] == tuple(LEVELS)
    assert names_of(keras.models.clone_model(model)) == Names()
    pop_layer(model)
    assert "y" not in names_of(model).levels
    assert names_of(model).columns["x"] == ("a", "b")


def test_training_that_makes_no_step_teaches_nothing() -> None:
    model = classifier()
    with pytest.raises(ValueError, match="early"), learning(model, Names(levels={"y": ("a",)})):
        raise ValueError("early")
    assert names_of(model) == Names()
    with pytest.raises(DataError):
        fit(model, {"x": table(X[:, :1], ["a"]), "y": factor(TEXTS, LEVELS)})
    assert names_of(model) == Names()


def test_checkpoints_keep_names_too(tmp_path: Any) -> None:
    (tmp_path / "old-1.keras").write_bytes(b"no archive")
    saving = keras.callbacks.ModelCheckpoint(str(tmp_path / "[best]-{epoch}.keras"))
    model = classifier()
    data = {"x": table(X, ["a", "b"]), "y": factor(TEXTS, LEVELS)}
    fit(model, data | {"epochs": 2, "callbacks": [saving]})
    for epoch in (1, 2):
        loaded = load_model(str(tmp_path / f"[best]-{epoch}.keras"))
        assert names_of(loaded) == names_of(model)
    fit(model, data | {"epochs": 2, "callbacks": [saving]})
    assert names_of(load_model(str(tmp_path / "[best]-2.keras"))) == names_of(model)


def two_by_two() -> Any:
    inputs = [keras.Input((1,), name=name) for name in ("a", "b")]
    joined = keras.layers.Concatenate()(inputs)
    outputs = [keras.layers.Dense(2, name=name, activation="softmax")(joined) for name in ("p", "q")]
    model = keras.Model(inputs, outputs)
    compile(model, {"optimizer": "sgd", "loss": ["sparse_categorical_crossentropy"] * 2})
    return model


def test_several_inputs_and_outputs_have_names_of_their_own() -> None:
    model = two_by_two()
    a, b = ["x", "y"] * 5, ["u", "v", "u", "v", "u"] * 2
    numbers = np.arange(10.0)
    frame = table({"a": factor(a, ["x", "y"]), "b": numbers}, ["a", "b"])
    fit(model, {"x": frame, "y": [factor(a, ["x", "y"]), factor(b, ["u", "v"])]})
    assert names_of(model).levels == {"x$a": ("x", "y"), "y$p": ("x", "y"), "y$q": ("u", "v")}
    wanted = predict(model, {"x": frame})
    for other in (
        table({"b": numbers, "a": factor(a, ["y", "x"])}, ["b", "a"]),
        table({"z": numbers, "b": numbers, "a": factor(a, ["z", "y", "x"])}, ["z", "b", "a"]),
        {"b": numbers, "a": factor(a, ["y", "x"])},
        [factor(a, ["y", "x"]), numbers],
    ):
        for ours, theirs in zip(predict(model, {"x": other}), wanted, strict=True):
            assert ours == pytest.approx(theirs, abs=1e-6)
    assert [part["levels"] for part in predict(model, {"x": frame}, as_classes=True)] == [["x", "y"], ["u", "v"]]
    with pytest.raises(DataError, match=r"`x\$a` has the level `k`"):
        predict(model, {"x": table({"a": factor(["k"], ["k"]), "b": np.zeros(1)}, ["a", "b"])})
    with pytest.raises(DataError, match=r"`y\$q` has the levels `x`, `y`"):
        evaluate(model, {"x": frame, "y": {"p": factor(a, ["x", "y"]), "q": factor(a, ["x", "y"])}})


def test_a_table_of_numbers_feeds_inputs_by_name() -> None:
    model = two_by_two()
    values = np.arange(20.0).reshape(10, 2)
    by_hand = model.predict([values[:, :1], values[:, 1:]], verbose=0)
    for given in (table(values, ["a", "b"]), table(values[:, ::-1], ["b", "a"])):
        for ours, theirs in zip(predict(model, {"x": given}), by_hand, strict=True):
            assert ours == pytest.approx(theirs, abs=1e-6)


def test_one_column_stands_for_its_vector() -> None:
    model = classifier()
    weights = np.arange(30.0)
    samples = read(
        model,
        {
            "x": table(X, ["a", "b"]),
            "y": table({"s": factor(TEXTS, LEVELS)}, ["s"]),
            "sample_weight": table(weights[:, None], ["w"]),
        },
    )
    assert samples.sample_weight.tolist() == weights.tolist()
    assert samples.y.shape == (30,)
    assert samples.levels == tuple(LEVELS)
    fit(model, {"x": samples.x, "y": samples.y, "sample_weight": samples.sample_weight})


def test_weights_go_by_learned_level() -> None:
    model = trained()
    other = factor(TEXTS, LEVELS[::-1])
    by_name = fit(trained(), {"x": X, "y": other, "class_weight": {"virginica": 5.0}, "shuffle": False})
    by_code = fit(model, {"x": X, "y": other, "class_weight": {"2": 5.0}, "shuffle": False})
    assert by_name["metrics"]["loss"] == pytest.approx(by_code["metrics"]["loss"], rel=1e-4)
    remember(model, Names())

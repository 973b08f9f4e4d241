from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any, cast

import pytest

from bridge.backend import keras, tf
from bridge.barrier import RFunction, entry
from bridge.classes import define
from bridge.errors import ArgumentError, FileError
from bridge.models.persist import load_model, save_model
from bridge.models.sources import ENTRY, StoredFunction, run_source, trusting


def r_function(source: str, function: Any) -> RFunction:
    return RFunction(function, "r_function", [["x", False]], lambda: source)


def defined(name: str, source: str, factor: float = 1, order: float | None = None) -> Any:
    """A layer class as R defines it."""
    methods = {"call": [lambda number, inputs: inputs * factor, [["inputs", False]]]}
    return define("layer", name, methods, {}, None, {}, lambda: source, order)


def computed(model: Any) -> list[float]:
    return cast(list[float], model(tf.constant([[1.0]])).numpy().ravel().tolist())


def test_a_file_keeps_the_sources_of_its_classes_and_of_no_others(tmp_path: Path) -> None:
    cls = defined("KeptSource", "an R call")
    defined("Other", "another")
    model = keras.Sequential([keras.Input((2,)), cls()])
    path = save_model(model, str(tmp_path / "m.keras"))
    with zipfile.ZipFile(path) as archive:
        assert json.loads(archive.read(ENTRY)) == {"KeptSource": "an R call"}
    assert load_model(path)(tf.constant([[1.0, 2.0]])).numpy().tolist() == [[1, 2]]


def test_an_unknown_class_is_defined_from_the_file_only_when_that_is_trusted(tmp_path: Path) -> None:
    model = keras.Sequential([keras.Input((2,)), defined("FromFile", "define it", 2)()])
    path = save_model(model, str(tmp_path / "m.keras"))
    keras.saving.get_custom_objects().pop("tfbridge>FromFile")
    with pytest.raises(FileError, match="`FromFile`, which is not defined here") as caught:
        load_model(path)
    assert any("safe_mode = FALSE" in hint for hint in caught.value.hints)
    ran: list[str] = []

    def evaluate(source: str) -> None:
        ran.append(source)
        defined("FromFile", source, 2)

    loaded = load_model(path, safe_mode=False, evaluate=evaluate)
    assert ran == ["define it"]
    assert loaded(tf.constant([[1.0, 2.0]])).numpy().tolist() == [[2, 4]]


def test_functions_are_kept_as_source(tmp_path: Path) -> None:
    square = r_function("function(x) x^2", lambda x: x**2)
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, activation=square, kernel_initializer="ones")])
    path = save_model(model, str(tmp_path / "m.keras"))
    assert load_model(path)(tf.constant([[3.0]])).numpy().tolist() == [[9]]
    del square, model
    keras.utils.clear_session()
    assert entry("models.persist.load_model")(path).report["message"] == "The file holds R code: the function `r_function`."
    loaded = load_model(path, safe_mode=False, evaluate=lambda source: r_function(source, lambda x: x**2))
    assert loaded(tf.constant([[3.0]])).numpy().tolist() == [[9]]


def test_a_function_that_is_a_part_of_r_has_no_source() -> None:
    with pytest.raises(ArgumentError, match="no file can hold"):
        RFunction(lambda: 1, "inner").get_config()


def test_functions_of_one_factory_are_told_apart() -> None:
    by = [r_function("function(x) x * k", lambda x, k=k: x * k) for k in (2, 3)]
    configs = [function.get_config() for function in by]
    assert [StoredFunction.from_config(config) for config in configs] == by


def test_trust_in_one_file_is_none_in_another_that_it_loads() -> None:
    with trusting(lambda source: "ran"):
        assert run_source("f", "it") == "ran"
        with trusting(None), pytest.raises(FileError, match="holds R code: it"):
            run_source("f", "it")


def test_what_the_user_gives_is_not_missing(tmp_path: Path) -> None:
    cls = defined("Given", "code")
    path = save_model(keras.Sequential([keras.Input((1,)), cls()]), str(tmp_path / "m.keras"))
    keras.saving.get_custom_objects().pop("tfbridge>Given")
    assert load_model(path, {"Given": cls}).layers[0].name == "given"


@pytest.mark.parametrize("orders", [(1, 2), (2, 1)], ids=["made in order", "the later one made first"])
@pytest.mark.parametrize("trusted", [True, False])
def test_classes_of_one_name_are_told_apart(tmp_path: Path, orders: tuple[int, int], trusted: bool) -> None:
    keras.saving.get_custom_objects().clear()
    classes = {order: defined("Same", f"times {order}", order + 1, order) for order in orders}
    models = [
        keras.Sequential([keras.Input((1,)), *(classes[order]() for order in used)])
        for used in ([1], [2], [1, 2], [2, 1, 1])
    ]
    paths = [save_model(model, str(tmp_path / f"{i}.keras")) for i, model in enumerate(models)]
    kept = [sorted(json.loads(zipfile.ZipFile(path).read(ENTRY)).values()) for path in paths]
    assert kept == [["times 1"], ["times 2"], ["times 1", "times 2"], ["times 1", "times 2"]]
    values = [computed(model) for model in models]
    assert values == [[2], [3], [6], [12]]
    # One class of a name is the one of this session, as everywhere in Keras; several are those that they were.
    assert [computed(load_model(path)) for path in paths[1:]] == values[1:]
    keras.saving.get_custom_objects().clear()
    if trusted:

        def evaluate(source: str) -> None:
            defined("Same", source, int(source[-1]) + 1)

        assert [computed(load_model(path, safe_mode=False, evaluate=evaluate)) for path in reversed(paths)] == values[::-1]
    else:
        defined("Same", "here", 5)
        assert [computed(load_model(path)) for path in paths[:2]] == [[5], [5]]
        with pytest.raises(FileError, match="`Same`, one of several, which is not defined here"):
            load_model(paths[2])


def test_a_class_that_is_defined_again_leaves_clones_of_models_as_they_were() -> None:
    first = defined("Again", "", 2)
    model = keras.Sequential([keras.Input((2, 1)), keras.layers.TimeDistributed(first())])
    defined("Again", "", 3)
    clone = keras.models.clone_model(model)
    assert computed(clone.layers[0].layer) == [2]

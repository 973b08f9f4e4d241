from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from bridge.backend import keras, tf
from bridge.barrier import RFunction, entry
from bridge.barrier.functions import run_source, trusting
from bridge.classes import define
from bridge.errors import ArgumentError, FileError
from bridge.models.persist import load_model, save_model
from bridge.models.sources import ENTRY


def r_function(source: str, function: Any) -> RFunction:
    return RFunction(function, "r_function", [["x", False]], lambda: source)


def test_a_file_keeps_the_sources_of_its_classes_and_of_no_others(tmp_path: Path) -> None:
    cls = define("layer", "KeptSource", {"call": [lambda number, inputs: inputs, [["inputs", False]]]}, {})
    model = keras.Sequential([keras.Input((2,)), cls()])
    path = save_model(model, str(tmp_path / "m.keras"), sources={"KeptSource": "an R call", "Other": "another"})
    with zipfile.ZipFile(path) as archive:
        assert json.loads(archive.read(ENTRY)) == {"KeptSource": "an R call"}
    assert load_model(path)(tf.constant([[1.0, 2.0]])).numpy().tolist() == [[1, 2]]


def test_an_unknown_class_is_defined_from_the_file_only_when_that_is_trusted(tmp_path: Path) -> None:
    methods = {"call": [lambda number, inputs: inputs * 2, [["inputs", False]]]}
    model = keras.Sequential([keras.Input((2,)), define("layer", "FromFile", methods, {})()])
    path = save_model(model, str(tmp_path / "m.keras"), sources={"FromFile": "define it"})
    keras.saving.get_custom_objects().pop("tfbridge>FromFile")
    with pytest.raises(FileError, match="`FromFile`, which is not defined here") as caught:
        load_model(path)
    assert any("safe_mode = FALSE" in hint for hint in caught.value.hints)
    ran: list[str] = []

    def evaluate(source: str) -> None:
        ran.append(source)
        define("layer", "FromFile", methods, {})

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
    assert [RFunction.from_config(config) for config in configs] == by


def test_trust_in_one_file_is_none_in_another_that_it_loads() -> None:
    with trusting(lambda source: "ran"):
        assert run_source("f", "it") == "ran"
        with trusting(None), pytest.raises(FileError, match="holds R code: it"):
            run_source("f", "it")


def test_what_the_user_gives_is_not_missing(tmp_path: Path) -> None:
    cls = define("layer", "Given", {"call": [lambda number, inputs: inputs, [["inputs", False]]]}, {})
    path = save_model(keras.Sequential([keras.Input((1,)), cls()]), str(tmp_path / "m.keras"), sources={"Given": "code"})
    keras.saving.get_custom_objects().pop("tfbridge>Given")
    assert load_model(path, {"Given": cls}).layers[0].name == "given"

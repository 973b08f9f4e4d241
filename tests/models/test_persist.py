from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bridge.backend import keras
from bridge.errors import ArgumentError, FileError
from bridge.models import persist

X = np.arange(12, dtype="float32").reshape(6, 2)


@pytest.fixture
def model() -> Any:
    made = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, activation="relu"), keras.layers.Dense(1)])
    made.compile("adam", "mse")
    made.fit(X, X[:, 0], verbose=0)
    return made


@pytest.mark.parametrize("name", ["a model.keras", "modèle.keras", "old.h5"])
def test_a_saved_model_predicts_and_trains_on_as_before(model: Any, tmp_path: Path, name: str) -> None:
    path = persist.save_model(model, str(tmp_path / name))
    loaded = persist.load_model(path)
    assert np.array_equal(loaded.predict(X, verbose=0), model.predict(X, verbose=0))
    assert [p.name for p in tmp_path.iterdir()] == [name]
    if name.endswith(".keras"):
        assert int(loaded.optimizer.iterations) == int(model.optimizer.iterations)


def test_a_directory_serves_and_loads_back(model: Any, tmp_path: Path) -> None:
    path = persist.save_directory(model, f"{tmp_path}/served/")
    assert "serving_default" in persist.signatures(path)
    loaded = persist.load_model(path)
    assert np.array_equal(loaded.predict(X, verbose=0), model.predict(X, verbose=0))
    assert int(loaded.optimizer.iterations) == int(model.optimizer.iterations)
    with pytest.raises(FileError, match="exists"):
        persist.save_directory(model, path, overwrite=False)


def test_weights_are_kept_in_files_of_their_own(model: Any, tmp_path: Path) -> None:
    persist.save_weights(model, f"{tmp_path}/weights/")
    other = keras.models.clone_model(model)
    persist.load_weights(other, f"{tmp_path}/weights/")
    assert np.array_equal(other.predict(X, verbose=0), model.predict(X, verbose=0))


def test_configurations_are_text(model: Any) -> None:
    for text, read in ((persist.to_json(model), persist.from_json), (persist.to_yaml(model), persist.from_yaml)):
        assert [layer.name for layer in read(text).layers] == [layer.name for layer in model.layers]
    with pytest.raises(ArgumentError, match="no JSON"):
        persist.from_json("{")
    with pytest.raises(ArgumentError, match="no YAML"):
        persist.from_yaml("!!python/object/apply:os.system ['true']")


def test_models_become_bytes_and_back(model: Any) -> None:
    loaded = persist.unserialize(persist.serialize(model))
    assert np.array_equal(loaded.predict(X, verbose=0), model.predict(X, verbose=0))


def test_what_is_wrong_with_a_file_is_said(model: Any, tmp_path: Path) -> None:
    (tmp_path / "bad.keras").write_text("junk")
    whole = persist.save_model(model, str(tmp_path / "model.keras"))
    (tmp_path / "cut.h5").write_bytes(b"\x89HDF\r\n\x1a\n")
    for name, message in (("bad.keras", "damaged"), ("cut.h5", "damaged"), ("none.keras", "There is no file")):
        with pytest.raises(FileError, match=message):
            persist.load_model(str(tmp_path / name))
    with pytest.raises(FileError, match="exists"):
        persist.save_model(model, whole, overwrite=False)
    with pytest.raises(ArgumentError, match="the ending says the format"):
        persist.save_model(model, str(tmp_path / "model.rds"))
    with pytest.raises(FileError, match="There is no directory"):
        persist.save_model(model, str(tmp_path / "none" / "model.keras"))


def test_a_file_that_could_not_be_written_leaves_the_old_one(model: Any, tmp_path: Path, monkeypatch: Any) -> None:
    path = tmp_path / "model.keras"
    path.write_text("old")

    def fail(model: Any, path: str) -> None:
        Path(path).write_text("half")
        raise OSError("no space left")

    monkeypatch.setattr(keras.saving, "save_model", fail)
    with pytest.raises(OSError, match="no space"):
        persist.save_model(model, str(path))
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["model.keras"]


def test_a_class_that_is_not_defined_is_named(tmp_path: Path) -> None:
    class Mine(keras.layers.Layer):
        def call(self, x: Any) -> Any:
            return x

    path = persist.save_model(keras.Sequential([keras.Input((2,)), Mine()]), str(tmp_path / "model.keras"))
    with pytest.raises(FileError, match="has a `Mine`, which is not defined here"):
        persist.load_model(path)
    assert isinstance(persist.load_model(path, {"Mine": Mine}).layers[0], Mine)

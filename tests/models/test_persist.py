from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bridge.backend import keras
from bridge.errors import ArgumentError, FileError
from bridge.models import persist

X = np.arange(12, dtype="float32").reshape(6, 2)


@pytest.fixture(scope="module")
def model() -> Any:
    """Trained once: saving leaves a model as it was."""
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
    assert int(loaded.optimizer.iterations) == int(model.optimizer.iterations)
    twin = keras.models.clone_model(model)
    twin.set_weights(model.get_weights())
    twin.compile("adam", "mse")
    twin.optimizer.build(twin.trainable_variables)
    for ours, saved in zip(twin.optimizer.variables, model.optimizer.variables, strict=True):
        ours.assign(saved)
    for either in (loaded, twin):
        either.fit(X, X[:, 0], verbose=0, shuffle=False, epochs=2)
    assert np.allclose(loaded.predict(X, verbose=0), twin.predict(X, verbose=0), atol=1e-6)


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
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(keras.saving, "save_model", fail)
    with pytest.raises(FileError, match=r"model\.keras could not be written: No space left on device\."):
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


def contents(directory: Path) -> dict[str, bytes]:
    return {str(p.relative_to(directory)): p.read_bytes() for p in sorted(directory.rglob("*")) if p.is_file()}


@pytest.mark.parametrize("found", [["notes.txt"], ["saved_model.pb", "run.R"], ["variables/x"], ["assets.extra/mine.txt"]])
def test_a_directory_that_is_more_than_a_saved_model_is_never_replaced(model: Any, tmp_path: Path, found: list[str]) -> None:
    place = tmp_path / "place"
    for name in found:
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text("kept")
    before = contents(tmp_path)
    with pytest.raises(FileError, match=f"holds what is no part of a SavedModel: {found[-1].partition('/')[0]}"):
        persist.save_directory(model, str(place))
    assert contents(tmp_path) == before


def test_a_saved_model_is_replaced_as_a_whole_behind_its_link_and_in_its_mode(model: Any, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    os.symlink("there/v1", tmp_path / "link")
    umask = os.umask(0o002)
    try:
        persist.save_directory(model, str(tmp_path / "link"))
        assert {stat.S_IMODE(p.stat().st_mode) for p in (tmp_path / "there").rglob("*") if p.is_dir()} == {0o775}
    finally:
        os.umask(umask)
    os.chmod(tmp_path / "there/v1", 0o750)
    # As other programs and earlier versions write them: with no list of their files.
    (tmp_path / "there/v1" / persist._FILES).unlink()
    (tmp_path / "there/v1/variables/old").write_text("of an earlier save")
    persist.save_directory(model, str(tmp_path / "link"))
    assert (tmp_path / "link").is_symlink()
    assert not (tmp_path / "there/v1/variables/old").exists()
    assert stat.S_IMODE((tmp_path / "there/v1").stat().st_mode) == 0o750
    assert np.array_equal(persist.load_model(str(tmp_path / "link")).predict(X, verbose=0), model.predict(X, verbose=0))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["link", "there"]


WRITERS = {
    "save_model": lambda model, path, *overwrite: persist.save_model(model, f"{path}.keras", *overwrite),
    "save_model h5": lambda model, path, *overwrite: persist.save_model(model, f"{path}.h5", *overwrite),
    "save_directory": persist.save_directory,
    "save_weights": persist.save_weights,
    "save_config": persist.save_config,
}


@pytest.mark.parametrize("writer", WRITERS.values(), ids=WRITERS)
@pytest.mark.parametrize("overwrite", ["no", -(2**31), None, 0, [True, False]])
def test_overwrite_is_true_or_false(model: Any, tmp_path: Path, writer: Any, overwrite: Any) -> None:
    with pytest.raises(ArgumentError, match="`overwrite` must be TRUE or FALSE, not"):
        writer(model, str(tmp_path / "x"), overwrite)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("writer", WRITERS.values(), ids=WRITERS)
def test_what_is_written_has_the_mode_that_open_would_give(model: Any, tmp_path: Path, writer: Any) -> None:
    umask = os.umask(0o027)
    try:
        path = writer(model, str(tmp_path / "x"), True)
    finally:
        os.umask(umask)
    assert stat.S_IMODE(os.stat(path).st_mode) == (0o750 if os.path.isdir(path) else 0o640)


@pytest.mark.parametrize("name", ["model.rds", "model", "m.h5", "m.keras", "weights.bin"])
@pytest.mark.parametrize("format", [".keras", ".h5"])
def test_models_are_known_by_what_is_in_the_file(model: Any, tmp_path: Path, name: str, format: str) -> None:
    saved = persist.save_model(model, str(tmp_path / f"saved{format}"))
    os.rename(saved, tmp_path / name)
    loaded = persist.load_model(str(tmp_path / name))
    assert np.array_equal(loaded.predict(X, verbose=0), model.predict(X, verbose=0))


@pytest.mark.parametrize("name", ["w.h5", "w.hdf5", "w", "w.weights.h5", "w.x"])
def test_weights_are_written_under_exactly_the_name_and_read_back(model: Any, tmp_path: Path, name: str) -> None:
    persist.save_weights(model, str(tmp_path / name), exactly=True)
    assert [p.name for p in tmp_path.iterdir()] == [name]
    other = keras.models.clone_model(model)
    persist.load_weights(other, str(tmp_path / name))
    assert np.array_equal(other.predict(X, verbose=0), model.predict(X, verbose=0))
    with pytest.raises(FileError, match="holds weights only"):
        persist.load_model(str(tmp_path / name))


def test_weights_of_earlier_files_and_of_whole_models_are_read(model: Any, tmp_path: Path) -> None:
    for format in (".keras", ".h5"):
        path = persist.save_model(model, str(tmp_path / f"whole{format}"))
        other = keras.models.clone_model(model)
        persist.load_weights(other, path)
        assert np.array_equal(other.predict(X, verbose=0), model.predict(X, verbose=0))

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bridge.backend import keras
from bridge.catalog.construct import construct
from bridge.errors import ArgumentError, FileError


def trained(callback: Any, epochs: int = 2) -> Any:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    return model.fit(np.ones((4, 2)), np.ones((4, 1)), epochs=epochs, callbacks=[callback], verbose=0)


def test_a_folder_that_is_no_copy_is_refused_and_stays(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(FileError, match=r"what is no copy of a training: mine\.txt"):
        construct("callback_backup_and_restore", {"backup_dir": str(tmp_path)})
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_only_the_copy_goes_after_training_and_training_goes_on_from_it(tmp_path: Path) -> None:
    place = tmp_path / "copy"
    trained(construct("callback_backup_and_restore", {"backup_dir": str(place), "delete_checkpoint": False}))
    (place / "mine.txt").write_text("mine")
    resumed = trained(construct("callback_backup_and_restore", {"backup_dir": str(place)}), epochs=3)
    assert resumed.epoch == [2]
    assert [path.name for path in place.iterdir()] == ["mine.txt"]
    (place / "mine.txt").unlink()
    trained(construct("callback_backup_and_restore", {"backup_dir": str(place)}))
    assert not place.exists()


@pytest.mark.parametrize("name", ["callback_csv_logger", "callback_model_checkpoint", "callback_backup_and_restore"])
@pytest.mark.parametrize("path", [True, float("nan"), "", 3.0, ["a.keras", "b.keras"]])
def test_a_path_is_one_string(name: str, path: Any) -> None:
    argument = {"csv": "filename", "model": "filepath", "backup": "backup_dir"}[name.split("_")[1]]
    with pytest.raises(ArgumentError, match=f"`{argument}` must be one path"):
        construct(name, {argument: path})


def test_a_home_directory_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert construct("callback_csv_logger", {"filename": "~/log.csv"}).filename == str(tmp_path / "log.csv")

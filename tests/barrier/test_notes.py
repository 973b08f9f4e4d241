"""Warnings that say nothing a user did wrong are not passed on; those that do are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bridge.backend import keras
from bridge.barrier import Noted, entry


def small_model() -> keras.Model:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("adam", "mse", metrics=["mae"])
    return model


@pytest.mark.parametrize("ending", [".keras", ".h5"])
@pytest.mark.parametrize("trained", [False, True])
def test_a_model_is_loaded_without_a_word_trained_or_not(ending: str, trained: bool, tmp_path: Path) -> None:
    model = small_model()
    if trained:
        model.fit(np.ones((4, 2)), np.ones(4), verbose=0)
    path = str(tmp_path / f"model{ending}")
    model.save(path)
    assert not isinstance(entry("models.persist.load_model")(path), Noted)


def test_the_state_of_a_trained_optimizer_that_is_not_loaded_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    trained, other = keras.optimizers.Adam(), keras.optimizers.SGD(momentum=0.9)
    trained.build([keras.Variable([1.0]), keras.Variable([2.0])])
    store: dict[str, np.ndarray] = {}
    trained.save_own_variables(store)
    other.build([keras.Variable([1.0])])
    monkeypatch.setattr("bridge.models.weights.load_into_other", lambda: other.load_own_variables(store), raising=False)
    noted = entry("models.weights.load_into_other")()
    assert "Skipping variable loading" in noted.notes[0]["message"]

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bridge.backend import keras, tf
from bridge.catalog import construct

X = np.arange(20, dtype="float32").reshape(10, 2) / 20


def built() -> Any:
    keras.utils.set_random_seed(1)
    return keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, activation="relu"), keras.layers.Dense(1)])


@pytest.mark.parametrize(
    "name", ["optimizer_sgd", "optimizer_rmsprop", "optimizer_adam", "optimizer_nadam", "optimizer_ftrl"]
)
def test_one_optimizer_trains_two_models(name: str) -> None:
    optimizer = construct(name, {"learning_rate": 0.01})
    first, second, alone = built(), built(), built()
    first.compile(optimizer, "mse")
    first.fit(X, X[:, 0], verbose=0)
    before = {v.path: v.numpy() for v in optimizer.variables}
    second.compile(optimizer, "mse")
    second.fit(X, X[:, 0], epochs=2, shuffle=False, verbose=0)
    alone.compile(construct(name, {"learning_rate": 0.01}), "mse")
    alone.fit(X, X[:, 0], epochs=2, shuffle=False, verbose=0)
    # Steps are counted on, which Adam and its kin look at: only for the others the weights are the same.
    if name in ("optimizer_sgd", "optimizer_rmsprop", "optimizer_ftrl"):
        for ours, wanted in zip(second.get_weights(), alone.get_weights(), strict=True):
            assert ours == pytest.approx(wanted, abs=1e-6)
    first.fit(X, X[:, 0], verbose=0)
    assert {path for path in before if "dense" in path} <= {v.path for v in optimizer.variables}


def test_what_the_optimizer_knew_of_the_first_variables_stays() -> None:
    optimizer = construct("optimizer_sgd", {"learning_rate": 1.0, "momentum": 0.5})
    a, b = keras.Variable(0.0, name="a"), keras.Variable(0.0, name="b")
    optimizer.apply_gradients([(tf.constant(1.0), a)])
    optimizer.apply_gradients([(tf.constant(1.0), b)])
    optimizer.apply_gradients([(tf.constant(0.0), a), (tf.constant(0.0), b)])
    assert (float(a.numpy()), float(b.numpy())) == (-1.5, -1.5)

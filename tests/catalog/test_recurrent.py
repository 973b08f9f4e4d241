from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bridge.backend import keras, tf
from bridge.catalog.construct import construct
from bridge.compose import call, layer
from bridge.errors import ArgumentError
from bridge.models.persist import load_model, save_model

RANDOM = np.random.default_rng(1)
X, STATE, CONSTANT = (RANDOM.normal(size=size).astype("float32") for size in ((2, 5, 3), (2, 4), (2, 4)))
KEPT = np.array([[1, 1, 0, 1, 0], [1, 0, 0, 0, 0]], bool)


@keras.saving.register_keras_serializable("tests")
class Cell(keras.layers.Layer):  # type: ignore[misc]
    """`h = x w + h / 2 + constant`, twice that when training."""

    def __init__(self, units: int = 4, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.units = self.state_size = units

    def build(self, inputs_shape: Any) -> None:
        self.kernel = self.add_weight(shape=(inputs_shape[-1], self.units), initializer="glorot_uniform")

    def call(self, inputs: Any, states: Any, constants: Any, training: bool = False) -> Any:
        h = inputs @ self.kernel + states[0] / 2 + constants[0]
        h = h * 2 if training else h
        return h, [h]

    def get_config(self) -> Any:
        return {**super().get_config(), "units": self.units}


def by_hand(made: Any, state: Any = None, kept: Any = None, training: bool = False, reverse: bool = False) -> Any:
    kernel, h, outputs = made.cell.kernel.numpy(), np.zeros((2, 4)) if state is None else state, []
    for step in reversed(range(5)) if reverse else range(5):
        new = (X[:, step] @ kernel + h / 2 + CONSTANT) * (2 if training else 1)
        h = new if kept is None else np.where(kept[:, step, None], new, h)
        outputs.append(h)
    return np.stack(outputs, 1)


def made(**settings: Any) -> Any:
    return construct("layer_rnn", {"cell": Cell(), **settings})


@pytest.mark.parametrize("unroll", [False, True])
@pytest.mark.parametrize("training", [False, True])
def test_constants_come_to_the_cell_at_every_step(unroll: bool, training: bool) -> None:
    rnn = made(return_sequences=True, unroll=unroll)
    for constants in (CONSTANT, [CONSTANT]):
        given = call(rnn, [X], {"constants": constants, "training": training})
        np.testing.assert_allclose(given, by_hand(rnn, training=training), rtol=1e-4, atol=1e-5)
    rnn = made(go_backwards=True)
    np.testing.assert_allclose(rnn(X, constants=CONSTANT), by_hand(rnn, reverse=True)[:, -1], rtol=1e-4, atol=1e-5)


def test_initial_states_and_masks_go_with_them() -> None:
    rnn = made(return_sequences=True, return_state=True)
    masked = layer("layer_masking", tf.convert_to_tensor(np.where(KEPT[..., None], X, 0)))
    for inputs, given in ((masked, {}), (tf.convert_to_tensor(X), {"mask": KEPT})):
        outputs, state = rnn(inputs, initial_state=[STATE], constants=[CONSTANT], **given)
        wanted = by_hand(rnn, STATE, KEPT)
        np.testing.assert_allclose(outputs, wanted, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(state, wanted[:, -1], rtol=1e-4, atol=1e-5)


def test_a_list_is_split_into_sequences_states_and_constants_and_models_are_saved(tmp_path: Path) -> None:
    inputs = [keras.Input((5, 3)), keras.Input((4,)), keras.Input((4,))]
    outputs = layer("layer_rnn", inputs, {"cell": Cell(), "num_constants": 1.0})
    model = keras.Model(inputs, outputs)
    rnn = model.layers[-1]
    wanted = by_hand(rnn, STATE)[:, -1]
    np.testing.assert_allclose(model([X, STATE, CONSTANT]), wanted, rtol=1e-4, atol=1e-5)
    model.compile("sgd", "mse")
    path = str(tmp_path / "model.keras")
    save_model(model, path)
    np.testing.assert_allclose(load_model(path)([X, STATE, CONSTANT]), wanted, rtol=1e-4, atol=1e-5)
    assert keras.models.clone_model(model).layers[-1].num_constants == 1
    model.fit([X, STATE, CONSTANT], np.zeros((2, 4)), verbose=0)


def test_stacks_of_cells_take_them_all_or_not_at_all() -> None:
    rnn = construct("layer_rnn", {"cell": [Cell(), Cell()]})
    first = by_hand(type("Made", (), {"cell": (call(rnn, [X], {"constants": CONSTANT}), rnn.cell.cells[0])[1]}), None)
    kernel, h = rnn.cell.cells[1].kernel.numpy(), np.zeros((2, 4))
    for step in range(5):
        h = first[:, step] @ kernel + h / 2 + CONSTANT
    np.testing.assert_allclose(rnn(X, constants=CONSTANT), h, rtol=1e-4, atol=1e-5)
    with pytest.raises(ArgumentError, match="only some take `constants`"):
        construct("layer_rnn", {"cell": [Cell(), keras.layers.GRUCell(2)]})


def test_other_cells_make_keras_own_layer_which_takes_none() -> None:
    rnn = construct("layer_rnn", {"cell": keras.layers.GRUCell(2)})
    assert type(rnn) is keras.layers.RNN
    with pytest.raises(ArgumentError, match=r"`rnn.*` cannot be called with `constants`"):
        call(rnn, [X], {"constants": CONSTANT})
    with pytest.raises(ArgumentError, match="`num_constants` is for cells"):
        construct("layer_rnn", {"cell": keras.layers.GRUCell(2), "num_constants": 1})
    with pytest.raises(ArgumentError, match="`constants` is missing"):
        call(made(), [X])
    with pytest.raises(ArgumentError, match="`num_constants` is 2, but there are 1"):
        layer("layer_rnn", [keras.Input((5, 3)), keras.Input((4,))], {"cell": Cell(), "num_constants": 2})

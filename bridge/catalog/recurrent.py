"""Recurrent layers whose cell takes constants: tensors that are the same at every step, which Keras 3 has no way for."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Mapping, Sequence
from typing import Any

from bridge.backend import keras
from bridge.errors import ArgumentError
from bridge.values.numbers import whole_number

CONSTANTS = "constants"
"""What the argument is called, of the layer and of its cell."""


def rnn(cell: Any, num_constants: Any = None, **settings: Any) -> Any:
    """Keras' own layer, or one that hands constants on where the cell's `call()` takes them.

    Args:
        cell: a cell, or a list of cells to stack.
        num_constants: how many of the tensors in a list that the layer is composed with are constants, the last ones.
        settings: of the layer.

    Raises:
        ArgumentError: constants for a cell that takes none; a stack of cells of which only some take them.

    Keras: keras.layers.RNN.
    """
    taking = [_takes(one.call, CONSTANTS) for one in _cells(cell) if hasattr(one, "call")]
    if not any(taking):
        if num_constants:
            raise ArgumentError(
                "`num_constants` is for cells that take constants, which `cell` does not.",
                hints=["Its `call()` needs a formal for them: `call = function(inputs, states, constants)`."],
            )
        return keras.layers.RNN(cell, **settings)
    if not all(taking):
        raise ArgumentError("`cell` is a stack of cells of which only some take `constants`: all of them or none must.")
    return rnn_class()(cell, num_constants=num_constants, **settings)


def split_inputs(layer: Any, inputs: Sequence[Any]) -> dict[str, Any]:
    """The tensors beside the sequences in a list, by the names under which a recurrent layer takes them."""
    count = getattr(layer, "num_constants", None) or 0
    if count > len(inputs):
        raise ArgumentError(f"`num_constants` is {count}, but there are {len(inputs)} tensors after the sequences.")
    states, constants = list(inputs[: len(inputs) - count]), list(inputs[len(inputs) - count :])
    return ({"initial_state": states} if states else {}) | ({CONSTANTS: constants} if constants else {})


class _Cell:
    """A cell and what it is given at every step of one call."""

    def __init__(self, cell: Any, given: Mapping[str, Any]) -> None:
        self._cell = cell
        self._given = given

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cell, name)

    def __call__(self, inputs: Any, states: Any) -> Any:
        return self._cell(inputs, states, **self._given)


@functools.cache
def rnn_class() -> Any:
    """The class of such layers."""

    class RNNWithConstants(keras.layers.RNN):  # type: ignore[misc]
        """A recurrent layer that hands `constants` to its cell at every step."""

        def __init__(self, cell: Any, *args: Any, num_constants: Any = None, **kwargs: Any) -> None:
            super().__init__(cell, *args, **kwargs)
            self.num_constants = None if num_constants is None else whole_number(num_constants, "num_constants", least=0)

        def build(self, sequences_shape: Any, initial_state_shape: Any = None, constants_shape: Any = None) -> None:
            cell = self.cell
            if constants_shape is not None and not getattr(cell, "built", True) and _takes(cell.build, "constants_shape"):
                cell.build((sequences_shape[0], *sequences_shape[2:]), constants_shape=_listed(constants_shape))
            super().build(sequences_shape, initial_state_shape)

        # Beside other tensors, Keras brings the mask of the sequences as `sequences_mask` only.
        def call(
            self,
            sequences: Any,
            initial_state: Any = None,
            mask: Any = None,
            training: Any = False,
            constants: Any = None,
            sequences_mask: Any = None,
        ) -> Any:
            cell, mask = self.cell, sequences_mask if mask is None else mask
            given = {} if constants is None else {CONSTANTS: _listed(constants)}
            if not given and any(_needs_constants(one) for one in _cells(cell)):
                raise ArgumentError("`constants` is missing: the `call()` of the cell needs it.")
            if _takes(cell.call, "training"):
                given["training"] = training
            # Past Keras' tracking: it is another cell for as long as the call lasts only.
            self.__dict__["cell"] = _Cell(cell, given)
            try:
                return super().call(sequences, initial_state=initial_state, mask=mask, training=training)
            finally:
                self.__dict__["cell"] = cell

        def get_config(self) -> dict[str, Any]:
            return {**super().get_config(), "num_constants": self.num_constants}

    return RNNWithConstants


def _cells(cell: Any) -> list[Any]:
    """The cells of a stack, or the only one."""
    return list(getattr(cell, "cells", cell if isinstance(cell, (list, tuple)) else [cell]))


def _needs_constants(cell: Any) -> bool:
    return inspect.signature(cell.call).parameters[CONSTANTS].default is inspect.Parameter.empty


def _takes(function: Any, name: str) -> bool:
    return name in inspect.signature(function).parameters


def _listed(constants: Any) -> list[Any]:
    """Constants, or their shapes, as a list: one may be given as it is."""
    several = isinstance(constants, list) or (isinstance(constants, tuple) and isinstance(constants[0], (list, tuple)))
    return list(constants) if several else [constants]

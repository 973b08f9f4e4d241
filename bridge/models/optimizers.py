"""One optimizer in several models: each of them gets its own, because an optimizer of Keras 3 serves one set of weights."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from typing import Any

from bridge import upstream
from bridge.backend import keras
from bridge.barrier.notes import note_once
from bridge.models.sources import register

_models: weakref.WeakKeyDictionary[Any, Any] = weakref.WeakKeyDictionary()
"""For each optimizer the model that was compiled with it first."""


def own_optimizer(model: Any, optimizer: Any) -> Any:
    """The optimizer; in its place a new one with its settings, and a note, when it serves other weights than the model's.

    Args:
        model: that is being compiled.
        optimizer: for it; names and the like stay.
    """
    if not isinstance(optimizer, keras.Optimizer):
        return optimizer
    if _serves_others(optimizer, model):
        # Its learning rate may be an R function.
        register()
        optimizer = type(optimizer).from_config(optimizer.get_config())
        note_once(
            "`optimizer` serves other weights already, of another model or of fewer layers: this model gets a new one.",
            hints=["It has the same settings, and counts its steps from 0: `model$optimizer`."],
        )
    _models.setdefault(optimizer, weakref.ref(model))
    return optimizer


def resume(model: Any, state: Sequence[Any]) -> None:
    """Gives a model that was read from `.h5` an optimizer of its own weights, in the state that it was saved in.

    Keras 3 builds it for the weights that the model has beside its layers, which most models have none of.

    Args:
        model: just read; one that is not compiled stays as it is.
        state: the values of the optimizer's variables, in its order.
    """
    if not model.compiled or not model.optimizer.built or not _serves_others(model.optimizer, model):
        return
    register()
    optimizer = type(model.optimizer).from_config(model.optimizer.get_config())
    optimizer.build(model.trainable_variables)
    for variable, value in zip(optimizer.variables, state, strict=False):
        variable.assign(value)
    model.optimizer = optimizer


def _serves_others(optimizer: Any, model: Any) -> bool:
    if optimizer.built:
        served = upstream.served_variables(optimizer)
    else:
        other = _models.get(optimizer, lambda: None)()
        if other is None or other is model:
            return False
        served = other.trainable_variables
    ours = {id(variable) for variable in model.trainable_variables}
    return not ours or not ours <= {id(variable) for variable in served}

"""Optimizers that take on the variables of a second model, as those of earlier Keras versions did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bridge.backend import tf


def adopting(optimizer: Any) -> Any:
    """The optimizer, made to take on variables that it was not built with; the state of those it knows stays.

    Keras 3 refuses them: "Unknown variable".
    """

    def take_on(variables: Sequence[Any]) -> None:
        known = optimizer._trainable_variables_indices
        unknown = [variable for variable in variables if optimizer._var_key(variable) not in known]
        if unknown:
            with tf.init_scope():
                _rebuild(optimizer, [*optimizer._trainable_variables, *unknown])

    optimizer._check_variables_are_known = take_on
    return optimizer


def _rebuild(optimizer: Any, variables: list[Any]) -> None:
    state = {variable.path: variable.numpy() for variable in optimizer.variables}
    lasting = [v for v in optimizer._variables if v is optimizer.iterations or v is optimizer._learning_rate]
    optimizer._tracker.unlock()
    optimizer._variables[:] = lasting
    optimizer.built = False
    optimizer.build(variables)
    for variable in optimizer.variables:
        if variable.path in state and variable.shape == state[variable.path].shape:
            variable.assign(state[variable.path])

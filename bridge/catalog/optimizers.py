"""What optimizers of this package can besides: serve a second model, and ask an R function for their learning rate."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from bridge.backend import keras, tf
from bridge.barrier.functions import RFunction


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


def scheduled(rate: Any) -> Any:
    """A learning rate for Keras: an R function of the step becomes a schedule, anything else stays.

    The function gets the number of updates so far, a tensor, and is traced with the training step.
    """
    takes_step = isinstance(rate, RFunction) and bool(rate.__signature__.parameters)
    return schedule_class()(rate) if takes_step else rate


@functools.cache
def schedule_class() -> Any:
    """The class of such schedules."""

    class RSchedule(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]
        """A learning rate schedule that is an R function."""

        def __init__(self, function: RFunction) -> None:
            self.function = function

        def __call__(self, step: Any) -> Any:
            return tf.cast(self.function(tf.cast(step, keras.config.floatx())), keras.config.floatx())

        def get_config(self) -> dict[str, Any]:
            return {"function": self.function.get_config()}

        @classmethod
        def from_config(cls, config: dict[str, Any]) -> Any:
            return cls(RFunction.from_config(config["function"]))

    return RSchedule

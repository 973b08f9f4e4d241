"""Learning rates that an R function gives."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from bridge.backend import keras, tf
from bridge.barrier.functions import RFunction


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
            return {"function": keras.saving.serialize_keras_object(self.function)}

        @classmethod
        def from_config(cls, config: dict[str, Any]) -> Any:
            return cls(keras.saving.deserialize_keras_object(config["function"]))

    return RSchedule


def rates(schedule: Any, steps: Any) -> list[float]:
    """The learning rate that a schedule gives at each of these steps, counted from 0."""
    return [float(schedule(tf.constant(step, tf.int64))) for step in np.ravel(steps).astype(int).tolist()]

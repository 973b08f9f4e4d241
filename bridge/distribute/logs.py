"""Metrics and logs of all workers: what they have counted is summed at the end of an epoch and of an evaluation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bridge.backend import keras, tf
from bridge.distribute.group import Group
from bridge.distribute.step import Step


class Tested:
    """How far an evaluation, or an epoch, has come, and its logs for all workers."""

    def __init__(self, group: Group, shared: bool) -> None:
        self.group, self.shared = group, shared
        self.step: Step | None = None
        self.model: Any = None
        self.is_testing = False
        self.steps = 0

    def results(self, original: Callable[[Any], Any], logs: Any) -> Any:
        """Logs by the metrics of all workers; logs that a step gave by itself, of the last batch."""
        model = self.model
        if not isinstance(logs, dict) or not logs:
            return original(logs)
        if set(logs) == set(model.get_metrics_result()):
            variables = [variable for metric in model.metrics for variable in metric.variables]
            kinds = [getattr(variable, "aggregation", "sum") for variable in variables]
            values = [tf.cast(variable, tf.float64) for variable in variables]
            mine = [
                tf.zeros_like(value) if kind == "only_first_replica" and self.group.rank else value
                for kind, value in zip(kinds, values, strict=True)
            ]
            for variable, kind, value in zip(variables, kinds, self.group.sum(mine), strict=True):
                variable.assign(tf.cast(value / self.group.size if kind == "mean" else value, variable.dtype))
            return original(logs)
        names = sorted(logs)
        share = self._share_of_last()
        sums = self.group.sum([tf.cast(share, tf.float64) * tf.cast(logs[name], tf.float64) for name in names])
        return original(dict(zip(names, sums, strict=True)))

    def _share_of_last(self) -> Any:
        if not self.is_testing and self.step is not None:
            return self.step.last_share
        if not self.shared:
            return 1.0 / self.group.size
        # Which worker had the last batch: the chief's are 1, 1 + W, ..., those of others come after one that does not count.
        own = self.steps - (self.group.rank > 0)
        mine = tf.constant([float(own * self.group.size + self.group.rank) if own > 0 else -1.0])
        table = self.group.sum([tf.one_hot(self.group.rank, self.group.size) * mine])[0]
        return tf.cast(tf.argmax(table) == self.group.rank, tf.float32)

    def callback(self, *, averages: bool) -> Any:
        """The callback that follows evaluations.

        Args:
            averages: whether statistics that each worker has moved by itself are brought together before.
        """
        tested = self

        class Following(keras.callbacks.Callback):  # type: ignore[misc]
            def set_model(self, model: Any) -> None:
                super().set_model(model)
                tested.model = model

            def on_test_begin(self, logs: Any = None) -> None:
                tested.is_testing, tested.steps = True, 0
                if averages:
                    tested.average()

            def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
                tested.steps += 1
                if tested.steps == 1 and tested.shared and tested.group.rank:
                    # The first batch is the chief's.
                    self.model.reset_metrics()

            def on_test_end(self, logs: Any = None) -> None:
                tested.is_testing = False

            def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
                if averages:
                    tested.average()

        return Following()

    def average(self) -> None:
        """Gives all workers the mean of their statistics, such as moving means."""
        variables = [variable for variable in self.model.non_trainable_variables if "float" in variable.dtype]
        sums = self.group.sum([tf.convert_to_tensor(variable) for variable in variables])
        for variable, value in zip(variables, sums, strict=True):
            variable.assign(value / self.group.size)

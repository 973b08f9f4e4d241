"""A step of training on a part of the rows, whose parts add up to the step of one process.

Gradients: each worker's are weighted by its share of the rows, and summed before they are clipped, accumulated or scaled.
Losses: sums, and means over what masks and weights leave, are made parts of the loss of the whole batch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bridge.backend import tf
from bridge.distribute.group import Group


class Step:
    """A step of training on this worker's rows: what is put in Keras' way while it is traced or run.

    Args:
        group: the workers.
        shared: whether all know how many rows the batch has.
    """

    def __init__(self, group: Group, shared: bool) -> None:
        self.group, self.shared = group, shared
        self.share: Any = None
        self.rows: Any = None
        self.is_updating = False
        self.stop = tf.Variable(0.0, trainable=False)
        self.any_stops = tf.Variable(0.0, trainable=False)
        self.last_share = tf.Variable(1.0, trainable=False)

    def around(self, model: Any, train_step: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """`train_step` for what `training_batches()` gives."""

        def joined_step(element: Any) -> Any:
            batch, total, rows = element
            rows = tf.cast(rows, tf.float32)
            total = tf.cast(total, tf.float32) if self.shared else self.group.sum([rows])[0]
            self.rows, self.share = rows, tf.math.divide_no_nan(rows, total)
            self.last_share.assign(self.share)
            counted = [variable for metric in model.metrics for variable in metric.variables]
            before = [tf.identity(variable) for variable in counted]
            try:
                logs = train_step(batch)
            finally:
                self.rows = self.share = None
            if self.shared:
                for variable, value in zip(counted, before, strict=True):
                    variable.assign(tf.where(rows > 0, tf.convert_to_tensor(variable), value))
            return logs

        return joined_step

    def apply(self, original: Any, optimizer: Any, gradients: Any, variables: Any) -> Any:
        """One update by the gradients of all workers."""
        if self.is_updating or self.share is None:
            return original(optimizer, gradients, variables)
        gradients = list(gradients)
        sparse = [i for i, gradient in enumerate(gradients) if isinstance(gradient, tf.IndexedSlices)]
        dense = [i for i, gradient in enumerate(gradients) if gradient is not None and i not in sparse]
        weighted = [tf.convert_to_tensor(gradients[i]) for i in dense]
        weighted = [gradient * tf.cast(self.share, gradient.dtype) for gradient in weighted]
        *sums, stops = self.group.sum([*weighted, self.stop.read_value()])
        for i, gradient in zip(dense, sums, strict=True):
            gradients[i] = gradient
        for i in sparse:
            found = gradients[i]
            values = found.values * tf.cast(self.share, found.values.dtype)
            gradients[i] = self.group.gather(tf.IndexedSlices(values, found.indices, found.dense_shape))
        self.any_stops.assign(stops)
        self.is_updating = True
        try:
            return original(optimizer, gradients, variables)
        finally:
            self.is_updating = False

    def reduce(
        self, original: Any, divisor: Any, values: Any, sample_weight: Any, mask: Any, reduction: Any, dtype: Any
    ) -> Any:
        """The loss of these rows, such that the shares of all workers sum to the loss of the whole batch."""
        loss = original(values, sample_weight=sample_weight, mask=mask, reduction=reduction, dtype=dtype)
        if self.share is None or loss.shape.rank != 0 or tf.convert_to_tensor(values).shape.rank == 0:
            return loss
        share = tf.cast(self.share, loss.dtype)
        if reduction == "sum":
            return tf.math.divide_no_nan(loss, share)
        by_mask = mask is not None and reduction in ("mean", "sum_over_batch_size")
        by_weights = reduction == "mean_with_sample_weight" and (mask is not None or sample_weight is not None)
        if not (by_mask or by_weights):
            return loss
        count = tf.reduce_sum(tf.cast(divisor(sample_weight if by_weights else None, mask, loss.dtype), loss.dtype))
        count = tf.stop_gradient(tf.where(share > 0, count, tf.zeros_like(count)))
        return loss * tf.math.divide_no_nan(tf.math.divide_no_nan(count, self.group.sum([count])[0]), share)

    def moments(self, x: Any, axes: Any, keepdims: bool) -> Any:
        """Mean and variance over the rows of all workers."""
        share = tf.constant(1.0, x.dtype) if self.share is None else tf.cast(self.share, x.dtype)
        present = tf.cast(share > 0, x.dtype)

        @tf.custom_gradient  # type: ignore[untyped-decorator]
        def total(first: Any, second: Any) -> Any:
            def gradient(of_first: Any, of_second: Any) -> Any:
                # Of the loss of all, in the units of this worker's: its gradients are weighted by its share later.
                sums = self.group.sum([share * of_first, share * of_second])
                return tuple(tf.math.divide_no_nan(part, share) for part in sums)

            return tuple(self.group.sum([first, second])), gradient

        first = tf.reduce_sum(x, axis=axes, keepdims=True) * present
        second = tf.reduce_sum(tf.square(x), axis=axes, keepdims=True) * present
        count = tf.reduce_sum(tf.ones_like(x), axis=axes, keepdims=True) * present
        if self.share is None:
            mean, square = first / count, second / count
        else:
            first, second = total(first, second)
            count = self.group.sum([count])[0]
            mean, square = first / count, second / count
        variance = tf.maximum(square - tf.square(mean), 0.0)
        return (mean, variance) if keepdims else (tf.squeeze(mean, axes), tf.squeeze(variance, axes))

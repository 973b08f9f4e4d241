"""Bytes of tensors that R was given: R counts its handles, not what they hold, and would collect far too late."""

from __future__ import annotations

from typing import Any

from bridge.backend import tf

THRESHOLD = 128 * 2**20
"""Bytes handed over before R is asked to collect, which takes it some milliseconds."""

_handed = 0


def should_collect(value: Any) -> bool:
    """Whether R ought to collect garbage, now that it gets `value`; counting starts anew when it does."""
    global _handed
    shape: Any = getattr(value, "shape", None)
    # Asked in this order, because TensorFlow may not be loaded yet.
    if not hasattr(shape, "num_elements") or not isinstance(value, tf.Tensor):
        return False
    _handed += (shape.num_elements() or 0) * value.dtype.size
    if _handed < THRESHOLD:
        return False
    _handed = 0
    return True

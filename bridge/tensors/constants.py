"""Small tensors that operations need again and again (axes, permutations, numbers): made once while eager."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from bridge.backend import tf


def constant(value: Any, dtype: str) -> Any:
    """The tensor of a number or a tuple; while a graph is traced a new one, which belongs to that graph."""
    # Zero has two signs that a cache would take for one.
    return _kept(value, dtype) if value != 0 and tf.executing_eagerly() else tf.constant(value, dtype)


@lru_cache(maxsize=512)
def _kept(value: Any, dtype: str) -> Any:
    return tf.constant(value, dtype)

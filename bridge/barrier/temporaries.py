"""Bytes of tensors that R was given: R counts its handles, not what they hold, and would collect far too late."""

from __future__ import annotations

from typing import Any

THRESHOLD = 32 * 2**20
"""Bytes handed over before R is asked to collect."""

_handed = 0


def should_collect(value: Any) -> bool:
    """Whether R ought to collect garbage, now that it gets `value`; counting starts anew when it does."""
    global _handed
    count = getattr(value, "_num_elements", None)
    if count is None:
        return False
    _handed += count() * value.dtype.size
    if _handed < THRESHOLD:
        return False
    _handed = 0
    return True

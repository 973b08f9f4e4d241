"""Keras' own documentation, shown below the help of a wrapper."""

from __future__ import annotations

import inspect

from bridge.catalog.rows import find


def docstring(symbol: str) -> str:
    """The documentation of the installed Keras for a symbol such as "keras.layers.Dense"; empty when it has none."""
    return inspect.getdoc(find(symbol)) or ""

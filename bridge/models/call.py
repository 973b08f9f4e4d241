"""A model called like a function: data as its other verbs take it, by names and without loss."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from bridge.compose.call import call as call_layer
from bridge.models.checks import check_inputs
from bridge.models.inspect import symbols
from bridge.models.samples import read
from bridge.values.dtypes import dtype_of
from bridge.values.named import Factor, Table, named


def call(model: Any, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None) -> Any:
    """`model(...)`: columns of tables and levels of factors go by name, as in `predict()`; the rest is as for layers.

    Raises:
        DataError: columns that are missing; numbers that an input of integers cannot hold.
    """
    if args and _needs_reading(model, args[0]):
        samples = read(model, {"x": args[0]}, {"x": "inputs"})
        check_inputs(model, samples.x, "inputs")
        args = [samples.x, *args[1:]]
    return call_layer(model, args, kwargs)


def _needs_reading(model: Any, value: Any) -> bool:
    """Whether there are names, or arrays for integers."""
    value = named(value)
    if isinstance(value, (Factor, Table)):
        return True
    if isinstance(value, np.ndarray):
        return any(dtype_of(symbol.dtype).is_integer for symbol in symbols(model, "input").values())
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, (list, tuple)) else ()
    return any(_needs_reading(model, part) for part in parts)

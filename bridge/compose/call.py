"""Layers, models and other callables called with R values."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

from bridge.backend import keras
from bridge.catalog.roles import convert
from bridge.compose.inputs import as_inputs
from bridge.compose.layers import compose
from bridge.errors import ArgumentError


def call(function: Any, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None) -> Any:
    """`function(...)` as R calls a layer, model, loss or metric: arrays become tensors on the way.

    Args:
        function: a Keras object.
        args: positional arguments; arrays and lists of arrays become tensors, doubles in Keras' float dtype.
        kwargs: named ones, likewise.

    A layer or model called with nothing but a Sequential model is added to it. Initializers take a shape and a dtype.

    Raises:
        ArgumentError: a layer or model has no argument of a name.
    """
    if isinstance(function, keras.initializers.Initializer):
        return _initialized(function, args, kwargs or {})
    if len(args) == 1 and not kwargs and isinstance(args[0], keras.Sequential) and isinstance(function, keras.layers.Layer):
        return compose(args[0], function, function.name)
    try:
        return function(*map(as_inputs, args), **{name: as_inputs(value) for name, value in (kwargs or {}).items()})
    except TypeError:
        if kwargs and isinstance(function, keras.layers.Layer):
            _check_names(function, kwargs)
        raise


def _check_names(layer: Any, kwargs: Mapping[str, Any]) -> None:
    parameters = inspect.signature(layer.call).parameters
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        return
    # Keras hands these on to the layers within, whether `call()` takes them or not.
    known = [*parameters, "training", "mask"]
    unknown = next((name for name in kwargs if name not in known), None)
    if unknown is not None:
        raise ArgumentError(
            f"`{layer.name}` cannot be called with `{unknown}`.",
            hints=["It takes " + ", ".join(f"`{name}`" for name in parameters) + "."],
        )


def _initialized(function: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    given = {**dict(zip(("shape", "dtype"), args, strict=False)), **kwargs}
    roles = {"shape": "shape", "dtype": "dtype"}
    return function(**{name: convert(roles.get(name, "any"), value, name) for name, value in given.items()})

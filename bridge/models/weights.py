"""The weights of layers and models: set, quantized, trained or left as they are."""

from __future__ import annotations

from typing import Any

import numpy as np

from bridge.backend import keras
from bridge.barrier.functions import RFunction
from bridge.catalog.construct import fitting_weights
from bridge.errors import ArgumentError
from bridge.models.inspect import get_layer
from bridge.values.numbers import whole_number


def set_weights(object: Any, weights: Any) -> Any:
    """Sets the weights of a layer or model, in place; returns it.

    Keras: keras.layers.Layer.set_weights.
    """
    object.set_weights(fitting_weights(object, weights, "weights"))
    _finalize(object)
    return object


def _finalize(layer: Any) -> None:
    """What adapted layers compute from weights is computed anew, as Keras does when it loads a file, and only then."""
    for inner in getattr(layer, "layers", ()):
        _finalize(inner)
    if layer.built and hasattr(layer, "finalize_state"):
        layer.finalize_state()


def set_trainable(object: Any, trainable: bool, start: Any = None, stop: Any = None, which: Any = None) -> Any:
    """Sets whether layers are trained, in place; returns the object.

    Args:
        object: a layer or a model.
        trainable: the new state.
        start, stop: first and last layer of a model, by name or by position from 1; all of them by default.
        which: several layers, in place of `start` and `stop`: names, positions, layers, a logical for each layer, or a
            function of a layer that says whether it is meant.
    """
    if not isinstance(object, keras.Model):
        object.trainable = trainable
        return object
    if which is not None:
        chosen = _chosen(object, which)
    else:
        first = 0 if start is None else _position(object, start)
        last = len(object.layers) - 1 if stop is None else _position(object, stop)
        chosen = list(range(first, last + 1))
    states = [layer.trainable for layer in object.layers]
    for position in chosen:
        states[position] = trainable
    # A model that is frozen itself trains nothing, and to thaw it sets all of its layers.
    object.trainable = any(states) or not states
    for layer, state in zip(object.layers, states, strict=True):
        layer.trainable = state
    return object


def quantize_weights(object: Any, mode: str, config: Any = None) -> Any:
    """Quantizes the weights of a model or layer, in place; returns it.

    Keras: keras.Model.quantize.
    """
    object.quantize(mode, **({} if config is None else {"config": config}))
    return object


def _chosen(model: Any, which: Any) -> list[int]:
    if isinstance(which, RFunction):
        return [i for i, layer in enumerate(model.layers) if which(layer)]
    several = list(np.atleast_1d(which)) if isinstance(which, np.ndarray) else which
    several = list(several) if isinstance(several, (list, tuple)) else [several]
    if several and all(isinstance(one, (bool, np.bool_)) for one in several):
        if len(several) != len(model.layers):
            raise ArgumentError(f"`which` has {len(several)} logicals, but the model has {len(model.layers)} layers.")
        return [i for i, one in enumerate(several) if one]
    return [_position(model, one) for one in several]


def _position(model: Any, layer: Any) -> int:
    if isinstance(layer, keras.layers.Layer):
        if all(one is not layer for one in model.layers):
            raise ArgumentError(f"`which` has a layer that is not of the model: `{layer.name}`.")
        return next(i for i, one in enumerate(model.layers) if one is layer)
    by_name = isinstance(layer, str)
    found = get_layer(model, layer if by_name else None, None if by_name else whole_number(layer, "which"))
    return next(i for i, one in enumerate(model.layers) if one is found)

"""Verbs on layers and models by the piece: one batch, some weights, one vocabulary."""

from __future__ import annotations

from typing import Any

import numpy as np

from bridge.backend import keras
from bridge.barrier.functions import RFunction
from bridge.catalog.construct import fitting_weights
from bridge.errors import ArgumentError
from bridge.models.inspect import get_layer
from bridge.models.names import forget_targets
from bridge.values.numbers import whole_number


def set_weights(object: Any, weights: Any) -> Any:
    """Sets the weights of a layer or model, in place; returns it.

    Keras: keras.layers.Layer.set_weights.
    """
    object.set_weights(fitting_weights(object, weights, "weights"))
    return object


def get_registered_name(obj: Any) -> str:
    """The name under which a class, or that of an object, is saved.

    Keras: keras.saving.get_registered_name.
    """
    name: str = keras.saving.get_registered_name(obj if isinstance(obj, type) else type(obj))
    return name


def adapt(object: Any, data: Any, batch_size: Any = None, steps: Any = None) -> Any:
    """Lets a preprocessing layer learn its state from data; returns the layer.

    Keras: the `adapt` of layer_normalization(), layer_text_vectorization() and their kind.
    """
    if not hasattr(object, "adapt"):
        raise ArgumentError(f"A {type(object).__name__} layer does not learn from data before it is used.")
    given = {name: value for name, value in (("batch_size", batch_size), ("steps", steps)) if value is not None}
    object.adapt(data, **given)
    return object


def get_vocabulary(object: Any, include_special_tokens: bool = True) -> list[Any]:
    """The vocabulary of a lookup or text layer, most frequent first."""
    _needs(object, "get_vocabulary")
    return [str(word) if isinstance(word, str) else int(word) for word in object.get_vocabulary(include_special_tokens)]


def set_vocabulary(object: Any, vocabulary: Any, idf_weights: Any = None) -> Any:
    """Sets the vocabulary of a lookup or text layer; returns the layer."""
    _needs(object, "set_vocabulary")
    words = vocabulary if isinstance(vocabulary, str) else list(vocabulary)
    object.set_vocabulary(words, **({} if idf_weights is None else {"idf_weights": list(idf_weights)}))
    return object


def reset_state(object: Any) -> Any:
    """Sets a metric, or the state of a recurrent layer or of all of a model's, back; returns the object."""
    for one in object.layers if isinstance(object, keras.Model) else [object]:
        for name in ("reset_state", "reset_states"):
            if hasattr(one, name):
                getattr(one, name)()
                break
    return object


reset_states = reset_state


def reset_metrics(object: Any) -> Any:
    """Sets the metrics of a model back, as at the start of an epoch; returns the model.

    Keras: keras.Model.reset_metrics.
    """
    object.reset_metrics()
    return object


def pop_layer(object: Any) -> Any:
    """Takes the last layer off a sequential model, in place; returns the layer.

    Keras: keras.Sequential.pop.
    """
    if not isinstance(object, keras.Sequential):
        raise ArgumentError("`pop_layer()` works on sequential models.")
    if not object.layers:
        raise ArgumentError("The model has no layer left.")
    removed = object.layers[-1]
    object.pop()
    forget_targets(object)
    return removed


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


def _needs(layer: Any, method: str) -> None:
    if not hasattr(layer, method):
        raise ArgumentError(f"A {type(layer).__name__} layer has no vocabulary.")

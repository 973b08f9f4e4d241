"""From an R call to the Keras object: the row says which, the roles say how."""

from __future__ import annotations

import difflib
import functools
import inspect
import math
import warnings
import weakref
from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

import numpy as np

from bridge.backend import keras, tf
from bridge.barrier.notes import note_once
from bridge.catalog.arguments import argument
from bridge.catalog.identifiers import check_identifier, kind_of
from bridge.catalog.refusals import refuse
from bridge.catalog.roles import convert, role_of
from bridge.catalog.rows import Row, row
from bridge.errors import ArgumentError, BridgeError
from bridge.upstream import KERAS_INPUT_SHAPE
from bridge.values.arrays import as_tensor, is_tensor
from bridge.values.shapes import r_shape

OPEN_OPTIONS: dict[str, tuple[str, ...]] = {
    "optimizer": (),
    "callback": tuple(
        f"on_{of}_{when}"
        for of in ("train", "test", "predict", "epoch", "batch", "train_batch", "test_batch", "predict_batch")
        for when in ("begin", "end")
    ),
    "op_layer_normalization": ("rms_scaling",),
    "op_multi_hot": (),
}
"""What `**kwargs` of other families and of single functions may hold; elsewhere anything passes, and Keras checks it."""

LAYER_OPTIONS = (
    "name",
    "dtype",
    "trainable",
    "autocast",
    "activity_regularizer",
    "input_shape",
    "batch_shape",
    "batch_input_shape",
    "batch_size",
    "input_dim",
    "weights",
    # What single layers take out of their `**kwargs`: they are in their configurations.
    "quantization_config",
    "rms_scaling",
    "unroll",
    "vocabulary_size",
)
"""What `**kwargs` of a layer may hold."""

IGNORED = {"layer": {"input_length", "implementation"}}
"""Arguments of earlier Keras versions, by family, that none has a use for any more: the data say it."""

RENAMED = {"lr": "learning_rate", "alpha": "negative_slope"}
"""Arguments of earlier Keras versions and what they are called now, where there is such an argument."""


def construct(r_name: str, arguments: Mapping[str, Any] | None = None) -> Any:
    """The Keras object that an R constructor makes; a loss or metric given data computes.

    Args:
        r_name: such as "optimizer_adam".
        arguments: only those that the user supplied, under their R names: Keras' own defaults hold.

    Raises:
        ArgumentError: an argument that does not exist, is missing, or has the wrong kind of value.
    """
    found = row(r_name)
    given = dict(arguments or {})
    if found.computes is not None and ("y_true" in given or "y_pred" in given):
        return _compute(found, given)
    if found.symbol == "":
        return _measuring(found, given) if given else found.computes
    if found.family == "activation":
        return _activated(found, given)
    return make(found, given)


def _measuring(found: Row, given: Mapping[str, Any]) -> Any:
    """A metric of a function that Keras has no class for, with settings."""
    converted = keras_arguments(found, given, computing=True)
    try:
        return keras.metrics.MeanMetricWrapper(found.computes, **{"name": found.computes.__name__} | converted)
    except Exception as error:
        refuse(found, given, error)


def make(found: Row, arguments: Mapping[str, Any]) -> Any:
    """The object of a row's class.

    Raises:
        ArgumentError: an argument that does not exist, is missing, or that Keras refuses.
    """
    converted = keras_arguments(found, arguments)
    batch_shape = _first_layer_shape(found, converted) if found.family == "layer" else None
    weights = converted.pop("weights", None) if _leaves_weights(found) else None
    with warnings.catch_warnings() if "input_shape" in converted else nullcontext():
        # Keras would have `input_shape` given to an Input layer; on the first layer is how R scripts have it.
        if "input_shape" in converted:
            warnings.filterwarnings("ignore", message=KERAS_INPUT_SHAPE)
        try:
            made = found.makes(**converted)
        except Exception as error:
            refuse(found, arguments, error)
    if batch_shape is not None:
        fixed_inputs[made] = batch_shape
    for given, kept in (("layer", "forward_layer"), ("backward_layer", "backward_layer")):
        inner = converted.get(given) if hasattr(made, kept) else None
        if inner in _waiting and getattr(made, kept) is not inner:
            # Keras makes the layer anew from its configuration, which has no weights.
            set_when_built(getattr(made, kept), _waiting[inner])
    if weights is not None:
        set_when_built(made, weights)
    return made


def _leaves_weights(found: Row) -> bool:
    """Whether Keras does nothing with the argument `weights`: it has none, or no layer looks at it."""
    return "weights" not in found.parameters or found.symbol == "keras.layers.Bidirectional"


fixed_inputs: weakref.WeakKeyDictionary[Any, tuple[int | None, ...]] = weakref.WeakKeyDictionary()
"""Layers that say the whole shape of a model's input, with its batch: an Input goes ahead of them."""


_waiting: weakref.WeakKeyDictionary[Any, Any] = weakref.WeakKeyDictionary()
"""The weights that layers are to start from, until they are built."""


def set_when_built(layer: Any, weights: Any) -> None:
    """Gives a layer its first weights: now if it has any, else when its first input makes them."""
    if layer.built:
        layer.set_weights(fitting_weights(layer, weights, "weights"))
        return
    build = layer.build
    _waiting[layer] = weights

    @functools.wraps(build)
    def build_and_set(*args: Any, **kwargs: Any) -> None:
        build(*args, **kwargs)
        layer.build = build
        _waiting.pop(layer, None)
        layer.set_weights(fitting_weights(layer, weights, "weights"))

    layer.build = build_and_set


def fitting_weights(object: Any, weights: Any, argument: str) -> list[Any]:
    """Arrays for the weights of a layer, model or optimizer, in order; a number is a weight of one element too.

    Raises:
        ArgumentError: they are not as many, or not of the same shapes.
    """
    arrays = [np.asarray(item) for item in (weights if isinstance(weights, (list, tuple)) else [weights])]
    there = [tuple(weight.shape) for weight in (object.weights if hasattr(object, "weights") else object.variables)]
    if len(arrays) == len(there):
        fits = [array.ndim == 0 and math.prod(shape) == 1 for array, shape in zip(arrays, there, strict=True)]
        arrays = [np.reshape(a, s) if fit else a for a, s, fit in zip(arrays, there, fits, strict=True)]
    given = [array.shape for array in arrays]
    if given != there:
        raise ArgumentError(
            f"`{argument}` of `{object.name}` must be a list of arrays of shape {_shapes(there)}, not {_shapes(given)}."
        )
    return arrays


def _shapes(shapes: list[Any]) -> str:
    return " and ".join(r_shape(shape) for shape in shapes) or "none"


def _first_layer_shape(found: Row, converted: dict[str, Any]) -> tuple[int | None, ...] | None:
    """The shape of a first layer's input with its batch, where that is given; without it, it stays `input_shape`."""
    batched = converted.pop("batch_input_shape", None) or converted.pop("batch_shape", None)
    batch_size = converted.pop("batch_size", None)
    if "input_dim" in converted and "input_dim" not in found.parameters:
        converted["input_shape"] = (converted.pop("input_dim"),)
    if batched is None and batch_size is not None and "input_shape" in converted:
        batched = (batch_size, *converted["input_shape"])
    if batched is not None:
        converted["input_shape"] = tuple(batched[1:])
    return None if batched is None else tuple(batched)


def symbol(r_name: str) -> Any:
    """What a bare R function stands for where an object is meant (`loss = loss_huber`, `activation = activation_relu`)."""
    found = row(r_name)
    if found.family == "activation" or not found.symbol or found.computing:
        return found.target
    required = [p for p in found.parameters.values() if p.default is p.empty and p.name not in ("y_true", "y_pred")]
    if required:
        raise ArgumentError(f"`{r_name}` needs `{required[0].name}`: call it.")
    return make(found, {})


def keras_arguments(
    found: Row, arguments: Mapping[str, Any], *, computing: bool = False, roles: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The supplied arguments under Keras' names, converted by role and checked for names and completeness.

    A loss that is computing, not constructed, needs none of its class's arguments. `roles` come before those of the row.
    """
    given = {_current_name(found, name): value for name, value in arguments.items()}
    for name in IGNORED.get(found.family, set()) & given.keys() - found.arguments.keys():
        note_once(f"`{name}` is not needed any more.")
        del given[name]
    for name in given:
        if name not in found.arguments:
            _check_option(found, name)
    if not computing:
        for name in found.required:
            if name not in given:
                raise ArgumentError(f"`{name}` is missing, and `{found.r_name}()` has no default for it.")
    return {found.keras_name(name): argument_for_keras(found, name, value, roles or {}) for name, value in given.items()}


def argument_for_keras(
    found: Row, name: str, value: Any, roles: Mapping[str, str] | None = None, *, nested: bool = False
) -> Any:
    """An argument's value for Keras: checked by its kind, converted by its role; configurations become their objects.

    Args:
        found: the function.
        name: the argument's R name.
        value: what the user gave.
        roles: these come before those of the row.
        nested: leave configurations as they are: Keras' `from_config` takes them.

    Raises:
        ArgumentError: names the argument.
    """
    if value is None:
        return None
    role = (roles or {}).get(name) or found.arguments.get(name) or role_of(name)
    # Keras makes the policy itself, and writes down what it was given.
    if isinstance(value, (dict, list)) and not nested and role not in ("dtype", "config"):
        value = _deserialized(value)
    try:
        check, kind = found.checks.get(name), kind_of(name)
        converted = convert(role, value if check is None else check(value, name), name)
        named = kind is not None and not found.computing and (role != "start" or isinstance(value, str))
        return check_identifier(str(kind), converted, name) if named else converted
    except BridgeError as error:
        if f"`{name}" in error.message:
            raise
        raise type(error)(f"`{name}`: {error.message}", details=error.details, hints=error.hints) from error


def _deserialized(value: Any) -> Any:
    """The objects of configurations that `get_config()` of an outer object holds."""
    if isinstance(value, list):
        return [_deserialized(item) if isinstance(item, (dict, list)) else item for item in value]
    is_config = "config" in value and "class_name" in value and value["class_name"] != "__lambda__"
    return keras.saving.deserialize_keras_object(dict(value)) if is_config else value


def too_many(found: Row) -> ArgumentError:
    """The error for an argument without a name, where all that there are have their values."""
    return ArgumentError(f"`{found.r_name}()` was given an argument too many: name it.")


def _check_option(found: Row, name: str) -> None:
    if not name:
        raise too_many(found)
    options = OPEN_OPTIONS.get(found.r_name, OPEN_OPTIONS.get(found.family))
    if found.family == "layer":
        options = (*found.inherited, *LAYER_OPTIONS)
    known = [*found.arguments, *((options or ()) if found.open_ended else ())]
    if name in known or (found.open_ended and options is None):
        return
    close = difflib.get_close_matches(name, known, n=1)
    raise ArgumentError(
        f"`{found.r_name}()` has no argument `{name}`.",
        hints=[f"Did you mean `{close[0]}`?"] if close else [f"Its arguments are {_listed(known)}."] if known else [],
    )


def _current_name(found: Row, name: str) -> str:
    new = RENAMED.get(name)
    if new is None or name in found.parameters or new not in found.parameters:
        # Configurations have Keras' names.
        return found.renames.get(name, name) if found.renames else name
    note_once(f"`{name}` is called `{new}` now.")
    return new


def _compute(found: Row, given: dict[str, Any]) -> Any:
    names = [name for name in ("y_true", "y_pred") if name not in given]
    if names:
        raise ArgumentError(f"`{names[0]}` is missing: `{found.r_name}()` computes from both `y_true` and `y_pred`.")
    supplied = dict(given)
    told = {name: argument(name, found.r_name, found.family).role or "tensor" for name in ("y_true", "y_pred")}
    data = [_tensor(convert(role, given.pop(name), name)) for name, role in told.items()]
    known = inspect.signature(found.computes).parameters
    # What only the object has a use for (`reduction`) is checked all the same.
    converted = {n: value for n, value in keras_arguments(found, given, computing=True).items() if n in known}
    defaults = {
        name: found.parameters[name].default
        for name, p in known.items()
        if p.default is p.empty and name not in ("y_true", "y_pred") and name in found.parameters
    }
    try:
        return found.computes(*data, **defaults | converted)
    except Exception as error:
        refuse(found, supplied, error)


def _activated(found: Row, given: dict[str, Any]) -> Any:
    if "x" not in given:
        raise ArgumentError(f"`x` is missing: `{found.r_name}()` computes from it.")
    x = given.pop("x")
    converted = keras_arguments(found, given)
    try:
        return found.target(_tensor(x), **converted)
    except Exception as error:
        refuse(found, {"x": x, **given}, error)


def _tensor(value: Any) -> Any:
    tensor = as_tensor(value)
    return (
        tf.cast(tensor, keras.config.floatx())
        if getattr(tensor, "dtype", None) == tf.float64 and not is_tensor(value)
        else tensor
    )


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names[:12]) + (", ..." if len(names) > 12 else "")


__all__ = ["LAYER_OPTIONS", "construct", "keras_arguments", "make", "symbol"]

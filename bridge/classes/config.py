"""What instances of R classes are made from, so that they can be saved, cloned and loaded without a `get_config()` in R."""

from __future__ import annotations

import difflib
import functools
import inspect
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from bridge.backend import keras
from bridge.classes.method import Method
from bridge.errors import ArgumentError
from bridge.values.structures import map_leaves

_PLAIN = (str, int, float, bool, type(None))


def written_in_r(cls: Any) -> bool:
    """Whether the constructor of a class is an `initialize()` of R."""
    return isinstance(cls.__init__, Method)


@functools.lru_cache(maxsize=512)
def formals_of(function: Any) -> Mapping[str, inspect.Parameter]:
    """The parameters of a Python function by name; none where it has no signature to read."""
    try:
        return inspect.signature(function).parameters
    except (TypeError, ValueError):
        return {}


def recorded(cls: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a constructor written in R, by name.

    Raises:
        ArgumentError: one that has no default is missing, or one is given that `initialize()` does not have.
    """
    formals = formals_of(cls.__init__)
    names = [name for name, p in formals.items() if p.kind is p.POSITIONAL_OR_KEYWORD][1:]
    given = dict(zip(names, args, strict=False)) | dict(kwargs)
    for name, parameter in list(formals.items())[1:]:
        if parameter.default is parameter.empty and name in names and name not in given:
            raise ArgumentError(f"`{name}` is missing, and `{cls.__name__}$initialize()` has no default for it.")
    if not any(p.kind is p.VAR_KEYWORD for p in formals.values()):
        for name in given:
            if name not in formals:
                close = difflib.get_close_matches(name, names, n=1)
                raise ArgumentError(
                    f"`{cls.__name__}$initialize()` has no argument `{name}`.",
                    hints=[f"Did you mean `{close[0]}`?"] if close else ["`...` among its formals takes any."],
                )
    return given


def configured(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Recorded arguments as a configuration holds them: plain values, and descriptions of objects."""
    return {name: map_leaves(_described, value) for name, value in arguments.items()}


def split(cls: Any, config: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A configuration as what `initialize()` takes, made objects again, and what it does not."""
    parameters = formals_of(cls.__init__)
    every = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    taken = {name: value for name, value in config.items() if every or name in parameters}
    given = {name: map_leaves(_revived, value, _is_description) for name, value in taken.items()}
    return given, {name: value for name, value in config.items() if name not in given}


def set_rest(made: Any, rest: Mapping[str, Any]) -> None:
    """Gives an object what Keras notes of every layer and its constructor did not take."""
    if rest.get("dtype") is not None and hasattr(made, "dtype_policy"):
        made.dtype_policy = keras.dtype_policies.get(rest["dtype"])
    if not rest.get("trainable", True):
        made.trainable = False
    if "name" in rest and isinstance(made, keras.Operation):
        made.name = rest["name"]


def _described(value: Any) -> Any:
    if isinstance(value, np.ndarray) and value.ndim == 1:
        return value.tolist()
    return value if isinstance(value, _PLAIN) else keras.saving.serialize_keras_object(value)


def _is_description(value: Any) -> bool:
    return isinstance(value, dict) and "class_name" in value and "config" in value


def _revived(value: Any) -> Any:
    return keras.saving.deserialize_keras_object(dict(value)) if _is_description(value) else value

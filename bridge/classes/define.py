"""Python classes from R definitions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from bridge.backend import keras, tf
from bridge.barrier.functions import RFunction
from bridge.classes.instances import METHOD_NAMES, Instance, check_initialized, number_class
from bridge.classes.signature import R_DEFAULT, with_signature
from bridge.errors import ClassDefinitionError, r_spelling
from bridge.values.arrays import is_tensor
from bridge.values.shapes import shapes_from_r, shapes_to_r

BASES = {
    "layer": "Layer",
    "model": "Model",
    "metric": "Metric",
    "callback": "callbacks.Callback",
    "loss": "Loss",
    "constraint": "constraints.Constraint",
    "regularizer": "regularizers.Regularizer",
    "initializer": "initializers.Initializer",
    "optimizer": "Optimizer",
    "learning_rate_schedule": "optimizers.schedules.LearningRateSchedule",
}
"""What a class of each kind inherits from, below `keras`."""


CALLABLE = frozenset({"constraint", "regularizer", "initializer", "learning_rate_schedule"})
"""Kinds whose objects Keras calls itself: R's `call` is their `__call__`."""


def define(
    kind: str, name: str, methods: Mapping[str, Sequence[Any]], active: Mapping[str, Sequence[Any]], base: Any = None
) -> type:
    """The Python class for a definition in R.

    Args:
        kind: a key of `BASES`.
        name: of the class.
        methods: for each method its guarded R dispatcher, called with the instance's number and the arguments, and
            its formals as `(name, has_default)` pairs.
        active: the same for active properties.
        base: the class to inherit from, when it is not Keras' own.

    Raises:
        ClassDefinitionError: the base is no class.
    """
    parent = _base(kind) if base is None else base
    if not isinstance(parent, type):
        raise ClassDefinitionError(f"`inherit` must be a class, not {r_spelling(parent)}.")
    bases = (parent,) if issubclass(parent, Instance) else (Instance, parent)
    namespace: dict[str, Any] = {"__module__": f"tfbridge.{kind}", "__qualname__": name}
    for r_name, (function, parameters) in methods.items():
        python_name = "__call__" if r_name == "call" and kind in CALLABLE else METHOD_NAMES.get(r_name, r_name)
        namespace[python_name] = _method(r_name, f"{name}${r_name}", function, parameters)
    for r_name, (function, parameters) in active.items():
        namespace[r_name] = property(_method(r_name, f"{name}${r_name}", function, parameters))
    made = type(name, bases, namespace)
    number_class(made)
    # Files name the class by this; what has no configuration is in no file.
    return keras.saving.register_keras_serializable("tfbridge", name)(made) if hasattr(made, "get_config") else made


def defined(*definition: Any) -> list[Any]:
    """What `define()` makes, as R keeps it: the class, its number, and module and name of the class it inherits from."""
    made: Any = define(*definition)
    parent = next(base for base in made.__bases__ if base is not Instance)
    return [made, made.r_class_number, parent.__module__, parent.__name__]


def kind_of(base: Any) -> str:
    """What kind of class one is that inherits from `base`: a key of `BASES`.

    Raises:
        ClassDefinitionError: none of them.
    """
    for kind in ("model", *(kind for kind in BASES if kind != "model")):
        if isinstance(base, type) and issubclass(base, _base(kind)):
            return kind
    raise ClassDefinitionError(f"`inherit` must be a class of Keras or one that inherits from it, not {r_spelling(base)}.")


def _base(kind: str) -> Any:
    found: Any = keras
    for name in BASES[kind].split("."):
        found = getattr(found, name)
    return found


def _method(r_name: str, shown: str, function: Any, parameters: Sequence[Sequence[Any]]) -> Callable[..., Any]:
    """The Python method that calls an R one: shapes, epochs and structures arrive as R has them, and come back as Keras'."""
    if r_name.startswith("on_"):
        return _hook(r_name, RFunction(function, shown, [["number", False], *parameters]))
    r_function = RFunction(function, shown)
    arrive = ARRIVE.get(r_name, _unchanged)
    leave = LEAVE.get(r_name, _unchanged)

    def run(self: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        named = {name: arrive(value) for name, value in kwargs.items() if value is not R_DEFAULT}
        value = leave(r_function(self._r_number, *map(arrive, args), **named))
        if r_name == "initialize":
            check_initialized(self)
        return value

    method = with_signature(run, METHOD_NAMES.get(r_name, r_name), parameters)
    method.written_in_r = True  # type: ignore[attr-defined]
    return tf.autograph.experimental.do_not_convert(method) if r_name != "initialize" else method


def _hook(r_name: str, r_function: RFunction) -> Callable[..., Any]:
    """A callback's method: epochs and batches count from 1, and R's formals may leave out the last of what Keras gives."""
    counted = r_name.endswith(("epoch_begin", "epoch_end", "batch_begin", "batch_end"))

    def hook(self: Any, *args: Any, **kwargs: Any) -> Any:
        values = [*args, *(kwargs[name] for name in ("epoch", "batch", "logs") if name in kwargs)]
        if counted:
            values[0] += 1
        return r_function.taking(self._r_number, *values)

    return hook


def _unchanged(value: Any) -> Any:
    return value


def _config_from_r(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _config_from_r(item) for name, item in value.items()}
    if isinstance(value, np.ndarray):
        return value.tolist()
    return value.numpy() if is_tensor(value) else {} if value == [] else value


ARRIVE: dict[str, Callable[[Any], Any]] = {"build": shapes_to_r, "compute_output_shape": shapes_to_r}
"""How arguments reach R, for methods where it is not as they are."""

LEAVE: dict[str, Callable[[Any], Any]] = {
    "initialize": lambda value: None,
    "build": lambda value: None,
    "compute_output_shape": lambda value: shapes_from_r(value, "compute_output_shape()"),
    "get_config": _config_from_r,
}
"""How results reach Keras, likewise."""

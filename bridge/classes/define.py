"""Python classes from R definitions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import numpy as np

from bridge.backend import keras, tf
from bridge.barrier.functions import RFunction
from bridge.classes.defaults import defaults
from bridge.classes.instances import METHOD_NAMES, Instance, check_initialized, living, number_class
from bridge.classes.method import Method
from bridge.classes.register import register
from bridge.errors import ClassDefinitionError, r_spelling
from bridge.values.arrays import is_tensor
from bridge.values.shapes import shapes_from_r, shapes_to_r
from bridge.values.structures import map_leaves

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
    kind: str | None,
    name: str,
    methods: Mapping[str, Sequence[Any]] | None,
    active: Mapping[str, Sequence[Any]] | None = None,
    base: Any = None,
    values: Mapping[str, Any] | None = None,
    source: Callable[[], str] | None = None,
    order: float | None = None,
) -> type:
    """The Python class for a definition in R.

    Args:
        kind: a key of `BASES`, "object" for a class that is none of Keras', or None: what the base is.
        name: of the class.
        methods: for each method its guarded R dispatcher, called with the instance's number and the arguments, and
            its formals, see `bridge.barrier.signature.r_signature()`.
        active: the same for active properties.
        base: the class to inherit from, when it is not Keras' own.
        values: members that are no functions.
        source: gives the R source of the definition when it is asked, for files.
        order: that of the definition among those of the session, where classes are not made in that order.

    Raises:
        ClassDefinitionError: the base is no class.
    """
    kind = kind or kind_of(base)
    parent = _base(kind) if base is None else base
    if not isinstance(parent, type):
        raise ClassDefinitionError(f"`inherit` must be a class, not {r_spelling(parent)}.")
    bases = (parent,) if issubclass(parent, Instance) else (Instance,) if parent is object else (Instance, parent)
    namespace: dict[str, Any] = {"__module__": f"tfbridge.{kind}", "__qualname__": name}
    namespace |= {**defaults(kind, parent, methods or {}), **(values or {})}
    for r_name, (function, parameters) in (methods or {}).items():
        namespace[_python_name(kind, r_name)] = _method(kind, name, r_name, function, parameters)
    for r_name, (function, parameters) in (active or {}).items():
        namespace[r_name] = property(_method(kind, name, r_name, function, parameters))
    made: Any = type(name, bases, namespace)
    made.r_kind, made.r_source = kind, source and RFunction(source, f"source of {name}")
    number_class(made)
    # Files name the class by this; callbacks are in no file.
    if kind not in ("object", "callback"):
        register(made, order)
    return cast(type, made)


def defined(*definition: Any) -> list[Any]:
    """What `define()` makes, as R keeps it: class, kind, number, and module and name of the class that it inherits from."""
    made: Any = define(*definition)
    parent = next((base for base in made.__bases__ if base is not Instance), object)
    return [made, made.r_kind, made.r_class_number, parent.__module__, parent.__name__]


def kind_of(base: Any) -> str:
    """What kind of class one is that inherits from `base`: a key of `BASES`, or "object"."""
    for kind in ("model", *(kind for kind in BASES if kind != "model")):
        if isinstance(base, type) and issubclass(base, _base(kind)):
            return kind
    return "object"


def _python_name(kind: str, r_name: str) -> str:
    return "__call__" if r_name == "call" and kind in CALLABLE else METHOD_NAMES.get(r_name, r_name)


def _base(kind: str) -> Any:
    if kind == "object":
        return object
    found: Any = keras
    for name in BASES[kind].split("."):
        found = getattr(found, name)
    return found


def _method(kind: str, cls: str, r_name: str, function: Any, parameters: Sequence[Sequence[Any]]) -> Callable[..., Any]:
    """The Python method that calls an R one: shapes, epochs and structures arrive as R has them, and come back as Keras'."""
    shown = f"{cls}${r_name}"
    if kind == "callback" and r_name.startswith("on_"):
        return _hook(r_name, RFunction(function, shown, [["number", False], *parameters]))
    r_function = RFunction(function, shown, parameters)
    arrive = ARRIVE.get((kind, r_name))
    leave = LEAVE.get((kind, r_name)) or LEAVE.get(("", r_name))

    # What the formals are is for `inspect` to say; which argument is which, R finds out.
    def method(self: Any, /, *args: Any, **kwargs: Any) -> Any:
        if r_name == "finalize":
            living(self)
        return r_function(self._r_number, *args, **kwargs)

    def translated(self: Any, /, *args: Any, **kwargs: Any) -> Any:
        if arrive is not None:
            args, kwargs = tuple(map(arrive, args)), {name: arrive(value) for name, value in kwargs.items()}
        value = r_function(self._r_number, *args, **kwargs)
        if leave is not None:
            value = leave(value)
        if r_name == "initialize":
            check_initialized(self)
        return value

    made: Any = method if arrive is leave is None else translated
    if r_name != "initialize":
        made = tf.autograph.experimental.do_not_convert(made)
    return Method(made, _python_name(kind, r_name), cls, parameters)


def _hook(r_name: str, r_function: RFunction) -> Callable[..., Any]:
    """A callback's method: epochs and batches count from 1, and R's formals may leave out the last of what Keras gives."""
    counted = r_name.endswith(("epoch_begin", "epoch_end", "batch_begin", "batch_end"))

    def hook(self: Any, *args: Any, **kwargs: Any) -> Any:
        values = [*args, *(kwargs[name] for name in ("epoch", "batch", "logs") if name in kwargs)]
        if counted:
            values[0] += 1
        return r_function.taking(self._r_number, *values)

    return hook


def _config_from_r(config: Any) -> Any:
    def plain(value: Any) -> Any:
        if isinstance(value, np.ndarray):
            return value.tolist()
        return value.numpy() if is_tensor(value) else {} if value == [] else value

    return map_leaves(plain, config, lambda value: value == [])


_SHAPED = [(kind, r_name) for kind in ("layer", "model") for r_name in ("build", "compute_output_shape")]

ARRIVE: dict[tuple[str, str], Callable[[Any], Any]] = dict.fromkeys(_SHAPED, shapes_to_r)
"""How arguments reach R, by kind and method, where it is not as they are."""

LEAVE: dict[tuple[str, str], Callable[[Any], Any]] = {
    shaped: (lambda value: None) if shaped[1] == "build" else lambda value: shapes_from_r(value, "compute_output_shape()")
    for shaped in _SHAPED
} | {("", "initialize"): lambda value: None, ("", "get_config"): _config_from_r}
"""How results reach Keras, likewise; no kind is every kind."""

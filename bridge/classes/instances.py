"""Instances of classes written in R, and what R does with `self` and `super`."""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Mapping, Sequence
from typing import Any

from bridge.backend import keras
from bridge.catalog.construct import set_when_built
from bridge.catalog.roles import convert, role_of
from bridge.classes.config import configured, formals_of, recorded, set_rest, split, written_in_r
from bridge.compose.inputs import as_inputs
from bridge.compose.layers import check_object, compose
from bridge.errors import ClassDefinitionError
from bridge.values.shapes import shapes_to_r

_numbers = itertools.count(1)
_living: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()
_gone: list[int] = []
_classes: list[type] = []
_ABSENT = object()

KERAS_READS = {"state_size": "ints", "output_size": "ints"}
"""Attributes that Keras itself reads, with their roles: R's doubles are what the user meant, and no ints."""

METHOD_NAMES = {"initialize": "__init__", "finalize": "__del__"}
"""R6's names for what Python calls otherwise; R's definitions come with these."""


class Instance:
    """Mixed into every class written in R: numbers its instances.

    R keeps `private` under the number, and names `self` by it: an int crosses in a tenth of the time that an object takes.
    """

    _r_number: int
    _r_initialized: bool
    _r_arguments: dict[str, Any]

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """The object of a configuration: what Keras adds to it, and `initialize()` does not take, is set afterwards."""
        if not written_in_r(cls):
            return super().from_config(config)  # type: ignore[misc]
        given, rest = split(cls, config)
        made = super().from_config(given) if issubclass(cls, keras.Operation) else cls(**given)  # type: ignore[misc]
        set_rest(made, rest)
        return made

    def get_config(self) -> dict[str, Any]:
        """What the object is made from: the arguments of `initialize()` beside what Keras says of it."""
        inherited = getattr(super(), "get_config", dict)
        try:
            config: dict[str, Any] = inherited()
        except NotImplementedError:
            # Schedules and regularizers leave it to whoever inherits; what R's constructor was given is all there is.
            if not written_in_r(type(self)):
                raise
            config = {}
        return config | configured(self._r_arguments)

    def __new__(cls, /, *args: Any, **kwargs: Any) -> Any:
        """The instance, with its number."""
        made = super().__new__(cls, *args, **kwargs) if _takes_arguments(cls) else super().__new__(cls)
        number = next(_numbers)
        object.__setattr__(made, "_r_number", number)
        object.__setattr__(made, "_r_arguments", recorded(cls, args, kwargs) if written_in_r(cls) else {})
        _living[number] = made
        weakref.finalize(made, _gone.append, number)
        return made


def instance(cls: Any, arguments: Mapping[str, Any] | None = None, positional: Sequence[Any] | None = None) -> Any:
    """An instance of a class written in R.

    Args:
        cls: the class.
        arguments: by name; as they are for an `initialize()` written in R, by their roles for Keras' own.
        positional: those without a name.
    """
    if written_in_r(cls):
        return cls(*(positional or ()), **dict(arguments or {}))
    given = {name: _argument(name, value) for name, value in (arguments or {}).items()}
    names = list(formals_of(cls.__init__))[1:]
    weights = _taken_weights(cls.__init__, cls, given)
    made = cls(*map(_argument, names, positional or ()), **given)
    if weights is not None:
        set_when_built(made, weights)
    return made


def composed(
    object: Any, cls: Any, arguments: Mapping[str, Any] | None = None, positional: Sequence[Any] | None = None
) -> Any:
    """An instance of a class written in R, put to use on an object."""
    check_object(object, cls.__name__)
    return compose(object, instance(cls, arguments, positional), cls.__name__)


def number_class(made: Any) -> None:
    """Numbers a class, for `call_super()`."""
    made.r_class_number = len(_classes)
    _classes.append(made)


def numbered(instance: Any) -> Any:
    """The instance of a number; an instance itself stays."""
    return _living[instance] if isinstance(instance, int) else instance


def classes_of(number: int) -> list[list[int]]:
    """Numbers of the R classes of an instance, from the root down, whose `private` it has; and what `take_gone()` gives."""
    classes = reversed(type(_living[number]).__mro__)
    return [[vars(cls)["r_class_number"] for cls in classes if "r_class_number" in vars(cls)], take_gone()]


def living(instance: Any) -> None:
    """Lets an instance that is about to go be found by its number once more: its `finalize()` may look at `self`."""
    _living[vars(instance)["_r_number"]] = instance


def take_gone() -> list[int]:
    """Numbers of instances that no longer exist: R drops their `private`."""
    taken = _gone[:]
    _gone.clear()
    return taken


def attribute(instance: Any, name: str) -> Any:
    """`self$name`.

    Args:
        instance: itself or its number; so for `assign()` and `call_super()`.
        name: of the attribute, as R has it.

    Raises:
        ClassDefinitionError: there is no such attribute.
    """
    instance = numbered(instance)
    try:
        return getattr(instance, METHOD_NAMES.get(name, name))
    except AttributeError as error:
        if name in dir(type(instance)):
            raise
        raise ClassDefinitionError(
            f"`self${name}` does not exist in {type(instance).__name__}.",
            hints=[f"Assign it first: `self${name} <- ...`."],
        ) from error


def assign(instance: Any, name: str, value: Any) -> None:
    """`self$name <- value`: Keras tracks layers, variables and metrics, also in lists of them."""
    instance = numbered(instance)
    if name in KERAS_READS:
        value = convert(KERAS_READS[name], value, name)
    # `self$model$x <- 1` is, to R, an assignment to `self$model` as well: of what it is already.
    if getattr(instance, name, _ABSENT) is value:
        return
    try:
        setattr(instance, name, value)
    except (AttributeError, RuntimeError):
        check_initialized(instance)
        raise


def call_super(
    owner: int, instance: Any, name: str, args: Sequence[Any] | None = None, kwargs: Mapping[str, Any] | None = None
) -> Any:
    """`super$name(...)` from a method of the class of number `owner`."""
    instance = numbered(instance)
    if name == "initialize":
        object.__setattr__(instance, "_r_initialized", True)
    method = getattr(super(_classes[owner], instance), METHOD_NAMES.get(name, name))
    if name != "initialize" or "weights" not in (kwargs or {}):
        return call_method(method, args, kwargs)
    given = dict(kwargs or {})
    weights = _taken_weights(method, type(instance), given)
    value = call_method(method, args, given)
    if weights is not None:
        # A configuration is for layers that get their weights otherwise.
        vars(instance)["_r_arguments"].pop("weights", None)
        set_when_built(instance, weights)
    return value


def _taken_weights(initialize: Any, cls: type, given: dict[str, Any]) -> Any:
    """The weights that a layer is to start from, taken out of the arguments of a constructor that has no use for them."""
    keras_own = getattr(initialize, "__func__", initialize) is keras.layers.Layer.__init__
    return given.pop("weights", None) if keras_own and issubclass(cls, keras.layers.Layer) else None


def check_initialized(instance: Any) -> None:
    """Checks that Keras' constructor has run when `initialize()` of R has.

    Raises:
        ClassDefinitionError: it has not, and now it is too late to track what was assigned to `self`.
    """
    if "_r_initialized" in vars(instance):
        return
    if type(instance).r_kind == "object":
        return
    if isinstance(instance, (keras.layers.Layer, keras.metrics.Metric, keras.optimizers.Optimizer)):
        raise ClassDefinitionError(
            f"`{type(instance).__name__}$initialize()` does not call `super$initialize()`.",
            hints=["Call it first, before anything is assigned to `self`."],
        )
    super(Instance, instance).__init__()


def call_method(method: Any, args: Sequence[Any] | None = None, kwargs: Mapping[str, Any] | None = None) -> Any:
    """A method of a Keras object with R's values: each argument by its role, data as tensors."""
    names = () if isinstance(method, keras.layers.Layer) else _parameter_names(method)
    given = [_argument(names[i] if i < len(names) else "", value) for i, value in enumerate(args or ())]
    value = method(*given, **{name: _argument(name, value) for name, value in (kwargs or {}).items()})
    return shapes_to_r(value) if getattr(method, "__name__", "") == "compute_output_shape" else value


def _argument(name: str, value: Any) -> Any:
    return convert(role_of(name), value, name) if role_of(name) != "any" else as_inputs(value)


def _parameter_names(method: Any) -> Sequence[str]:
    function = getattr(method, "__func__", None)
    return list(formals_of(method)) if function is None else list(formals_of(function))[1:]


def _takes_arguments(cls: type) -> bool:
    return any("__new__" in base.__dict__ for base in cls.__mro__ if base not in (Instance, object, cls))

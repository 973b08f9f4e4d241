"""Configurations: what an object was made with, counted as R counts, and objects made from them."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Mapping
from typing import Any

from bridge.backend import keras
from bridge.catalog.construct import argument_for_keras
from bridge.catalog.rows import Row, rows
from bridge.errors import ArgumentError, r_spelling
from bridge.tensors.axes import axis_to_one


def get_config(object: Any) -> dict[str, Any]:
    """What an object was made with, as `config` with axes that count from 1, and its `class`.

    Keras: the `get_config` of layers, models, optimizers, losses, metrics and other Keras objects.

    Raises:
        ArgumentError: it has no configuration.
    """
    if not hasattr(object, "get_config"):
        raise ArgumentError(f"`object` has no configuration: it is {r_spelling(object)}.")
    config = dict(object.get_config())
    roles = _arguments(type(object))
    counted = {name: axis_to_one(value) if roles.get(name) in ("axis", "axes") else value for name, value in config.items()}
    return {"config": counted, "class": type(object)}


def from_config(object: Any, config: Any, custom_objects: Any = None, from_one: bool = False) -> Any:
    """A new object from a configuration.

    Args:
        object: a class, or an object of it; None when the configuration says it, as `serialize_keras_object()` gives it.
        config: its arguments.
        custom_objects: classes and functions by name.
        from_one: whether axes count from 1, as `get_config()` of R has them.

    Raises:
        ArgumentError: there is no telling which class it is of.
    """
    if not isinstance(config, Mapping):
        raise ArgumentError(f"`config` must be a list with names, not {r_spelling(config)}.")
    with keras.saving.custom_object_scope(dict(custom_objects or {})):
        if object is None:
            if "class_name" not in config:
                raise ArgumentError(
                    "`config` does not say which class it is of.",
                    hints=["`from_config(layer, config)` takes it from a layer."],
                )
            return keras.saving.deserialize_keras_object(dict(config))
        cls: Any = object if isinstance(object, type) else type(object)
        found = _row_of(cls)
        arguments = {name: _for_keras(found, name, value, from_one) for name, value in config.items()}
        return cls.from_config(arguments)


def _for_keras(found: Row | None, name: str, value: Any, from_one: bool) -> Any:
    role = None if found is None else found.arguments.get(name)
    if (
        found is None
        or role is None
        or value is None
        or isinstance(value, Mapping)
        or (role in ("axis", "axes") and not from_one)
    ):
        return value
    return argument_for_keras(found, name, value, nested=True)


def _arguments(cls: Any) -> dict[str, str]:
    found = _row_of(cls)
    return {} if found is None else found.arguments


def _row_of(cls: Any) -> Row | None:
    return _rows_by_class().get(cls)


@functools.cache
def _rows_by_class() -> dict[Any, Row]:
    objects = [row for row in rows().values() if row.traits.makes != "result" and row.symbol and row.family != "activation"]
    return {row.target: row for row in reversed(objects) if inspect.isclass(row.target)}

"""Names of R classes in files, and what is found by them.

A class is what it is, not what it is called: one that is defined again, as happens while one works, leaves the models
made from the first as they were. So the name `tfbridge>Name` is that of the class that was defined last; those before it
are `tfbridge>Name@1-…`, `@2-…` and so on from then on, and a file can hold several. Their end is the session's: another
one may have classes of these names, which are not the same.
"""

from __future__ import annotations

import itertools
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bridge.backend import keras

PACKAGE = "tfbridge"

_SESSION = uuid.uuid4().hex[:8]

NAMES_IN_FILES = re.compile(rf'"{PACKAGE}>([^"]+)"')
"""Finds the names of R classes in the JSON of a configuration."""


def register(cls: Any, order: float | None = None) -> None:
    """Registers a class by its name.

    Args:
        cls: a class written in R.
        order: when it was defined, where that is not now.
    """
    last = known(cls.__name__)
    cls.r_order = getattr(last, "r_order", 0) if order is None else order
    for name in _in_files[-1:]:
        if plain_name(name) == cls.__name__:
            _named(cls, name)
            return
    if not hasattr(last, "r_order"):
        _named(cls, cls.__name__)
        return
    earlier, later = (cls, last) if cls.r_order < last.r_order else (last, cls)
    numbers = (f"{cls.__name__}@{number}-{_SESSION}" for number in itertools.count(1))
    _named(earlier, next(name for name in numbers if known(name) is None))
    _named(later, cls.__name__)


def known(name: str) -> Any:
    """The class that is registered by a name, or None."""
    return keras.saving.get_custom_objects().get(f"{PACKAGE}>{name}")


def plain_name(name: str) -> str:
    """What a class is called that is registered by a name."""
    return name.partition("@")[0]


_in_files: list[str] = []


@contextmanager
def registering_as(name: str) -> Iterator[None]:
    """While it lasts, the class that is defined has the name by which a file knows it, and no other gives way."""
    _in_files.append(name)
    try:
        yield
    finally:
        _in_files.pop()


def _named(cls: Any, name: str) -> None:
    keras.saving.register_keras_serializable(PACKAGE, name)(cls)


def get_registered_name(obj: Any) -> str:
    """The name under which a class, or that of an object, is saved.

    Keras: keras.saving.get_registered_name.
    """
    name: str = keras.saving.get_registered_name(obj if isinstance(obj, type) else type(obj))
    return name

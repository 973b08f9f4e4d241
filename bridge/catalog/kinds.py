"""What kind of value an argument takes, and the error for another kind: checked before its role converts it.

The default that Keras gives an argument tells it (TRUE: a flag; 0.5: a number; "valid": text) where its role does not.
The record of the argument says the rest (`kind` in bridge.catalog.arguments): one of `KINDS`, or the words that there are,
joined by `|`.
"""

from __future__ import annotations

import difflib
import functools
import inspect
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from bridge.backend import tf
from bridge.barrier.functions import RFunction
from bridge.errors import ArgumentError, expected
from bridge.values.numbers import is_missing, single

Check = Callable[[Any, str], Any]
"""Takes a value and its argument's name; gives the value, or raises an ArgumentError."""


def kind_of_argument(told: str, parameter: inspect.Parameter, role: str) -> str:
    """The kind of an argument: what its record says (`told`), else by its role and default."""
    if told:
        return told
    if role not in ("any", "unknown"):
        return "any"
    return next((kind for type_, kind in _BY_DEFAULT.items() if type(parameter.default) is type_), "any")


def check_for(kind: str) -> Check | None:
    """The check of a kind; None where anything goes."""
    return one_of(tuple(kind.split("|"))) if "|" in kind or kind not in KINDS else KINDS[kind]


def flag(value: Any, argument: str) -> Any:
    """TRUE or FALSE; 1 and 0 are taken as such."""
    value = single(value)
    if not isinstance(value, (bool, int, float)) or value not in (0, 1):
        raise expected(argument, "TRUE or FALSE", value)
    return bool(value)


def number(value: Any, argument: str) -> Any:
    """One number, as a Python number or a tensor."""
    value = single(value)
    if isinstance(value, (bool, str, np.ndarray, list, tuple, Mapping, RFunction)) or is_missing(value):
        raise expected(argument, "a number", value)
    return value


def numbers(value: Any, argument: str) -> Any:
    """A number or several; NaN may be meant."""
    value = single(value)
    for item in value if isinstance(value, (list, tuple)) else [value]:
        text = isinstance(item, (str, bool, RFunction)) or (isinstance(item, np.ndarray) and item.dtype.kind in "USOb")
        if text or (isinstance(item, int) and is_missing(item)):
            raise expected(argument, "a number or several", value)
    return value


def text(value: Any, argument: str) -> Any:
    """A string."""
    value = single(value)
    if not isinstance(value, str):
        raise expected(argument, "a string", value)
    return value


def path(value: Any, argument: str) -> Any:
    """The path of one file or directory, `~` expanded."""
    value = single(value)
    value = os.fspath(value) if isinstance(value, os.PathLike) else value
    if not isinstance(value, str) or not value:
        raise expected(argument, "one path", value)
    return os.path.expanduser(value)


def function(value: Any, argument: str) -> Any:
    """A function, or an object that can be called."""
    if not callable(value):
        raise expected(argument, "a function", value)
    return value


def dataset(value: Any, argument: str) -> Any:
    """A dataset of TensorFlow."""
    if not isinstance(value, tf.data.Dataset):
        error = expected(argument, "a dataset", value)
        raise ArgumentError(error.message, hints=["`tensor_slices_dataset()` makes one of arrays."])
    return value


def word(value: Any, argument: str, words: Sequence[str]) -> str:
    """The one of some words that a value is, in either case.

    Raises:
        ArgumentError: it is none of them.
    """
    return str(one_of(tuple(words))(value, argument))


@functools.cache
def one_of(words: tuple[str, ...]) -> Check:
    """The check that a value is one of some words, in either case; Keras gets the word as it writes it."""
    lower = {word.lower(): word for word in words}

    def check(value: Any, argument: str) -> Any:
        value = single(value)
        if isinstance(value, str) and value.lower() in lower:
            return lower[value.lower()]
        close = difflib.get_close_matches(value.lower(), lower, n=1) if isinstance(value, str) else []
        hints = [f'Did you mean `"{word}"`?' for word in words if word.lower() in close]
        error = expected(argument, " or ".join(", ".join(f'"{word}"' for word in words).rsplit(", ", 1)), value)
        raise ArgumentError(error.message, hints=hints)

    return check


def of_rank(rank: int) -> Check:
    """The check that data has a rank: TensorFlow ends the session where its older functions meet another."""

    def check(value: Any, argument: str) -> Any:
        if len(getattr(value, "shape", ())) != rank:
            raise expected(argument, f"an array or tensor of rank {rank}", value)
        return value

    return check


KINDS: dict[str, Check | None] = {
    "any": None,
    "flag": flag,
    "number": number,
    "numbers": numbers,
    "text": text,
    "path": path,
    "function": function,
    "dataset": dataset,
    "rank3": of_rank(3),
    "rank4": of_rank(4),
    "rank5": of_rank(5),
}

_BY_DEFAULT: dict[type, str] = {bool: "flag", float: "number", str: "text"}

"""What Keras refuses, in R's terms: which of the arguments that were given, and their values as R writes them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from bridge.backend import tf
from bridge.barrier.crossing import known_cause, own_words
from bridge.catalog.rows import Row
from bridge.errors import ArgumentError, BridgeError, FileError, r_spelling
from bridge.upstream import FOR_READERS_OF_SOURCE


def refuse(found: Row, given: Mapping[str, Any], error: Exception) -> NoReturn:
    """Raises an error of ours for one that Keras raised: it names the argument that Keras speaks of, else what was given.

    Errors of the user's R code, and those that have nothing to do with arguments, go on as they are.

    Args:
        found: the function.
        given: what the user supplied, under R's names, before anything was converted.
        error: what Keras raised.

    Raises:
        ArgumentError: Keras refuses a value.
        FileError: there is something wrong with a file.
    """
    known = known_cause(error)
    if isinstance(known, BridgeError):
        _name(known, given)
    if known is not None or not given or isinstance(error, _OTHERS):
        raise error
    message = _words(error)
    told = list(_told(found, given, message)) or list(given)
    kind = FileError if isinstance(error, OSError) else ArgumentError
    raise kind(
        f"`{found.r_name}()` does not work with " + _listed([_spelled(name, given[name]) for name in told]) + ".",
        details=[message],
        hints=["`reticulate::py_last_error()` shows the Python traceback."],
    ) from error


_OTHERS = (MemoryError, ImportError, StopIteration, tf.errors.ResourceExhaustedError)
"""Errors that no argument is to blame for."""


def _name(error: BridgeError, given: Mapping[str, Any]) -> None:
    """Adds what was given to an error of ours that names none of it."""
    text = " ".join([error.message, *error.details, *error.hints])
    if given and not any(f"`{name}" in text for name in given) and "argument" not in text and " is missing" not in text:
        error.details = (*error.details, "Given: " + _listed([_spelled(name, value) for name, value in given.items()]) + ".")


def _words(error: Exception) -> str:
    return FOR_READERS_OF_SOURCE.sub("", own_words(error)).strip()


def _told(found: Row, given: Mapping[str, Any], message: str) -> Iterator[str]:
    """The arguments that a message names: quoted, with `=`, or as a word of their own; else those whose value it has."""
    names = {name: found.keras_name(name) for name in given}
    quoted = [n for n, keras_name in names.items() if re.search(rf"[`'\"]{keras_name}[`'\"=]|\b{keras_name}=", message)]
    if quoted:
        yield from quoted
        return
    telling = {n: keras_name for n, keras_name in names.items() if len(keras_name) > 2 and keras_name not in _EVERYDAY}
    words = [n for n, keras_name in telling.items() if re.search(rf"\b{keras_name}\b", message)]
    if words:
        yield from words
        return
    for name, value in given.items():
        if isinstance(value, (str, float)) and re.search(rf"(?<!\w){re.escape(str(value))}(?!\w)", message):
            yield name


_EVERYDAY = frozenset("value values function object data type key name size shape dtype input inputs index config".split())
"""Names that messages have as words of English."""


def _spelled(name: str, value: Any) -> str:
    simple = value is None or isinstance(value, (bool, int, float, str, list, tuple))
    return f"`{name} = {r_spelling(value)}`" if simple else f"`{name}` ({r_spelling(value)})"


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]

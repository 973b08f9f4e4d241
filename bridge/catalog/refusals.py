"""What Keras refuses, in R's terms: which of the arguments that were given, and their values as R writes them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bridge.backend import tf
from bridge.barrier.crossing import known_cause, own_words
from bridge.catalog.rows import Row
from bridge.errors import ArgumentError, BridgeError, FileError, r_spelling


def refusal(found: Row, given: Mapping[str, Any], error: Exception) -> Exception:
    """The error to raise for one that Keras raised: names the argument that its message speaks of, else what was given.

    Errors of the user's R code, and those that have nothing to do with arguments, come back as they are.

    Args:
        found: the function.
        given: what the user supplied, under R's names, before anything was converted.
        error: what Keras raised.
    """
    known = known_cause(error)
    if known is not None:
        return _named(known, given) if isinstance(known, BridgeError) else error
    if not given or isinstance(error, _OTHERS):
        return error
    message = re.split(r"\n*Arguments received by ", own_words(error))[0]
    told = list(_told(found, given, message)) or list(given)
    kind = FileError if isinstance(error, OSError) else ArgumentError
    return kind(
        f"`{found.r_name}()` cannot do with " + _listed([_spelled(name, given[name]) for name in told]) + ".",
        details=[message],
        hints=["`reticulate::py_last_error()` shows the Python traceback."],
    )


_OTHERS = (MemoryError, ImportError, StopIteration, tf.errors.ResourceExhaustedError)
"""Errors that no argument is to blame for."""


def _named(error: BridgeError, given: Mapping[str, Any]) -> BridgeError:
    """The error, with what was given where it names none of it."""
    text = " ".join([error.message, *error.details, *error.hints])
    if not given or any(f"`{name}" in text for name in given) or "argument" in error.message or " is missing" in text:
        return error
    error.details = (*error.details, "Given: " + _listed([_spelled(name, value) for name, value in given.items()]) + ".")
    return error


def _told(found: Row, given: Mapping[str, Any], message: str) -> Iterator[str]:
    """The arguments that a message names: quoted, with `=`, or as a word of their own; else those whose value it has."""
    names = {name: found.keras_name(name) for name in given}
    quoted = [n for n, keras_name in names.items() if re.search(rf"[`'\"]{keras_name}[`'\"=]|\b{keras_name}=", message)]
    if quoted:
        yield from quoted
        return
    words = [n for n, keras_name in names.items() if len(keras_name) > 2 and re.search(rf"\b{keras_name}\b", message)]
    if words:
        yield from words
        return
    for name, value in given.items():
        if isinstance(value, (str, float)) and re.search(rf"(?<!\w){re.escape(str(value))}(?!\w)", message):
            yield name


def _spelled(name: str, value: Any) -> str:
    simple = value is None or isinstance(value, (bool, int, float, str, list, tuple))
    return f"`{name} = {r_spelling(value)}`" if simple else f"`{name}` ({r_spelling(value)})"


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]

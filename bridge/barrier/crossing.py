"""Entries for R: every Python function that R calls goes through `entry()`.

An exception does not leave through reticulate, which would make R's error a Python traceback. It comes back as a
`Failure` that says everything R needs to signal a condition of its own. A result with warnings comes as `Noted`.
"""

from __future__ import annotations

import importlib
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from os import getpid
from typing import Any

from bridge.barrier.functions import RError, RJump
from bridge.barrier.notes import listen, note_python, take_notes, waiting
from bridge.barrier.raised import repeated
from bridge.barrier.structures import to_r
from bridge.barrier.temporaries import should_collect
from bridge.barrier.words import for_r_users
from bridge.errors import BridgeError, ForkError
from bridge.upstream import TENSORFLOW_GRAPH


class Outcome:
    """A result that R has to look at before it goes on; plain results are not wrapped."""


class Noted(Outcome):
    """A result, the warnings that came with it, and whether R should collect garbage."""

    def __init__(self, value: Any, notes: list[dict[str, Any]], collect: bool = False) -> None:
        self.value = value
        self.notes = notes
        self.collect = collect


class Failure(Outcome):
    """What R gets in place of a result.

    Attributes:
        error: the exception.
        report: all that R reads of it, in one look: `kind`, `message`, `details`, `hints`, and `number` (of the R
            condition that caused it, else None).
    """

    def __init__(self, error: BaseException, notes: Sequence[Mapping[str, Any]] = ()) -> None:
        self.error = error
        self.report = _report(error)
        # What was warned of before is often the reason.
        if self.report["kind"] == "python":
            self.report["details"] = [note["message"] for note in notes]


class Raised(Outcome):
    """What R gets in place of the result of a function of TensorFlow's or Keras' that it called as it is."""

    def __init__(self, error: BaseException) -> None:
        self.error = error


def attempt(function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    """The function's value, or what it `Raised`: R has reticulate make an error of that."""
    try:
        return function(*args, **kwargs)
    except RJump:
        return None
    except (Exception, KeyboardInterrupt) as error:
        return Raised(error)


def entry(path: str) -> Callable[..., Any]:
    """The function at `path` below `bridge` ("tensors.subset.subset"), made safe for R to call."""
    listen()
    module, _, name = path.rpartition(".")
    function: Callable[..., Any] = getattr(importlib.import_module(f"bridge.{module}"), name)

    def crossing(*args: Any, **kwargs: Any) -> Any:
        if getpid() != _PROCESS:
            return Failure(ForkError())
        outside = warnings.showwarning
        warnings.showwarning = note_python  # type: ignore[assignment]
        try:
            value = to_r(function(*args, **kwargs))
        except RJump:
            take_notes()
            return None
        except (Exception, KeyboardInterrupt) as error:
            return Failure(error, take_notes())
        finally:
            if warnings.showwarning is note_python:
                warnings.showwarning = outside
        collect = should_collect(value)
        if collect or waiting():
            return Noted(value, take_notes(), collect)
        return value

    return crossing


_PROCESS = getpid()


def unwrap(noted: Noted) -> list[Any]:
    """Its parts, for R to take apart in one call."""
    return [noted.value, noted.notes, noted.collect]


def reraise(failure: Failure | Raised) -> None:
    """Raises the failure's exception: R does this in `try()` so that `reticulate::py_last_error()` holds it."""
    raise failure.error


def same(value: Any) -> Any:
    """What it is given: R has reticulate convert it so."""
    return value


def kind(value: Any) -> str:
    """What an argument is to Python: R compares two ways to hand it over."""
    return f"{type(value)} {value!r}"


def interrupted() -> None:
    """Raises the exception of an interrupt: reticulate is to know that R has heard of it."""
    raise KeyboardInterrupt


def raise_known(error: BaseException, message: str) -> None:
    """Raises an error of the raw modules when R or bridge is behind it.

    Args:
        error: Python's last one.
        message: how R heard of it: with the name of its type before it, unless it was another error.
    """
    if type(error).__name__ in message.partition(":")[0] and known_cause(error) is not None:
        raise error


def known_cause(error: BaseException) -> BaseException | None:
    """The error of R or of ours that is behind an error: itself, what led to it, or what its text repeats."""
    cause: BaseException | None = error
    seen: set[int] = set()
    while cause is not None and not isinstance(cause, (RError, BridgeError)):
        seen.add(id(cause))
        cause = cause.__cause__ or cause.__context__
        cause = None if id(cause) in seen else cause
    # Keras raises an error that passes a layer again, as one of the same class with the arguments in its text.
    while isinstance(cause, BridgeError) and _is_raised_again(cause):
        cause = cause.__context__
    return cause or repeated(str(error))


def _is_raised_again(error: BaseException) -> bool:
    """Whether it was raised `from None` while one of its class was handled; ours are `from` what they say more of."""
    return error.__suppress_context__ and error.__cause__ is None and type(error.__context__) is type(error)


def _report(error: BaseException) -> dict[str, Any]:
    cause = known_cause(error)
    if isinstance(cause, RError):
        return {"kind": "r", "message": str(cause), "details": [], "hints": [], "number": cause.number}
    if isinstance(cause, BridgeError):
        return {
            "kind": cause.kind,
            "message": cause.message,
            "details": list(cause.details),
            "hints": list(cause.hints),
            "number": None,
        }
    if isinstance(error, KeyboardInterrupt):
        return {"kind": "interrupt", "message": "Interrupted.", "details": [], "hints": [], "number": None}
    return {
        "kind": "python",
        "message": own_words(error),
        "details": [],
        "hints": ["`reticulate::py_last_error()` shows the Python traceback."],
        "number": None,
    }


_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def own_words(error: BaseException) -> str:
    """Type and message, without colours and without the stack; Keras appends the arguments received, which stay."""
    text = _COLOUR.sub("", str(error))
    detected = TENSORFLOW_GRAPH.search(text)
    if detected is not None:
        text = f"{detected[2]} (in {detected[1].rpartition('/')[0] or detected[1]})"
    return f"{type(error).__name__}: {for_r_users(text)}".strip()

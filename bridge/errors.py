"""Errors as R users read them: what was wrong, in their terms, and what to do.

Every class has a `kind`; R turns it into the condition class `tfbridge_error_<kind>`. Texts are worded for R: backticks
around names and code, counted from 1, R's spelling of values.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar


class BridgeError(Exception):
    """A user's mistake.

    Args:
        message: one sentence with what was expected and what came.
        details: further facts, shown as `x` bullets.
        hints: what to type instead, shown as `i` bullets.
    """

    kind: ClassVar[str] = "error"

    def __init__(self, message: str, *, details: Sequence[str] = (), hints: Sequence[str] = ()) -> None:
        super().__init__("\n".join([message, *details, *hints]))
        self.message = message
        self.details = tuple(details)
        self.hints = tuple(hints)


class ArgumentError(BridgeError):
    """An argument has the wrong value, or there is no such argument."""

    kind = "argument"


class ConversionError(BridgeError):
    """An R value cannot become the tensor that was asked for, or the other way round."""

    kind = "conversion"


class DtypeError(BridgeError):
    """No such dtype, or one that does not fit the operation."""

    kind = "dtype"


class ShapeError(BridgeError):
    """Shapes that do not fit each other, or are no shapes."""

    kind = "shape"


class SubscriptError(BridgeError):
    """A subscript that no element answers to."""

    kind = "subscript"


class AssignmentError(BridgeError):
    """An attempt to change what cannot be changed."""

    kind = "assignment"


class ComposeError(BridgeError):
    """A layer handed an object that it cannot be composed with."""

    kind = "compose"


class DataError(BridgeError):
    """Training data whose parts do not belong together."""

    kind = "data"


class ClassDefinitionError(BridgeError):
    """A class written in R that Keras cannot use as it is."""

    kind = "class"


class FileError(BridgeError):
    """A file that is missing, damaged, or in the way."""

    kind = "file"


class GraphError(BridgeError):
    """R code that no graph can be made of."""

    kind = "graph"


class ThreadError(BridgeError):
    """An R function asked for by a thread that is not R's."""

    kind = "thread"


class WorkerError(BridgeError):
    """Processes that train together and do not do the same, or one that has gone."""

    kind = "worker"


class ForkError(BridgeError):
    """Python asked for in a forked child process, where TensorFlow's threads are missing: it would wait for ever."""

    kind = "fork"

    def __init__(self) -> None:
        super().__init__(
            "Python cannot be used in a forked child process.",
            hints=["Use `callr::r()` or a PSOCK cluster (`parallel::makePSOCKcluster()`) in place of `mclapply()`."],
        )


def expected(argument: str, what: str, received: Any) -> ArgumentError:
    """The error for an argument of the wrong kind: "`units` must be a whole number, not 32.5."."""
    return ArgumentError(f"`{argument}` must be {what}, not {r_spelling(received)}.")


def r_spelling(value: Any) -> str:
    """The value as R would write it, shortened to what fits a sentence."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return '"' + (value if len(value) <= 40 else value[:37] + "...") + '"'
    if isinstance(value, float):
        if math.isinf(value):
            return "Inf" if value > 0 else "-Inf"
        return f"{value:.15g}" if not math.isnan(value) else "NA" if _is_na(value) else "NaN"
    if isinstance(value, int):
        # The integer that R has no number for: bridge.values.dtypes.NA_INTEGER.
        return "NA" if value == -(2**31) else str(value)
    if isinstance(value, Mapping):
        return "list(" + _joined([f"{k} = {r_spelling(v)}" for k, v in value.items()]) + ")"
    if isinstance(value, (list, tuple)):
        return "c(" + _joined([r_spelling(v) for v in value]) + ")"
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        sizes = list(value.shape)
        if hasattr(value, "item") and len(sizes) == 1 and sizes[0] <= 10:
            return "c(" + _joined([r_spelling(v) for v in value.tolist()]) + ")"
        kind = {"ndarray": "array", "EagerTensor": "tensor"}.get(type(value).__name__, type(value).__name__)
        return f"{with_article(kind)} of shape ({', '.join('NA' if s is None else str(s) for s in sizes)})"
    if callable(value) and hasattr(value, "__name__"):
        return "a function"
    return with_article(type(value).__name__)


def _is_na(value: float) -> bool:
    """Whether a NaN is R's NA: by the lower half of its bits, which survives where the quiet bit is set."""
    return bool(struct.pack("<d", value)[:4] == struct.pack("<I", 1954))


def _joined(parts: Sequence[str], most: int = 6) -> str:
    return ", ".join(parts) if len(parts) <= most else ", ".join([*parts[:most], "..."])


def with_article(noun: str) -> str:
    """The noun with "a" or "an" before it."""
    return ("an " if noun[:1].lower() in "aeiou" else "a ") + noun

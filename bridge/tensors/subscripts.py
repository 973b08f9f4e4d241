"""The grammar of subscripts, parsed once.

R writes the subscripts of one `[` as text, commas between them, and evaluates what has a value:

    ""          the whole axis            "3"          one position
    "2:5"       a span, both ends in      "15:NA"      an open end
    "1:9:2"     a span with a step        "new"        a new axis of size 1
    "all"       as many whole axes as needed
    "@1"        the first of the operands (a vector, mask or tensor)

Positions count from 1, negative ones from the end. Behind "python;" they count from 0 and the stop is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from bridge.errors import SubscriptError


@dataclass(frozen=True, slots=True)
class Whole:
    """All of an axis."""


@dataclass(frozen=True, slots=True)
class NewAxis:
    """A new axis of size 1."""


@dataclass(frozen=True, slots=True)
class AllDims:
    """As many whole axes as the other subscripts leave."""


@dataclass(frozen=True, slots=True)
class Operand:
    """A vector, mask or tensor that came beside the text; `number` counts from 0."""

    number: int
    python: bool = False


@dataclass(frozen=True, slots=True)
class Position:
    """One position of an axis, counted from 1 (from the end when negative); its axis is dropped."""

    at: int
    python: bool = False

    def offset(self, size: int | None, axis: int) -> int:
        """The 0-based offset, negative only where the size is unknown. `axis` counts from 1."""
        if self.python:
            if size is not None and not -size <= self.at < size:
                raise past_end(str(self.at), axis, size, python=True)
            return self.at + size if self.at < 0 and size is not None else self.at
        return _offset(self.at, size, axis)


@dataclass(frozen=True, slots=True)
class Span:
    """Positions start..stop of one axis, both included, counted from 1; None is an open end."""

    start: int | None
    stop: int | None
    step: int | None = None
    python: bool = False

    def to_slice(self, size: int | None, axis: int) -> slice:
        """The 0-based, half-open slice. Raises SubscriptError (axis counted from 1)."""
        if self.step == 0:
            raise SubscriptError(f"The step of the subscript of axis {axis} is 0.")
        if self.python:
            return slice(self.start, self.stop, self.step)
        first = None if self.start is None else _offset(self.start, size, axis)
        last = None if self.stop is None else _offset(self.stop, size, axis)
        step = -abs(self.step or 1) if self._runs_down() else self.step or 1
        if last is None:
            return slice(first, None, step)
        end = last + (1 if step > 0 else -1)
        crossed_zero = end == 0 if last < 0 else end == -1
        return slice(first, None if crossed_zero else end, step)

    def _runs_down(self) -> bool:
        """Whether R's `5:1` is meant, or `5:1:2`: only where both ends count from the same side does it say so."""
        return self.start is not None and self.stop is not None and self.start > self.stop and self.stop > 0


Subscript: TypeAlias = Whole | NewAxis | AllDims | Operand | Position | Span


@lru_cache(maxsize=4096)
def parse(text: str) -> tuple[Subscript, ...]:
    """The subscripts that the text holds.

    Raises:
        SubscriptError: a number that is not whole, NA alone, two `all_dims()`.
    """
    _, mark, written = text.rpartition(";")
    subscripts = tuple(_one(part, axis, bool(mark)) for axis, part in enumerate(written.split(","), start=1))
    if sum(isinstance(s, AllDims) for s in subscripts) > 1:
        raise SubscriptError("`all_dims()` stands twice among the subscripts; once is enough.")
    return subscripts


def _one(part: str, axis: int, python: bool) -> Subscript:
    if part in _WORDS:
        return _WORDS[part]
    if part.startswith("@"):
        return Operand(int(part[1:]) - 1, python)
    if ":" not in part:
        position = _whole(part, axis)
        if position is None:
            raise SubscriptError(f"The subscript of axis {axis} is NA.", hints=["NA is an open end, as in `2:NA`."])
        return Position(position, python)
    numbers = [_whole(end, axis) if end else None for end in part.split(":")]
    return Span(numbers[0], numbers[1], numbers[2] if len(numbers) > 2 else None, python)


_WORDS: dict[str, Subscript] = {"": Whole(), "new": NewAxis(), "all": AllDims()}


def _whole(text: str, axis: int) -> int | None:
    if text in ("NA", "NaN", "NULL"):
        return None
    number = float(text)
    if number != number // 1:
        raise SubscriptError(
            f"Subscript {text} of axis {axis} is not a whole number.",
            hints=["Subscripts count from 1 and must be whole numbers."],
        )
    return int(number)


def _offset(at: int, size: int | None, axis: int) -> int:
    if at == 0:
        raise SubscriptError(f"Subscript 0 of axis {axis}: subscripts count from 1.", hints=["1 is the first, -1 the last."])
    if size is None:
        return at - 1 if at > 0 else at
    if abs(at) > size:
        raise past_end(str(at), axis, size)
    return at - 1 if at > 0 else at + size


def past_end(written: str, axis: int, size: int, *, python: bool = False) -> SubscriptError:
    """The error for a position that an axis does not have."""
    hint = f"Subscripts count from 1; the last of this axis is {size}." if size else "The axis is empty."
    return SubscriptError(
        f"Subscript {written} is past the end of axis {axis}, which has size {size}.",
        hints=[f'With `style = "python"` they go from 0 to {size - 1}.' if python else hint],
    )

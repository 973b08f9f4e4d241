"""Warnings that Python has for R: collected while a verb runs, signalled by R when it has returned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_waiting: list[dict[str, Any]] = []


def note_warning(message: str, *, hints: Sequence[str] = ()) -> None:
    """Has R signal a warning of class `tfbridge_warning` after the current verb."""
    _waiting.append({"message": message, "hints": list(hints)})


def waiting() -> bool:
    """Whether there is something to signal."""
    return bool(_waiting)


def take_notes() -> list[dict[str, Any]]:
    """What waits, oldest first; nothing waits afterwards."""
    taken = _waiting[:]
    _waiting.clear()
    return taken


_said: set[str] = set()


def note_once(message: str, *, hints: Sequence[str] = ()) -> None:
    """The same, at most once a session for each message."""
    if message not in _said:
        _said.add(message)
        note_warning(message, hints=hints)


def forget_said() -> None:
    """As if the session were new: what is said once is said again."""
    _said.clear()

"""What R functions raised of late, and what graphs assert: TensorFlow passes the text of an error on, and no exception."""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import TypeVar

from bridge.errors import GraphError

E = TypeVar("E", bound=Exception)

_recent: deque[Exception] = deque(maxlen=8)


def remembered(error: E) -> E:
    """The error, which is about to be raised; a twin is kept, which holds no frames."""
    twin = type(error).__new__(type(error), *error.args)
    twin.__dict__.update(error.__dict__)
    _recent.append(twin)
    return error


_foretold: OrderedDict[str, None] = OrderedDict()

_KNOWN = 1000
"""How many messages of assertions are known at a time."""


def foretold(message: str) -> str:
    """The message of an assertion in a graph, by which its failure is known for one of ours."""
    _foretold[message] = None
    _foretold.move_to_end(message)
    if len(_foretold) > _KNOWN:
        _foretold.popitem(last=False)
    return message


def _failed(text: str) -> GraphError | None:
    _, is_one, told = text.partition("assertion failed: [")
    if not is_one:
        return None
    message = max((known for known in _foretold if told.startswith(known + "]")), key=len, default=None)
    if message is None:
        return None
    data = told[len(message) + 1 :].partition("\n")[0].strip()
    return GraphError(message, details=[data] if data else [])


def repeated(text: str) -> Exception | None:
    """The error that a text repeats, the latest if there are several; that of an assertion in a graph."""
    for error in reversed(_recent):
        if f"{type(error).__name__}: {error}" in text:
            return error
    return _failed(text)

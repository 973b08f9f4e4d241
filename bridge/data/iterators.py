"""Walking through whatever has elements, one crossing an element."""

from __future__ import annotations

from typing import Any

from bridge.errors import ArgumentError, r_spelling


class End:
    """What there is after the last element."""


END = End()


def iterator(x: Any) -> Any:
    """An iterator over the elements of `x`: a dataset, a generator, a list.

    Raises:
        ArgumentError: it has no elements.
    """
    try:
        return iter(x)
    except TypeError as error:
        if hasattr(x, "__iter__"):
            raise
        raise ArgumentError(f"`x` must be a dataset, a list, or what else has elements, not {r_spelling(x)}.") from error


def element(it: Any) -> Any:
    """The next element, `END` after the last.

    Raises:
        ArgumentError: `it` is no iterator.
    """
    if not hasattr(it, "__next__"):
        hints = ["`as_iterator()` makes one of it."] if hasattr(it, "__iter__") else []
        raise ArgumentError(f"`it` must be an iterator, not {r_spelling(it)}.", hints=hints)
    return next(it, END)

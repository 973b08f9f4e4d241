"""R's classes that no tensor can keep: the words, for R itself and for R objects that rpy2 holds."""

from __future__ import annotations

from typing import NoReturn

from bridge.errors import ConversionError

TIMES = frozenset(("Date", "POSIXt", "difftime"))
"""S3 classes of times."""


def refuse_time(name: str) -> NoReturn:
    """Raises the error for dates, times and time differences; `name` is the first S3 class."""
    hint = "`as.numeric()` makes it a number first."
    raise ConversionError(f"A {name} has no unit that a tensor could keep.", hints=[hint])


def refuse_text(count: int, first: int, missing: bool, argument: str = "") -> NoReturn:
    """Raises the error for strings that are NA (`missing`), or bytes that are no text.

    Args:
        count: how many they are.
        first: the position of the first of them, from 1.
        missing: whether they are NA.
        argument: of which they are, where that is known.
    """
    named = f"`{argument}`: " if argument else ""
    what = "NA" if missing else "no valid UTF-8"
    hint = 'Replace NA first, for example by `""`.' if missing else "`iconv()` converts text from other encodings."
    are = "1 string is" if count == 1 else f"{int(count)} strings are"
    raise ConversionError(
        f"{named}{are} {what} (the first at position {int(first)}): it cannot become a tensor.", hints=[hint]
    )

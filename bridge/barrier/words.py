"""Texts of Keras' errors in the words of R users: inputs by number, unknown sizes as NA, no names that Keras made up."""

from __future__ import annotations

import re

from bridge import upstream


def for_r_users(text: str) -> str:
    """The text of an error with what its reader never wrote replaced by what it stands for."""
    text = upstream.KERAS_NOT_GIVEN.sub("", text)
    text = upstream.KERAS_SHAPE.sub(lambda found: found[0].replace("None", "NA"), text)
    text = upstream.KERAS_INPUT.sub(_input, text)
    text = upstream.KERAS_SYMBOLIC.sub(_symbolic, text)
    return upstream.KERAS_UNCONNECTED.sub(_unconnected, text)


def _input(found: re.Match[str]) -> str:
    return f"Input {int(found[1]) + 1}{_named(found[2])} of layer `{found[3]}`"


def _symbolic(found: re.Match[str]) -> str:
    return f"a symbolic tensor{_named(found[3])} of shape {found[1]}, dtype {found[2]}"


def _named(name: str | None) -> str:
    return "" if name is None or upstream.MADE_UP_NAME.fullmatch(name) else f" (`{name}`)"


def _unconnected(found: re.Match[str]) -> str:
    which = f"`outputs${found[1]}`" if found[1] else "`outputs`"
    return f"{which} is not made from `inputs`: no layers lead from one to the other"

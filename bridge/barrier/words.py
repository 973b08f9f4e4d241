"""Texts of Keras' errors in the words of R users: inputs by number, unknown sizes as NA, no names that nobody wrote."""

from __future__ import annotations

import re

_MADE_UP = re.compile(r"None|(keras_tensor|input_layer)(_\d+)?")
"""Names that Keras gives to what its user gave none."""

_INPUT = re.compile(r"Input (\d+)(?: with name '([^']*)')? of layer ['\"]([^'\"]*)['\"]")
_SYMBOLIC = re.compile(r"<KerasTensor shape=(\([^)]*\)), dtype=(\w+)[^>]*?(?:, name=(\w+))?>")
_SHAPE = re.compile(r"[(\[](?:None|\d+)(?:, (?:None|\d+))*,?[)\]]")
_UNCONNECTED = re.compile(r"Output with path `([^`]*)` is not connected to `inputs`")
_EMPTY = re.compile(r"\n +\S \w+=<class 'inspect\._empty'>")
"""Keras lists an argument that was not given with the object that stands for "not given"."""


def for_r_users(text: str) -> str:
    """The text of an error with what its reader never wrote replaced by what it stands for."""
    text = _EMPTY.sub("", text)
    text = _SHAPE.sub(lambda found: found[0].replace("None", "NA"), text)
    text = _INPUT.sub(_input, text)
    text = _SYMBOLIC.sub(_symbolic, text)
    return _UNCONNECTED.sub(_unconnected, text)


def _input(found: re.Match[str]) -> str:
    return f"Input {int(found[1]) + 1}{_named(found[2])} of layer `{found[3]}`"


def _symbolic(found: re.Match[str]) -> str:
    return f"a symbolic tensor{_named(found[3])} of shape {found[1]}, dtype {found[2]}"


def _named(name: str | None) -> str:
    return "" if name is None or _MADE_UP.fullmatch(name) else f" (`{name}`)"


def _unconnected(found: re.Match[str]) -> str:
    which = f"`outputs${found[1]}`" if found[1] else "`outputs`"
    return f"{which} is not made from `inputs`: no layers lead from one to the other"

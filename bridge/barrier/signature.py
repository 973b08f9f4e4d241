"""R formals as Python signatures.

Keras reads the signatures of `__init__`, `build` and `call`: which arguments there are, and what `training` and `mask`
are when nobody gives them. So R's constant defaults are the same constants here. What R would have to evaluate is None
to Keras, and R's own default to R: a call hands on what it was given, and no defaults.
"""

from __future__ import annotations

import inspect
import keyword
import re
from collections.abc import Collection, Sequence
from typing import Any

_EMPTY = inspect.Parameter.empty
_ANY: Any = inspect.Parameter.POSITIONAL_OR_KEYWORD


class _RParameter(inspect.Parameter):
    """A parameter of a name that Python's grammar does not have (`na.rm`, `lambda`), but `**` can give."""

    __slots__ = ("_r_name",)

    def __init__(self, name: str, kind: Any, *, default: Any = _EMPTY, annotation: Any = _EMPTY) -> None:
        super().__init__("_" + re.sub(r"\W", "_", name), kind, default=default, annotation=annotation)
        self._r_name = name

    @property
    def name(self) -> str:
        return self._r_name


def r_signature(formals: Sequence[Sequence[Any]], first: str | None = None) -> inspect.Signature:
    """The Python signature of an R function.

    Args:
        formals: in R's order: `[name, False]` without a default, `[name, True]` with one that R evaluates, and
            `[name, True, value]` with a constant; `...` becomes `*args, **kwargs`.
        first: the parameter before them, `self` of methods.
    """
    names = [formal[0] for formal in formals]
    made: list[inspect.Parameter] = []
    if first is not None:
        made.append(inspect.Parameter(_other_than(first, names), _ANY))
    optional, kind = False, _ANY
    for name, has_default, *constant in formals:
        if name == "...":
            made.append(inspect.Parameter(_other_than("args", names), inspect.Parameter.VAR_POSITIONAL))
            kind = inspect.Parameter.KEYWORD_ONLY
            continue
        # After an argument with a default, Python has none without.
        optional = bool(has_default) or (optional and kind is _ANY)
        default = (constant[0] if constant else None) if optional else _EMPTY
        made.append((inspect.Parameter if is_python_name(name) else _RParameter)(name, kind, default=default))
    if "..." in names:
        made.append(inspect.Parameter(_other_than("kwargs", names), inspect.Parameter.VAR_KEYWORD))
    return inspect.Signature(made)


def left_to_r(formals: Sequence[Sequence[Any]]) -> frozenset[str]:
    """The formals that Keras fills with None when it has nothing for them, and for which R has a default to evaluate."""
    return frozenset(
        name
        for name, has_default, *constant in formals
        if has_default and not constant and (name == "training" or name == "mask" or name.endswith("_mask"))
    )


def is_python_name(name: str) -> bool:
    """Whether Python's grammar has such a name."""
    return name.isidentifier() and not keyword.iskeyword(name)


def _other_than(name: str, taken: Collection[str]) -> str:
    while name in taken:
        name += "_"
    return name

"""Names that stand for Keras objects (`activation = "relu"`): a misspelt one is refused where it is given."""

from __future__ import annotations

import difflib
import functools
from functools import partial
from typing import Any

import numpy as np

from bridge.backend import keras
from bridge.catalog.rows import rows
from bridge.errors import ArgumentError, expected, with_article
from bridge.upstream import KERAS_NO_SUCH_NAME
from bridge.values.structures import map_leaves

KINDS: dict[str, tuple[str, ...]] = {
    "activation": ("activations",),
    "initializer": ("initializers",),
    "regularizer": ("regularizers",),
    "constraint": ("constraints",),
    "optimizer": ("optimizers",),
    "loss": ("losses",),
    "metric": ("metrics", "losses"),
}
"""For each kind the modules of Keras whose `get()` knows its names."""

_SHORT = {
    "loss": ["mse", "mae", "mape", "msle", "bce"],
    "metric": ["accuracy", "acc", "crossentropy", "ce", "mse", "mae", "mape", "msle"],
}


def kind_of(argument: str) -> str | None:
    """The kind of object that an argument names: its last word (`kernel_initializer`), or None."""
    word = argument.rpartition("_")[2]
    return word if word in KINDS else None


def check_identifier(kind: str, value: Any, argument: str) -> Any:
    """The value as it is; lists and named lists element by element.

    Args:
        kind: a key of `KINDS`.
        value: what the user gave: a name, an object, a function.
        argument: as what.

    Raises:
        ArgumentError: a name that Keras does not know; says which one is nearest.
    """
    if isinstance(value, (list, tuple, dict)):
        return map_leaves(partial(check_identifier, kind, argument=argument), value)
    if isinstance(value, (bool, int, float, np.ndarray)):
        raise expected(argument, f"{with_article(kind)}: its name, a function or an object", value)
    if isinstance(value, str) and not _known(kind, value):
        close = difflib.get_close_matches(value.lower(), _names(kind), n=1)
        raise ArgumentError(
            f'`{argument} = "{value}"`: there is no such {kind}.',
            hints=[f'Did you mean `"{close[0]}"`?'] if close else [f"`{kind}_*()` make the ones that there are."],
        )
    return value


def _known(kind: str, name: str) -> bool:
    # A metric that get() makes takes its name away from the one that Keras makes next: asked only when in doubt.
    if name in _names(kind):
        return True
    for module in KINDS[kind]:
        try:
            getattr(keras, module).get(name)
        except ValueError as error:
            if KERAS_NO_SUCH_NAME not in str(error):
                return True
        except (TypeError, KeyError):
            return True
        else:
            return True
    return False


@functools.cache
def _names(kind: str) -> list[str]:
    found = [r_name.removeprefix(f"{kind}_") for r_name, row in rows().items() if row.family == kind]
    return [*_SHORT.get(kind, ()), *found, *(name for module in KINDS[kind] for name in dir(getattr(keras, module)))]

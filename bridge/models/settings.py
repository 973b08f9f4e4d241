"""The settings of training verbs: all that is no data, checked and named as the user wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from bridge.errors import ArgumentError, expected, r_spelling
from bridge.values.numbers import whole_number

LEAST = {
    "epochs": 1,
    "batch_size": 1,
    "initial_epoch": 0,
    "steps_per_epoch": 1,
    "steps": 1,
    "validation_steps": 1,
    "validation_batch_size": 1,
    "validation_freq": 1,
}
"""Counts, and the least that each may be."""

DATA = ("x", "y", "sample_weight", "validation_data", "class_weight")
"""Arguments that are no settings."""


def read_settings(arguments: Mapping[str, Any] | None) -> dict[str, Any]:
    """The settings among the arguments, as Keras takes them.

    Raises:
        ArgumentError: names the one that is wrong.
    """
    given = {name: value for name, value in (arguments or {}).items() if name not in DATA}
    for name, least in LEAST.items():
        if given.get(name) is not None:
            given[name] = _counts(given[name], name, least)
    split = given.get("validation_split")
    if split is not None and (isinstance(split, bool) or not isinstance(split, (int, float)) or not 0 <= split < 1):
        raise expected("validation_split", "a number from 0 to less than 1", split)
    if "shuffle" in given and not isinstance(given["shuffle"], bool) and given["shuffle"] not in (0, 1, "batch"):
        raise expected("shuffle", "TRUE or FALSE", given["shuffle"])
    if "callbacks" in given:
        given["callbacks"] = _callbacks(given["callbacks"])
    return given


def _counts(value: Any, name: str, least: int) -> Any:
    if name == "validation_freq" and isinstance(value, (list, tuple, np.ndarray)):
        # The epochs themselves.
        return [whole_number(item, name, least=least) for item in np.ravel(value).tolist()]
    return whole_number(value, name, least=least)


def _callbacks(value: Any) -> list[Any]:
    """Callbacks one by one; a class stands for its object."""
    items = [] if value is None else list(value) if isinstance(value, (list, tuple)) else [value]
    made = [item() if isinstance(item, type) else item for item in items]
    for item in made:
        if not hasattr(item, "set_model"):
            raise ArgumentError(
                f"`callbacks` has {r_spelling(item)}, which is no callback.",
                hints=["`callback_lambda(on_epoch_end = ...)` makes one of R functions."],
            )
    return made

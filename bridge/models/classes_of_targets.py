"""Classes of targets: their weights in training, and their names when predictions are given back."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from bridge.backend import keras
from bridge.barrier.notes import note_warning
from bridge.errors import ArgumentError, expected
from bridge.models.inspect import loss_at, symbols
from bridge.models.names import names_of
from bridge.models.training_data import samples_with
from bridge.values.dtypes import NA_INTEGER


def classes(model: Any, predicted: Any) -> Any:
    """The likeliest class of each row; for several outputs a structure of them.

    Args:
        model: what predicted.
        predicted: array of shape (rows, classes), or (rows, 1) with the probability of the second class; or a list or dict
            of them.

    Returns:
        `codes`, counted from 0, and `levels`: those of the factor that the model was trained on, or None.

    Raises:
        ArgumentError: the predictions are no scores of classes.
    """
    levels = names_of(model).levels
    if isinstance(predicted, Mapping):
        places = {name: (levels.get(f"y${name}"), _cut(model, i, name)) for i, name in enumerate(predicted)}
        return {name: _classes(part, *places[name]) for name, part in predicted.items()}
    if isinstance(predicted, (list, tuple)):
        names = list(symbols(model, "output")) or [str(i) for i in range(1, len(predicted) + 1)]
        parts = zip(names, predicted, strict=False)
        return [_classes(part, levels.get(f"y${name}"), _cut(model, i, name)) for i, (name, part) in enumerate(parts)]
    return _classes(predicted, levels.get("y"), _cut(model, 0, ""))


def _cut(model: Any, position: int, name: str) -> float:
    """The score from which on a single column means the second class: 0 for raw scores, by the loss of the output."""
    loss = loss_at(model, position, name)
    signed = isinstance(loss, (keras.losses.Hinge, keras.losses.SquaredHinge)) or loss in ("hinge", "squared_hinge")
    return 0.0 if signed or getattr(loss, "from_logits", False) else 0.5


def _classes(predicted: Any, levels: Sequence[str] | None, cut: float) -> dict[str, Any]:
    scores = np.asarray(predicted)
    if scores.ndim != 2:
        raise ArgumentError(
            f'`type = "class"` needs one row of scores for each sample, not an array of rank {scores.ndim}.',
        )
    one_column = scores.shape[1] == 1
    if one_column and cut > 0 and np.any((scores < 0) | (scores > 1)):
        raise ArgumentError(
            '`type = "class"` needs probabilities, but some predictions are below 0 or above 1.',
            hints=["Raw scores are understood with `loss_binary_crossentropy(from_logits = TRUE)`."],
        )
    codes = (scores[:, 0] > cut).astype(np.int32) if one_column else np.argmax(scores, axis=1).astype(np.int32)
    missing = np.isnan(scores).any(axis=1)
    if missing.any():
        codes[missing] = NA_INTEGER
        note_warning(f"The predictions of {samples_with(missing)} are NaN: their class is NA.")
    return {"codes": codes, "levels": None if levels is None else list(levels)}


def classes_of(model: Any) -> int | None:
    """How many classes the one output of a model tells apart; None where that is not plain."""
    outputs = list(symbols(model, "output").values())
    size = outputs[0].shape[-1] if len(outputs) == 1 and len(outputs[0].shape) == 2 else None
    return None if size is None or size < 2 else int(size)


def class_weights(
    value: Any, y: Any = None, levels: Sequence[str] | None = None, outputs: int | None = None
) -> dict[int, float] | None:
    """Weights by class, counted from 0 as labels are.

    Args:
        value: a vector in the order of the classes, or weights named by class number (from 0) or by level.
        y: the targets, where they are an array: they say how many classes there are.
        levels: of the factor that the targets are, or None.
        outputs: how many classes the model tells apart, where that is known: the targets may lack some of them.

    Raises:
        ArgumentError: a name that is no class, too few or too many weights, a weight that is no number from 0 on.
    """
    if value is None:
        return None
    count = len(levels) if levels is not None else outputs or _count(y)
    if isinstance(value, Mapping):
        by_level = levels is not None and all(name in levels for name in value)
        weights = {
            _number(name, levels if by_level else None, value, levels): _weight(weight, value)
            for name, weight in value.items()
        }
        beyond = [number for number in weights if count is not None and number >= count]
        if beyond:
            raise ArgumentError(
                f"`class_weight` has class {beyond[0]}, but the targets have classes 0 to {(count or 0) - 1}."
            )
        return weights
    vector = np.ravel(value)
    if vector.dtype.kind not in "if":
        raise expected("class_weight", "numbers", value)
    if count is not None and len(vector) != count:
        raise ArgumentError(
            f"`class_weight` has {len(vector)} weights, but the targets have {count} classes.",
            hints=['Names leave classes out, as in `c("0" = 1, "2" = 5)`: those have weight 1.'],
        )
    return {number: _weight(weight, value) for number, weight in enumerate(vector)}


def _count(y: Any) -> int | None:
    if not isinstance(y, np.ndarray) or y.size == 0 or y.dtype.kind not in "iufb":
        return None
    if y.ndim == 2 and y.shape[1] > 1:
        return int(y.shape[1])
    return max(int(np.max(y)) + 1, 2) if y.ndim <= 2 else None


def _number(name: str, levels: Sequence[str] | None, value: Any, known: Sequence[str] | None) -> int:
    """The class that a name means: a level where all names are levels, else a number."""
    if levels is not None:
        return list(levels).index(name)
    if known is None or all(other.isdigit() for other in value):
        if name.isdigit():
            return int(name)
    else:
        wrong = next(other for other in value if other not in known)
        raise ArgumentError(
            f"`class_weight` has `{wrong}`, which is no class of the targets.",
            hints=["Their classes: " + ", ".join(f"`{level}`" for level in known) + "."],
        )
    raise expected("class_weight", 'named by class numbers, as in `list("0" = 1, "1" = 5)`', value)


def _weight(weight: Any, value: Any) -> float:
    if isinstance(weight, Mapping) and len(weight) == 1:
        # `w["0"]` of a named vector is a value.
        (weight,) = weight.values()
    number = float(np.ravel(weight)[0]) if np.size(weight) == 1 and not isinstance(weight, str) else math.nan
    if not math.isfinite(number) or number < 0:
        raise expected("class_weight", "made of numbers from 0 on", value)
    return number

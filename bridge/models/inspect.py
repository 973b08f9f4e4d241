"""What a model looks like."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from bridge.errors import ArgumentError, expected, r_spelling
from bridge.values.numbers import whole_number
from bridge.values.structures import vectors_as_lists


def summary_text(model: Any, options: Mapping[str, Any] | None = None) -> str:
    """The table of layers, shapes and parameter counts, without colours.

    Args:
        model: a Keras model.
        options: `line_length` (80 by default), `positions`, `expand_nested`, `show_trainable` (by default where
            layers are frozen), `layer_range`.

    Raises:
        ArgumentError: names the one that is wrong.

    Keras: keras.Model.summary.
    """
    given = {name: vectors_as_lists(value) for name, value in (options or {}).items() if value is not None}
    given["line_length"] = whole_number(given.get("line_length", 80), "line_length")
    for name in ("expand_nested", "show_trainable"):
        if not isinstance(given.get(name, False), bool):
            raise expected(name, "TRUE or FALSE", given[name])
    positions = given.get("positions")
    if positions is not None:
        given["positions"] = positions = [positions] if isinstance(positions, (int, float)) else positions
        needed = 5 if given.get("show_trainable") else 4
        simple = isinstance(positions, list) and all(isinstance(item, (int, float)) for item in positions)
        if not simple or len(positions) not in (needed - 1, needed):
            raise expected("positions", f"{needed - 1} numbers, one for each column, or {needed}", positions)
    names = given.get("layer_range")
    if names is not None and not (isinstance(names, list) and len(names) == 2 and all(isinstance(n, str) for n in names)):
        raise expected("layer_range", "the names of two layers", names)
    if given.setdefault("show_trainable", has_frozen(model)) and positions is None:
        given["positions"] = _room_for_trainable(_table(model, given), given["line_length"])
    return _NONE_IN_SHAPE.sub(_as_na, _table(model, given))


# The second cell of a line, which Keras fills with shapes; lines are plain where the locale has no others.
_NONE_IN_SHAPE = re.compile(r"(?m)^([│|][^│|\n]*[│|])([^│|\n]*)(?=[│|])")


def _as_na(cell: re.Match[str]) -> str:
    """The cell with NA for unknown sizes, as wide as before."""
    return cell[1] + re.sub(r"\bNone\b", "NA", cell[2]).ljust(len(cell[2]))


def has_frozen(model: Any) -> bool:
    """Whether some layer of a model, or of one in it, has weights that are not trained because it is frozen."""
    return any(
        has_frozen(layer) if getattr(layer, "layers", None) else layer.weights and not layer.trainable
        for layer in model.layers
    )


def _room_for_trainable(table: str, width: int) -> list[float] | None:
    """Where columns end, such that the word "Trainable" fits in the last; None where that leaves too little for others."""
    shares = (0.45, 0.80, 1.0) if table.split("\n")[2].count("Connected") == 0 else (0.3, 0.56, 0.74, 1.0)
    # Keras takes a tenth of the line for that column.
    return [share * (1 - 13 / width) / 0.9 for share in shares] if width >= 60 else None


def _table(model: Any, given: Mapping[str, Any]) -> str:
    """Keras' own table."""
    names = given.get("layer_range")
    lines: list[str] = []
    try:
        with _console_of(given["line_length"]):
            model.summary(print_fn=lambda text, **_: lines.append(str(text)), **given)
    except ValueError as error:
        if names is None or "layer" not in str(error).lower():
            raise
        listed = ", ".join(f"`{layer.name}`" for layer in model.layers)
        raise ArgumentError(
            f"`layer_range` names no layers of the model: {r_spelling(names)}.", hints=[f"Its layers: {listed}."]
        ) from error
    return "\n".join(lines).rstrip()


@contextmanager
def _console_of(width: int) -> Iterator[None]:
    """While it lasts, the table is drawn on a console of that width: what draws it asks the environment."""
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = str(width)
    try:
        yield
    finally:
        if before is None:
            del os.environ["COLUMNS"]
        else:
            os.environ["COLUMNS"] = before


def get_layer(model: Any, name: str | None = None, index: Any = None) -> Any:
    """The layer with a name, or at an index (from 1, negative from the end).

    Raises:
        ArgumentError: there is no such layer; the names that there are follow.
    """
    names = [layer.name for layer in model.layers]
    if name is not None:
        if name not in names:
            raise ArgumentError(
                f"The model has no layer `{name}`.", hints=["Its layers: " + ", ".join(f"`{n}`" for n in names) + "."]
            )
        return model.layers[names.index(name)]
    position = whole_number(index, "index")
    if position == 0 or abs(position) > len(names):
        raise ArgumentError(f"`index` is {position}, but the model has {len(names)} layers, counted from 1.")
    return model.layers[position - 1 if position > 0 else position]


def symbols(model: Any, side: str) -> dict[str, Any]:
    """The symbolic inputs or outputs of a model by name; none where it does not know them."""
    tensors = getattr(model, f"{side}s", None)
    if not tensors:
        return {}
    structure = getattr(model, side, None)
    if isinstance(structure, Mapping):
        return dict(structure)
    names = getattr(model, "output_names", None) if side == "output" else None
    return dict(zip(names or [tensor.name for tensor in tensors], tensors, strict=False))


def loss_at(model: Any, position: int, name: str) -> Any:
    """The loss of an output, as `compile()` got it, by its position (from 0) or its name; None where there is none."""
    loss = getattr(model, "loss", None)
    if isinstance(loss, Mapping):
        return loss.get(name)
    if isinstance(loss, (list, tuple)):
        return loss[position] if position < len(loss) else None
    return loss

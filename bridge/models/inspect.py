"""What a model looks like."""

from __future__ import annotations

from typing import Any

from bridge.catalog.roles import whole
from bridge.errors import ArgumentError


def summary_text(model: Any, width: int = 80) -> str:
    """The table of layers, shapes and parameter counts, without colours.

    Keras: keras.Model.summary.
    """
    lines: list[str] = []
    model.summary(line_length=whole(width, "width"), print_fn=lambda text, **_: lines.append(str(text)))
    return "\n".join(lines).rstrip()


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
    position = whole(index, "index")
    if position == 0 or abs(position) > len(names):
        raise ArgumentError(f"`index` is {position}, but the model has {len(names)} layers, counted from 1.")
    return model.layers[position - 1 if position > 0 else position]

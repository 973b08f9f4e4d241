"""Why a function is traced again: which of its arguments changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bridge.backend import tf
from bridge.barrier.notes import note_warning
from bridge.errors import r_spelling
from bridge.graph.state import in_words, is_weak, leaves
from bridge.values.arrays import is_tensor

MANY = 5
"""After how many traces R is told."""


class Traces:
    """The traces of one function.

    Args:
        name: of the function.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._seen: list[dict[str, str]] = []
        self._told = False

    def note(self, arguments: Mapping[str, Any]) -> None:
        """Counts a trace; R is warned once, of the argument that changes most."""
        given = {name: _described(value) for name, value in arguments.items()}
        # TensorFlow traces a function that makes variables twice.
        if given not in self._seen:
            self._seen.append(given)
        if self._told or len(self._seen) < MANY:
            return
        self._told = True
        names = {name for trace in self._seen for name in trace}
        told = {name: list(dict.fromkeys(trace.get(name, "nothing") for trace in self._seen)) for name in names}
        changing = max(told, key=lambda name: len(told[name]), default=None)
        if changing is None:
            return
        shown = "A function" if self.name == "r_function" else f"`{self.name}()`"
        note_warning(
            f"{shown} has been traced {len(self._seen)} times, which is slow: its argument `{changing}` changes.",
            hints=[
                f"It was {'; '.join(told[changing][-3:])}.",
                "R numbers and text are part of a trace: `as_tensor()` makes values of them that may change."
                if any(is_weak(leaf) for leaf in leaves(arguments.get(changing)))
                else '`input_signature = list(tf$TensorSpec(shape(NA, 3), "float32"))` fixes dtypes and shapes.',
            ],
        )


def _described(value: Any) -> str:
    if isinstance(value, Mapping):
        return "list(" + ", ".join(f"{name} = {_described(item)}" for name, item in value.items()) + ")"
    if isinstance(value, (list, tuple)):
        return "list(" + ", ".join(map(_described, value)) + ")"
    if is_tensor(value) and not isinstance(value, tf.Variable):
        return in_words(value)
    return r_spelling(value) if is_weak(value) or value is None else f"{in_words(value)} ({id(value):x})"

"""What layers and models written in R have where their definition says nothing: what Keras would warn of otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from bridge.backend import keras


def defaults(kind: str, parent: Any, methods: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """Members to add to a class, by name.

    Args:
        kind: of the class.
        parent: what it inherits from; what that has beyond Keras' own defaults stays.
        methods: its methods, each with its formals, as `define()` has them.
    """
    added: dict[str, Any] = {}
    if kind not in ("layer", "model"):
        return added
    if "build" not in methods and _is_default(parent.build):
        added["build"] = build
    takes_mask = "call" in methods and any(parameter[0] == "mask" for parameter in methods["call"][1])
    if takes_mask and "compute_mask" not in methods and _is_default(parent.compute_mask):
        added |= {"supports_masking": supports_masking, "compute_mask": compute_mask}
    return added


def _is_default(method: Any) -> bool:
    return bool(getattr(method, _MARK, False))


_MARK = "_is_default"
"""What Keras marks its own `build()` and `compute_mask()` by; it runs `call()` on symbols to build such a layer."""


def build(self: Any, input_shape: Any = None) -> None:
    """Builds the layers that `call()` uses, unless that has happened; those that it does not use need no building."""
    if input_shape is not None and not self.built and any(not layer.built for layer in self._flatten_layers(False)):
        try:
            shapes = keras.tree.map_shape_structure(keras.KerasTensor, input_shape)
            keras.Operation.compute_output_spec(self, shapes)
        except Exception:  # noqa: S110
            # As where Keras runs `call()` itself: the first call with data says what is wrong.
            pass
    self.built = True


setattr(build, _MARK, True)


_MAY_COME = np.True_
"""TRUE that is not Python's own `True`: Keras takes an assignment of what an attribute is already for none."""


def _masking(self: Any) -> Any:
    """Whether a mask may come: `call()` has a formal for it."""
    return vars(self).get("_r_passes_mask", _MAY_COME)


def _set_masking(self: Any, value: bool) -> None:
    self._r_passes_mask = bool(value)


supports_masking = property(_masking, _set_masking)


def compute_mask(self: Any, inputs: Any, previous_mask: Any = None) -> Any:
    """The mask for what comes after: none, unless `self$supports_masking <- TRUE` says that it is to go on."""
    return previous_mask if vars(self).get("_r_passes_mask", False) else None

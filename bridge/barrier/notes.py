"""Warnings that Python has for R: collected while a verb runs, signalled by R when it has returned."""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Sequence
from typing import Any

from bridge import upstream

_waiting: list[dict[str, Any]] = []


def note_warning(message: str, *, hints: Sequence[str] = ()) -> None:
    """Has R signal a warning of class `tfbridge_warning` after the current verb."""
    _waiting.append({"message": message, "hints": list(hints)})


def waiting() -> bool:
    """Whether there is something to signal."""
    return bool(_waiting)


def take_notes() -> list[dict[str, Any]]:
    """What waits, oldest first; nothing waits afterwards."""
    taken = _waiting[:]
    _waiting.clear()
    return taken


_said: set[str] = set()


def note_once(message: str, *, hints: Sequence[str] = ()) -> None:
    """The same, at most once a session for each message."""
    if message not in _said:
        _said.add(message)
        note_warning(message, hints=hints)


def forget_said() -> None:
    """As if the session were new: what is said once is said again."""
    _said.clear()


def listen() -> None:
    """From now on what TensorFlow and Keras log while a verb runs are R's warnings: nobody reads them on stderr."""
    for name in ("tensorflow", "absl"):
        logging.getLogger(name).addFilter(_note_logged)


def note_python(message: Any, category: Any, *where: Any) -> None:
    """In place of `warnings.showwarning` while a verb runs: what Python warns of is a warning of R's."""
    if not _says_nothing(str(message)):
        note_warning(str(message))


_SAYS_NOTHING = (upstream.KERAS_HDF5, upstream.KERAS_UNTRAINED_OPTIMIZER, upstream.KERAS_UNBUILT_METRICS)
"""Warnings of Keras about what is as the user wants it."""


def _says_nothing(message: str) -> bool:
    return any(re.search(pattern, message) for pattern in _SAYS_NOTHING)


TRACED = "tf_function."
"""How the names begin by which TensorFlow calls functions of `tf_function()`."""


def _note_logged(record: logging.LogRecord) -> bool:
    """Whether Python's logging is to write it: what is no warning, or not of a verb that runs."""
    if record.levelno < logging.WARNING or warnings.showwarning is not note_python:
        return True
    if _says_nothing(record.getMessage()):
        return False
    retraced = upstream.TENSORFLOW_RETRACING.match(record.getMessage())
    if retraced is None:
        note_warning(record.getMessage())
    # Keras traces a training step anew for each model, which is no fault of the user's. Of what `tf_function()` made,
    # bridge.graph.retracing tells R.
    elif upstream.TRAINING_STEP not in retraced[3] and not retraced[3].startswith(TRACED):
        name = retraced[3].rpartition(".")[2]
        note_once(
            f"{'A function' if name == 'r_function' else f'`{name}()`'} is traced again and again, which is slow.",
            hints=["Give it tensors, `as_tensor()`, in place of R numbers; `input_signature` fixes dtypes and shapes."],
        )
    return False

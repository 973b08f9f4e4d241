"""Copies of the state of training, and the folders that they are in: what else is there stays."""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from bridge.backend import keras
from bridge.errors import FileError

_COPY = ("latest.weights.h5", "training_metadata.json")
_FILES = frozenset((*_COPY, *(f"{name}.bkp" for name in _COPY)))
"""What Keras writes for this purpose."""


def backup_and_restore(backup_dir: str, delete_checkpoint: bool = True, **settings: Any) -> Any:
    """Keras' callback, which deletes the copy after training, and not the folder with all that is in it.

    Raises:
        FileError: the folder holds something else, and no copy.

    Keras: keras.callbacks.BackupAndRestore.
    """
    place = os.path.expanduser(backup_dir)
    found = os.listdir(place) if os.path.isdir(place) else []
    if found and not set(_COPY) <= set(found):
        shown = ", ".join(sorted(found)[:3]) + (", ..." if len(found) > 3 else "")
        raise FileError(
            f"The directory {place} holds what is no copy of a training: {shown}.",
            hints=["`backup_dir` is a directory for this purpose alone, such as one that does not exist yet."],
        )
    return _callback_class()(place, delete_checkpoint=delete_checkpoint, **settings)


@functools.cache
def _callback_class() -> Any:
    class BackupAndRestore(keras.callbacks.BackupAndRestore):  # type: ignore[misc]
        """The callback that deletes its own files only."""

        def on_train_end(self, logs: Mapping[str, Any] | None = None) -> None:
            if not self.delete_checkpoint:
                return
            for name in _FILES:
                with suppress(FileNotFoundError):
                    os.remove(os.path.join(self.backup_dir, name))
            # Not if there is something else.
            with suppress(OSError):
                os.rmdir(self.backup_dir)

    return BackupAndRestore

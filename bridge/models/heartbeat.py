"""A look at R now and then while a model trains: interrupts and time limits are noticed there."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from bridge.backend import keras

INTERVAL = 0.05
"""Seconds between two looks: rare enough to cost nothing, more often than reticulate looks, which swallows what it finds."""


def heartbeat(check: Callable[[], Any]) -> Any:
    """A callback that calls `check` between batches. An error of it stops the training; weights and history stay."""

    class Heartbeat(keras.callbacks.Callback):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.last = time.monotonic()

        def look(self) -> None:
            now = time.monotonic()
            if now - self.last > INTERVAL:
                self.last = now
                check()

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            self.look()

        def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
            self.look()

        def on_predict_batch_end(self, batch: int, logs: Any = None) -> None:
            self.look()

    return Heartbeat()

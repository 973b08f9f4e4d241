"""A look at R now and then while a model works through data: interrupts and time limits are noticed there."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from bridge.backend import keras

INTERVAL = 0.05
"""Seconds between two looks: rare enough to cost nothing."""


@contextmanager
def watched(callbacks: Sequence[Any], check: Callable[[], Any] | None) -> Iterator[list[Any]]:
    """The callbacks and, last of all, one that calls `check` between batches.

    An error of it stops the model; weights and history stay. So does an interrupt that Python lost: one that comes while a
    finalizer or a weak reference's callback runs is only reported.

    Args:
        callbacks: those of the user.
        check: None adds nothing.
    """
    if check is None:
        yield list(callbacks)
        return
    heartbeat = _heartbeat(check)
    report = sys.unraisablehook

    def notice(lost: sys.UnraisableHookArgs) -> None:
        if isinstance(lost.exc_value, KeyboardInterrupt):
            heartbeat.interrupted = True
        else:
            report(lost)

    sys.unraisablehook = notice
    try:
        yield [*callbacks, heartbeat]
    finally:
        sys.unraisablehook = report


def _heartbeat(check: Callable[[], Any]) -> Any:
    class Heartbeat(keras.callbacks.Callback):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.last = time.monotonic()
            self.interrupted = False

        def look(self) -> None:
            if self.interrupted:
                raise KeyboardInterrupt
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

"""Training progress as R output: R gives a function that writes, so `sink()` and `capture.output()` see it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from bridge.backend import keras

BAR_WIDTH = 24
SECONDS_BETWEEN_UPDATES = 0.2


def progress(write: Callable[[str], Any], *, live: bool) -> Any:
    """A Keras callback that writes one line an epoch; `live` redraws it while batches run (a terminal)."""
    base: Any = keras.callbacks.Callback

    class EpochLines(base):  # type: ignore[misc]
        """A line when an epoch ends; no batch hook, so that batches cost nothing."""

        def on_epoch_begin(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
            self.epoch, self.started, self.drawn = epoch + 1, time.perf_counter(), 0.0

        def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
            seconds = time.perf_counter() - self.started
            start = "\r" if live else ""
            write(f"{start}{self._label()} - {_duration(seconds)}{_values(logs)}{' ' * 8 if live else ''}\n")

        def _label(self) -> str:
            return f"Epoch {self.epoch}/{self.params.get('epochs')}"

    class LiveLines(EpochLines):
        """The same, with a bar that moves."""

        def on_train_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
            now = time.perf_counter()
            if now - self.drawn < SECONDS_BETWEEN_UPDATES:
                return
            self.drawn = now
            write(f"\r{self._label()} {_bar(batch + 1, self.params.get('steps'))}{_values(logs)}")

    return LiveLines() if live else EpochLines()


def shown_to(watch: Callable[[Mapping[str, Any]], Any]) -> Any:
    """A Keras callback that shows somebody the history so far after each epoch.

    Args:
        watch: gets what `fit()` would return if training ended now.
    """

    class Shown(keras.callbacks.Callback):  # type: ignore[misc]
        def on_train_begin(self, logs: Mapping[str, Any] | None = None) -> None:
            self.epochs: list[int] = []
            self.seen: dict[str, list[Any]] = {}

        def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
            self.epochs.append(epoch + 1)
            for name, value in loss_first(logs or {}).items():
                self.seen.setdefault(name, []).append(number(value))
            watch({"params": {}, "metrics": self.seen, "epoch": self.epochs})

    return Shown()


def loss_first(logs: Mapping[str, Any]) -> dict[str, Any]:
    """Logs in the order people read them: the loss, what belongs to it, and validation last."""

    def place(name: str) -> tuple[bool, bool]:
        return name.startswith("val_"), name not in ("loss", "val_loss")

    return {name: logs[name] for name in sorted(logs, key=place)}


def number(value: Any) -> Any:
    """A metric for R: a number, or a list of them where it gives several (one for each class)."""
    values = np.asarray(value, dtype=np.float64)
    return values.item() if values.size == 1 else values.ravel().tolist()


def numbers(logs: Mapping[str, Any]) -> dict[str, Any]:
    """All metrics for R, the loss first."""
    return {name: number(value) for name, value in loss_first(logs).items()}


def _bar(done: int, total: int | None) -> str:
    if not total:
        return f"{done} batches"
    filled = min(BAR_WIDTH, BAR_WIDTH * done // total)
    return f"[{'=' * filled}{' ' * (BAR_WIDTH - filled)}] {done}/{total}"


def _values(logs: Mapping[str, Any] | None) -> str:
    return "".join(f" - {name}: {_shown(value)}" for name, value in numbers(logs or {}).items())


def _shown(value: Any) -> str:
    return " ".join(f"{one:.4g}" for one in value) if isinstance(value, list) else f"{value:.4g}"


def _duration(seconds: float) -> str:
    return f"{seconds:.1f}s" if seconds < 60 else f"{int(seconds // 60)}m {int(seconds % 60)}s"

"""What Keras has traced of a model: dropped where it would fail, or has failed."""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from bridge.models.training_data import leaves

_ranks: weakref.WeakKeyDictionary[Any, dict[str, int]] = weakref.WeakKeyDictionary()


@contextmanager
def whole_traces(model: Any) -> Iterator[None]:
    """Drops the traces of a model when it fails: half of one would fail ever after."""
    try:
        yield
    except BaseException:
        _drop(model)
        raise


def fit_ranks(model: Any, parts: Mapping[str, Any]) -> None:
    """Drops the traces of a model for data of other ranks: Keras would take the rank for unknown, and fail."""
    ranks = {path: part.ndim for path, part in leaves("", parts) if hasattr(part, "ndim")}
    known = _ranks.setdefault(model, {})
    if any(known.get(path, rank) != rank for path, rank in ranks.items()):
        _drop(model)
    known.update(ranks)


def _drop(model: Any) -> None:
    for name in ("train_function", "test_function", "predict_function"):
        if hasattr(model, name):
            setattr(model, name, None)

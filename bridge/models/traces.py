"""What Keras has traced of a model: dropped where it would fail, or has failed."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from bridge.models.samples import Samples

_ranks: weakref.WeakKeyDictionary[Any, dict[tuple[str, str, str], int]] = weakref.WeakKeyDictionary()


@contextmanager
def whole_traces(model: Any) -> Iterator[None]:
    """Drops the traces of a model when it fails: one that was not finished would fail again, whatever comes next."""
    try:
        yield
    except BaseException:
        _drop(model)
        raise


TRACES = {"fit": "train_function", "evaluate": "test_function", "predict": "predict_function"}
"""Where Keras keeps what it has traced, by verb."""


def fit_ranks(model: Any, samples: Samples, verb: str) -> None:
    """Drops the trace of a verb for data of other ranks: Keras would take the rank for unknown, and fail."""
    ranks = {
        (verb, role, path.removeprefix(samples.paths.get(role, role))): part.ndim
        for role, path, part in samples.parts
        if hasattr(part, "ndim")
    }
    known = _ranks.setdefault(model, {})
    if any(known.get(place, rank) != rank for place, rank in ranks.items()):
        _drop(model, (TRACES[verb],))
    known.update(ranks)


def _drop(model: Any, names: Iterable[str] = tuple(TRACES.values())) -> None:
    for name in names:
        if getattr(model, name, None) is not None:
            getattr(model, f"make_{name}")(force=True)

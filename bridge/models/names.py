"""What a model has learned to go by: the columns of its tables and the levels of its factors, also in files."""

from __future__ import annotations

import glob
import json
import os
import re
import time
import weakref
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import h5py

from bridge.backend import keras
from bridge.barrier.notes import note_warning
from bridge.errors import DataError
from bridge.values.named import Factor, Table

ENTRY = "tfbridge_names.json"
"""Where a `.keras` archive or an HDF5 file keeps them."""


@dataclass(frozen=True, slots=True)
class Names:
    """Columns and levels by where data goes: `x`, `y`, `x$a` (an input, output or column), `x$1` (one without a name)."""

    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    levels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def codes(self, place: str, factor: Factor, path: str) -> tuple[Names, Any]:
        """The codes of a factor by the levels known for a place, which learns them from the first.

        Args:
            place: where the data goes.
            factor: the data.
            path: R's way to it, for messages.

        Raises:
            DataError: a level that is not known.
        """
        known = self.levels.get(place)
        if known is None:
            return Names(self.columns, {**self.levels, place: factor.levels}), factor.codes
        unknown = [level for code in factor.used() if (level := factor.levels[code]) not in known]
        if unknown:
            raise DataError(
                f"`{path}` has the {_plural('level', unknown)} {_listed(unknown)}, which the model was not trained with.",
                hints=[f"It knows {_listed(known)}."],
            )
        return self, factor.coded_by(known)

    def values(self, place: str, table: Table, path: str) -> tuple[Names, Any]:
        """The values of a table, its columns in the order known for a place, which learns it from the first.

        Columns beyond those are left out, as `predict()` of base R does.

        Raises:
            DataError: a column is missing.
        """
        known = self.columns.get(place)
        if known is None:
            return Names({**self.columns, place: table.columns}, self.levels), table.values
        missing = [name for name in known if name not in table.columns]
        if not table.frame and len(missing) == len(known) == len(table.columns):
            # `cbind(a, b)` has names that nobody chose.
            note_warning(
                f"`{path}` has the columns {_listed(table.columns)}, but the model was trained with {_listed(known)}.",
                hints=["They are taken by position, as of a matrix without column names."],
            )
            return self, table.values
        if missing:
            raise DataError(
                f"`{path}` lacks the {_plural('column', missing)} {_listed(missing)}, which the model was trained with.",
                details=[f"Its columns: {_listed(table.columns)}."],
                hints=["Columns go by name. A matrix without column names goes by position: `unname(as.matrix(x))`."],
            )
        return self, table.picked(known)


NOTHING = Names()

_names: weakref.WeakKeyDictionary[Any, Names] = weakref.WeakKeyDictionary()


def names_of(model: Any) -> Names:
    """What a model has learned so far."""
    return _names.get(model, NOTHING)


def remember(model: Any, names: Names) -> None:
    """Has a model know these names as long as it lives."""
    _names[model] = names


@contextmanager
def learning(model: Any, names: Names) -> Iterator[None]:
    """While it lasts, a model is trained on data with these names; it keeps them, unless not one step was made."""
    before, steps = _names.get(model), _steps(model)
    _names[model] = names
    try:
        yield
    except BaseException:
        if _steps(model) == steps:
            _names.pop(model, None)
            if before is not None:
                _names[model] = before
        raise


@contextmanager
def kept_in_checkpoints(model: Any, callbacks: Iterable[Any]) -> Iterator[None]:
    """Adds what a model has learned to the archives that Keras' checkpoints write while it lasts."""
    start = time.time() - 1
    try:
        yield
    finally:
        for callback in callbacks:
            if isinstance(callback, keras.callbacks.ModelCheckpoint) and not callback.save_weights_only:
                pieces = re.split(r"\{[^}]*\}", str(callback.filepath))
                for path in glob.glob("*".join(map(glob.escape, pieces))):
                    if path.endswith(".keras") and os.path.getmtime(path) >= start and zipfile.is_zipfile(path):
                        keep(path, model)


def _steps(model: Any) -> int:
    optimizer = getattr(model, "optimizer", None)
    return -1 if optimizer is None else int(optimizer.iterations.numpy())


def warn_of_unlearned(model: Any, names: Names) -> None:
    """Warns of factors in data for a model that has been trained, but not on factors: they may mean others."""
    known = names_of(model).levels
    if _steps(model) <= 0 or all(place in known for place in names.levels if place[:1] == "y"):
        return
    for place, levels in names.levels.items():
        if place[:1] == "y" and place not in known:
            note_warning(
                f"The model was trained on numbers: the levels {_listed(levels)} are taken for 0 to {len(levels) - 1}."
            )


def forget_targets(model: Any) -> None:
    """Drops what a model knows of its targets: its last layer is another now."""
    known = names_of(model)
    remember(model, Names(*({p: v for p, v in part.items() if p[:1] != "y"} for part in (known.columns, known.levels))))


def keep(path: str, model: Any) -> None:
    """Adds what a model has learned to its file, `.keras` or HDF5."""
    known = names_of(model)
    if known == NOTHING:
        return
    text = json.dumps({"columns": dict(known.columns), "levels": dict(known.levels)})
    if not zipfile.is_zipfile(path):
        with h5py.File(path, "a") as file:
            file[ENTRY] = text
        return
    with zipfile.ZipFile(path, "a") as archive:
        if ENTRY not in archive.namelist():
            archive.writestr(ENTRY, text)


def recall(path: str, model: Any) -> Any:
    """The model that was read from a file, with what it had learned when it was saved."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            text = archive.read(ENTRY) if ENTRY in archive.namelist() else None
    else:
        with h5py.File(path) as file:
            text = file[ENTRY][()] if ENTRY in file else None
    if text is not None:
        parts = json.loads(text)
        remember(model, Names(*({p: tuple(v) for p, v in parts[kind].items()} for kind in ("columns", "levels"))))
    return model


def _plural(noun: str, items: Any) -> str:
    return noun if len(items) == 1 else f"{noun}s"


def _listed(names: Any) -> str:
    return ", ".join(f"`{name}`" for name in names[:10]) + (", ..." if len(names) > 10 else "")

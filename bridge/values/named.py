"""Factors and tables on their way from R: codes never without their level names, columns never without theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from bridge.values.dtypes import NA_INTEGER

FACTOR = "__tfbridge_factor__"
TABLE = "__tfbridge_table__"
"""Keys by which R marks them: reticulate knows neither."""


@dataclass(frozen=True, slots=True)
class Factor:
    """An R factor.

    Attributes:
        codes: int32, counted from 0, NA_INTEGER where R has NA.
        levels: the names that the codes stand for.
    """

    codes: Any
    levels: tuple[str, ...]

    def used(self) -> list[int]:
        """The codes that occur, NA left out."""
        return [int(code) for code in np.unique(self.codes) if code != NA_INTEGER]

    def coded_by(self, levels: tuple[str, ...]) -> Any:
        """The codes that the same values have among other levels.

        Raises:
            KeyError: a value whose level is not among them.
        """
        if levels == self.levels:
            return self.codes
        places = {level: code for code, level in enumerate(levels)}
        table = np.full(len(self.levels) + 1, NA_INTEGER, np.int32)
        for code in self.used():
            table[code] = places[self.levels[code]]
        return table[np.where(self.codes == NA_INTEGER, len(self.levels), self.codes)]


@dataclass(frozen=True, slots=True)
class Table:
    """An R data frame, or a matrix whose columns have names.

    Attributes:
        values: an array with one column for each name, or a dict of columns where they are of several kinds.
        columns: their names, in order.
        frame: whether it is a data frame.
    """

    values: Any
    columns: tuple[str, ...]
    frame: bool

    def column(self, name: str) -> Any:
        """One column."""
        return self.values[name] if isinstance(self.values, Mapping) else self.values[:, self.columns.index(name)]

    def picked(self, columns: tuple[str, ...]) -> Any:
        """The values of these columns in this order; all of them must be there."""
        if isinstance(self.values, Mapping):
            picked = {name: self.values[name] for name in columns}
            # Columns beyond these were no numbers: without them it is an array, as in training.
            return _stacked(picked) if columns and all(map(_is_numeric, picked.values())) else picked
        return self.values if columns == self.columns else self.values[:, [self.columns.index(name) for name in columns]]


def named(value: Any) -> Any:
    """The factor or table that R has marked as one; anything else as it is."""
    if not isinstance(value, Mapping):
        return value
    if FACTOR in value:
        return Factor(np.atleast_1d(np.asarray(value[FACTOR], dtype=np.int32)), _texts(value["levels"]))
    if TABLE in value:
        return Table(value[TABLE], _texts(value["columns"]), bool(value["frame"]))
    return value


def _is_numeric(column: Any) -> bool:
    return isinstance(column, np.ndarray) and column.ndim == 1 and column.dtype.kind in "if"


def _stacked(columns: Mapping[str, Any]) -> Any:
    """The columns of a data frame that are all numbers, as R's `as.matrix()` joins them."""
    parts = list(columns.values())
    if any(part.dtype.kind == "f" for part in parts):
        parts = [np.where(part == NA_INTEGER, np.nan, part) if part.dtype == np.int32 else part for part in parts]
    return np.stack(parts, axis=1)


def _texts(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(str(text) for text in value)

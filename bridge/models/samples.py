"""The data of one verb, read once: arrays that Keras takes, by the names that the model goes by."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from bridge.backend import keras
from bridge.errors import ArgumentError, DataError, r_spelling
from bridge.models.inspect import symbols
from bridge.models.names import NOTHING, Names, names_of
from bridge.models.training_data import check_lengths, prepare
from bridge.values.dtypes import dtype_of
from bridge.values.named import Factor, Table, named
from bridge.values.structures import leaves

ROLES = ("x", "y", "sample_weight")


class Part(NamedTuple):
    """One array: what it is for, and R's way to it."""

    role: str
    path: str
    array: Any


@dataclass(frozen=True, slots=True)
class Samples:
    """What a model is trained, tested or run on.

    Attributes:
        x, y, sample_weight: arrays, tensors or structures of them as Keras takes them; a dataset as `x`; None.
        paths: what the user gave each of them as, for messages.
        names: columns and levels that the model knew before, and those of this data.
        levels: of the factor that `y` is, or None.
        factors: the paths of what were factors.
        parts: each array among them, in order.
    """

    x: Any = None
    y: Any = None
    sample_weight: Any = None
    paths: Mapping[str, str] = field(default_factory=dict)
    names: Names = NOTHING
    levels: tuple[str, ...] | None = None
    factors: frozenset[str] = frozenset()
    parts: tuple[Part, ...] = field(init=False)

    def __post_init__(self) -> None:
        given = ((role, leaves(getattr(self, role), self.paths.get(role, role))) for role in ROLES)
        parts = tuple(Part(role, path, array) for role, found in given for path, array in found if array is not None)
        object.__setattr__(self, "parts", parts)

    def for_keras(self) -> tuple[Any, ...]:
        """`(x, y)`, or `(x, y, sample_weight)`."""
        return (self.x, self.y) if self.sample_weight is None else (self.x, self.y, self.sample_weight)


def read(
    model: Any, given: Mapping[str, Any], paths: Mapping[str, str] | None = None, known: Names | None = None
) -> Samples:
    """Reads R's values for `x`, `y` and `sample_weight`.

    Factors become codes by the levels, and tables arrays by the columns, that the model knows; the first teach them.

    Args:
        model: what they are for.
        given: the values by role.
        paths: what the user calls them, where that is not the role.
        known: names to go by; by default those of the model.

    Raises:
        DataError: no data, unknown levels, missing columns, parts of different lengths.
    """
    reader = _Reader(model, names_of(model) if known is None else known)
    paths = dict(paths or {})
    values: dict[str, Any] = {}
    for role in ROLES:
        if role in given:
            values[role] = reader.part(role, given[role], paths.setdefault(role, role))
        if role == "x":
            reader.foresee_output(model, values.get("x"))
    levels = reader.names.levels.get("y") if isinstance(reader.alone("y", given.get("y")), Factor) else None
    factors = frozenset(reader.factors)
    samples = Samples(**values, paths=paths, names=reader.names, levels=levels, factors=factors)
    check_lengths([(part.path, part.array) for part in samples.parts])
    return samples


class _Reader:
    """Goes through structures, and gathers names on the way."""

    def __init__(self, model: Any, names: Names) -> None:
        self.names = names
        self.outputs = symbols(model, "output")
        self.inputs = symbols(model, "input")
        self.factors: set[str] = set()
        self.symbols = {"x": list(self.inputs), "y": list(self.outputs), "sample_weight": []}
        self.one_input = isinstance(getattr(model, "input_shape", None), tuple)

    def foresee_output(self, model: Any, x: Any) -> None:
        """Takes the output of a Sequential model that its first data is about to build from the shapes of its layers."""
        if self.outputs or not isinstance(model, keras.Sequential) or not model.layers or not hasattr(x, "shape"):
            return
        with suppress(Exception):
            shape = model.compute_output_shape((None, *x.shape[1:]))
            self.outputs = {model.layers[-1].name: keras.KerasTensor(shape)}

    def part(self, role: str, value: Any, path: str) -> Any:
        value = self.alone(role, value)
        inputs = self.symbols["x"]
        if role == "x" and isinstance(value, Table) and len(inputs) > 1:
            # Columns are inputs then; those that are missing are named when the parts are checked.
            value = {name: value.column(name) for name in (inputs if {*inputs} <= {*value.columns} else value.columns)}
        return self._read(role, value, path, role)

    def alone(self, role: str, value: Any) -> Any:
        """The value itself for a list, or a data frame, of it alone where the model has one place for it."""
        value = named(value)
        if isinstance(value, Table) and role != "x" and len(value.columns) == 1 and len(self.symbols[role]) <= 1:
            if role == "sample_weight" or isinstance(value.values, Mapping):
                return named(value.column(value.columns[0]))
        elif isinstance(value, list) and len(value) == 1:
            one = self.one_input if role == "x" else len(self.symbols[role]) == 1 if role == "y" else True
            return named(value[0]) if one else value
        return value

    def _read(self, role: str, value: Any, path: str, place: str) -> Any:
        value = named(value)
        if isinstance(value, Factor):
            if role == "sample_weight":
                raise DataError(f"`{path}` is a factor, but weights are numbers.")
            self.names, codes = self.names.codes(place, value, path)
            self.factors.add(path)
            return self._as_output(prepare(codes, path), place)
        if isinstance(value, Table):
            if role == "sample_weight":
                return self._read(role, value.values, path, place)
            self.names, value = self.names.values(place, value, path)
        if isinstance(value, Mapping):
            single = len(value) == 1 and len(self.symbols[role]) == 1
            return {
                name: self._read(role, item, f"{path}${name}", place if single else f"{place}${name}")
                for name, item in value.items()
            }
        if isinstance(value, (list, tuple)):
            known = self.symbols[role] if len(self.symbols[role]) == len(value) else []
            return [
                self._read(role, item, f"{path}[[{i}]]", f"{place}${known[i - 1] if known else i}")
                for i, item in enumerate(value, start=1)
            ]
        value = prepare(value, path, self._integers(place) if role == "x" else None)
        return self._as_output(value, place) if role == "y" else value

    def _integers(self, place: str) -> Any:
        """The dtype of the input that data is for, if that is one of integers."""
        alone = len(self.inputs) == 1
        symbol = next(iter(self.inputs.values())) if alone else self.inputs.get(place.rpartition("$")[2])
        dtype = dtype_of(getattr(symbol, "dtype", None))
        return dtype if dtype is not None and dtype.is_integer else None

    def _as_output(self, y: Any, place: str) -> Any:
        """Targets in one column where the model's output is one: of rank 1, `y_true - y_pred` would be of all with all."""
        output = next(iter(self.outputs.values())) if len(self.outputs) == 1 else self.outputs.get(place.rpartition("$")[2])
        one_column = output is not None and len(output.shape) == 2 and output.shape[1] == 1
        return y.reshape(-1, 1) if one_column and isinstance(y, np.ndarray) and y.ndim == 1 else y


def read_validation(model: Any, value: Any, known: Names) -> Samples:
    """Reads `validation_data`: `list(x, y)` or `list(x, y, sample_weight)`.

    Raises:
        ArgumentError: it is neither.
    """
    value = named(value)
    if isinstance(value, Mapping) and {"x", "y"} <= value.keys() <= {*ROLES}:
        # Its own names say which part is which.
        value = [value[role] for role in ROLES if role in value]
    items = list(value.values()) if isinstance(value, Mapping) else value
    if not isinstance(items, (list, tuple)) or len(items) not in (2, 3):
        what = f"a list of {len(items)}" if isinstance(items, (list, tuple)) else r_spelling(items)
        raise ArgumentError(
            f"`validation_data` must be `list(x, y)`, `list(x, y, sample_weight)`, a generator or a dataset, not {what}."
        )
    paths = {role: f"validation_data[[{i}]]" for i, role in enumerate(ROLES[: len(items)], start=1)}
    return read(model, dict(zip(ROLES, items, strict=False)), paths, known)

"""Catalog rows, read from `surface.tsv`.

A row is what no signature tells: the R name, the Keras symbol behind it, and what differs in R. Columns:

    r_name    the name that R users call; its prefix is the family
    symbol    the Keras class (or function) that it constructs; empty where there is only a function
    function  for losses and metrics: what computes when `y_true` and `y_pred` are given
    options   `key=value`, separated by spaces: `kind=` how it meets its first argument (merge, attention, plain),
              `rename=keras:r` an argument that has another name in R, `roles=name:role` an override of
              bridge.catalog.roles; several pairs are separated by commas
"""

from __future__ import annotations

import csv
import difflib
import functools
import inspect
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from bridge.backend import keras
from bridge.catalog.roles import role_of
from bridge.errors import ArgumentError

FAMILIES = (
    "layer",
    "loss",
    "metric",
    "optimizer",
    "learning_rate_schedule",
    "callback",
    "initializer",
    "regularizer",
    "constraint",
    "activation",
)


DATA = ("y_true", "y_pred", "x")
"""Parameters that take data, not settings."""


@dataclass(frozen=True)
class Row:
    """One R name of the Keras surface."""

    r_name: str
    symbol: str
    function: str = ""
    kind: str = ""
    renames: dict[str, str] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)

    @property
    def family(self) -> str:
        """The prefix of the R name."""
        return next(prefix for prefix in FAMILIES if self.r_name.startswith(prefix + "_"))

    @functools.cached_property
    def target(self) -> Any:
        """The Keras class (or function) itself."""
        return find(self.symbol or self.function)

    @functools.cached_property
    def computes(self) -> Any:
        """The Keras function that computes on data, or None."""
        return find(self.function) if self.function else None

    @functools.cached_property
    def parameters(self) -> dict[str, inspect.Parameter]:
        """Keras' parameters under their R names, without `self`; those of the function that the class lacks come last."""
        found = {self.renames.get(p.name, p.name): p for p in signature(self.target)}
        if self.computes is not None:
            found |= {p.name: p for p in signature(self.computes) if p.name not in found}
        return found

    @functools.cached_property
    def arguments(self) -> dict[str, str]:
        """The role of each argument that is no data, by its R name."""
        return {
            name: self.roles.get(name) or role_of(name, parameter)
            for name, parameter in self.parameters.items()
            if name not in DATA
        }

    @functools.cached_property
    def required(self) -> tuple[str, ...]:
        """The arguments without which Keras constructs nothing, by their R names."""
        needed = [self.renames.get(p.name, p.name) for p in signature(self.target) if p.default is p.empty]
        return tuple(name for name in needed if name not in DATA)

    def keras_name(self, name: str) -> str:
        """What Keras calls the argument that R calls `name`."""
        return next((keras_name for keras_name, r_name in self.renames.items() if r_name == name), name)

    @functools.cached_property
    def open_ended(self) -> bool:
        """Whether Keras takes `**kwargs` here."""
        return any(p.kind is p.VAR_KEYWORD for p in inspect.signature(self.target).parameters.values())


def signature(target: Any) -> list[inspect.Parameter]:
    """The named parameters of a Keras class or function."""
    parameters = inspect.signature(target).parameters.values()
    return [p for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]


@functools.cache
def rows() -> dict[str, Row]:
    """All rows by R name."""
    text = files("bridge.catalog").joinpath("surface.tsv").read_text(encoding="utf-8")
    read = csv.DictReader(text.splitlines(), delimiter="\t", restval="")
    return {r["r_name"]: _row(r) for r in read}


def row(r_name: str) -> Row:
    """The row of an R name.

    Raises:
        ArgumentError: there is none.
    """
    try:
        return rows()[r_name]
    except KeyError:
        close = difflib.get_close_matches(r_name, rows(), n=1)
        raise ArgumentError(f"There is no `{r_name}()`.", hints=[f"Did you mean `{close[0]}()`?"] if close else []) from None


def find(path: str) -> Any:
    """The object that a dotted path below `keras` names."""
    found: Any = keras
    for name in path.split(".")[1:]:
        found = getattr(found, name)
    return found


def _row(cells: dict[str, str]) -> Row:
    options = dict(option.split("=", 1) for option in (cells["options"] or "").split())
    pairs = {key: dict(pair.split(":") for pair in options.get(key, "").split(",") if pair) for key in ("rename", "roles")}
    return Row(cells["r_name"], cells["symbol"], cells["function"], options.get("kind", ""), pairs["rename"], pairs["roles"])

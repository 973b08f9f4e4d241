"""Catalog rows, read from `surface/`: one table for each family.

A row is what no signature tells: the R name, the Keras symbol behind it, and what differs in R. Columns:

    r_name    the name that R users call
    symbol    the Keras class or function behind it; empty where there is only the next one
    function  for losses and metrics: what computes when `y_true` and `y_pred` are given
    options   `key=value`, separated by spaces:
              `kind=` how it meets its first argument (merge, attention, recurrent, plain), or `operands` where `...` is data
              `rename=keras:r` an argument that has another name in R
              `order=` the arguments that come first in R
              `result=` what becomes of the result: see RESULTS in bridge.catalog.compute; `invisible` where it
              is not printed
              `exact=yes` where integers that overflow are computed again in a wider dtype
              `maker=` the function of ours that makes the object, where Keras' class does not do all
    title     what it is, in one line
    description  what it does, in one to three sentences of markdown
    example   R code for the help page, statements separated by `; `; "none" where no call can run
    value     what it returns, where the value of its family does not say it

What its arguments are stands in bridge.catalog.arguments.
"""

from __future__ import annotations

import csv
import difflib
import functools
import importlib
import inspect
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from bridge.backend import keras, tf
from bridge.catalog.arguments import Argument, argument
from bridge.catalog.families import FAMILIES, Family
from bridge.catalog.kinds import Check, check_for, kind_of_argument
from bridge.catalog.roles import FROM_ZERO, role_of
from bridge.errors import ArgumentError

DATA = ("y_true", "y_pred", "x")
"""Parameters that take data, not settings."""


@dataclass(frozen=True)
class Row:
    """One R name of the Keras surface."""

    r_name: str
    family: str
    symbol: str
    function: str = ""
    title: str = ""
    description: str = ""
    example: str = ""
    kind: str = ""
    result: str = ""
    maker: str = ""
    exact: bool = False
    order: tuple[str, ...] = ()
    renames: dict[str, str] = field(default_factory=dict)

    @property
    def traits(self) -> Family:
        """What it has in common with its family."""
        return FAMILIES[self.family]

    @functools.cached_property
    def target(self) -> Any:
        """The Keras class (or function) itself."""
        return find(self.symbol or self.function)

    @functools.cached_property
    def makes(self) -> Any:
        """What makes the object."""
        return find(self.maker) if self.maker else self.target

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
        if self.maker:
            found |= {p.name: p for p in signature(self.makes) if p.name not in found}
        return {name: found[name] for name in (*self.order, *(n for n in found if n not in self.order))}

    @functools.cached_property
    def arguments(self) -> dict[str, str]:
        """The role of each argument that is no data, by its R name."""
        # Numbers whose kind is known stay what they are: a float that is whole is not an int.
        known = {n for n, kind in self.kinds.items() if self.computing or kind in ("number", "numbers")}
        return {n: "any" if role == "unknown" and n in known else role for n, role in self._roles.items()}

    @functools.cached_property
    def _roles(self) -> dict[str, str]:
        computing = self.computing
        return {
            name: role_of(name, parameter, told=self.record(name).role, computing=computing)
            for name, parameter in self.parameters.items()
            if computing or name not in DATA
        }

    @functools.cached_property
    def kinds(self) -> dict[str, str]:
        """The kind of value that each argument takes (bridge.catalog.kinds), by its R name."""
        found = self._roles.items()
        return {name: kind_of_argument(self.record(name).kind, self.parameters[name], role) for name, role in found}

    @functools.cached_property
    def checks(self) -> dict[str, Check]:
        """The check of each argument whose kind has one, by the R name."""
        found = {name: check_for(kind) for name, kind in self.kinds.items()}
        return {name: check for name, check in found.items() if check is not None}

    @functools.cached_property
    def computing(self) -> bool:
        """Whether it is a function that computes, not a constructor."""
        return self.traits.makes == "result" and not inspect.isclass(self.target)

    @functools.cached_property
    def counts_positions(self) -> bool:
        """Whether positions go in or come out: it takes `zero_indexed` then."""
        counted = FROM_ZERO.keys() & set(self.arguments.values())
        return self.family in ("op", "random") and (bool(counted) or "index" in self.result)

    @functools.cached_property
    def required(self) -> tuple[str, ...]:
        """The arguments without which Keras constructs nothing, by their R names."""
        needed = [self.renames.get(p.name, p.name) for p in signature(self.target) if p.default is p.empty]
        return tuple(name for name in needed if self.computing or name not in DATA)

    @functools.cached_property
    def example_values(self) -> dict[str, str]:
        """R code of a value for each argument that is required, by its R name."""
        return {name: self.record(name).value or "c(1, 2, 3)" for name in self.required}

    def record(self, name: str) -> Argument:
        """What is known of an argument."""
        return argument(name, self.r_name, self.family)

    def keras_name(self, name: str) -> str:
        """What Keras calls the argument that R calls `name`."""
        return next((keras_name for keras_name, r_name in self.renames.items() if r_name == name), name)

    @functools.cached_property
    def inherited(self) -> tuple[str, ...]:
        """The arguments that the classes above take, to which Keras hands on what it has no name for."""
        classes = inspect.getmro(self.target) if inspect.isclass(self.target) else ()
        return tuple({p.name: None for cls in classes[1:-1] if "__init__" in vars(cls) for p in signature(cls)})

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
    tables = files("bridge.catalog").joinpath("surface")
    found: dict[str, Row] = {}
    for family in FAMILIES:
        text = tables.joinpath(f"{family}.tsv").read_text(encoding="utf-8")
        for cells in csv.DictReader(text.splitlines(), delimiter="\t", restval="", quoting=csv.QUOTE_NONE):
            found[cells["r_name"]] = _row(family, cells)
    return found


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
    """The object that a dotted path below `keras`, `tensorflow` or `bridge` names.

    Raises:
        ArgumentError: the installed Keras does not have it.
    """
    root, *names = path.split(".")
    if root == "bridge":
        return getattr(importlib.import_module(path.rpartition(".")[0]), names[-1])
    found: Any = keras if root == "keras" else tf
    for name in names:
        if not hasattr(found, name):
            raise ArgumentError(f"Keras {keras.version()} has no `{path}`.", hints=["A newer Keras has it."])
        found = getattr(found, name)
    return found


def _row(family: str, cells: dict[str, str]) -> Row:
    options = dict(option.split("=", 1) for option in cells["options"].split())
    return Row(
        r_name=cells["r_name"],
        family=family,
        symbol=cells["symbol"],
        function=cells["function"],
        title=cells["title"],
        description=cells["description"],
        example=cells["example"],
        kind=options.get("kind", ""),
        result=options.get("result", ""),
        maker=options.get("maker", ""),
        exact="exact" in options,
        order=tuple(name for name in options.get("order", "").split(",") if name),
        renames=dict(pair.split(":") for pair in options.get("rename", "").split(",") if pair),
    )

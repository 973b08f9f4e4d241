"""What is said of a function elsewhere: Keras' own documentation in R's words, and why a function is not here."""

from __future__ import annotations

import csv
import functools
import inspect
import re
from importlib.resources import files
from typing import Any

from bridge.catalog.rows import Row, find, row, rows
from bridge.errors import expected

COUNTING = "axis index sections class_index contraction".split()
"""Roles of arguments that count from 0 there and from 1 here."""


def keras_help(r_name: str) -> str:
    """The installed Keras' documentation of what `r_name()` stands for, in R's words where a rule can.

    Raises:
        ArgumentError: there is no function of this name.
    """
    found = row(r_name)
    symbol = found.symbol or found.function
    if symbol.startswith("bridge."):
        return f"{r_name}() is tfbridge's own: see ?{r_name}."
    text = inspect.getdoc(find(symbol)) or "Keras says nothing of it."
    counting = [f"`{name}`" for name, role in found.arguments.items() if role in COUNTING]
    note = f"\nCounted from 1 in R and from 0 below: {', '.join(counting)}.\n" if counting else ""
    return f"{symbol}\n{note}\n{in_r_words(text, found)}"


def keras_help_of(made: Any) -> str:
    """The same for an object: what is said of the function that makes its kind, else of its class.

    Raises:
        ArgumentError: nothing is said of it.
    """
    for one in type(made).__mro__:
        name = _makers().get(one)
        if name is not None:
            return keras_help(name)
        if one is not object and inspect.getdoc(one) and one.__module__.startswith(("keras", "tensorflow")):
            return f"{one.__module__}.{one.__qualname__}\n\n{inspect.getdoc(one)}"
    raise expected("f", "a function that stands for one of Keras, its name, or an object of Keras", made)


@functools.cache
def _makers() -> dict[type, str]:
    """R's function for each class of Keras."""
    targets = {found.r_name: found.target for found in reversed(rows().values()) if found.symbol}
    return {target: name for name, target in targets.items() if inspect.isclass(target)}


def in_r_words(text: str, found: Row) -> str:
    """Prose with R's names and constants; lines of Python code stay as they are."""
    parts = re.split(r"(^```.*?^```|^>>> .*$|^\.\.\. .*$)", text, flags=re.MULTILINE | re.DOTALL)
    return "".join(part if i % 2 else _prose(part, found) for i, part in enumerate(parts))


CONSTANTS = {"None": "NULL", "True": "TRUE", "False": "FALSE"}


def _prose(text: str, found: Row) -> str:
    text = re.sub(r"\b(None|True|False)\b", lambda match: CONSTANTS[match[1]], text)
    text = re.sub(r"\bkeras(?:\.\w+)+", lambda match: names().get(match[0], match[0]), text)
    for keras_name, r_name in found.renames.items():
        text = re.sub(rf"(`|^\s*){keras_name}(?=`|: )", rf"\g<1>{r_name}", text, flags=re.MULTILINE)
    return text


@functools.cache
def names() -> dict[str, str]:
    """R's name of each Keras symbol that has one."""
    return {
        symbol: found.r_name for found in reversed(rows().values()) for symbol in (found.function, found.symbol) if symbol
    }


def not_provided(name: str) -> list[str]:
    """Why a function of earlier packages is not here, and what to use instead."""
    text = files("bridge.catalog").joinpath("not_provided.tsv").read_text(encoding="utf-8")
    lines = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return next([line["reason"], line["instead"]] for line in lines if line["name"] == name)


def wrapper_names() -> list[str]:
    """The R functions that the tables of the catalog describe."""
    return list(rows())

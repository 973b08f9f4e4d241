"""What help pages and errors say that stands elsewhere: Keras' own documentation, and why a function is not here."""

from __future__ import annotations

import csv
import inspect
from importlib.resources import files

from bridge.catalog.rows import find, rows


def docstring(symbol: str) -> str:
    """The documentation of the installed Keras for a symbol such as "keras.layers.Dense"; empty when it has none."""
    return inspect.getdoc(find(symbol)) or ""


def not_provided(name: str) -> list[str]:
    """Why a function of earlier packages is not here, and what to use instead."""
    text = files("bridge.catalog").joinpath("not_provided.tsv").read_text(encoding="utf-8")
    lines = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return next([line["reason"], line["instead"]] for line in lines if line["name"] == name)


def wrapper_names() -> list[str]:
    """The R functions that the tables of the catalog describe."""
    return list(rows())

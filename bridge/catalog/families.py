"""The families of the Keras surface: one table in `surface/`, one generated R file and one section of the reference each."""

from __future__ import annotations

import csv
from importlib.resources import files
from typing import NamedTuple


class Family(NamedTuple):
    """What all rows of a table have in common.

    Attributes:
        title: heading in the reference index.
        makes: "layer" (composed with its first argument), "object" (a constructor), or "result" (a function that computes).
        value: what its functions return, for their help; empty where their descriptions say it.
        covers: Keras modules whose every public symbol needs a row or a reason.
    """

    title: str
    makes: str
    value: str
    covers: tuple[str, ...] = ()


def _read() -> dict[str, Family]:
    text = files("bridge.catalog").joinpath("families.tsv").read_text(encoding="utf-8")
    lines = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return {
        line["family"]: Family(line["title"], line["makes"], line["value"], tuple(line["covers"].split())) for line in lines
    }


FAMILIES: dict[str, Family] = _read()

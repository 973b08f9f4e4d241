"""What is known of an argument: one record for each, read from `arguments/`, one table for each family and one for all.

where  the function or family that the record holds for; `*` everywhere. The most specific record wins, and leaves what it
does not say to the next.
name   what R calls the argument
role   what becomes of its value: a key of bridge.catalog.roles.ROLES; empty where Keras' default tells it
kind   what is checked before: see bridge.catalog.kinds; empty where role and default tell it
help   what it means, for the help pages that `rpkg/tools/pages.R` writes from these tables
value  R code of an example value
"""

from __future__ import annotations

import csv
import functools
from dataclasses import dataclass, fields, replace
from importlib.resources import files

EVERYWHERE = "*"


@dataclass(frozen=True)
class Argument:
    """One record."""

    where: str
    name: str
    role: str = ""
    kind: str = ""
    help: str = ""
    value: str = ""


def argument(name: str, r_name: str = "", family: str = "") -> Argument:
    """What is known of the argument `name` of a function, from the most specific record to the one that holds everywhere."""
    found = Argument(r_name or EVERYWHERE, name)
    for key in levels(name, r_name, family):
        record = (table("everywhere") if key[0] == EVERYWHERE else table(family)).get(key)
        if record is not None:
            empty = [cell.name for cell in fields(found) if not getattr(found, cell.name)]
            found = replace(found, **{cell: getattr(record, cell) for cell in empty})
    return found


def levels(name: str, r_name: str, family: str) -> list[tuple[str, str]]:
    """Where records of an argument may be, the most specific first."""
    return [(where, name) for where in dict.fromkeys((r_name, family, EVERYWHERE)) if where]


@functools.cache
def table(family: str) -> dict[tuple[str, str], Argument]:
    """The records of a family, or those of "everywhere", by where and name."""
    text = files("bridge.catalog").joinpath("arguments", f"{family}.tsv").read_text(encoding="utf-8")
    lines = csv.DictReader(text.splitlines(), delimiter="\t", restval="", quoting=csv.QUOTE_NONE)
    return {(line["where"], line["name"]): Argument(**line) for line in lines}

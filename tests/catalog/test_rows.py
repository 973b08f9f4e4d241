"""Drift: every public Keras symbol of the covered modules has a row or a reason."""

from __future__ import annotations

import csv
import inspect
import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest

from bridge.catalog.rows import FAMILIES, find, row, rows
from bridge.errors import ArgumentError

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted({module for family in FAMILIES.values() for module in family.covers if "*" not in module})


def covered_modules() -> list[str]:
    """The modules that families cover, patterns written out."""
    found = set(MODULES)
    for pattern in (m for family in FAMILIES.values() for m in family.covers if m.endswith(".*")):
        parent = find(pattern[:-2])
        found |= {pattern[:-1] + name for name in dir(parent) if inspect.ismodule(getattr(parent, name))}
    return sorted(found)


@pytest.mark.parametrize("module", [*MODULES, "keras", "keras.utils"])
def test_every_public_symbol_has_a_row_or_a_reason(module: str) -> None:
    assert uncovered(module) == []


def test_submodules_are_covered_too() -> None:
    assert [name for module in covered_modules() for name in uncovered(module)] == []


def uncovered(module: str) -> list[str]:
    """Public symbols of a module that have neither a row nor a reason."""
    covered = {id(r.target) for r in rows().values()} | {id(r.computes) for r in rows().values() if r.computes}
    with open(ROOT / "bridge" / "catalog" / "excluded.tsv", encoding="utf-8") as file:
        excluded = [line["symbol"] for line in csv.DictReader(file, delimiter="\t")]
    namespace = find(module)
    return [
        f"{module}.{name}"
        for name in dir(namespace)
        if not name.startswith("_")
        and not inspect.ismodule(getattr(namespace, name))
        and id(getattr(namespace, name)) not in covered
        and not any(fnmatch(f"{module}.{name}", pattern) for pattern in excluded)
    ]


def test_generated_files_are_fresh() -> None:
    checked = subprocess.run(
        [sys.executable, ROOT / "tools" / "catalog.py", "--check"], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize("r_name", list(rows()))
def test_every_row_finds_its_symbol_and_knows_its_parameters(r_name: str) -> None:
    found = row(r_name)
    assert found.family in FAMILIES
    assert callable(found.target)
    assert all(name.isidentifier() for name in found.parameters)
    assert found.title


def test_every_name_that_users_call_is_exported_or_is_named_in_the_notes() -> None:
    surface = ROOT.parent / "shared" / "api_surface.tsv"
    if not surface.exists():
        pytest.skip("the list of names lies beside the checkout, not in it")
    with open(surface, encoding="utf-8") as file:
        lines = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    names = [line["name"] for line in lines if "keras" in line["found_in"] or "tensorflow" in line["found_in"]]
    explained = (ROOT / "docs" / "not-provided.md").read_text(encoding="utf-8")
    namespace = (ROOT / "rpkg" / "NAMESPACE").read_text(encoding="utf-8")
    exported = set(re.findall(r'[^\s,()"]+', " ".join(re.findall(r"export\((.*)\)", namespace))))
    missing = [name for name in names if name not in exported and f"`{name}`" not in explained]
    assert missing == []


def test_an_unknown_name_offers_the_nearest() -> None:
    with pytest.raises(ArgumentError, match="Did you mean `layer_dense"):
        row("layer_dence")

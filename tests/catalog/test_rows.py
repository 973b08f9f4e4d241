"""Drift: every public Keras symbol of the covered modules has a row or a reason."""

from __future__ import annotations

import csv
import inspect
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest

from bridge.catalog.rows import FAMILIES, find, row, rows
from bridge.errors import ArgumentError

ROOT = Path(__file__).resolve().parents[2]
MODULES = [
    "layers",
    "losses",
    "metrics",
    "optimizers",
    "optimizers.schedules",
    "callbacks",
    "initializers",
    "regularizers",
    "constraints",
    "activations",
]


@pytest.mark.parametrize("module", MODULES)
def test_every_public_symbol_has_a_row_or_a_reason(module: str) -> None:
    covered = {id(r.target) for r in rows().values()} | {id(r.computes) for r in rows().values() if r.computes}
    with open(ROOT / "bridge" / "catalog" / "excluded.tsv", encoding="utf-8") as file:
        excluded = [line["symbol"] for line in csv.DictReader(file, delimiter="\t")]
    namespace = find(f"keras.{module}")
    missing = [
        name
        for name in dir(namespace)
        if not name.startswith("_")
        and not inspect.ismodule(getattr(namespace, name))
        and id(getattr(namespace, name)) not in covered
        and not any(fnmatch(f"keras.{module}.{name}", pattern) for pattern in excluded)
    ]
    assert missing == []


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


def test_every_name_that_users_call_in_these_families_has_a_row_or_is_named_in_the_notes() -> None:
    surface = ROOT.parent / "shared" / "api_surface.tsv"
    if not surface.exists():
        pytest.skip("the list of names lies beside the checkout, not in it")
    with open(surface, encoding="utf-8") as file:
        names = [line["name"] for line in csv.DictReader(file, delimiter="\t")]
    explained = (ROOT / "docs" / "not-provided.md").read_text(encoding="utf-8")
    exported = (ROOT / "rpkg" / "NAMESPACE").read_text(encoding="utf-8")
    families = tuple(f"{family}_" for family in FAMILIES)
    missing = [
        name
        for name in names
        if name.startswith(families) and f"export({name})" not in exported and f"`{name}`" not in explained
    ]
    assert missing == []


def test_an_unknown_name_offers_the_nearest() -> None:
    with pytest.raises(ArgumentError, match="Did you mean `layer_dense"):
        row("layer_dence")

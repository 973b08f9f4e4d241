"""Every argument of every function has a record, every record serves one, and the help pages made of them are whole."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
from collections import Counter
from dataclasses import fields
from pathlib import Path

import pytest

from bridge.catalog.arguments import EVERYWHERE, Argument, argument, levels, table
from bridge.catalog.families import FAMILIES
from bridge.catalog.kinds import KINDS
from bridge.catalog.roles import ROLES
from bridge.catalog.rows import Row, row, rows
from tools.catalog import r_formals

ROOT = Path(__file__).resolve().parents[2]
TABLES = [table(family) for family in (*FAMILIES, "everywhere")]
RECORDS = [record for records in TABLES for record in records.values()]
WITH_PAGES = [found for found in rows().values() if found.family != "k"]
CELLS = [cell.name for cell in fields(Argument) if cell.name not in ("where", "name")]


def names_of(found: Row) -> list[str]:
    return [name for name, _ in r_formals(found)]


@pytest.mark.parametrize("found", WITH_PAGES, ids=lambda found: found.r_name)
def test_every_argument_has_help(found: Row) -> None:
    assert [name for name in names_of(found) if not found.record(name).help] == []


def test_every_record_says_something_that_no_more_specific_one_says_for_all() -> None:
    used = set()
    for found in rows().values():
        for name in {*names_of(found), *found.parameters}:
            keys = [key for key in levels(name, found.r_name, found.family) if key in record_by_key(found.family)]
            for cell in CELLS:
                used |= {next((key for key in keys if getattr(record_by_key(found.family)[key], cell)), None)}
    # What holds everywhere also serves methods and classes that have no row.
    assert [r for r in RECORDS if r.where != EVERYWHERE and (r.where, r.name) not in used] == []
    assert [r for r in RECORDS if r.where == EVERYWHERE and r.help and (r.where, r.name) not in used] == []


def record_by_key(family: str) -> dict[tuple[str, str], Argument]:
    return table("everywhere") | table(family)


def test_records_are_told_once_and_end_without_a_stop() -> None:
    for path in (ROOT / "bridge" / "catalog" / "arguments").glob("*.tsv"):
        with open(path, encoding="utf-8") as file:
            lines = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
        assert [key for key, n in Counter((line["where"], line["name"]) for line in lines).items() if n > 1] == []
    assert [r for r in RECORDS if not any(getattr(r, cell) for cell in CELLS)] == []
    assert [r for r in RECORDS if r.help.endswith(".") or "passed to Keras" in r.help] == []


def test_roles_and_kinds_of_records_are_known() -> None:
    assert {r.role for r in RECORDS} - {"", *ROLES} == set()
    misspelt = {r.kind for r in RECORDS if r.kind.startswith(tuple(KINDS)) and "|" not in r.kind}
    assert misspelt <= set(KINDS)
    with open(ROOT / "bridge" / "catalog" / "role_words.tsv", encoding="utf-8") as file:
        assert {line["role"] for line in csv.DictReader(file, delimiter="\t")} <= set(ROLES)


def test_the_most_specific_record_wins_and_leaves_the_rest_to_the_next() -> None:
    assert argument("axis").role == "axis"
    assert argument("axis", "op_sum", "op").role == "axis"
    assert argument("axis", "op_sum", "op").help
    assert argument("filters", "text_tokenizer", "text").help != argument("filters", "layer_conv_2d", "layer").help


def test_every_function_is_described_and_no_two_alike() -> None:
    told = Counter(found.description for found in rows().values())
    assert told[""] == 0
    assert [text for text, n in told.items() if n > 1 and not text.startswith("The same as ")] == []
    assert [found.r_name for found in rows().values() if re.search("R's way to write|keras\\$", found.description)] == []


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R writes the pages")
def test_pages_are_written_for_all_and_r_finds_no_fault(tmp_path: Path) -> None:
    subprocess.run(["Rscript", "--vanilla", "tools/pages.R", tmp_path], cwd=ROOT / "rpkg", check=True)
    pages = {path: path.read_text(encoding="utf-8") for path in tmp_path.glob("*.Rd")}
    aliases = Counter(alias for text in pages.values() for alias in re.findall(r"\\alias\{(.*)\}", text))
    assert set(rows()) <= set(aliases)
    assert [alias for alias, n in aliases.items() if n > 1] == []
    assert [path.name for path, text in pages.items() if "passed to Keras" in text or "Sexpr" in text] == []
    assert [path.name for path, text in pages.items() if "()}}[" in text] == [], "links that are written as text"
    # R looks records up in the same order.
    page_of = {alias: text for text in pages.values() for alias in re.findall(r"\\alias\{(.*)\}", text)}
    said = [(found.r_name, found.record(name).help) for found in WITH_PAGES for name in names_of(found)]
    assert [
        (f, help) for f, help in said if re.fullmatch("[a-z ]+", help) and f"{{{help[0].upper()}{help[1:]}" not in page_of[f]
    ] == []
    by_hand = [path for path in (ROOT / "rpkg" / "man").glob("*.Rd") if not path.name.startswith("gen-")]
    text = "".join(path.read_text(encoding="utf-8") for path in [*by_hand, *pages])
    bare = re.compile(r"\\title\{(.*)\}(?s:.*)\\description\{\s*\1\s*\}")
    assert [path.name for path in by_hand if bare.search(path.read_text(encoding="utf-8"))] == [], (
        "pages that say their title only"
    )
    linked = set(re.findall(r"\\link\[=([^]]*)\]", text))
    assert linked - set(re.findall(r"\\alias\{(.*)\}", text)) == set()
    code = "for (f in Sys.glob(file.path(commandArgs(TRUE), '*.Rd'))) writeLines(as.character(tools::checkRd(f)))"
    checked = subprocess.run(["Rscript", "--vanilla", "-e", code, tmp_path], capture_output=True, text=True, check=True)
    assert checked.stdout == ""


def test_values_of_examples_come_from_the_records() -> None:
    assert row("layer_dense").example_values.keys() == {"units"}
    assert row("config_set_epsilon").example_values == {"value": "1e-7"}

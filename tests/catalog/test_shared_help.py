"""No line of help serves two functions for which Keras' docstrings say different things, unless somebody has read both."""

from __future__ import annotations

import csv
import inspect
import re
from collections import defaultdict
from pathlib import Path

import pytest

from bridge.catalog.arguments import EVERYWHERE, levels, table
from bridge.catalog.rows import Row, rows

REVIEWED = Path(__file__).with_name("shared_help.tsv")
"""Functions whose docstrings have other words than those of the first that a line serves, and mean the same."""

SAID_ANYWHERE = set(
    "a an the of to in is be for or and if it as on by with optional string int integer float boolean which that".split()
)


def told(found: Row) -> dict[str, set[str]]:
    """The words of Keras' first sentence on each argument."""
    text = "\n".join(inspect.getdoc(one) or "" for one in (found.target, found.computes) if one is not None)
    sections = re.findall(r"^Arg(?:ument)?s:\n((?:^[ ].*\n?|^\n)+)", text, flags=re.MULTILINE)
    lines = re.findall(
        r"^ {2,4}`?\*{0,2}(\w+)`?(?: \([^)]*\))?: ((?:.*\n?)(?:^ {5,}.*\n?)*)", "\n".join(sections), flags=re.MULTILINE
    )
    return {name: words(re.split(r"(?<=[a-z`)\]])\.\s", line)[0]) for name, line in lines}


def words(sentence: str) -> set[str]:
    return {
        re.sub(r"(?<=.{4})(s|es|ed|ing)$", "", word) for word in re.findall(r"[a-z_]{2,}", sentence.lower())
    } - SAID_ANYWHERE


def alike(one: set[str], other: set[str]) -> bool:
    return len(one & other) >= min(len(one), len(other)) / 2


def shared_lines() -> dict[tuple[str, str], list[tuple[str, set[str]]]]:
    """For each line of help that several functions share, what Keras says for each of them."""
    shared = defaultdict(list)
    for found in rows().values():
        said = told(found)
        for name in found.parameters:
            for where, _ in levels(name, found.r_name, found.family):
                record = table("everywhere" if where == EVERYWHERE else found.family).get((where, name))
                if record is not None and record.help:
                    if where != found.r_name and said.get(found.keras_name(name)):
                        shared[where, name].append((found.r_name, said[found.keras_name(name)]))
                    break
    return shared


def unlike() -> dict[tuple[str, str], list[str]]:
    """Functions whose docstrings are unlike those of all functions before them that share their line."""
    found = {}
    for line, uses in shared_lines().items():
        first = [uses[0]]
        for function, said in uses[1:]:
            if not any(alike(said, other) for _, other in first):
                first.append((function, said))
        found[line] = [function for function, _ in first[1:]]
    return {line: functions for line, functions in found.items() if functions}


def test_shared_lines_of_help_were_read_beside_the_docstrings() -> None:
    with open(REVIEWED, encoding="utf-8") as file:
        reviewed = {
            (line["where"], line["name"]): line["functions"].split() for line in csv.DictReader(file, delimiter="\t")
        }
    found = unlike()
    new = {line: [f for f in functions if f not in reviewed.get(line, ())] for line, functions in found.items()}
    assert {line: functions for line, functions in new.items() if functions} == {}, "read, mend or add to shared_help.tsv"
    assert {line for line in reviewed if line not in found} == set()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("the number of output channels.", "The number of filters: output channels", True),
        ("number of output channels", "characters that are left out", False),
    ],
)
def test_docstrings_are_told_apart_by_their_words(one: str, other: str, same: bool) -> None:
    assert alike(words(one), words(other)) is same

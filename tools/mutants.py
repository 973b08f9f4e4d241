"""Mutation testing: changes one hand-written line at a time and says which changes no test notices.

`make mutants` takes a sample of 60; `make mutants MUTANTS="--count 10 --seed 3 --only bridge/tensors"` another one. Each
mutant is tried in a copy of the last commit: first the tests that mirror its file, then, if they pass, all of pytest and
testthat.
"""

from __future__ import annotations

import argparse
import functools
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cosmic_ray.ast import get_ast
from cosmic_ray.mutating import MutationVisitor
from cosmic_ray.plugins import get_operator

ROOT = Path(__file__).resolve().parent.parent
PYTHON = str(ROOT / ".venv" / "bin" / "python")
MINUTES = 20
"""A mutant that takes longer hangs, and counts as caught."""

OPERATORS = """
AddNot NumberReplacer ReplaceAndWithOr ReplaceOrWithAnd ReplaceTrueWithFalse ReplaceFalseWithTrue ReplaceContinueWithBreak
ReplaceUnaryOperator_Delete_Not ReplaceUnaryOperator_Delete_USub ReplaceComparisonOperator_Eq_NotEq
ReplaceComparisonOperator_NotEq_Eq ReplaceComparisonOperator_Lt_LtE ReplaceComparisonOperator_LtE_Lt
ReplaceComparisonOperator_Gt_GtE ReplaceComparisonOperator_GtE_Gt ReplaceComparisonOperator_Is_IsNot
ReplaceComparisonOperator_IsNot_Is ReplaceBinaryOperator_Add_Sub ReplaceBinaryOperator_Sub_Add ReplaceBinaryOperator_Mul_Div
ReplaceBinaryOperator_Div_Mul ZeroIterationForLoop RemoveDecorator
""".split()


@dataclass(frozen=True)
class Mutant:
    """A file with one change in it; `line` counts from 1, `mutate` gives the file's text with the change."""

    file: str
    line: int
    change: str
    mutate: Callable[[str], str | None]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--only", default="", help="files whose path begins with this")
    given = parser.parse_args()
    seed = random.randrange(10**6) if given.seed is None else given.seed  # noqa: S311
    print(f"seed {seed}")
    found = [m for m in [*python_mutants(), *r_mutants()] if m.file.startswith(given.only)]
    sample = random.Random(seed).sample(found, min(given.count, len(found)))  # noqa: S311
    survivors = [mutant for mutant in sample if survives(mutant)]
    print(f"{len(sample) - len(survivors)} of {len(sample)} mutants caught")
    sys.exit(1 if len(survivors) > 0.15 * len(sample) else 0)


def python_mutants() -> Iterator[Mutant]:
    for path in sorted((ROOT / "bridge").rglob("*.py")):
        nodes = list(_nodes(get_ast(path.read_text(encoding="utf-8"))))
        for name in OPERATORS:
            operator = get_operator(f"core/{name}")()
            places = [place for node in nodes for place in operator.mutation_positions(node)]
            for number, (start, _) in enumerate(places):
                mutate = functools.partial(MutationVisitor.mutate_code, operator=operator, occurence=number)
                yield Mutant(str(path.relative_to(ROOT)), start[0], name, mutate)


def _nodes(node: Any) -> Iterator[Any]:
    yield node
    for child in getattr(node, "children", ()):
        yield from _nodes(child)


def r_mutants() -> Iterator[Mutant]:
    done = subprocess.run(["Rscript", "tools/mutants.R"], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607
    for row in done.stdout.splitlines():
        file, line, first, last, old, new = row.split("\t")
        mutate = functools.partial(_replaced, line=int(line), first=int(first), last=int(last), new=new)
        yield Mutant(file, int(line), f"{old} -> {new}", mutate)


def _replaced(text: str, line: int, first: int, last: int, new: str) -> str:
    lines = text.splitlines(keepends=True)
    lines[line - 1] = lines[line - 1][: first - 1] + new + lines[line - 1][last:]
    return "".join(lines)


def survives(mutant: Mutant) -> bool:
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run(["git", "clone", "-q", str(ROOT), directory], check=True)  # noqa: S607
        copy = Path(directory)
        file = copy / mutant.file
        text = mutant.mutate(file.read_text(encoding="utf-8"))
        file.write_text(text or "", encoding="utf-8")
        caught = any(not passes(command, copy) for command in commands(mutant, copy))
    print(f"{'caught  ' if caught else 'SURVIVED'} {mutant.file}:{mutant.line} {mutant.change}", flush=True)
    return not caught


def commands(mutant: Mutant, copy: Path) -> Iterator[list[str]]:
    pytest = [PYTHON, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
    install = ["R", "CMD", "INSTALL", "--no-test-load", "--no-docs", f"--library={copy}/.rlib", "rpkg"]
    path = Path(mutant.file)
    if path.suffix == ".py":
        room = copy / "tests" / path.parent.relative_to("bridge")
        if room != copy / "tests" and room.exists():
            yield [*pytest, str(room)]
        yield [*pytest, "tests"]
    (copy / ".rlib").mkdir()
    yield install
    mirror = copy / "rpkg" / "tests" / "testthat" / f"test-{path.stem}.R"
    if mirror.exists():
        yield ["Rscript", "tools/test_r.R", f"^{path.stem}$"]
    yield ["Rscript", "tools/test_r.R"]


def passes(command: list[str], copy: Path) -> bool:
    env = os.environ | {"R_LIBS": f"{copy}/.rlib", "RETICULATE_PYTHON": PYTHON, "NOT_CRAN": "true"}
    try:
        done = subprocess.run(command, cwd=copy, env=env, capture_output=True, timeout=60 * MINUTES, check=False)
        return done.returncode == 0
    except subprocess.TimeoutExpired:
        return False


if __name__ == "__main__":
    main()

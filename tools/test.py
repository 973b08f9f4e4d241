"""Runs everything: lint, pytest, testthat, every vignette. `make test` calls it; its last lines count what passed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PYTEST = [sys.executable, "-m", "pytest", "-p", "tools.shares", "tests"]
TESTTHAT = ["Rscript", "tools/test_r.R"]

# Two workers take from here, because the machines that run this have two cores. pytest and testthat stand here twice: the
# second of each shares the files that are left, so that both workers have something to do until the end.
JOBS = [
    ("testthat", TESTTHAT),
    ("vignettes", ["Rscript", "tools/vignettes.R"]),
    ("lintr", ["Rscript", "tools/lint.R"]),
    ("examples", ["Rscript", "tools/examples.R"]),
    ("mypy", [sys.executable, "-m", "mypy"]),
    ("ruff", [sys.executable, "-m", "ruff", "check", "bridge", "tests", "tools"]),
    ("ruff format", [sys.executable, "-m", "ruff", "format", "--check", "-q", "bridge", "tests", "tools"]),
    ("upstream", [sys.executable, "tools/upstream.py"]),
    ("pytest", PYTEST),
    ("testthat", TESTTHAT),
    ("pytest", PYTEST),
]
COUNTED = ("pytest", "testthat", "examples", "vignettes")


class Outcome(NamedTuple):
    """What a command said."""

    name: str
    code: int
    output: str
    seconds: float

    def counted(self, word: str) -> int:
        """How many "passed", "failed" or "skipped", by the last line that counts."""
        lines = re.findall(r"^.*\b\d+ (?:passed|failed|error).*$", self.output, re.M)
        return sum(int(number) for number in re.findall(rf"(\d+) {word}", lines[-1] if lines else ""))


def main() -> None:
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as taken, ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(lambda job: run(*job, taken), JOBS))
        times = sorted(((float(file.read_text()), file.parent.name) for file in Path(taken).glob("*/seconds")), reverse=True)
    for outcome in outcomes:
        if outcome.code:
            print(f"==== {outcome.name} ====\n{outcome.output}\n")
    totals = [0, 0, 0]
    for name in dict(JOBS):
        of_name = [outcome for outcome in outcomes if outcome.name == name]
        counts = [sum(column) for column in zip(*map(count, of_name), strict=True)]
        totals = [total + more for total, more in zip(totals, counts, strict=True)]
        said = "FAILED" if any(outcome.code for outcome in of_name) else "ok"
        seconds = " + ".join(f"{outcome.seconds:.0f}" for outcome in of_name)
        print(f"{name:12} {said:7} {counts[0]:5} passed, {counts[1]} failed  ({seconds} s)")
    print("slowest files: " + ", ".join(f"{name} {seconds:.0f} s" for seconds, name in times[:5]))
    print(f"in {time.perf_counter() - started:.0f} s")
    print("{} passed, {} failed, {} skipped".format(*totals))
    sys.exit(1 if totals[1] else 0)


def count(outcome: Outcome) -> tuple[int, int, int]:
    """What passed, failed and was skipped; of tools that count nothing, themselves."""
    if outcome.name not in COUNTED:
        return int(outcome.code == 0), int(outcome.code != 0), 0
    failed = outcome.counted("failed") + outcome.counted("error")
    return outcome.counted("passed"), failed or int(outcome.code != 0), outcome.counted("skipped")


def run(name: str, command: list[str], taken: str) -> Outcome:
    started = time.perf_counter()
    done = subprocess.run(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env=os.environ | {"NOT_CRAN": "true", "TFBRIDGE_TAKEN": taken},
    )
    return Outcome(name, done.returncode, done.stdout, time.perf_counter() - started)


if __name__ == "__main__":
    main()

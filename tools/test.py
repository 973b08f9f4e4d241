"""Runs everything: lint, pytest, testthat, every vignette. `make test` calls it; its last lines count what passed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Two lanes, because the machines that run this have two cores.
LANES = [
    {
        "pytest": [sys.executable, "-m", "pytest", "tests"],
        "ruff": [sys.executable, "-m", "ruff", "check", "bridge", "tests", "tools"],
        "ruff format": [sys.executable, "-m", "ruff", "format", "--check", "-q", "bridge", "tests", "tools"],
        "mypy": [sys.executable, "-m", "mypy"],
        "upstream": [sys.executable, "tools/upstream.py"],
    },
    {
        "testthat": ["Rscript", "tools/test_r.R"],
        "examples": ["Rscript", "tools/examples.R"],
        "vignettes": ["Rscript", "tools/vignettes.R"],
        "lintr": ["Rscript", "tools/lint.R"],
    },
]
COUNTS = re.compile(r"(\d+) passed(?:.*?(\d+) failed)?(?:.*?(\d+) skipped)?")


def main() -> None:
    started = time.perf_counter()
    with ThreadPoolExecutor(len(LANES)) as pool:
        outcomes = [outcome for lane in pool.map(run_lane, LANES) for outcome in lane]
    for name, code, output, _ in outcomes:
        if code:
            print(f"==== {name} ====\n{output}\n")
    passed = failed = skipped = 0
    for name, code, output, seconds in outcomes:
        counted = COUNTS.findall(output) if name in ("pytest", "testthat", "examples", "vignettes") else []
        ran, broke, left = (int(part or 0) for part in counted[-1]) if counted else (0 if code else 1, 0, 0)
        if name == "pytest":
            broke = int(next(iter(re.findall(r"(\d+) failed", output)), 0)) + int(
                next(iter(re.findall(r"(\d+) error", output)), 0)
            )
        broke = broke or (1 if code else 0)
        passed, failed, skipped = passed + ran, failed + broke, skipped + left
        print(f"{name:12} {'ok' if code == 0 else 'FAILED':7} {ran:5} passed, {broke} failed  ({seconds:.0f} s)")
    print(f"in {time.perf_counter() - started:.0f} s")
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    sys.exit(1 if failed else 0)


def run_lane(lane: dict[str, list[str]]) -> list[tuple[str, int, str, float]]:
    return [run(name, command) for name, command in lane.items()]


def run(name: str, command: list[str]) -> tuple[str, int, str, float]:
    started = time.perf_counter()
    done = subprocess.run(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env=os.environ | {"NOT_CRAN": "true"},
    )
    return name, done.returncode, done.stdout, time.perf_counter() - started


if __name__ == "__main__":
    main()

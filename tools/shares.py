"""A pytest plugin of `make test`: two runs share the test files between them, file by file."""

from __future__ import annotations

import os
import time
from itertools import groupby
from pathlib import Path

import pytest

TAKEN = Path(os.environ["TFBRIDGE_TAKEN"])
"""Who makes a directory here runs the file of that name, and leaves the seconds that it took in it."""


def pytest_runtestloop(session: pytest.Session) -> bool:
    """Runs the files that no other run has taken, each to its end: what follows it here may be another's."""
    if session.testsfailed:
        raise session.Interrupted(f"{session.testsfailed} errors during collection")
    for file, of_file in groupby(session.items, lambda item: item.nodeid.partition("::")[0]):
        place = TAKEN / file.removeprefix("tests/").replace("/", ":")
        try:
            place.mkdir()
        except FileExistsError:
            continue
        started = time.perf_counter()
        items = list(of_file)
        for item, following in zip(items, [*items[1:], None], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        (place / "seconds").write_text(f"{time.perf_counter() - started}")
    return True

"""A pytest plugin of `make test`: two runs share the test files between them, file by file."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

TAKEN = Path(os.environ["TFBRIDGE_TAKEN"])
"""Who makes a directory here runs the file of that name, and leaves the seconds that it took in it."""

_started: dict[str, float] = {}
_refused: set[str] = set()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> bool | None:
    """None, so that pytest goes on with the test, or True where another run has taken its file."""
    file = _name_of(item.nodeid)
    if file not in _started and file not in _refused:
        try:
            (TAKEN / file).mkdir()
            _started[file] = time.perf_counter()
        except FileExistsError:
            _refused.add(file)
    return True if file in _refused else None


def pytest_runtest_logfinish(nodeid: str) -> None:
    file = _name_of(nodeid)
    (TAKEN / file / "seconds").write_text(f"{time.perf_counter() - _started[file]}")


def _name_of(nodeid: str) -> str:
    return nodeid.partition("::")[0].removeprefix("tests/").replace("/", ":")

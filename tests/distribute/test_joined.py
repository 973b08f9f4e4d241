"""Two workers against one process that gets the whole batches: weights, logs, a killed worker, workers that differ."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bridge.distribute import launch
from tests.distribute.cases import CASES, results

ROOT = Path(__file__).resolve().parents[2]
QUIET = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "-1",
    "GRPC_VERBOSITY": "ERROR",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "2",
}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """One pair of processes, of which the second is killed once, for all tests."""
    place = tmp_path_factory.mktemp("workers")
    lines: list[str] = []
    command = [sys.executable, "-W", "ignore", "-m", "tests.distribute.cases", f"{place}{os.sep}"]
    environment = QUIET | {"PYTHONPATH": str(ROOT), "TFBRIDGE_PLACE": str(place)}
    attempts = launch(command, 2, 1, 240, lines.append, None, environment)
    found = [json.loads((place / f"{i}.json").read_text()) for i in (1, 2) if (place / f"{i}.json").exists()]
    return {"attempts": attempts, "found": found, "lines": "".join(lines), "files": {file.name for file in place.iterdir()}}


@pytest.fixture(scope="module")
def alone() -> dict[str, Any]:
    return results()


def test_a_killed_worker_is_told_of_and_all_start_again(runs: dict[str, Any]) -> None:
    first, second = ([worker["why"] for worker in run["workers"]] for run in runs["attempts"])
    assert first[1] == "was killed by SIGKILL"
    assert [worker["first"] for worker in runs["attempts"][0]["workers"]] == [False, True]
    assert second == ["has ended well"] * 2, runs["lines"]
    assert "[1] noticed: Another worker has ended" in runs["lines"]
    assert "all are started again (1 of 1)" in runs["lines"]
    # Only the chief writes.
    assert "backup2" not in runs["files"]


@pytest.mark.parametrize("name", list(CASES))
def test_workers_get_the_weights_and_logs_of_one_process(name: str, runs: dict[str, Any], alone: dict[str, Any]) -> None:
    wanted = alone[name]
    assert np.ptp(wanted["weights"]) > 0
    for found in runs["found"]:
        case = found["cases"][name]
        np.testing.assert_allclose(case["weights"], wanted["weights"], rtol=0, atol=1e-6)
        assert case["logs"].keys() == wanted["logs"].keys()
        for key, values in wanted["logs"].items():
            np.testing.assert_allclose(case["logs"][key], values, rtol=1e-5, atol=1e-5)
    assert len(runs["found"]) == 2


def test_workers_that_differ_say_in_what(runs: dict[str, Any]) -> None:
    for i, found in enumerate(runs["found"], start=1):
        assert f"The workers do not do the same. This is worker {i} of 2." in found["differing"]
        assert "epochs: 1 on worker 1, 2 on worker 2" in found["differing"]

"""Processes that are started together."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from bridge.distribute.launch import launch
from bridge.errors import ArgumentError

WHO = "import json, os, sys, time; rank = json.loads(os.environ['TF_CONFIG'])['task']['index']; "


def python(code: str) -> list[str]:
    return [sys.executable, "-c", WHO + code]


def test_each_worker_knows_its_place_and_its_lines_have_its_number() -> None:
    lines: list[str] = []
    (run,) = launch(python("print('rank', rank)"), 3, write=lines.append)
    assert sorted(lines) == ["[1] rank 0\n", "[2] rank 1\n", "[3] rank 2\n"]
    assert [(worker["worker"], worker["status"]) for worker in run["workers"]] == [(1, 0), (2, 0), (3, 0)]


def test_when_one_fails_the_others_are_ended_and_its_words_are_kept() -> None:
    started = time.monotonic()
    (run,) = launch(python("print('no data') if rank else time.sleep(60); sys.exit(rank * 3)"), 2)
    assert time.monotonic() - started < 30
    first, second = run["workers"]
    assert (second["status"], second["why"], second["lines"]) == (3, "has failed with exit status 3", ["no data"])
    assert (first["first"], second["first"]) == (False, True)
    assert first["why"] == "was ended because another one had failed"


def test_restarts_until_a_run_is_well(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    code = f"mark = {str(mark)!r}; there = os.path.exists(mark); open(mark, 'a').close(); sys.exit(not there)"
    assert [run["workers"][0]["status"] for run in launch(python(code), 1, 3)] == [1, 0]


def test_time_limits_and_errors_of_the_caller_end_the_workers() -> None:
    (run,) = launch(python("time.sleep(60)"), 2, timeout=0.5)
    assert {worker["why"] for worker in run["workers"]} == {"was ended because the time was up"}
    beats = []

    def check() -> None:
        beats.append(1)
        if len(beats) > 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        launch(python("time.sleep(60)"), 2, check=check)


@pytest.mark.parametrize("arguments", [{"workers": 0}, {"workers": 1.5}, {"restarts": -1}, {"timeout": 0}])
def test_numbers_that_make_no_sense_are_refused(arguments: dict[str, float]) -> None:
    with pytest.raises(ArgumentError, match=next(iter(arguments))):
        launch(python(""), **arguments)  # type: ignore[arg-type]

from __future__ import annotations

import logging
import threading
import warnings
from typing import Any

import pytest

import bridge
from bridge.barrier import Failure, Noted, RError, RFunction, entry, temporaries
from bridge.barrier.crossing import reraise, unwrap
from bridge.barrier.functions import ESCAPED
from bridge.barrier.notes import take_notes
from bridge.errors import ThreadError


def test_results_pass_and_mistakes_come_back_as_failures() -> None:
    call = entry("values.shapes.shape")
    assert call(2, 3).as_list() == [2, 3]
    failure = call(2.5)
    assert isinstance(failure, Failure)
    assert failure.report["kind"] == "argument"
    assert failure.report["message"] == "`shape` must be made of whole numbers or NA, not 2.5."
    with pytest.raises(bridge.BridgeError):
        reraise(failure)


def test_other_exceptions_keep_their_type_and_words() -> None:
    report = entry("values.arrays.as_tensor")(object()).report
    assert report["kind"] == "python"
    assert "Error" in report["message"]
    assert "Traceback" not in report["message"]


def test_an_error_in_a_graph_is_told_without_its_stack() -> None:
    message = (
        "Graph execution error:\n\nDetected at node loss/Softmax defined at (most recent call last):\n"
        '  File "a.py", line 57, in crossing\n\n  File "b.py", line 1, in f\n\n'
        "Received a label value of 3.\n\t [[{{node loss/Softmax}}]] [Op:__inference_f_1]"
    )
    report = Failure(RuntimeError(message)).report
    assert report["message"] == "RuntimeError: Received a label value of 3. (in loss)"
    assert Failure(ValueError("\x1b[1mbold\x1b[0m")).report["message"] == "ValueError: bold"


def test_an_r_condition_is_found_below_the_exceptions_that_python_raised_from_it() -> None:
    def keras_like() -> None:
        try:
            raise RError(7, "no good")
        except RError as error:
            raise ValueError("while building") from error

    try:
        keras_like()
    except ValueError as error:
        assert Failure(error).report["number"] == 7


def test_python_warnings_become_notes() -> None:
    entry("values.shapes.shape")
    warnings.showwarning("careful", UserWarning, "file.py", 1)
    noted = entry("values.shapes.shape")(1)
    assert isinstance(noted, Noted)
    assert unwrap(noted)[1] == [{"message": "careful", "hints": []}]


def test_tensorflows_log_becomes_notes_and_keras_own_retracing_is_no_news() -> None:
    entry("values.shapes.shape")
    logger = logging.getLogger("tensorflow")
    logger.warning("odd")
    logging.getLogger("absl").warning("You are saving your model as an HDF5 file")
    retracing = "5 out of the last %d calls to <function %s at 0x7f> triggered tf.function retracing. Tracing is expensive"
    logger.warning(retracing, 5, "TensorFlowTrainer._make_function.<locals>.multi_step_on_iterator")
    logger.warning(retracing, 5, "traced.<locals>.f")
    logger.warning(retracing, 6, "traced.<locals>.f")
    messages = [note["message"] for note in take_notes()]
    assert messages == ["odd", "`f()` is traced again and again, which is slow."]


def test_r_is_asked_to_collect_when_much_was_handed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(temporaries, "THRESHOLD", 3000)
    monkeypatch.setattr(temporaries, "_handed", 0)
    zeros = entry("values.arrays.as_tensor")
    outcomes = [zeros(0.0, None, [400.0]) for _ in range(4)]
    assert [isinstance(outcome, Noted) for outcome in outcomes] == [False, True, False, True]
    assert unwrap(outcomes[1])[2] is True


def test_the_marker_of_a_guarded_function_is_an_exception() -> None:
    failing = RFunction(lambda: {ESCAPED: 3, "message": "boo"}, "f")
    with pytest.raises(RError, match="boo") as caught:
        failing()
    assert caught.value.number == 3
    assert RFunction(lambda x: {"a": x})(1) == {"a": 1}


def test_other_threads_are_refused_in_words() -> None:
    caught: list[Any] = []

    def run() -> None:
        try:
            RFunction(lambda: 1, "loader")()
        except ThreadError as error:
            caught.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert "`loader()` was called by another thread" in caught[0].message


def test_importing_bridge_does_not_import_tensorflow() -> None:
    import subprocess
    import sys

    code = "import bridge, sys; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

from __future__ import annotations

import logging
import os
import threading
import warnings
from collections.abc import Callable
from typing import Any

import pytest

import bridge
from bridge import errors
from bridge.backend import keras, tf
from bridge.barrier import Failure, Noted, RError, RFunction, RJump, entry, temporaries
from bridge.barrier.crossing import reraise, unwrap
from bridge.barrier.functions import ESCAPED
from bridge.barrier.notes import take_notes
from bridge.barrier.raised import remembered
from bridge.errors import ThreadError
from tests.conftest import newer_keras


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


def crossing_of(function: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """An entry for R that runs this function."""
    monkeypatch.setattr(errors, "for_the_test", function, raising=False)
    return entry("errors.for_the_test")


def test_a_jump_passes_what_catches_errors_and_ends_at_the_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    jumps = RFunction(lambda: {ESCAPED: 0}, "jumps")
    with pytest.raises(RJump):
        try:
            jumps()
        except Exception:  # what most Python code catches
            pytest.fail("a jump is no error")

    def warns() -> Any:
        warnings.warn("R does not stay for this", stacklevel=1)
        return jumps()

    assert crossing_of(warns, monkeypatch)() is None
    assert not take_notes()


def test_python_warnings_are_notes_while_a_verb_runs_and_go_their_own_way_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr(warnings, "showwarning", lambda message, *where: seen.append(str(message)))
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warn = crossing_of(lambda text: warnings.warn(text, stacklevel=1), monkeypatch)
        warnings.warn("of the user's own", stacklevel=1)
        noted = warn("careful")
        assert isinstance(noted, Noted)
        assert unwrap(noted)[1] == [{"message": "careful", "hints": []}]

        def fail() -> None:
            warnings.warn("lost with the failure", stacklevel=1)
            raise ValueError

        assert isinstance(crossing_of(fail, monkeypatch)(), Failure)
        nested = crossing_of(lambda: (warn("inner"), warnings.warn("outer", stacklevel=1)), monkeypatch)()
        assert [note["message"] for note in unwrap(nested)[1]] == ["outer"]
        warnings.warn("and again", stacklevel=1)
    assert seen == ["of the user's own", "and again"]
    assert take_notes() == []


def test_tensorflows_log_becomes_notes_and_keras_own_retracing_is_no_news(monkeypatch: pytest.MonkeyPatch) -> None:
    logger = logging.getLogger("tensorflow")
    retracing = "5 out of the last %d calls to <function %s at 0x7f> triggered tf.function retracing. Tracing is expensive"

    def log() -> None:
        logger.warning("odd")
        logging.getLogger("absl").warning("You are saving your model as an HDF5 file")
        logger.warning(retracing, 5, "TensorFlowTrainer._make_function.<locals>.multi_step_on_iterator")
        logger.warning(retracing, 5, "traced.<locals>.f")
        logger.warning(retracing, 6, "traced.<locals>.f")

    messages = [note["message"] for note in unwrap(crossing_of(log, monkeypatch)())[1]]
    assert messages == ["odd", "`f()` is traced again and again, which is slow."]


def test_what_is_logged_while_no_verb_runs_is_not_put_down_to_the_next(caplog: pytest.LogCaptureFixture) -> None:
    entry("values.shapes.shape")
    with caplog.at_level(logging.WARNING, logger="tensorflow"):
        logging.getLogger("tensorflow").warning("of nobody")
    assert take_notes() == []


def test_errors_of_the_modules_are_raised_when_r_is_behind_them() -> None:
    raise_known = entry("barrier.crossing.raise_known")
    around = RuntimeError("around")
    around.__cause__ = RError(3, "of R")
    assert raise_known(around, "RuntimeError: around").report["number"] == 3
    assert raise_known(ThreadError("no"), "bridge.errors.ThreadError: no").report["kind"] == "thread"
    assert raise_known(ValueError("plain"), "ValueError: plain") is None
    assert raise_known(around, "Unable to convert R object to Python type") is None


def test_a_text_that_repeats_what_an_r_function_raised_is_that_error() -> None:
    for error in (RError(11, "boo"), RError(12, "boo"), ThreadError("no thread", hints=["a hint"])):
        assert remembered(error) is error
    report = Failure(RuntimeError("UnknownError: RError: boo\n\nTraceback")).report
    assert (report["kind"], report["number"]) == ("r", 12)
    report = Failure(RuntimeError("in Map: ThreadError: no thread\na hint\nTraceback")).report
    assert (report["kind"], report["message"], report["hints"]) == ("thread", "no thread", ["a hint"])
    assert Failure(RuntimeError("RError: another")).report["kind"] == "python"


def test_a_forked_child_is_refused_at_each_entry() -> None:
    crossing = entry("values.shapes.shape")
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(write, crossing(1).report["kind"].encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(read, 100) == b"fork"
    assert crossing(1).as_list() == [1]


@newer_keras
def test_errors_of_keras_use_no_names_that_nobody_gave() -> None:
    inputs = keras.Input((3,))
    other = keras.Input((4,), name="mine")
    dense = keras.layers.Dense(2)
    model = keras.Model([inputs, other], dense(keras.layers.Concatenate()([inputs, other])))

    def said(run: Callable[[], Any]) -> str:
        try:
            run()
        except Exception as error:
            return str(Failure(error).report["message"])
        return ""

    zeros = tf.zeros
    cases = {
        "Input 1 of layer `": lambda: model([zeros((2, 5)), zeros((2, 4))]),
        "expected shape=(NA, 3), found shape=(2, 5)": lambda: model([zeros((2, 5)), zeros((2, 4))]),
        "Input 2 (`mine`) of layer `": lambda: model([zeros((2, 3)), zeros((2, 5))]),
        f"Input 1 of layer `{dense.name}` is incompatible": lambda: dense(zeros((2, 9))),
        "`outputs` is not made from `inputs`": lambda: keras.Model(keras.Input((3,)), dense.output),
        "`outputs$a` is not made from `inputs`": lambda: keras.Model(keras.Input((3,)), {"a": dense.output}),
        "(NA, 4), (NA, 2, 3)": lambda: keras.layers.Concatenate()([other, keras.Input((2, 3))]),
    }
    for wanted, run in cases.items():
        message = said(run)
        assert wanted in message
        for unwanted in ("keras_tensor", "input_layer", "None", "_empty"):
            assert unwanted not in message.partition("Arguments received")[0], message


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

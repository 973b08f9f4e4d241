"""What is told of a graph: its ops, why it was traced again, which assertion failed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bridge.backend import tf
from bridge.barrier.notes import take_notes
from bridge.barrier.raised import repeated
from bridge.errors import ArgumentError, GraphError
from bridge.graph import entries, summary
from bridge.graph.retracing import MANY, Traces


def test_ops_are_counted_with_those_of_branches(tmp_path: Path) -> None:
    """As TensorFlow lists them; plumbing comes last."""
    branches = {True: lambda x: x * x, False: lambda x: x - 1.0}
    function = tf.function(lambda x: tf.cond(x > 0, lambda: branches[True](x), lambda: branches[False](x)))
    types, counts, inner = summary.ops(function, [tf.constant(1.0)], log_dir=str(tmp_path))
    found = dict(zip(types, counts, strict=True))
    assert (found["Mul"], found["Sub"], len(inner)) == (1, 1, 2)
    assert types.index("Mul") < types.index("Identity")
    assert list(tmp_path.iterdir())
    with pytest.raises(ArgumentError):
        summary.graph_of(len, [])


@pytest.mark.parametrize(
    ("values", "hint"), [(range(MANY), "as_tensor()"), ([tf.zeros([n]) for n in range(MANY)], "input_signature")]
)
def test_the_argument_that_changes_is_named_once(values: Any, hint: str) -> None:
    """After so many traces, and not for the same arguments again."""
    take_notes()
    traces = Traces("step")
    for value in values:
        assert not take_notes()
        traces.note({"fixed": 1, "n": value})
        traces.note({"fixed": 1, "n": value})
    (note,) = take_notes()
    assert "`step()`" in note["message"]
    assert "`n` changes" in note["message"]
    assert any(hint in line for line in note["hints"])
    traces.note({"fixed": 2, "n": 77})
    assert not take_notes()


def test_a_failed_assertion_is_known_by_its_message_with_the_data() -> None:
    """Brackets in the message, the longer of two that begin alike, one of another's making."""
    entries.asserted(tf.constant(True), "a [b")
    function = tf.function(lambda x: entries.asserted(x > 0, ["a [b] is not", "a [b] are not"], [x]) or x)
    function(tf.constant(1.0))
    for value, message in ((tf.constant(-1.5), "a [b] is not"), (tf.constant([1.0, -1.5]), "a [b] are not")):
        with pytest.raises(tf.errors.InvalidArgumentError) as caught:
            function(value)
        error = repeated(str(caught.value))
        assert isinstance(error, GraphError)
        assert error.message == message
        assert "-1.5" in error.details[0]
    assert repeated("assertion failed: [of somebody else]") is None


def test_assertions_on_values_say_at_once_what_does_not_hold() -> None:
    """None where everything holds."""
    assert entries.asserted(tf.constant([True, True]), "no") is None
    assert entries.asserted(tf.constant([True, False]), ["one", "several"]) == "several"
    assert entries.asserted(tf.constant(False), ["one", "several"]) == "one"


def test_choosing_element_by_element_keeps_a_dtype_in_which_both_fit() -> None:
    """R values take the tensor's; keys are text or counted from 1."""
    chosen = entries.chosen(tf.constant([True, False]), tf.constant([1.0, 2.0], tf.float64), 0)
    assert (chosen.dtype, chosen.numpy().tolist()) == (tf.float64, [1.0, 0.0])
    assert entries.chosen(tf.constant([True, False]), 1, 2.5).numpy().tolist() == [1.0, 2.5]
    assert bool(entries.is_key(tf.constant("a"), "a"))
    assert not bool(entries.is_key(tf.constant(2), 1))

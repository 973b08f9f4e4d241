"""Loops of a graph, without R: what a pass assigns is what the function returns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bridge.backend import tf
from bridge.errors import GraphError
from bridge.graph.control import cond
from bridge.graph.loops import for_loop, while_loop
from bridge.graph.state import UNDEFINED, Maybe, read


def loop(step: Callable[..., dict[str, Any]], **start: Any) -> tuple[Callable[..., Any], list[str], list[Any]]:
    """A body for `for_loop()`: `step` gets the variables and the element, and gives those that it assigns."""
    names = list(start)

    def body(at: Any, values: Any, *element: Any) -> list[Any]:
        now = dict(start) | {names[i]: value for i, value in zip(at, values, strict=True)}
        now |= step(dict(now), *element)
        return [now[name] for name in names]

    return body, names, list(start.values())


def run(step: Callable[..., dict[str, Any]], elements: Any, stop: Any = None, **start: Any) -> dict[str, Any]:
    """What the variables hold after a loop over `elements()`, run as a graph."""

    @tf.function(autograph=False)
    def graph() -> Any:
        body, names, entry = loop(step, **start)
        asked = None if stop is None else lambda at, values: stop({names[i]: v for i, v in zip(at, values, strict=True)})
        at, values = for_loop(elements(), body, names, entry, "`for (x in xs)`", asked)
        return {names[i]: read(value) for i, value in zip(at, values, strict=True) if value is not UNDEFINED}

    return {name: value.numpy().tolist() if hasattr(value, "numpy") else value for name, value in graph().items()}


ELEMENTS = {
    "a tensor": lambda: tf.constant([1.0, 2.0, 3.0]),
    "a range": lambda: tf.range(1.0, 4.0),
    "a dataset": lambda: tf.data.Dataset.from_tensor_slices([1.0, 2.0, 3.0]),
    "an iterator": lambda: iter(tf.data.Dataset.from_tensor_slices([1.0, 2.0, 3.0])),
}


@pytest.mark.parametrize("elements", ELEMENTS.values(), ids=ELEMENTS)
def test_values_go_from_pass_to_pass(elements: Callable[[], Any]) -> None:
    assert run(lambda now, x: {"s": now["s"] + x}, elements, s=0.0) == {"s": 6.0}


@pytest.mark.parametrize("elements", ELEMENTS.values(), ids=ELEMENTS)
def test_a_loop_stops_where_it_is_told(elements: Callable[[], Any]) -> None:
    found = run(
        lambda now, x: {"s": now["s"] + x, "halt": now["s"] + x >= 3.0},
        elements,
        lambda now: now["halt"],
        s=0.0,
        halt=False,
    )
    assert found == {"s": 3.0, "halt": True}


@pytest.mark.parametrize("elements", ELEMENTS.values(), ids=ELEMENTS)
def test_what_is_first_assigned_in_the_loop_is_there_after_it(elements: Callable[[], Any]) -> None:
    assert run(lambda now, x: {"last": {"double": x * 2}}, elements, last=UNDEFINED)["last"]["double"].numpy() == 6.0


def test_a_loop_without_a_pass_defines_nothing() -> None:
    with pytest.raises(tf.errors.InvalidArgumentError, match="`last` has no value"):
        run(lambda now, x: {"last": x}, lambda: tf.zeros([0]), last=UNDEFINED)


def test_a_number_takes_the_dtype_that_it_meets() -> None:
    found = run(lambda now, x: {"s": x + tf.cast(now["s"], tf.float64)}, lambda: tf.constant([1.0, 2.0], tf.float64), s=0.0)
    assert found == {"s": 3.0}


def test_variables_of_the_model_are_updated_in_order() -> None:
    v = tf.Variable(1.0)
    run(lambda now, x: {"s": v.assign(v * 2 + x)}, lambda: tf.constant([1.0, 2.0, 3.0]), s=0.0)
    assert v.numpy() == 19


@pytest.mark.parametrize(
    ("step", "start", "message"),
    [
        (lambda now, x: {"s": tf.cast(now["s"], tf.int32)}, tf.constant(1.0), "`s` changes in .*float32.*int32"),
        (
            lambda now, x: {"s": tf.concat([now["s"], [x]], 0)},
            tf.constant([1.0]),
            r"`s` changes its shape in .*\(1\).*\(2\)",
        ),
        (lambda now, x: {"s": object()}, 0.0, "`s` is an object in `for"),
        (lambda now, x: {"s": [now["s"]]}, 0.0, "`s` changes in .*list of 1"),
        (lambda now, x: {"s": x}, None, "`s` changes in .*NULL before"),
    ],
    ids=["dtype", "shape", "no tensor", "a list", "NULL before"],
)
def test_what_changes_its_kind_is_refused_by_name(step: Any, start: Any, message: str) -> None:
    with pytest.raises(GraphError, match=message):
        run(step, lambda: tf.constant([1.0, 2.0]), s=start)


def test_sizes_may_change_when_they_are_said_to() -> None:
    @tf.function(autograph=False)
    def graph() -> Any:
        body, names, entry = loop(lambda now, x: {"s": tf.concat([now["s"], [x]], 0)}, s=tf.constant([0.0]))
        options = {"shape_invariants": {"s": [None]}}
        return for_loop(tf.constant([1.0, 2.0]), body, names, entry, options=options)[1][0]

    assert graph().numpy().tolist() == [0, 1, 2]


def test_while_counts() -> None:
    @tf.function(autograph=False)
    def graph(n: Any) -> Any:
        def body(at: Any, values: Any) -> list[Any]:
            return [values[0] + 1]

        return while_loop(lambda at, values: values[0] < n, body, ["i"], [0])[1][0]

    assert graph(tf.constant(7)).numpy() == 7


def test_a_loop_of_no_variables_runs() -> None:
    v = tf.Variable(0.0)
    assert run(lambda now, x: (v.assign_add(x), {})[1], lambda: tf.constant([1.0, 2.0])) == {}
    assert v.numpy() == 3


@pytest.mark.parametrize("lenient", [True, False])
def test_what_one_branch_defines(lenient: bool) -> None:
    @tf.function(autograph=False)
    def graph(x: Any) -> Any:
        found = cond(x > 0, lambda: [x], lambda: [UNDEFINED], ["y"], [UNDEFINED], [], "`if (x > 0)`", lenient)[0]
        assert isinstance(found, Maybe) is lenient
        return read(found)

    if lenient:
        assert graph(tf.constant(1.0)).numpy() == 1
        with pytest.raises(tf.errors.InvalidArgumentError, match="`y` has no value"):
            graph(tf.constant(-1.0))
    else:
        with pytest.raises(GraphError, match=r"`y` has no value here: only one branch of `if \(x > 0\)`"):
            graph(tf.constant(1.0))


@pytest.mark.parametrize(
    ("a", "b", "dtype"),
    [
        (0.0, tf.constant(1.0, tf.float64), "float64"),
        (tf.constant(1, tf.int64), 2.0, "int64"),
        (1, 2.5, "float32"),
        (True, False, "bool"),
        ("a", "b", "string"),
        (True, tf.constant(2.0), "float32"),
    ],
)
@pytest.mark.parametrize("swap", [True, False])
def test_branches_meet_in_one_dtype(a: Any, b: Any, dtype: str, swap: bool) -> None:
    @tf.function(autograph=False)
    def graph(x: Any) -> Any:
        first, second = (b, a) if swap else (a, b)
        return cond(x > 0, lambda: [first], lambda: [second], ["y"], [UNDEFINED], ["y"])[0]

    assert graph(tf.constant(1.0)).dtype.name == dtype


def test_equal_values_of_r_stay_values_of_r() -> None:
    @tf.function(autograph=False)
    def graph(x: Any) -> Any:
        assert cond(x > 0, lambda: [3, False], lambda: [3, False], ["y", "z"], [UNDEFINED, 1], ["y", "z"]) == [3, False]
        return x

    graph(tf.constant(1.0))

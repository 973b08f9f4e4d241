from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bridge.backend import tf
from bridge.barrier.functions import RFunction
from bridge.data.mappers import mapper, stepper
from bridge.errors import ArgumentError, BridgeError, DataError


def taking(*formals: Any) -> tuple[RFunction, list[Any]]:
    """An R function that remembers how it is called, and where it does."""
    calls: list[Any] = []

    def run(*args: Any, **named: Any) -> Any:
        calls.append((args, named))
        return 0

    return RFunction(run, "f", [formal if isinstance(formal, list) else [formal, False] for formal in formals]), calls


PAIR = (1, 2)
RECORD = {"x": 1, "y": 2}
FORMULA = (["...", True], [".x", True], [".y", True], [".", True])


@pytest.mark.parametrize(
    ("formals", "parts", "args", "named"),
    [
        pytest.param(["x"], (1,), (1,), {}, id="one part"),
        pytest.param(["x", "y"], PAIR, (1, 2), {}, id="two parts of a pair"),
        pytest.param(["pair"], PAIR, ([1, 2],), {}, id="a pair as a list"),
        pytest.param(["x", ["k", True]], PAIR, (1, 2), {}, id="a default is a place too"),
        pytest.param(FORMULA, PAIR, (1, 2), {}, id="a formula of a pair"),
        pytest.param(FORMULA, (RECORD,), (RECORD,), {}, id="a formula of a record"),
        pytest.param(["record"], (RECORD,), (RECORD,), {}, id="a record as it is"),
        pytest.param(["x"], (RECORD,), (RECORD,), {}, id="a record, though one of its names is that of the argument"),
        pytest.param(["y", "x"], (RECORD,), (), {"x": 1, "y": 2}, id="a record by its names"),
        pytest.param(["a", "b"], (RECORD,), (1, 2), {}, id="a record by position"),
        pytest.param(["y", "x", ["k", True]], ({"x": 1, "y": 2, "z": 3},), (), {"x": 1, "y": 2}, id="only what it takes"),
    ],
)
def test_what_a_mapper_is_given(formals: list[Any], parts: Any, args: Any, named: Any) -> None:
    function, calls = taking(*formals)
    mapper(function)(*parts)
    assert calls == [(args, named)]


@pytest.mark.parametrize(
    ("formals", "parts", "message"),
    [
        (["x", "y", "z"], PAIR, "`map_func` takes `x`, `y`, `z`, but elements have 2 parts"),
        (["a", "b"], (1,), "`map_func` takes `a`, `b`, but elements have 1 part"),
        (["a", "b", "c"], (RECORD,), "but elements have the parts `x`, `y`"),
        ([], (1,), "`map_func` takes no arguments"),
    ],
)
def test_what_a_mapper_cannot_take_is_said(formals: list[str], parts: Any, message: str) -> None:
    function, _ = taking(*formals)
    with pytest.raises(ArgumentError, match=message):
        mapper(function)(*parts)


@pytest.mark.parametrize(
    ("value", "spec"),
    [
        pytest.param(1.5, ((), "float32"), id="a number"),
        pytest.param(1, ((), "int32"), id="an integer"),
        pytest.param(True, ((), "bool"), id="a logical"),
        pytest.param("a", ((), "string"), id="text"),
        pytest.param(np.array([1.0, 2.0]), ((2,), "float32"), id="a vector of doubles"),
    ],
)
def test_what_values_of_a_mapper_are(value: Any, spec: Any) -> None:
    made = tf.data.Dataset.range(1).map(mapper(RFunction(lambda x: value, "f", [["x", False]])))
    assert (made.element_spec.shape, made.element_spec.dtype.name) == spec


def test_structures_of_a_mapper_stay() -> None:
    def run(x: Any) -> Any:
        return {"b": [x, {"c": 1}], "a": "t"}

    spec = tf.data.Dataset.range(1).map(mapper(RFunction(run, "f", [["x", False]]))).element_spec
    assert (list(spec), type(spec["b"]), spec["b"][1]["c"].dtype.name) == (["b", "a"], tuple, "int32")


def test_nothing_and_no_data_are_refused() -> None:
    for value, kind in ((None, DataError), (object(), DataError)):
        with pytest.raises(kind):
            mapper(RFunction(lambda x, value=value: value, "f", [["x", False]]))(1)
    with pytest.raises(BridgeError, match="`predicate` must be a function or a formula"):
        mapper(3, "predicate")


def test_python_functions_are_left_alone() -> None:
    function: Callable[..., Any] = tf.square
    assert mapper(function) is function
    assert stepper(function, "reduce_func") is function

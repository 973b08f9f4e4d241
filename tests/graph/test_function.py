from __future__ import annotations

from typing import Any

import pytest

from bridge.backend import tf
from bridge.barrier import RFunction
from bridge.graph.function import traced

FORMALS = [["x", False], ["k", True, 2.0], ["na.rm", True]]


def scaled(x: Any, k: Any = 2.0, **given: Any) -> Any:
    """What stands in for `function(x, k = 2, na.rm = nchar(""))`."""
    return x * k + given.get("na.rm", 100.0)


@pytest.mark.parametrize(
    ("args", "kwargs", "value"),
    [
        ([3.0], {}, 106),
        ([3.0, 4.0], {}, 112),
        ([3.0], {"k": 4.0}, 112),
        ([], {"x": 3.0}, 106),
        ([3.0], {"na.rm": 1.0}, 7),
        ([3.0, 4.0, 1.0], {}, 13),
        ([], {"na.rm": 1.0, "k": 4.0, "x": 3.0}, 13),
    ],
)
@pytest.mark.parametrize("tensors", [True, False])
def test_arguments_are_given_by_position_and_by_name(
    args: list[float], kwargs: dict[str, float], value: float, tensors: bool
) -> None:
    function = traced(RFunction(scaled, "scaled", FORMALS), "scaled")
    make = tf.constant if tensors else float
    given = {name: make(item) for name, item in kwargs.items()}
    result = function(*map(make, args), **given)
    assert float(result) == value


def test_a_signature_covers_arguments_by_name_too() -> None:
    function = traced(RFunction(scaled, "scaled", FORMALS), "scaled", [tf.TensorSpec([None], tf.float32)])
    assert function(tf.constant([1.0])).numpy().tolist() == function(x=tf.constant([1.0])).numpy().tolist() == [102]


def test_further_arguments_are_handed_on() -> None:
    def many(*args: Any, **kwargs: Any) -> Any:
        return sum([*args, *kwargs.values()])

    function = traced(RFunction(many, "many", [["x", False], ["...", True], ["z", True]]), "many")
    ones = [tf.constant(1.0)] * 3
    assert float(function(*ones, z=tf.constant(2.0), w=tf.constant(5.0))) == 10

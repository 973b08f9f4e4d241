from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bridge.barrier.functions import RError, RFunction
from bridge.catalog import construct
from bridge.catalog.compute import compute
from bridge.compose.layers import layer
from bridge.errors import ArgumentError, BridgeError, FileError
from tests.conftest import newer_keras


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        pytest.param("layer_dense", {"units": -1.0}, r"`layer_dense\(\)` does not work .* `units = -1`", marks=newer_keras),
        ("layer_dropout", {"rate": 1.5}, r"does not work with `rate = 1.5`"),
        ("layer_conv_2d", {"filters": 2.0, "kernel_size": np.ones(3)}, "does not work with `kernel_size`"),
        ("metric_auc", {"num_thresholds": 0.0}, "`num_thresholds = 0`"),
        ("optimizer_sgd", {"clipnorm": 1.0, "clipvalue": 1.0}, "`clipnorm = 1` and `clipvalue = 1`"),
    ],
)
def test_what_keras_refuses_is_told_in_r_s_words(name: str, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        construct(name, arguments)


@pytest.mark.parametrize(
    ("name", "arguments", "names"),
    [
        ("op_matmul", {"x1": np.ones((2, 3)), "x2": np.ones((2, 3))}, ["x1", "x2"]),
        ("op_reshape", {"x": np.ones(4), "newshape": np.ones(2) * 3}, ["x", "newshape"]),
        ("op_sum", {"x": "a"}, ["x"]),
        ("op_expand_dims", {"x": np.ones(3), "axis": 7.0}, ["axis"]),
        ("get_weights", {"object": "a"}, ["object"]),
    ],
)
def test_where_the_message_names_nothing_all_that_was_given_is_named(
    name: str, arguments: dict[str, Any], names: list[str]
) -> None:
    with pytest.raises(ArgumentError) as caught:
        compute(name, arguments)
    assert all(f"`{one}" in caught.value.message for one in names)
    assert f"`{name}()`" in caught.value.message
    assert "function_node" not in str(caught.value)
    assert caught.value.__cause__ is not None


def test_a_layer_that_cannot_take_its_input_says_so() -> None:
    with pytest.raises(ArgumentError, match=r"`layer_dense\(\)` does not work with `object`"):
        layer("layer_dense", np.ones(3), {"units": 2.0})
    with pytest.raises(ArgumentError, match=r"`layer_concatenate\(\)` does not work with `inputs = "):
        layer("layer_concatenate", [np.ones((2, 3)), np.ones((3, 3, 3))], {})


def test_files_that_are_not_there_are_file_errors() -> None:
    with pytest.raises(FileError, match="path"):
        compute("image_load", {"path": "no/such.png"})


def test_errors_of_r_code_stay_what_they_are() -> None:
    failing = RFunction(lambda *_: {"__tfbridge_escaped__": 1, "message": "mine"}, "f", [["x", False]])
    with pytest.raises(RError, match="mine"):
        compute("op_map", {"xs": np.ones(2), "f": failing})


def test_errors_of_ours_say_what_was_given() -> None:
    with pytest.raises(BridgeError) as caught:
        compute("adapt", {"object": construct("layer_dense", {"units": 1.0}), "data": np.ones((2, 2))})
    assert "`object` (a Dense)" in caught.value.details[0]

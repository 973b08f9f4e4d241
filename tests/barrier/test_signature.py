from __future__ import annotations

import inspect
from typing import Any

import pytest

from bridge.backend import keras, tf
from bridge.barrier import RFunction
from bridge.barrier.signature import r_signature


@pytest.mark.parametrize(
    ("formals", "text"),
    [
        ([["x", False], ["y", True]], "(x, y=None)"),
        ([["x", True, 1.0], ["y", False]], "(x=1.0, y=None)"),
        ([["x", False], ["training", True, False], ["mask", True, None]], "(x, training=False, mask=None)"),
        ([["x", False], ["...", True], ["k", True, -1], ["l", False]], "(x, *args, k=-1, l, **kwargs)"),
        ([["args", False], ["...", True], ["kwargs", True]], "(args, *args_, kwargs=None, **kwargs_)"),
        ([], "()"),
    ],
)
def test_formals_become_signatures(formals: list[list[Any]], text: str) -> None:
    assert str(r_signature(formals)) == text


def test_self_comes_first_under_a_name_that_is_free() -> None:
    assert list(r_signature([["self", False]], "self").parameters) == ["self_", "self"]


@pytest.mark.parametrize("name", ["na.rm", "lambda", "class", "my.very.own", "x y", "1st"])
def test_names_that_pythons_grammar_lacks_can_be_given(name: str) -> None:
    signature = r_signature([["x", False], [name, True, 3]])
    assert list(signature.parameters) == ["x", name]
    bound = signature.bind(1, **{name: 2})
    assert bound.arguments == {"x": 1, name: 2}
    assert signature.bind(1, 2).arguments == bound.arguments
    function = RFunction(lambda *args, **kwargs: (args, kwargs), "f", [["x", False], [name, True, 3]])
    assert inspect.getfullargspec(function).args == ["x", name]
    assert function(1, **{name: 2}) == ((1,), {name: 2})


def test_none_from_keras_leaves_a_default_that_r_evaluates_to_r() -> None:
    evaluated = RFunction(lambda x, training="R's": training, "f", [["x", False], ["training", True]])
    constant = RFunction(lambda x, training="R's": training, "f", [["x", False], ["training", True, False]])
    assert evaluated(1, training=None) == "R's"
    assert evaluated(1, training=True) is True
    assert constant(1, training=None) is None


@pytest.mark.parametrize("training", [None, False, True])
def test_a_lambda_layer_gives_training_and_mask(training: bool | None) -> None:
    found = []
    for r in (False, True):
        seen: list[Any] = []

        def function(x: Any, training: Any = False, mask: Any = None, seen: list[Any] = seen) -> Any:
            seen.append((training, mask is not None))
            return x

        formals = [["x", False], ["training", True, False], ["mask", True, None]]
        made = keras.layers.Lambda(RFunction(function, "f", formals) if r else function, mask=lambda inputs, mask: mask)
        inputs = keras.layers.Embedding(2, 1, mask_zero=True)(tf.constant([[1, 0]]))
        made(inputs, training=training)
        found.append(seen)
    assert found[0] == found[1]
    assert found[0][-1][1]

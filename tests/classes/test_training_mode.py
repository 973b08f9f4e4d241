"""Layers whose methods stand in for R's against the same in Python: what mode they run in, and which masks they get."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bridge.backend import keras, tf
from bridge.classes import call_super, define
from bridge.classes.instances import numbered

DEFAULTS: dict[str, tuple[list[Any], str]] = {
    "no default": ([False], ""),
    "NULL": ([True, None], "=None"),
    "FALSE": ([True, False], "=False"),
    "TRUE": ([True, True], "=True"),
    "expression": ([True], "=None"),
}
"""What R tells of a default, and how it is written in Python."""

EVALUATED = {"training": False, "mask": None}
"""What R's expressions give, for arguments that nobody gave."""


def _dropout(layer: Any, inputs: Any, training: Any, mask: Any) -> Any:
    return layer.inner(inputs)


def _dropout_told(layer: Any, inputs: Any, training: Any, mask: Any) -> Any:
    return layer.inner(inputs, training=training)


def _masked_sum(layer: Any, inputs: Any, training: Any, mask: Any) -> Any:
    weights = tf.ones_like(inputs) if mask is None else tf.cast(mask, inputs.dtype)[..., None]
    return tf.reduce_sum(inputs * weights, axis=1, keepdims=True) + (5 if training else 0)


BODIES: dict[str, tuple[Callable[..., Any], Callable[[], Any]]] = {
    "dropout": (_dropout, lambda: keras.layers.Dropout(0.5, seed=7)),
    "dropout that is told": (_dropout_told, lambda: keras.layers.Dropout(0.5, seed=7)),
    "batch norm": (_dropout, lambda: keras.layers.BatchNormalization(momentum=0.5)),
    "mask": (_masked_sum, lambda: keras.layers.Identity()),
}


def ours(body: str, default: str, kind: str = "layer", inner: Callable[[], Any] | None = None) -> Any:
    """An object of a class as R defines it."""
    compute, part = BODIES[body]
    owner: dict[str, int] = {}

    def initialize(number: int) -> None:
        call_super(owner["number"], number, "initialize")
        numbered(number).inner = (inner or part)()
        numbered(number).supports_masking = True

    def call(number: int, inputs: Any, *args: Any, **given: Any) -> Any:
        values = dict(zip(["training", "mask"], args, strict=False)) | given
        constants = EVALUATED if len(DEFAULTS[default][0]) == 1 else dict.fromkeys(EVALUATED, DEFAULTS[default][0][-1])
        return compute(numbered(number), inputs, **({"training": constants["training"], "mask": None} | values))

    formals = [["inputs", False], ["training", *DEFAULTS[default][0]], ["mask", *DEFAULTS["NULL"][0]]]
    if default == "no default":
        formals = [["inputs", False], ["training", False], ["mask", True, None]]
    made: Any = define(kind, "Ours", {"initialize": [initialize, []], "call": [call, formals]}, {})
    owner["number"] = made.r_class_number
    return made()


def twin(body: str, default: str, kind: str = "layer", inner: Callable[[], Any] | None = None) -> Any:
    """An object of the same class written in Python."""
    compute, part = BODIES[body]
    base = keras.layers.Layer if kind == "layer" else keras.Model
    scope: dict[str, Any] = {"compute": compute}
    evaluated = "if training is None: training = False" if default == "expression" else "pass"
    text = f"def call(self, inputs, training{DEFAULTS[default][1]}, mask=None):\n    {evaluated}\n"
    exec(text + "    return compute(self, inputs, training, mask)", scope)

    def __init__(self: Any) -> None:
        base.__init__(self)
        self.inner = (inner or part)()
        self.supports_masking = True

    return type("Ours", (base,), {"__init__": __init__, "call": scope["call"]})()


def _nested(make: Callable[..., Any], body: str, default: str) -> Any:
    return make("dropout", default, inner=lambda: make(body, default))


def _subclassed(make: Callable[..., Any], body: str, default: str) -> Any:
    class Holder(keras.Model):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.inner = make(body, default)

        def call(self, inputs: Any, training: Any = None) -> Any:
            return self.inner(inputs)

    return Holder()


def _functional(make: Callable[..., Any], body: str, default: str) -> Any:
    inputs = keras.Input((3, 2))
    masked = keras.layers.Masking()(inputs)
    return keras.Model(inputs, make(body, default)(masked))


WAYS: dict[str, Callable[..., Any]] = {
    "direct": lambda make, body, default: make(body, default),
    "Sequential": lambda make, body, default: keras.Sequential([keras.layers.Masking(), make(body, default)]),
    "functional": _functional,
    "subclassed": _subclassed,
    "nested": _nested,
    "a model of R": lambda make, body, default: make("dropout", default, "model", lambda: make(body, default)),
}

X = np.array([[[1, 2], [0, 0], [3, 4]]], dtype="float32")


GIVEN: list[dict[str, Any]] = [{}, {"training": True}, {"training": False}, {"training": None}]


def outcomes(make: Callable[..., Any], way: str, body: str, default: str, calls: list[dict[str, Any]]) -> list[Any]:
    """What one object's calls give, each twice, and what they leave in the weights; or the kind of error."""
    keras.utils.set_random_seed(1)
    try:
        made = WAYS[way](make, body, default)
    except (TypeError, ValueError) as error:
        return [type(error).__name__]
    masked = keras.layers.Masking()(tf.constant(X)) if way in ("direct", "nested") else tf.constant(X)
    found: list[Any] = []
    for given in calls:
        try:
            values = [made(masked, **given).numpy().tolist() for _ in range(2)]
            weights = [weight.numpy().tolist() for weight in made.weights if "seed" not in weight.path]
            found.append((given, [*values, *weights]))
        except (TypeError, ValueError) as error:
            found.append((given, [type(error).__name__]))
    return found


@pytest.mark.parametrize("default", DEFAULTS)
@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("way", WAYS)
def test_calls_run_in_the_mode_of_the_python_twin(way: str, body: str, default: str) -> None:
    # Each mode comes first, and so builds the object, with each way and each body.
    first = [*WAYS].index(way) + [*BODIES].index(body) + [*DEFAULTS].index(default)
    calls = [GIVEN[(first + i) % len(GIVEN)] for i in range(len(GIVEN))]
    assert outcomes(ours, way, body, default, calls) == outcomes(twin, way, body, default, calls)


def test_a_mask_that_is_given_comes_before_that_of_the_input() -> None:
    mask = tf.constant([[False, False, True]])
    for default in ("NULL", "FALSE", "expression"):
        ((_, found),) = outcomes(ours, "direct", "mask", default, [{"mask": mask}])
        assert found == [[[[3.0, 4.0]]]] * 2


@pytest.mark.parametrize("default", ["NULL", "FALSE", "TRUE", "expression"])
@pytest.mark.parametrize(
    ("body", "way"), [("batch norm", "Sequential"), ("mask", "functional"), ("dropout", "a model of R")]
)
def test_training_evaluating_and_predicting_are_those_of_the_python_twin(default: str, body: str, way: str) -> None:
    found = []
    for make in (ours, twin):
        keras.utils.set_random_seed(1)
        model = keras.Sequential([keras.Input((3, 2)), WAYS[way](make, body, default)])
        model.compile("sgd", "mse")
        x, y = np.repeat(X, 4, axis=0), np.ones((4, 3, 2), dtype="float32")
        fitted = model.fit(x, y, verbose=0, shuffle=False).history["loss"]
        found.append([fitted, model.evaluate(x, y, verbose=0), model.predict(x, verbose=0).tolist()])
    for left, right in zip(*found, strict=True):
        np.testing.assert_allclose(left, right, rtol=1e-5)

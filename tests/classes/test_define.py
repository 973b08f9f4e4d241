"""Classes whose methods stand in for R's: dispatchers get the number of the instance and the arguments, as R ones do."""

from __future__ import annotations

import gc
from typing import Any

import numpy as np
import pytest

from bridge.backend import keras, tf
from bridge.classes import assign, attribute, call_super, define
from bridge.classes.instances import call_method, instance, take_gone
from bridge.errors import ClassDefinitionError
from bridge.values.dtypes import NA_INTEGER


def scale_layer(seen: dict[str, Any]) -> type:
    """A layer with one weight; what its methods are given is noted in `seen`."""
    owner: dict[str, int] = {}

    def initialize(number: int, factor: float = 2.0) -> None:
        call_super(owner["number"], number, "initialize")
        assign(number, "factor", factor)

    def build(number: int, input_shape: Any) -> None:
        seen["input_shape"] = input_shape
        shape = np.array([input_shape[-1]], dtype=float)
        gain = call_method(attribute(number, "add_weight"), [], {"shape": shape, "initializer": "ones"})
        assign(number, "gain", gain)

    def call(number: int, inputs: Any, training: Any = None) -> Any:
        seen["training"] = training
        return inputs * attribute(number, "gain") * attribute(number, "factor")

    made: Any = define(
        "layer",
        "Scale",
        {
            "initialize": [initialize, [["factor", True]]],
            "build": [build, [["input_shape", False]]],
            "call": [call, [["inputs", False], ["training", True]]],
        },
        {},
    )
    owner["number"] = made.r_class_number
    return made


def test_methods_get_what_r_would_get() -> None:
    seen: dict[str, Any] = {}
    layer = scale_layer(seen)(factor=3.0)
    model = keras.Sequential([keras.Input((2,)), layer])
    assert seen["input_shape"].tolist() == [NA_INTEGER, 2]
    assert model(tf.ones((1, 2)), training=True).numpy().tolist() == [[3, 3]]
    assert seen["training"] is True
    assert [w.shape for w in layer.trainable_weights] == [(2,)]


def test_arguments_that_python_leaves_out_are_r_defaults() -> None:
    assert scale_layer({})().factor == 2.0


def test_instances_that_go_are_reported_once() -> None:
    take_gone()
    layer = scale_layer({})()
    number = layer._r_number
    del layer
    gc.collect()
    assert number in take_gone()
    assert number not in take_gone()


def test_active_members_are_properties() -> None:
    made = define("model", "M", {}, {"answer": [lambda number: 42, []]})
    assert made().answer == 42


def test_epochs_count_from_one_and_logs_may_be_left_out() -> None:
    seen: list[Any] = []
    made = define("callback", "C", {"on_epoch_end": [lambda number, epoch: seen.append(epoch), [["epoch", False]]]}, {})
    made().on_epoch_end(0, {"loss": 1.0})
    made().on_epoch_end(epoch=1, logs={"loss": 1.0})
    assert seen == [1, 2]


def test_classes_inherit_from_one_another() -> None:
    base = define("layer", "Base", {"call": [lambda number, inputs: inputs + 1, [["inputs", False]]]}, {})
    owner: dict[str, int] = {}

    def call(number: int, inputs: Any) -> Any:
        return call_super(owner["number"], number, "call", [inputs]) * 10

    child: Any = define("layer", "Child", {"call": [call, [["inputs", False]]]}, {}, base)
    owner["number"] = child.r_class_number
    assert child()(tf.constant([1.0])).numpy().tolist() == [20]


def test_shapes_come_back_from_r_as_vectors_or_lists() -> None:
    for answer in (np.array([NA_INTEGER, 4], dtype=np.int32), [None, 4.0], [NA_INTEGER, 4]):
        made = define(
            "layer",
            "S",
            {"compute_output_shape": [lambda number, input_shape, a=answer: a, [["input_shape", False]]]},
            {},
        )
        assert made().compute_output_shape((None, 2)) == (None, 4)


def test_attributes_that_do_not_exist_are_named() -> None:
    with pytest.raises(ClassDefinitionError, match=r"`self\$nope` does not exist in Scale"):
        attribute(scale_layer({})(), "nope")


def test_a_base_must_be_a_class() -> None:
    with pytest.raises(ClassDefinitionError, match="`inherit` must be a class"):
        define("layer", "X", {}, {}, "Layer")


def test_a_constructor_of_keras_own_gets_its_arguments_by_their_roles() -> None:
    dense = define("layer", "Halved", {"call": [lambda number, inputs: inputs, [["inputs", False]]]}, {}, keras.layers.Dense)
    assert instance(dense, {"units": 3.0}).units == 3
    assert instance(dense, {}, [4.0]).units == 4


def test_a_constructor_that_forgets_its_parents_is_named() -> None:
    def initialize(number: int) -> None:
        assign(number, "units", 3)

    methods = {"initialize": [initialize, []]}
    with pytest.raises(ClassDefinitionError, match=r"`Forgot\$initialize\(\)` does not call `super\$initialize\(\)`"):
        define("layer", "Forgot", methods, {})()
    # What Keras tracks nothing of can be made up for.
    assert define("loss", "Lax", methods, {})().reduction == "sum_over_batch_size"


def test_only_what_r_recorded_stands_in_for_a_configuration_that_a_parent_does_not_give() -> None:
    class Parent(keras.layers.Layer):  # type: ignore[misc]
        def get_config(self) -> dict[str, Any]:
            raise NotImplementedError("say how")

    with pytest.raises(NotImplementedError, match="say how"):
        define("layer", "Silent", {}, {}, Parent)().get_config()

    class Broken(keras.layers.Layer):  # type: ignore[misc]
        def get_config(self) -> dict[str, Any]:
            return {"units": self.unit}

    with pytest.raises(AttributeError, match="unit"):
        define("layer", "OfBroken", {}, {}, Broken)().get_config()


def test_methods_take_r_values_by_the_names_of_their_arguments() -> None:
    dense = keras.layers.Dense(2)
    shape = call_method(dense.compute_output_shape, [np.array([5.0, 3.0])])
    assert (shape.dtype, shape.tolist()) == (np.int32, [5, 2])
    assert call_method(dense.compute_output_shape, None, {"input_shape": [None, 3.0]}).tolist() == [NA_INTEGER, 2]
    assert call_method(dense, [np.ones((4, 3))]).shape == (4, 2)

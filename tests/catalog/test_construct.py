from __future__ import annotations

import inspect
import re
from typing import Any

import numpy as np
import pytest

from bridge.backend import keras, tf
from bridge.barrier.notes import take_notes
from bridge.catalog import construct, symbol
from bridge.catalog.compute import compute
from bridge.catalog.construct import argument_for_keras
from bridge.catalog.roles import convert, role_of
from bridge.catalog.rows import rows
from bridge.errors import ArgumentError
from bridge.models.weights import set_weights
from tests.conftest import IS_OLDEST

# Arguments that a constructor cannot do without, and those whose Keras class needs a package that is not here.
REQUIRED: dict[str, dict[str, Any]] = {
    "units": {"units": 4.0},
    "filters": {"filters": 4.0},
    "kernel_size": {"kernel_size": 3.0},
    "cell": {"cell": keras.layers.LSTMCell(2)},
    "cells": {"cells": [keras.layers.LSTMCell(2)]},
    "layer": {"layer": keras.layers.LSTM(2)},
    "layers": {"layers": [keras.layers.Rescaling(2.0)]},
    "num_heads": {"num_heads": 2.0},
    "num_query_heads": {"num_query_heads": 2.0},
    "num_key_value_heads": {"num_key_value_heads": 1.0},
    "head_dim": {"head_dim": 4.0},
    "key_dim": {"key_dim": 4.0},
    "rate": {"rate": 0.5},
    "stddev": {"stddev": 0.5},
    "equation": {"equation": "ab,bc->ac"},
    "output_shape": {"output_shape": 4.0},
    "target_shape": {"target_shape": np.array([2.0, 2.0])},
    "dims": {"dims": np.array([2.0, 1.0])},
    "axes": {"axes": 2.0},
    "n": {"n": 2.0},
    "scale": {"scale": 2.0},
    "input_dim": {"input_dim": 5.0},
    "output_dim": {"output_dim": 3.0},
    "height": {"height": 4.0},
    "width": {"width": 4.0},
    "output_size": {"output_size": 2.0},
    "factor": {"factor": 0.2},
    "height_factor": {"height_factor": 0.2},
    "width_factor": {"width_factor": 0.2},
    "pool_size": {"pool_size": 2.0},
    "num_bins": {"num_bins": 4.0},
    "num_tokens": {"num_tokens": 4.0},
    "max_number": {"max_number": 4.0},
    "function": {"f": keras.activations.relu},
    "f": {"f": keras.activations.relu},
    "activation": {"activation": "relu"},
    "decay_steps": {"decay_steps": 10.0},
    "initial_learning_rate": {"initial_learning_rate": 0.1},
    "first_decay_steps": {"first_decay_steps": 10.0},
    "decay_rate": {"decay_rate": 0.5},
    "boundaries": {"boundaries": np.array([10.0, 20.0])},
    "values": {"values": [1.0, 0.5, 0.1]},
    "filename": {"filename": "log.csv"},
    "filepath": {"filepath": "model.keras"},
    "backup_dir": {"backup_dir": "backup"},
    "schedule": {"schedule": lambda epoch: 0.1},
    "recall": {"recall": 0.5},
    "precision": {"precision": 0.5},
    "sensitivity": {"sensitivity": 0.5},
    "specificity": {"specificity": 0.5},
    "num_classes": {"num_classes": 3.0},
    "target_class_ids": {"target_class_ids": np.array([0.0, 1.0])},
    "fn": {"fn": keras.losses.mean_squared_error},
    "features": {"features": {"x": "float"}},
    "inner_optimizer": {"inner_optimizer": keras.optimizers.SGD()},
}
PARTICULAR: dict[str, dict[str, Any]] = {
    "layer_category_encoding": {"num_tokens": 4.0},
    "layer_discretization": {"num_bins": 4.0},
    "layer_random_posterization": {"factor": 4.0},
}
ELSEWHERE = {
    "layer_jax_model_wrapper": "needs jax",
    "layer_flax_module_wrapper": "needs flax",
    "layer_torch_module_wrapper": "needs torch",
    "layer_tfsm": "needs a SavedModel on disk",
    "callback_orbax_checkpoint": "needs orbax",
    "callback_swap_ema_weights": "only makes sense in fit",
    "optimizer_multi": "takes a list of optimizers and layers",
}


def minimal(r_name: str) -> dict[str, Any]:
    found = rows()[r_name]
    needed = [
        p
        for name, p in found.parameters.items()
        if p.default is p.empty and name not in ("y_true", "y_pred") and found.symbol
    ]
    own = {found.renames.get(p.name, p.name) for p in needed}
    given = {key: value for name in own for key, value in REQUIRED.get(name, {}).items()}
    return given


CONSTRUCTORS = [
    name
    for name, found in rows().items()
    if found.traits.makes != "result" and found.family != "activation" and name not in ELSEWHERE
]


@pytest.mark.parametrize("r_name", CONSTRUCTORS)
def test_every_constructor_works_with_its_least_arguments(r_name: str) -> None:
    made = construct(r_name, minimal(r_name) | PARTICULAR.get(r_name, {}))
    target = rows()[r_name].target
    assert isinstance(made, target) if isinstance(target, type) else made is target


# The oldest Keras does not take what it says of these itself.
NOT_CONFIGURED = {"layer_discretization", "optimizer_loss_scale"} if IS_OLDEST else set()

CONFIGURED = [
    name
    for name in CONSTRUCTORS
    if rows()[name].symbol and rows()[name].family != "callback" and isinstance(rows()[name].target, type)
    if name not in NOT_CONFIGURED
]


@pytest.mark.parametrize("r_name", CONFIGURED)
def test_every_constructor_comes_back_from_its_configuration(r_name: str) -> None:
    made = construct(r_name, minimal(r_name) | PARTICULAR.get(r_name, {}))
    before = comparable(made.get_config())
    again = type(made).from_config(made.get_config())
    assert comparable(again.get_config()) == before


def comparable(config: Any) -> str:
    """A configuration as text, without what differs from object to object."""
    return re.sub(r"0x[0-9a-f]+|'shared_object_id': \d+|(?<=_)\d+(?=')", "", str(config))


@pytest.mark.parametrize("r_name", [name for name, found in rows().items() if found.family == "activation"])
def test_every_activation_computes(r_name: str) -> None:
    x = np.array([[-1.0, 0.5], [2.0, 3.0]])
    arguments = {"threshold": 0.5, "default_value": 0.0} if r_name == "activation_threshold" else {}
    given = construct(r_name, {"x": x, **arguments})
    wanted = rows()[r_name].target(tf.constant(x, "float32"), **arguments)
    assert given.numpy() == pytest.approx(wanted.numpy())


LOSSES = [name for name, found in rows().items() if found.family in ("loss", "metric") and found.computes]


@pytest.mark.parametrize("r_name", [n for n in LOSSES if n not in ("loss_ctc", "loss_circle")])
def test_losses_and_metrics_compute_what_keras_computes(r_name: str) -> None:
    sparse = "sparse" in r_name
    y_true = np.array([1, 0], dtype=np.int32) if sparse else np.array([[0.0, 1.0], [1.0, 0.0]])
    y_pred = np.array([[0.2, 0.8], [0.6, 0.4]])
    given = construct(r_name, {"y_true": y_true, "y_pred": y_pred})
    as_keras = tf.constant(y_true) if sparse else tf.constant(y_true, "float32")
    more = {"q": 0.5} if "generalized" in r_name else {}
    wanted = rows()[r_name].computes(as_keras, tf.constant(y_pred, "float32"), **more)
    assert np.ravel(given.numpy()) == pytest.approx(np.ravel(wanted.numpy()))


@pytest.mark.parametrize(
    ("r_name", "arguments", "message"),
    [
        ("layer_dense", {"units": 32.5}, "`units` must be a whole number, not 32.5."),
        ("layer_dense", {"units": "a"}, '`units` must be a whole number, not "a".'),
        ("layer_dense", {"units": True}, "`units` must be a whole number, not TRUE."),
        ("layer_dense", {}, "`units` is missing"),
        ("layer_dense", {"units": 3, "activaton": "relu"}, "has no argument `activaton`"),
        ("layer_normalization", {"axis": 0.0}, "axes count from 1"),
        ("layer_conv_2d", {"filters": 3, "kernel_size": np.array([2.5, 1.0])}, "`kernel_size` must be a whole number"),
        ("layer_conv_2d", {"filters": 3, "kernel_size": 3, "dtype": "flaot16"}, "There is no dtype `flaot16`"),
        ("loss_huber", {"y_true": 1.0}, "`y_pred` is missing"),
        ("optimizer_adam", {"learning_rat": 1.0}, "Did you mean `learning_rate`"),
    ],
)
def test_wrong_arguments_are_named(r_name: str, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(Exception, match=message) as caught:
        construct(r_name, arguments)
    assert type(caught.value).__module__ == "bridge.errors"


def test_axes_count_from_one() -> None:
    assert construct("layer_concatenate", {"axis": 2.0}).axis == 1
    assert construct("layer_concatenate", {"axis": -1.0}).axis == -1
    assert construct("layer_permute", {"dims": np.array([2.0, 1.0])}).dims == (2, 1)


def test_numbers_are_constant_initializers_and_doubles_are_ints() -> None:
    assert construct("layer_dense", {"units": 2.0, "kernel_initializer": 2.0}).kernel_initializer.value == 2.0
    assert construct("callback_early_stopping", {"patience": 2.0}).patience == 2
    assert construct("layer_conv_2d", {"filters": 2.0, "kernel_size": np.array([3.0, 5.0])}).kernel_size == (3, 5)


def test_earlier_names_work_with_one_notice() -> None:
    take_notes()
    assert float(construct("optimizer_sgd", {"lr": 0.5}).learning_rate.numpy()) == 0.5
    construct("optimizer_sgd", {"lr": 0.5})
    assert len(take_notes()) <= 1


def test_the_first_layer_may_say_the_input_shape() -> None:
    model = keras.Sequential([construct("layer_dense", {"units": 2.0, "input_shape": 4.0})])
    assert model.input_shape == (None, 4)


def test_metrics_of_functions_keep_their_settings() -> None:
    metric = construct("metric_huber", {"delta": 0.5})
    metric.update_state([0.0], [2.0])
    assert float(metric.result()) == pytest.approx(float(keras.losses.huber([0.0], [2.0], delta=0.5)))
    assert metric.name == "huber"
    with pytest.raises(ArgumentError, match="no argument `detla`"):
        construct("metric_huber", {"detla": 0.5})
    with pytest.raises(ArgumentError, match="no argument `reducton`"):
        construct("loss_huber", {"y_true": np.ones(2), "y_pred": np.ones(2), "reducton": "sum"})


def test_bare_names_stand_for_objects() -> None:
    assert symbol("activation_relu") is keras.activations.relu
    assert isinstance(symbol("loss_huber"), keras.losses.Huber)
    with pytest.raises(ArgumentError, match="needs `units`"):
        symbol("layer_dense")


def test_an_axis_is_not_forgotten_by_its_role() -> None:
    assert role_of("axis") == "axis"
    assert convert("axis", np.array([1.0, -1.0]), "axis") == [0, -1]


def test_an_argument_that_nothing_needs_any_more_is_left_out() -> None:
    layer = construct("layer_embedding", {"input_dim": 5.0, "output_dim": 2.0, "input_length": 7.0})
    assert layer.output_dim == 2
    with pytest.raises(ArgumentError, match="no argument `input_length`"):
        construct("optimizer_adam", {"input_length": 7.0})


@pytest.mark.parametrize(
    ("value", "dtype", "shape"),
    [
        (1.0, "float32", ()),
        (1, "int32", ()),
        (True, "bool", ()),
        (np.array([1.0, 2.0]), "float32", (2,)),
        (np.array([[1, 2]], "int32"), "int32", (1, 2)),
    ],
)
def test_variables_start_from_values(value: Any, dtype: str, shape: tuple[int, ...]) -> None:
    made = construct("keras_variable", {"initializer": value})
    assert (made.dtype, tuple(made.shape)) == (dtype, shape)


def test_a_variable_s_initializer_is_still_known_by_its_name() -> None:
    assert construct("keras_variable", {"initializer": "zeros", "shape": 2.0}).shape == (2,)
    with pytest.raises(ArgumentError, match="there is no such initializer"):
        construct("keras_variable", {"initializer": "zeross", "shape": 2.0})


SEQUENCES = [
    (name, argument) for name, found in rows().items() for argument, role in found.arguments.items() if role == "several"
]


@pytest.mark.parametrize(("name", "argument"), SEQUENCES)
def test_one_string_is_a_sequence_of_one(name: str, argument: str) -> None:
    assert argument_for_keras(rows()[name], argument, "batch") == ["batch"]
    assert argument_for_keras(rows()[name], argument, np.array(["batch", "model"])) == ["batch", "model"]


def test_every_argument_that_is_documented_as_strings_takes_one() -> None:
    """By the words of Keras: `list of strings`, `tuple of strings`, `list of class names`."""
    sequence = re.compile(r"(?i)\b(?:list|tuple) of (?:\w+ )?(?:strings|names)\b")
    known = {"dataset": "of a quantization: data", "labels": "of a dataset: 'inferred' too"}
    for name, found in rows().items():
        text = inspect.getdoc(found.target) or ""
        for argument in found.arguments:
            told = re.search(rf"(?s)\n    {found.keras_name(argument)}:(.*?)(?=\n    \w|\n\S|$)", text)
            if told and sequence.search(" ".join(told[1].split())) and argument not in known:
                assert found.arguments[argument] in ("several", "texts", "axis"), (name, argument)


def test_objects_that_map_are_not_unpacked() -> None:
    layouts = keras.distribution.LayoutMap(keras.distribution.DeviceMesh((1,), ["batch"], ["cpu:0"]))
    found = rows()["distribution_model_parallel"]
    assert argument_for_keras(found, "layout_map", layouts) is layouts
    policies = keras.dtype_policies.DTypePolicyMap()
    assert argument_for_keras(rows()["layer_dense"], "dtype", policies) is policies


def test_a_number_is_a_weight_of_one_element() -> None:
    layer = construct("layer_dense", {"units": 1.0, "weights": [np.array([[1.0], [2.0]]), 3.0]})
    layer.build((None, 2))
    assert np.asarray(layer.bias).tolist() == [3]
    with pytest.raises(ArgumentError, match=r"must be a list of arrays of shape \(2, 1\) and \(1\)"):
        set_weights(layer, [np.array([[1.0], [2.0]]), np.array([1.0, 2.0])])
    assert np.asarray(set_weights(layer, [np.array([[1.0], [2.0]]), 5.0]).bias).tolist() == [5]


def test_a_configuration_is_deserialized_once() -> None:
    for made in (keras.layers.Dense(2), keras.layers.TimeDistributed(keras.layers.Dense(2))):
        config = keras.saving.serialize_keras_object(made)
        assert isinstance(compute("deserialize_keras_object", {"config": config}), type(made))


def test_an_empty_list_is_a_tree_without_names() -> None:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    compute("set_state_tree", {"object": model, "state_tree": []})
    compute("set_state_tree", {"object": model, "state_tree": {"trainable_variables": []}})


RECURRENT = [np.full((2, 2), 0.5, "float32"), np.full((2, 2), -0.5, "float32"), np.ones(2, "float32")]


@pytest.mark.parametrize("name", ["bidirectional", "layer_bidirectional"])
def test_layers_that_run_both_ways_start_from_given_weights(name: str) -> None:
    inner = {"units": 2.0}
    made = construct(name, {"layer": construct("layer_simple_rnn", inner), "weights": [*RECURRENT, *RECURRENT]})
    made(np.ones((1, 3, 2), "float32"))
    for weight, wanted in zip(made.get_weights(), [*RECURRENT, *RECURRENT], strict=True):
        np.testing.assert_array_equal(weight, wanted)
    made = construct(name, {"layer": construct("layer_simple_rnn", {**inner, "weights": RECURRENT})})
    made(np.ones((1, 3, 2), "float32"))
    for weight, wanted in zip(made.forward_layer.get_weights(), RECURRENT, strict=True):
        np.testing.assert_array_equal(weight, wanted)
    with pytest.raises(ArgumentError, match="`weights` of"):
        construct(name, {"layer": construct("layer_simple_rnn", inner), "weights": [1.0]})(np.ones((1, 3, 2)))

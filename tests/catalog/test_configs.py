from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bridge.backend import keras
from bridge.catalog import construct
from bridge.catalog.configs import from_config, get_config
from bridge.errors import ArgumentError
from tests.catalog.test_construct import CONFIGURED, PARTICULAR, comparable, minimal


def as_r_has_it(value: Any) -> Any:
    """A configuration that has been in R: tuples are lists."""
    if isinstance(value, dict):
        return {key: as_r_has_it(item) for key, item in value.items()}
    return [as_r_has_it(item) for item in value] if isinstance(value, (list, tuple)) else value


@pytest.mark.parametrize("name", CONFIGURED)
def test_every_constructor_takes_its_configuration(name: str) -> None:
    made = construct(name, minimal(name) | PARTICULAR.get(name, {}))
    wanted = comparable(as_r_has_it(made.get_config()))
    config = as_r_has_it(get_config(made)["config"])
    for again in (construct(name, config), from_config(type(made), config, from_one=True)):
        assert comparable(as_r_has_it(again.get_config())) == wanted


@pytest.mark.parametrize(
    ("name", "arguments", "argument", "from_one", "offset"),
    [
        ("layer_concatenate", {"axis": 2.0}, "axis", 2, 1),
        ("layer_activation_softmax", {"axis": -1.0}, "axis", -1, -1),
        ("layer_dot", {"axes": np.array([2.0, 3.0])}, "axes", [2, 3], [1, 2]),
        ("layer_layer_normalization", {"axis": np.array([2.0])}, "axis", [2], [1]),
    ],
)
def test_axes_count_from_one_in_configurations(
    name: str, arguments: dict[str, Any], argument: str, from_one: Any, offset: Any
) -> None:
    layer = construct(name, arguments)
    told = get_config(layer)
    assert (told["config"][argument], told["class"]) == (from_one, type(layer))
    assert layer.get_config()[argument] == offset
    for again in (from_config(layer, told["config"], from_one=True), from_config(layer, layer.get_config())):
        assert again.get_config()[argument] == offset


def test_a_changed_configuration_may_have_doubles() -> None:
    told = get_config(construct("layer_dense", {"units": 2.0}))
    assert from_config(told["class"], told["config"] | {"units": 5.0}, from_one=True).units == 5


def test_a_configuration_that_says_its_class_needs_no_object() -> None:
    layer = construct("layer_dense", {"units": 2.0, "kernel_initializer": keras.initializers.RandomNormal(stddev=0.5)})
    again = from_config(None, keras.saving.serialize_keras_object(layer))
    assert again.kernel_initializer.stddev == 0.5
    with pytest.raises(ArgumentError, match="does not say which class"):
        from_config(None, {"units": 3})
    with pytest.raises(ArgumentError, match="`config` must be a list with names"):
        from_config(layer, 3.0)

from __future__ import annotations

import inspect
import math
import re
from typing import Any

import numpy as np
import pytest

from bridge.backend import keras
from bridge.catalog import construct
from bridge.catalog.compute import compute
from bridge.catalog.kinds import KINDS, check_for
from bridge.catalog.rows import row, rows
from bridge.errors import ArgumentError
from bridge.values.dtypes import NA_INTEGER
from tests.catalog.test_construct import CONSTRUCTORS, PARTICULAR, minimal

KINDS_OF = [
    (name, argument, kind) for name, found in rows().items() for argument, kind in found.kinds.items() if kind != "any"
]


def test_every_kind_is_known_and_holds_keras_own_default() -> None:
    refused = []
    for name, argument, kind in KINDS_OF:
        assert kind in KINDS or "|" in kind or kind == "constant", (name, argument, kind)
        default = rows()[name].parameters[argument].default
        check = check_for(kind)
        if default in (inspect.Parameter.empty, None) or check is None:
            continue
        try:
            check(default, argument)
        except ArgumentError as error:
            refused.append((name, error.message))
    assert refused == []


WRONG: dict[str, tuple[Any, ...]] = {
    "flag": ("no", NA_INTEGER, 2.0, np.array([True, False])),
    "number": ("a", math.nan, True, np.array([0.1, 0.2])),
    "numbers": ("a", NA_INTEGER, True),
    "text": (3.0, True, np.array(["a", "b"])),
    "path": (3.0, True, "", np.array(["a", "b"])),
    "function": (3.0, "a"),
}


@pytest.mark.parametrize("name", CONSTRUCTORS)
def test_what_is_of_another_kind_is_refused_by_every_constructor(name: str) -> None:
    found, given = rows()[name], minimal(name) | PARTICULAR.get(name, {})
    for argument, kind in found.kinds.items():
        for wrong in () if kind == "any" else WRONG.get(kind, ("nonsense", 3.5)):
            with pytest.raises(ArgumentError, match=f"`{argument}` must be"):
                construct(name, given | {argument: wrong})


@pytest.mark.parametrize("name", CONSTRUCTORS)
def test_arguments_that_are_ints_take_whole_doubles(name: str) -> None:
    found, given = rows()[name], minimal(name) | PARTICULAR.get(name, {})
    for argument, role in found.arguments.items():
        default = found.parameters[argument].default
        if role in ("whole", "whole_or_float", "unknown") and type(default) is int:
            ints, doubles = given | {argument: default}, given | {argument: float(default)}
            assert _config(construct(name, doubles)) == _config(construct(name, ints)), argument


@pytest.mark.parametrize("name", CONSTRUCTORS)
def test_arguments_that_are_floats_stay_floats(name: str) -> None:
    found, given = rows()[name], minimal(name) | PARTICULAR.get(name, {})
    for argument, parameter in found.parameters.items():
        if type(parameter.default) is float and found.kinds.get(argument) == "number":
            made = construct(name, given | {argument: parameter.default})
            config = made.get_config() if hasattr(made, "get_config") else {}
            assert not isinstance(config.get(argument, 0.5), int), argument


def _config(made: Any) -> str:
    if not hasattr(made, "get_config"):
        return str(type(made))
    config = made.get_config()
    return re.sub(r"0x[0-9a-f]+|'shared_object_id': \d+|(?<='name': ')[a-z0-9_]+", "", str(config))


@pytest.mark.parametrize(
    ("name", "arguments", "attribute", "wanted"),
    [
        ("layer_text_vectorization", {"ngrams": 2.0}, "_ngrams_arg", 2),
        ("callback_model_checkpoint", {"filepath": "a.keras", "save_freq": 5.0}, "save_freq", 5),
        ("layer_hashing", {"num_bins": 3.0, "salt": 4.0}, "salt", [4, 4]),
        ("metric_precision", {"top_k": 2.0}, "top_k", 2),
        ("metric_recall", {"class_id": 1.0}, "class_id", 1),
        ("layer_dense", {"units": 2.0, "lora_rank": 3.0}, "lora_rank", 3),
        ("optimizer_sgd", {"use_ema": True, "ema_overwrite_frequency": 7.0}, "ema_overwrite_frequency", 7),
        ("layer_integer_lookup", {"vocabulary": np.array([1.0, 2.0]), "mask_token": 0.0}, "mask_token", 0),
        ("optimizer_sgd", {"clipnorm": 1.0}, "clipnorm", 1.0),
        ("layer_permute", {"dims": 1.0}, "dims", (1,)),
        ("layer_activation_leaky_relu", {"alpha": 0.2}, "negative_slope", 0.2),
    ],
)
def test_doubles_are_what_keras_means(name: str, arguments: dict[str, Any], attribute: str, wanted: Any) -> None:
    made = construct(name, arguments)
    value = getattr(made, attribute, None)
    value = made.get_config()["ngrams"] if attribute == "_ngrams_arg" else value
    assert value == wanted
    assert isinstance(value, type(wanted))


CHOICES = [(name, argument, kind) for name, argument, kind in KINDS_OF if "|" in kind and name in CONSTRUCTORS]


@pytest.mark.parametrize(("name", "argument", "kind"), CHOICES)
def test_what_keras_documents_is_among_the_choices(name: str, argument: str, kind: str) -> None:
    """A new word in Keras' docstring must find its way into kinds.tsv."""
    text = inspect.getdoc(rows()[name].target) or ""
    told = re.search(rf"^ *{argument}: ((?:.|\n)*?)(?=^ *\w+: |^\S|\Z)", text, re.MULTILINE)
    listed = re.search(r"[Oo]ne of ((?:[`{('\",\s]|or|\w)+)", told[1]) if told else None
    words = re.findall(r"[\"'](\w+)[\"']", listed[1]) if listed else []
    assert {word.lower() for word in words} <= {word.lower() for word in kind.split("|")}


def test_functions_that_compute_are_checked_too() -> None:
    for name, arguments, message in [
        ("op_max_pool", {"inputs": np.ones((1, 4, 4, 1)), "pool_size": 2.0, "padding": "sam"}, "`padding` must be"),
        ("op_sum", {"x": np.ones(3), "keepdims": "no"}, "`keepdims` must be TRUE or FALSE"),
        ("op_sum", {"x": np.ones(3), "axes": 1.0}, "has no argument `axes`"),
        ("pad_sequences", {"sequences": [np.ones(2)], "padding": "pro"}, 'Did you mean `"pre"`'),
        ("op_one_hot", {"x": np.array([0.0, 1.0]), "num_classes": 2.0}, r"op_one_hot\(y \+ 1, 10\)"),
    ]:
        with pytest.raises(ArgumentError, match=message):
            compute(name, arguments)
    assert keras.ops.sum(compute("op_one_hot", {"x": np.array([0.0, 1.0]), "num_classes": 2.0, "zero_indexed": True})) == 2


@pytest.mark.parametrize("r_name", ["k_conv1d", "k_conv2d", "k_conv3d", "k_depthwise_conv2d", "k_pool2d", "k_pool3d"])
def test_data_of_another_rank_is_refused_where_tensorflow_would_end_the_session(r_name: str) -> None:
    given = {name: np.ones((2, 2)) for name in row(r_name).required if name != "pool_size"}
    with pytest.raises(ArgumentError, match="`x` must be an array or tensor of rank"):
        compute(r_name, given | ({"pool_size": np.array([2, 2])} if "pool" in r_name else {}))

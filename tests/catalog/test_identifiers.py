from __future__ import annotations

import pytest

from bridge.catalog.construct import construct
from bridge.catalog.identifiers import KINDS, check_identifier, kind_of
from bridge.errors import ArgumentError

RIGHT = {
    "activation": ["relu", "linear", "leaky_relu"],
    "initializer": ["glorot_uniform", "zeros", "HeNormal"],
    "regularizer": ["l1", "l1_l2"],
    "constraint": ["max_norm", "non_neg"],
    "optimizer": ["adam", "Adam", "rmsprop"],
    "loss": ["mse", "huber", "MeanSquaredError"],
    "metric": ["acc", "accuracy", "auc", "AUC", "mae", "binary_crossentropy", "kl_divergence"],
}


@pytest.mark.parametrize("kind", KINDS)
def test_names_that_keras_knows_pass_and_others_do_not(kind: str) -> None:
    assert check_identifier(kind, RIGHT[kind], "x") == RIGHT[kind]
    with pytest.raises(ArgumentError, match=f'`x = "nothing_like_it"`: there is no such {kind}'):
        check_identifier(kind, {"out": ["nothing_like_it"]}, "x")


def test_the_nearest_name_is_told() -> None:
    with pytest.raises(ArgumentError) as caught:
        construct("layer_dense", {"units": 2, "activation": "rellu"})
    assert caught.value.message == '`activation = "rellu"`: there is no such activation.'
    assert caught.value.hints == ('Did you mean `"relu"`?',)
    with pytest.raises(ArgumentError, match="there is no such initializer"):
        construct("layer_dense", {"units": 2, "kernel_initializer": "glorot"})


def test_the_last_word_of_an_argument_says_the_kind() -> None:
    assert [kind_of(name) for name in ("recurrent_activation", "bias_constraint", "monitor")] == [
        "activation",
        "constraint",
        None,
    ]

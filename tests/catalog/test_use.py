"""Every layer is called, every metric valued: what the constructors make does its work on small data."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bridge.backend import keras, tf
from bridge.catalog import construct
from bridge.catalog.rows import rows
from tests.catalog.test_construct import CONSTRUCTORS, PARTICULAR, minimal

RNG = np.random.default_rng(1)
SEQUENCE = RNG.random((2, 8, 4)).astype("float32")
IMAGE = RNG.random((2, 8, 8, 3)).astype("float32")
VOLUME = RNG.random((2, 4, 4, 4, 2)).astype("float32")
ROWS = RNG.random((2, 4)).astype("float32")
TOKENS = np.array([[1, 2], [3, 0]], dtype="int32")
WORDS = tf.constant([["a"], ["b"]])
INPUTS: dict[str, Any] = {
    "layer_conv_lstm_1d": RNG.random((2, 3, 8, 4)).astype("float32"),
    "layer_conv_lstm_2d": RNG.random((2, 3, 8, 8, 3)).astype("float32"),
    "layer_conv_lstm_3d": RNG.random((2, 3, 4, 4, 4, 2)).astype("float32"),
    "layer_embedding": TOKENS,
    "layer_reversible_embedding": TOKENS,
    "layer_category_encoding": TOKENS,
    "layer_hashing": WORDS,
    "layer_einsum_dense": ROWS,
    "layer_mel_spectrogram": RNG.random((2, 4096)).astype("float32"),
    "layer_stft_spectrogram": RNG.random((2, 4096, 1)).astype("float32"),
    "layer_group_normalization": RNG.random((2, 4, 32)).astype("float32"),
    "layer_bidirectional": SEQUENCE,
    "time_distributed": IMAGE,
    "layer_random_posterization": (IMAGE * 255).astype("uint8"),
    "layer_spectral_normalization": None,
    "layer_permute": SEQUENCE,
    "layer_time_distributed": IMAGE,
}
DATA_FIRST = {
    "bidirectional": "the other name of layer_bidirectional()",
    "layer_discretization": "needs adapt(), which has its own test",
    "layer_integer_lookup": "needs a vocabulary",
    "layer_string_lookup": "needs a vocabulary",
    "layer_text_vectorization": "needs a vocabulary",
    "layer_hashed_crossing": "takes a pair of features",
    "layer_max_num_bounding_boxes": "takes bounding boxes",
    "layer_feature_space": "takes named features",
    "layer_cut_mix": "takes images with labels",
    "layer_mix_up": "takes images with labels",
    "layer_spectral_normalization": "wraps a layer with a kernel",
}
IMAGES = (
    "random",
    "center_crop",
    "resizing",
    "equalization",
    "contrast",
    "solar",
    "rand_augment",
    "aug_mix",
    "2d",
    "histogram",
)
LAYERS = [name for name in CONSTRUCTORS if rows()[name].family == "layer" and name not in DATA_FIRST]


def data_for(name: str) -> Any:
    """Input for a layer: by name, else by the rank that its name speaks of."""
    if name in INPUTS:
        return INPUTS[name]
    if "_cell" in name:
        return None
    if "3d" in name:
        return VOLUME
    if any(part in name for part in IMAGES):
        return IMAGE
    if "1d" in name or any(part in name for part in ("rnn", "gru", "lstm", "attention", "masking")):
        return SEQUENCE
    return ROWS


@pytest.mark.parametrize("name", [n for n in LAYERS if data_for(n) is not None])
def test_every_layer_computes(name: str) -> None:
    layer = construct(name, minimal(name) | PARTICULAR.get(name, {}))
    x = data_for(name)
    if "attention" in name:
        result = layer(*((x, x) if "head" in name or "group" in name else ([x, x],)))
    elif rows()[name].kind == "merge":
        result = layer([x, x])
    else:
        result = layer(x)
    values = np.asarray(result[0] if isinstance(result, (list, tuple)) else result)
    assert values.shape[0] == 2 or name == "layer_permute"
    assert np.all(np.isfinite(values.astype("float32")))


METRICS = [name for name in CONSTRUCTORS if rows()[name].family == "metric" and rows()[name].symbol]


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_has_python_s_value(name: str) -> None:
    given = minimal(name) | PARTICULAR.get(name, {})
    ours = construct(name, given)
    theirs = type(ours).from_config(ours.get_config())
    if "sparse" in name:
        data: tuple[Any, ...] = (np.array([1, 0]), np.array([[0.2, 0.8], [0.6, 0.4]], dtype="float32"))
    elif name in ("metric_mean", "metric_sum"):
        data = (np.array([1.0, 2.0]),)
    elif name in ("metric_iou", "metric_mean_iou"):
        data = (np.array([0, 1, 1]), np.array([0, 1, 0]))
    elif "one_hot" in name:
        data = (np.eye(3, dtype="float32")[[0, 1]], np.eye(3, dtype="float32")[[0, 2]])
    else:
        data = (np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([[0.2, 0.8], [0.6, 0.4]], dtype="float32"))
    values = []
    for metric in (ours, theirs):
        metric.update_state(*data)
        values.append(np.asarray(metric.result()))
    assert values[0] == pytest.approx(values[1])
    assert isinstance(ours, keras.Metric)

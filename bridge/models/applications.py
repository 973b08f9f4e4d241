"""Pretrained image networks: how their images are prepared and what their answers mean."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from bridge.backend import keras
from bridge.errors import ArgumentError
from bridge.values.data import keras_floats
from bridge.values.numbers import whole_number


def preprocess(model: Any, x: Any, data_format: str | None = None) -> Any:
    """Images as the network of this name was trained on.

    Keras: the `preprocess_input` of the module in keras.applications that has the network.
    """
    return _module(model).preprocess_input(keras_floats(x) if isinstance(x, np.ndarray) else x, data_format=data_format)


def decode(model: Any, preds: Any, top: Any = 5) -> list[dict[str, Any]]:
    """The best classes of each row by name, with their scores.

    Keras: keras.applications.imagenet_utils.decode_predictions.

    Raises:
        ArgumentError: the predictions are not for the 1000 classes of ImageNet.
    """
    scores = np.ascontiguousarray(preds)
    if scores.ndim != 2 or scores.shape[1] != 1000:
        raise ArgumentError(
            f"`preds` must have 1000 columns, one for each class of ImageNet, not shape {scores.shape}.",
            hints=["Networks made with other `classes` have other names for them."],
        )
    module = keras.applications.imagenet_utils if model is None else _module(model)
    rows = module.decode_predictions(scores, top=whole_number(top, "top"))
    names = ("class_name", "class_description", "score")
    return [{name: [item[i] for item in row] for i, name in enumerate(names)} for row in rows]


def _module(model: Any) -> Any:
    """The module of keras.applications that makes networks of the model's name."""
    name = model.name.lower().replace("_", "").replace("-", "")
    for module in vars(keras.applications).values():
        if inspect.ismodule(module) and hasattr(module, "preprocess_input"):
            makers = [key for key, value in vars(module).items() if inspect.isfunction(value) and key[0].isupper()]
            if any(name.startswith(maker.lower()) for maker in makers):
                return module
    raise ArgumentError(
        f"No known network is called `{model.name}`.", hints=["`imagenet_preprocess_input()` takes a `mode`."]
    )

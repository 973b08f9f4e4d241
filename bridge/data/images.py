"""Images as arrays and files."""

from __future__ import annotations

import os
import tempfile
from typing import Any

import numpy as np

from bridge.backend import keras, tf
from bridge.errors import ArgumentError


def save(img: Any, path: str, data_format: str | None = None, file_format: str | None = None, scale: bool = True) -> str:
    """Writes an image to a file, whole or not at all; returns the path.

    Keras: keras.utils.save_img.

    Args:
        img: array of shape (height, width, channels).
        path: file, its ending says the format unless `file_format` does.
        scale: whether values are stretched to 0 to 255.
    """
    path = os.path.expanduser(path)
    ending = file_format or os.path.splitext(path)[1].lstrip(".")
    if not ending:
        raise ArgumentError("`path` has no ending that says the format.", hints=['Give `file_format`, for example "png".'])
    handle, partial = tempfile.mkstemp(dir=os.path.dirname(path) or ".", suffix=f".{ending}")
    os.close(handle)
    try:
        keras.utils.save_img(partial, img, data_format=data_format, file_format=file_format, scale=scale)
        os.replace(partial, path)
    except BaseException:
        os.unlink(partial)
        raise
    return path


def resize(img: Any, height: Any, width: Any, data_format: str | None = None) -> Any:
    """An image, or an array of them, resized by the nearest pixels.

    TF: tf.image.resize.
    """
    images = np.asarray(img)
    first = (data_format or keras.config.image_data_format()) == "channels_first"
    order = [*range(images.ndim - 3), images.ndim - 2, images.ndim - 1, images.ndim - 3]
    images = np.transpose(images, order) if first else images
    resized = tf.image.resize(images, (height, width), method="nearest").numpy()
    return np.transpose(resized, np.argsort(order)) if first else resized

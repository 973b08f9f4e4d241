"""Functions of the former Keras backend that Keras itself does not keep any more."""

from __future__ import annotations

from typing import Any

from bridge.backend import keras, tf


def conv3d_transpose(
    x: Any,
    kernel: Any,
    output_shape: Any,
    strides: Any = (1, 1, 1),
    padding: str = "valid",
    data_format: str | None = None,
) -> Any:
    """Transposed convolution of volumes; `output_shape` must be what the other arguments give."""
    result = keras.ops.conv_transpose(x, kernel, strides=strides, padding=padding, data_format=data_format)
    return keras.ops.reshape(result, [-1 if size is None else size for size in output_shape])


def print_tensor(x: Any, message: str = "") -> Any:
    """Prints a tensor whenever it is computed; returns it.

    TF: tf.print.
    """
    tf.print(message, x)
    return tf.identity(x)

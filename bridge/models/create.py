"""Models and their inputs; layers added and taken off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bridge.backend import keras
from bridge.compose.layers import add
from bridge.errors import ArgumentError, r_spelling
from bridge.models.names import forget_targets
from bridge.values.dtypes import dtype_of
from bridge.values.numbers import whole_number
from bridge.values.shapes import to_shape
from bridge.values.structures import flat


def sequential(layers: Sequence[Any] = (), input_shape: Any = None, name: str | None = None, **options: Any) -> Any:
    """A stack of layers.

    Args:
        layers: layers in order.
        input_shape: of one sample, without the batch axis.
        name: of the model.
        options: `input_dtype`, `input_batch_size`, `trainable`.

    Keras: keras.Sequential.
    """
    if isinstance(layers, keras.layers.Layer):
        layers = [layers]
    for number, made in enumerate(layers, start=1):
        if not isinstance(made, (keras.layers.Layer, keras.KerasTensor)):
            raise ArgumentError(f"`layers[[{number}]]` must be a layer, not {r_spelling(made)}.")
    trainable = options.pop("trainable", True)
    model = keras.Sequential(name=name, trainable=trainable)
    if input_shape is not None:
        model.add(
            keras.Input(
                to_shape(input_shape, "input_shape"),
                batch_size=_size(options.get("input_batch_size")),
                dtype=_dtype(options.get("input_dtype")),
            )
        )
    for made in layers:
        add(model, made)
    return model


def input_tensor(
    shape: Any = None, batch_size: Any = None, name: str | None = None, dtype: Any = None, **options: Any
) -> Any:
    """A symbolic tensor that stands for data.

    Args:
        shape: of one sample, without the batch axis; NA where unknown.
        batch_size: fixed size of the batch axis, else unknown.
        name: by which data can be given.
        dtype: of the data; float32 when None.
        options: `sparse`, `ragged`, `optional`, `batch_shape`, `tensor`.

    Keras: keras.Input.
    """
    batch_shape = options.pop("batch_shape", None)
    if batch_shape is not None:
        options["batch_shape"] = to_shape(batch_shape, "batch_shape")
        return keras.Input(name=name, dtype=_dtype(dtype), **options)
    if shape is None and options.get("tensor") is None:
        shape = ()
    return keras.Input(to_shape(shape), batch_size=_size(batch_size), name=name, dtype=_dtype(dtype), **options)


def functional(inputs: Any, outputs: Any, name: str | None = None) -> Any:
    """The model between symbolic inputs and outputs: single tensors, lists, or named lists of them.

    Keras: keras.Model.

    Raises:
        ArgumentError: something that is no symbolic tensor.
    """
    for argument, value in (("inputs", inputs), ("outputs", outputs)):
        for item in flat(value):
            if not isinstance(item, keras.KerasTensor):
                raise ArgumentError(
                    f"`{argument}` must be made of symbolic tensors, not {r_spelling(item)}.",
                    hints=["`layer_input()` makes one; layers called on it return others."],
                )
    return keras.Model(inputs=inputs, outputs=outputs, name=name)


def pop_layer(object: Any) -> Any:
    """Takes the last layer off a sequential model, in place; returns the layer.

    Keras: keras.Sequential.pop.
    """
    if not isinstance(object, keras.Sequential):
        raise ArgumentError("`pop_layer()` works on sequential models.")
    if not object.layers:
        raise ArgumentError("The model has no layer left.")
    removed = object.layers[-1]
    object.pop()
    forget_targets(object)
    return removed


def _size(value: Any) -> Any:
    return None if value is None else whole_number(value, "batch_size")


def _dtype(value: Any) -> Any:
    return None if value is None else dtype_of(value).name

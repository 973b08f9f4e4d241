"""Composition: a layer made and, where an object came first, put to use on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from bridge import upstream
from bridge.backend import keras
from bridge.catalog.construct import fixed_inputs, make
from bridge.catalog.recurrent import split_inputs
from bridge.catalog.refusals import refuse
from bridge.catalog.rows import row
from bridge.compose.inputs import as_inputs
from bridge.errors import ComposeError, r_spelling
from bridge.values.arrays import is_tensor
from bridge.values.structures import flat


def layer(r_name: str, object: Any = None, arguments: Mapping[str, Any] | None = None, more: Any = ()) -> Any:
    """What `layer_*(object, ...)` returns.

    Args:
        r_name: such as "layer_dense".
        object: None for the layer itself; see `compose()` for the rest.
        arguments: the ones that the user supplied.
        more: for merging layers, further inputs beside `object`.
    """
    found = row(r_name)
    if more:
        object = [object, *more]
    check_object(object, r_name)
    made = make(found, arguments or {})
    try:
        return compose(object, made, r_name, kind=found.kind)
    except Exception as error:
        refuse(found, {"inputs" if found.kind == "merge" else "object": object}, error)


def compose(object: Any, made: Any, r_name: str, *, kind: str = "") -> Any:
    """A layer put to use on an object.

    | object | result |
    | --- | --- |
    | None | the layer |
    | a Sequential model | the model, the layer added in place |
    | a tensor, symbolic tensor, array, or list of them | the layer called on it |

    The elements of a list go to attention one by one (query, value, key), and to a recurrent layer as its input, its
    initial states and its constants: `kind` is that of the layer's row.

    Keras: keras.Sequential.add, keras.layers.Layer.__call__.

    Raises:
        ComposeError: any other object.
    """
    check_object(object, r_name)
    if object is None:
        return made
    if isinstance(object, keras.Sequential):
        return add(object, made)
    inputs = as_inputs(object)
    if not isinstance(inputs, list) or kind not in ("attention", "recurrent"):
        return made(inputs)
    return made(*inputs) if kind == "attention" else made(inputs[0], **split_inputs(made, inputs[1:]))


def add(model: Any, made: Any) -> Any:
    """A Sequential model with a layer (or model) added in place; the first one may fix the batch size of the input.

    Keras: keras.Sequential.add.
    """
    if made in fixed_inputs and not model.layers:
        model.add(keras.Input(batch_shape=fixed_inputs[made]))
    if not upstream.extended(model, made):
        model.add(made)
    return model


def check_object(object: Any, r_name: str) -> None:
    """Checks that a layer can be put to use on an object, before the layer is made.

    Raises:
        ComposeError: it cannot.
    """
    if object is None or isinstance(object, keras.Sequential) or _holds_values(object):
        return
    if isinstance(object, keras.layers.Layer):
        raise ComposeError(
            f"`{r_name}()` cannot be composed with {r_spelling(object)}: a layer or a finished model has no end to add to.",
            hints=["Compose with a tensor (`layer_input()`, a layer's output) or a `keras_model_sequential()`."],
        )
    raise ComposeError(
        f"`{r_name}()` cannot be composed with {r_spelling(object)}.",
        hints=["Its first argument, `object`, is a model or a tensor; name the others, as in `layer_dense(units = 32)`."],
    )


def _holds_values(object: Any) -> bool:
    parts = flat(object)
    return bool(parts) and all(is_tensor(part) or isinstance(part, np.ndarray) for part in parts)

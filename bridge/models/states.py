"""What layers and metrics have gathered: vocabularies, statistics, states; learned, set, set back."""

from __future__ import annotations

from typing import Any

from bridge.backend import keras
from bridge.errors import ArgumentError


def adapt(object: Any, data: Any, batch_size: Any = None, steps: Any = None) -> Any:
    """Lets a preprocessing layer learn its state from data; returns the layer.

    Keras: the `adapt` of layer_normalization(), layer_text_vectorization() and other layers that prepare data.
    """
    if not hasattr(object, "adapt"):
        raise ArgumentError(f"A {type(object).__name__} layer does not learn from data before it is used.")
    given = {name: value for name, value in (("batch_size", batch_size), ("steps", steps)) if value is not None}
    object.adapt(data, **given)
    return object


def get_vocabulary(object: Any, include_special_tokens: bool = True) -> list[Any]:
    """The vocabulary of a lookup or text layer, most frequent first."""
    _needs(object, "get_vocabulary")
    return [str(word) if isinstance(word, str) else int(word) for word in object.get_vocabulary(include_special_tokens)]


def set_vocabulary(object: Any, vocabulary: Any, idf_weights: Any = None) -> Any:
    """Sets the vocabulary of a lookup or text layer; returns the layer."""
    _needs(object, "set_vocabulary")
    words = vocabulary if isinstance(vocabulary, str) else list(vocabulary)
    object.set_vocabulary(words, **({} if idf_weights is None else {"idf_weights": list(idf_weights)}))
    return object


def reset_state(object: Any) -> Any:
    """Sets a metric, or the state of a recurrent layer or of all of a model's, back; returns the object."""
    for one in object.layers if isinstance(object, keras.Model) else [object]:
        for name in ("reset_state", "reset_states"):
            if hasattr(one, name):
                getattr(one, name)()
                break
    return object


reset_states = reset_state


def reset_metrics(object: Any) -> Any:
    """Sets the metrics of a model back, as at the start of an epoch; returns the model.

    Keras: keras.Model.reset_metrics.
    """
    object.reset_metrics()
    return object


def _needs(layer: Any, method: str) -> None:
    if not hasattr(layer, method):
        raise ArgumentError(f"A {type(layer).__name__} layer has no vocabulary.")

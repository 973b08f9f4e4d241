"""`tf_function()`: an R function traced into a TensorFlow graph."""

from __future__ import annotations

from typing import Any

from bridge.backend import tf


def traced(function: Any, name: str, input_signature: Any = None, reduce_retracing: bool = True) -> Any:
    """The `tf.function` of a guarded R function: traced once for each combination of dtypes, shapes and plain values.

    Args:
        function: the guarded R function.
        name: how errors and graphs call it.
        input_signature: tensor specs of the arguments, or None.
        reduce_retracing: whether a shape that changes becomes an unknown one, instead of a new trace each time.

    TF: tf.function.
    """

    def run(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    run.__name__ = run.__qualname__ = name if name.isidentifier() else "r_function"
    return tf.function(run, input_signature=input_signature, autograph=False, reduce_retracing=reduce_retracing)

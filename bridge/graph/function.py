"""`tf_function()`: an R function traced into a TensorFlow graph."""

from __future__ import annotations

import inspect
import re
from typing import Any

from bridge.backend import tf
from bridge.barrier.notes import TRACED
from bridge.errors import ConversionError
from bridge.graph.retracing import Traces

_R_DEFAULT = "<R's default>"
"""What TensorFlow takes for an argument that was not given: R is not given it either."""


def traced(
    function: Any, name: str, input_signature: Any = None, reduce_retracing: bool = True, jit_compile: bool | None = None
) -> Any:
    """The `tf.function` of a guarded R function: traced once for each combination of dtypes, shapes and plain values.

    Args:
        function: the guarded R function; TensorFlow sees its formals, so that an argument is the same by position and name.
        name: how errors and graphs call it.
        input_signature: tensor specs of the arguments, or None.
        reduce_retracing: whether a shape that changes becomes an unknown one, instead of a new trace each time.
        jit_compile: whether XLA compiles the graph.

    TF: tf.function.
    """

    def run(*args: Any, **kwargs: Any) -> Any:
        given = signature.bind(*args, **kwargs).arguments
        rest = [given.pop(p.name, ()) for p in formals if p.kind is p.VAR_POSITIONAL]
        named = [given.pop(p.name, {}) for p in formals if p.kind is p.VAR_KEYWORD]
        traces.note({r_names[key]: value for key, value in given.items()})
        known = {r_names[key]: value for key, value in given.items() if not (isinstance(value, str) and value == _R_DEFAULT)}
        value = function(*(rest[0] if rest else ()), **known, **(named[0] if named else {}))
        if isinstance(value, dict) and "" in value:
            raise ConversionError(f"`{name}()` gave a list in which some elements have names and others have none.")
        return value

    # TensorFlow spells `na.rm` so, wherever it stands.
    r_names = {re.sub(r"\W", "_", name): name for name in inspect.signature(function).parameters}
    formals = [
        parameter.replace(name=name, default=parameter.default if parameter.default is parameter.empty else _R_DEFAULT)
        for name, parameter in zip(r_names, inspect.signature(function).parameters.values(), strict=True)
    ]
    signature = inspect.Signature(formals)
    run.__signature__ = signature  # type: ignore[attr-defined]
    run.__name__ = name if name.isidentifier() else "r_function"
    # By this the warning of TensorFlow's own is known for one of ours (bridge.barrier.notes).
    run.__qualname__ = TRACED + run.__name__
    traces = Traces(run.__name__)
    return tf.function(
        run,
        input_signature=input_signature,
        autograph=False,
        reduce_retracing=reduce_retracing,
        jit_compile=jit_compile,
    )

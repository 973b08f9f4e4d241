"""What a graph consists of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from bridge.backend import tf
from bridge.errors import ArgumentError

_PLUMBING = frozenset({"Placeholder", "NoOp", "Identity", "Const", "ReadVariableOp"})
"""Ops that every graph is full of."""


def graph_of(function: Any, arguments: Sequence[Any], named: Mapping[str, Any] | None = None) -> Any:
    """The graph that a function traced by `tf_function()` is for some arguments.

    Raises:
        ArgumentError: it is none.

    TF: tf.function(...).get_concrete_function().
    """
    if not hasattr(function, "get_concrete_function"):
        raise ArgumentError("`fn` must be a function that `tf_function()` made.")
    return function.get_concrete_function(*arguments, **(named or {})).graph


def ops(
    function: Any, arguments: Sequence[Any], named: Mapping[str, Any] | None = None, log_dir: str | None = None
) -> list[Any]:
    """How many ops of each type a graph has, with those of its branches and loops.

    Args:
        function: what `tf_function()` made.
        arguments, named: for which it is traced.
        log_dir: where TensorBoard finds the graph, or None.

    Returns:
        Types, most frequent first; their counts; the names of branches and loop bodies.
    """
    graph = graph_of(function, arguments, named)
    definition = graph.as_graph_def()
    nodes = [node.op for node in definition.node]
    nodes += [node.op for inner in definition.library.function for node in inner.node_def]
    if log_dir is not None:
        writer = tf.summary.create_file_writer(log_dir)
        with writer.as_default():
            tf.summary.graph(definition)
        writer.flush()
    counted = Counter(nodes)
    types = sorted(counted, key=lambda op: (op in _PLUMBING, -counted[op], op))
    inner = [function.signature.name for function in definition.library.function]
    return [types, [counted[op] for op in types], inner]

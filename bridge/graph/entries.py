"""What R calls of the constructs: its functions arrive guarded, and what it is to keep as it has it is said so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from bridge.backend import keras, tf
from bridge.barrier.functions import RFunction
from bridge.graph.control import cond, either
from bridge.graph.loops import for_loop, while_loop
from bridge.graph.state import Held, Undefined, is_weak, leaves
from bridge.values.arrays import is_tensor


class Kept:
    """Stands for a value that is R's, which has it already."""


KEPT = Kept()


def if_(test: Any, yes: Any, no: Any, names: Sequence[str], entry: Sequence[Any], *rest: Any) -> tuple[Any, ...]:
    """`control.cond()` of R functions."""
    found = cond(test, RFunction(yes, "yes"), RFunction(no, "no"), names, entry, *rest)
    return tuple(_for_r(value) for value in found)


def while_(test: Any, body: Any, stop: Any, *rest: Any) -> list[Any]:
    """`loops.while_loop()` of R functions."""
    names, entry, where, options = rest
    at, values = while_loop(_pass(test), _pass(body), names, entry, where, None if stop is None else _pass(stop), options)
    return [at, tuple(map(_for_r, values))]


def for_(elements: Any, body: Any, stop: Any, *rest: Any) -> list[Any]:
    """`loops.for_loop()` of R functions."""
    names, entry, where, options = rest
    at, values = for_loop(elements, _pass(body), names, entry, where, None if stop is None else _pass(stop), options)
    return [at, tuple(map(_for_r, values))]


def both(a: Any, b: Any, stop: bool) -> Any:
    """`control.either()` of an R function."""
    return either(a, RFunction(b, "b"), stop)


def walked(elements: Any) -> str:
    """How `for` goes through a Python object: as a loop of the "graph", or "here", element by element."""
    if tf.executing_eagerly():
        return "here"
    walkable = is_tensor(elements) or isinstance(elements, (tf.data.Dataset, tf.data.Iterator, keras.Variable))
    return "graph" if walkable else "here"


def _pass(function: Any) -> Callable[..., Any]:
    run = RFunction(function, "pass")

    def passed(at: Sequence[int], values: Sequence[Any], *element: Any) -> Any:
        # R counts from 1; a tuple stays a list there, whatever is in it.
        return run([i + 1 for i in at], tuple(values), *element)

    return passed


def _for_r(value: Any) -> Any:
    if isinstance(value, Undefined) or not any(
        is_weak(leaf) or isinstance(leaf, Held) or leaf is None for leaf in leaves(value)
    ):
        return value
    return KEPT

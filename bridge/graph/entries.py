"""What R calls of the constructs: its functions arrive guarded, and what it is to keep as it has it is said so."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Any

import numpy as np

from bridge.backend import keras, tf
from bridge.barrier.functions import RFunction
from bridge.barrier.raised import foretold
from bridge.graph.control import cond, either, peek
from bridge.graph.loops import for_loop, while_loop
from bridge.graph.rows import Rows
from bridge.graph.state import Held, Undefined, as_leaf, dtype_for, is_weak, leaves
from bridge.tensors.promotion import alike
from bridge.values.arrays import as_tensor, is_symbolic, is_tensor


class Kept:
    """Stands for a value that is R's, which has it already."""


KEPT = Kept()


def if_(
    test: Any, yes: Any, no: Any, names: Any, entry: Any, no_assigns: Any, where: str, lenient: bool, name: str | None = None
) -> tuple[Any, ...]:
    """`control.cond()` of R functions."""
    with _named(name):
        found = cond(test, RFunction(yes, "yes"), RFunction(no, "no"), names, entry, no_assigns, where, lenient)
    return tuple(_for_r(value) for value in found)


def while_(
    test: Any, body: Any, stop: Any, names: Any, entry: Any, where: str, options: Any = None, name: str | None = None
) -> list[Any]:
    """`loops.while_loop()` of R functions."""
    with _named(name):
        stopped = None if stop is None else _pass(stop)
        at, values = while_loop(_pass(test), _pass(body), names, entry, where, stopped, options)
    return [at, tuple(map(_for_r, values))]


def for_(
    elements: Any, body: Any, stop: Any, names: Any, entry: Any, where: str, options: Any = None, name: str | None = None
) -> list[Any]:
    """`loops.for_loop()` of R functions."""
    with _named(name):
        stopped = None if stop is None else _pass(stop)
        at, values = for_loop(elements, _pass(body), names, entry, where, stopped, options)
    return [at, tuple(map(_for_r, values))]


def _named(name: str | None) -> Any:
    return tf.name_scope(name) if name else nullcontext()


def mapped(function: Any, elements: Any, dtype: Any = None, parallel_iterations: int | None = None, name: Any = None) -> Any:
    """The values of a function of each element along the first axis.

    TF: tf.map_fn.
    """
    elements = as_tensor(elements)
    first = peek(lambda: function(tf.nest.map_structure(lambda part: part[0], elements)))
    signature = tf.nest.map_structure(lambda part: tf.TensorSpec(part.shape, dtype or part.dtype), as_tensor(first))
    return tf.map_fn(
        lambda element: as_tensor(function(element), dtype),
        elements,
        parallel_iterations=parallel_iterations,
        fn_output_signature=signature,
        name=name,
    )


def both(a: Any, b: Any, stop: bool) -> Any:
    """`control.either()` of an R function."""
    return either(a, RFunction(b, "b"), stop)


def walked(elements: Any) -> str:
    """How `for` goes through a Python object: as a loop of the "graph", or "here", element by element."""
    if tf.executing_eagerly():
        return "here"
    walkable = is_tensor(elements) or isinstance(elements, (tf.data.Dataset, tf.data.Iterator, keras.Variable))
    return "graph" if walkable else "here"


def printed(values: Sequence[Any], separator: str = " ", end: str = "\n", stderr: bool = False) -> bool:
    """Whether values are printed by the graph whenever it runs: tensors while it is traced, with what stands beside them.

    TF: tf.print.
    """
    if not any(is_symbolic(leaf) for value in values for leaf in leaves(value)):
        return False
    shown = [leaf.tolist() if isinstance(leaf, np.ndarray) else leaf for value in values for leaf in leaves(value)]
    tf.print(*shown, sep=separator, end=end, output_stream=sys.stderr if stderr else sys.stdout)
    return True


def asserted(
    test: Any, message: str | Sequence[str], data: Sequence[Any] = (), summarize: int | None = None, name: str | None = None
) -> str | None:
    """Has the graph stop where a condition is not TRUE everywhere.

    Args:
        test: a tensor.
        message: what to say of it; or two, of one element and of several.
        data: tensors to show.
        summarize: how many elements of each.
        name: of the op.

    Returns:
        What to say, where it is known not to hold: None while a graph is traced, which says so when it runs.

    TF: tf.debugging.Assert.
    """
    test = tf.cast(test.value if isinstance(test, keras.Variable) else test, tf.bool)
    if not isinstance(message, str):
        message = message[0] if len(message) == 1 or test.shape.num_elements() == 1 else message[-1]
    if tf.executing_eagerly():
        return None if bool(tf.reduce_all(test)) else message
    tf.debugging.Assert(tf.reduce_all(test), [foretold(message), *data], summarize, name=name)
    return None


def chosen(test: Any, yes: Any, no: Any) -> Any:
    """`ifelse()`: element by element one of two tensors or R values, of a dtype in which both fit.

    TF: tf.where.
    """
    test = tf.cast(tf.convert_to_tensor(test.value if isinstance(test, keras.Variable) else test), tf.bool)
    if is_tensor(yes) or is_tensor(no):
        yes, no = alike([yes, no])
    else:
        dtype = dtype_for([yes, no])
        yes, no = as_leaf(yes, dtype), as_leaf(no, dtype)
    return tf.where(test, yes, no)


def is_key(value: Any, key: Any) -> Any:
    """Whether what `switch()` goes by is a key: text, or a number counted from 1."""
    return tf.equal(
        tf.reshape(tf.convert_to_tensor(value), []), tf.cast(key, value.dtype) if value.dtype != tf.string else key
    )


def any_of(tests: Sequence[Any]) -> Any:
    """Whether one of several conditions holds."""
    return tf.reduce_any(tf.stack(list(tests)))


def _pass(function: Any) -> Callable[..., Any]:
    run = RFunction(function, "pass")

    def passed(at: Sequence[int], values: Sequence[Any], *element: Any) -> Any:
        # R counts from 1; a tuple stays a list there, whatever is in it.
        return run([i + 1 for i in at], tuple(values), *element)

    return passed


def _for_r(value: Any) -> Any:
    if isinstance(value, (Undefined, Rows)) or not any(
        is_weak(leaf) or isinstance(leaf, Held) or leaf is None for leaf in leaves(value)
    ):
        return value
    return KEPT


def by_values(function: Any, inputs: Sequence[Any], dtypes: Any, name: str | None = None) -> Any:
    """The value of an R function of eager tensors, in a graph; shapes of the value are not known.

    TF: tf.py_function.
    """
    asked = tf.nest.map_structure(tf.as_dtype, dtypes)
    return tf.py_function(function, [as_tensor(value) for value in inputs], asked, name)

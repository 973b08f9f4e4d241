"""What `while` and `for` mean when a tensor decides how often, or gives the elements: a loop in the graph, traced once.

What the loop assigns goes from one pass to the next with its dtype and shape. An R number that a loop starts with takes the
dtype that it meets in it. What is first assigned in the loop has a value only after a pass.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bridge.backend import tf
from bridge.errors import GraphError
from bridge.graph.carried import Again, LoopState
from bridge.graph.control import as_test
from bridge.graph.state import conflicts
from bridge.values.arrays import is_tensor

Pass = Callable[[Sequence[int], Sequence[Any]], Sequence[Any]]
"""Runs R code with some variables, by position, set to values; gives the values of all of them after it."""

Stop = Callable[[Sequence[int], Sequence[Any]], Any]
"""The same for whether the loop is to stop."""

OPTIONS = ("shape_invariants", "parallel_iterations", "maximum_iterations", "swap_memory", "back_prop")


def while_loop(
    test: Stop,
    body: Pass,
    names: Sequence[str],
    entry: Sequence[Any],
    where: str = "`while`",
    stop: Stop | None = None,
    options: Mapping[str, Any] | None = None,
) -> list[list[Any]]:
    """What variables hold after a `while` whose test is a tensor, traced into the graph.

    Args:
        test: whether there is a further pass: a tensor of one element or a logical.
        body: a pass.
        names: of the variables that the loop assigns.
        entry: what they hold before.
        where: the construct, for errors.
        stop: whether `break` or `return()` ended the loop; asked before `test`.
        options: those of `OPTIONS`; shapes by name.

    Returns:
        Positions of the variables that the loop changes, counted from 0, and their values after it.

    Raises:
        GraphError: a variable changes its dtype, shape or lists, or is no tensor.

    TF: tf.while_loop.
    """
    state = LoopState(names, entry, where, options)

    def go_on(*tensors: Any) -> Any:
        at, values = state.positions(), state.values(tensors)
        stopped = stop(at, values) if stop is not None else False
        if not is_tensor(stopped):
            return tf.constant(False) if stopped else _as_answer(test(at, values), where)
        stopped = as_test(stopped, where)
        return tf.cond(stopped, lambda: tf.constant(False), lambda: _as_answer(test(at, values), where))

    def once(*tensors: Any) -> list[Any]:
        return state.after(body(state.positions(), state.values(tensors)))

    return state.results(_looped(go_on, once, [], state, options))


def _as_answer(answer: Any, where: str) -> Any:
    return as_test(answer, where) if is_tensor(answer) else tf.constant(bool(answer))


def _looped(
    go_on: Callable[..., Any], once: Callable[..., Any], more: list[Any], state: LoopState, options: Any
) -> Sequence[Any]:
    """The tensors of the state after a loop, traced anew until a pass keeps the dtypes and shapes it starts with."""
    settings = {name: value for name, value in (options or {}).items() if name in OPTIONS[1:] and value is not None}
    known = len(conflicts)
    for attempt in range(_MOST):
        first = [*more, *state.first()]
        shapes = [*(tensor.shape for tensor in more), *state.shapes()]
        # A loop of nothing is none to TensorFlow.
        idle = [] if first else [tf.constant(0)]
        try:
            found = tf.while_loop(
                (lambda _: go_on()) if idle else go_on,
                (lambda same: (once(), [same])[1]) if idle else once,
                first or idle,
                shape_invariants=shapes if first else None,
                **settings,
            )
        except Again:
            continue
        except Exception:
            if attempt + 1 < _MOST and state.adopted(conflicts[known:]):
                continue
            raise
        return [] if idle else list(found)[len(more) :]
    raise GraphError(f"The dtypes in {state.where} do not settle.")


_MOST = 8
"""How often a loop is traced at most."""


def for_loop(
    elements: Any,
    body: Callable[..., Sequence[Any]],
    names: Sequence[str],
    entry: Sequence[Any],
    where: str = "`for`",
    stop: Stop | None = None,
    options: Mapping[str, Any] | None = None,
) -> list[list[Any]]:
    """What variables hold after a `for` over a tensor, range, dataset or iterator, traced into the graph.

    Args:
        elements: a tensor is walked along its first axis; a dataset element by element.
        body: a pass: positions, values, and the element.
        names, entry, where, stop, options: see `while_loop()`.

    Returns, Raises: see `while_loop()`.

    TF: tf.while_loop.
    """
    if isinstance(elements, (tf.data.Dataset, tf.data.Iterator)):
        return _over_dataset(elements, body, names, entry, where, stop, options)
    if isinstance(elements, tf.RaggedTensor):
        count, element = elements.nrows(), elements.__getitem__
    elif (bounds := _range(elements)) is not None:
        start, _, step = bounds
        return _over_range(start, bounds, step, body, names, entry, where, stop, options)
    else:
        elements = tf.convert_to_tensor(elements)
        if elements.shape.rank == 0:
            raise GraphError(f"{where} is over a tensor of rank 0, which has no elements.", hints=["`tf$range(n)` counts."])
        count = tf.shape(elements)[0]
        count = elements.shape[0] if elements.shape.rank is not None and elements.shape[0] is not None else count
        parts = tf.TensorArray(elements.dtype, size=count, element_shape=elements.shape[1:]).unstack(elements)
        element = parts.read
    return _counted(count, element, body, names, entry, where, stop, options)


def _range(elements: Any) -> Any:
    """Start, end and step of a tensor that is made by `tf$range()` in this graph."""
    if not tf.is_tensor(elements) or isinstance(elements, tf.RaggedTensor) or tf.executing_eagerly():
        return None
    op = None if hasattr(elements, "numpy") else getattr(elements, "op", None)
    return (
        tuple(op.inputs) if op is not None and op.type == "Range" and op.graph is tf.compat.v1.get_default_graph() else None
    )


def _over_range(
    start: Any, bounds: Any, step: Any, body: Any, names: Any, entry: Any, where: str, stop: Any, options: Any
) -> list[list[Any]]:
    limit = bounds[1]
    known = tf.get_static_value(step)
    state = LoopState(names, entry, where, options)

    def further(i: Any) -> Any:
        if known is None:
            return tf.where(step > 0, i < limit, i > limit)
        return i < limit if known > 0 else i > limit

    def go_on(i: Any, *tensors: Any) -> Any:
        return _and_not_stopped(further(i), stop, state, tensors, where)

    def once(i: Any, *tensors: Any) -> list[Any]:
        return [i + step, *state.after(body(state.positions(), state.values(tensors), i))]

    return state.results(_looped(go_on, once, [start], state, options))


def _counted(
    count: Any, element: Callable[[Any], Any], body: Any, names: Any, entry: Any, where: str, stop: Any, options: Any
) -> list[list[Any]]:
    state = LoopState(names, entry, where, options)

    def go_on(i: Any, *tensors: Any) -> Any:
        return _and_not_stopped(i < count, stop, state, tensors, where)

    def once(i: Any, *tensors: Any) -> list[Any]:
        return [i + 1, *state.after(body(state.positions(), state.values(tensors), element(i)))]

    return state.results(_looped(go_on, once, [tf.constant(0)], state, options))


def _and_not_stopped(further: Any, stop: Stop | None, state: LoopState, tensors: Sequence[Any], where: str) -> Any:
    stopped = stop(state.positions(), state.values(tensors)) if stop is not None else False
    if not is_tensor(stopped):
        return tf.constant(False) if stopped else further
    return tf.logical_and(further, tf.logical_not(as_test(stopped, where)))


def _over_dataset(elements: Any, body: Any, names: Any, entry: Any, where: str, stop: Any, options: Any) -> list[list[Any]]:
    state = LoopState(names, entry, where, options)
    if stop is None and isinstance(elements, tf.data.Dataset):
        return state.results(_reduced(elements, body, state))
    iterator = iter(elements) if isinstance(elements, tf.data.Dataset) else elements

    def go_on(more: Any, *tensors: Any) -> Any:
        return _and_not_stopped(more, stop, state, tensors, where)

    def once(_: Any, *tensors: Any) -> list[Any]:
        following = iterator.get_next_as_optional()
        more = following.has_value()

        def there() -> list[Any]:
            return [*state.after(body(state.positions(), state.values(tensors), following.get_value())), more]

        return [more, *_items(tf.cond(more, there, lambda: [*map(tf.identity, tensors), more]))[:-1]]

    return state.results(_looped(go_on, once, [tf.constant(True)], state, options))


def _reduced(elements: Any, body: Any, state: LoopState) -> Sequence[Any]:
    """The tensors after all elements of a dataset: without the iterator and the test that a loop has."""
    known = len(conflicts)
    for attempt in range(_MOST):
        first = state.first()
        idle = [] if first else [tf.constant(0)]

        def once(tensors: Sequence[Any], element: Any, idle: Sequence[Any] = idle) -> Any:
            kept = tensors if idle else []
            made = state.after(body(state.positions(), state.values([] if idle else tensors), element))
            return (*made, *kept)

        try:
            found = elements.reduce(tuple(first or idle), once)
        except Again:
            continue
        except Exception:
            if attempt + 1 < _MOST and state.adopted(conflicts[known:]):
                continue
            raise
        return [] if idle else list(found)
    raise GraphError(f"The dtypes in {state.where} do not settle.")


def _items(found: Any) -> list[Any]:
    return list(found) if isinstance(found, (list, tuple)) else [found]

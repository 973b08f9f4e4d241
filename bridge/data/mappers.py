"""R functions that work on the elements of datasets: what they are given, and what their values become.

TensorFlow traces a mapper once, on R's thread; what runs for each element then is a graph, without R.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bridge.backend import tf
from bridge.barrier.functions import RFunction
from bridge.data.elements import structure
from bridge.errors import ArgumentError, DataError, expected

_TAKING = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def mapper(function: Any, argument: str = "map_func") -> Callable[..., Any]:
    """The function as TensorFlow calls it.

    A pair reaches `function(x, y)` as two arguments and `function(pair)` as a list. A named list reaches `function(record)`
    as it is, and functions of several arguments by their names where these are names of the list, else by position.

    Args:
        function: an R function, or a Python object that can be called, which is left as it is.
        argument: what the user calls it.

    Raises:
        ArgumentError: it is no function; when traced: one that cannot take the parts of an element.
        DataError: when traced: its value is no data.
    """
    if not callable(function):
        raise expected(argument, "a function or a formula", function)
    if not isinstance(function, RFunction):
        return function  # type: ignore[no-any-return]

    def run(*parts: Any) -> Any:
        args, named = _arguments(function, parts, argument)
        return _value(function(*args, **named), argument)

    return tf.autograph.experimental.do_not_convert(run)  # type: ignore[no-any-return]


def stepper(function: Any, argument: str) -> Callable[..., Any]:
    """The same for a function of two things that stay two: a state and an element, a key and a window."""
    if not callable(function):
        raise expected(argument, "a function or a formula", function)
    if not isinstance(function, RFunction):
        return function  # type: ignore[no-any-return]
    return tf.autograph.experimental.do_not_convert(  # type: ignore[no-any-return]
        lambda first, second: _value(function(first, second), argument)
    )


def _arguments(function: RFunction, parts: Sequence[Any], argument: str) -> tuple[Sequence[Any], Mapping[str, Any]]:
    formals = [p for p in inspect.signature(function).parameters.values() if p.kind in _TAKING]
    needed = [p.name for p in formals if p.default is p.empty]
    every = len(formals) < len(inspect.signature(function).parameters)
    if len(parts) > 1:
        if every or len(needed) <= len(parts) <= len(formals):
            return parts, {}
        if len(needed) <= 1 <= len(formals):
            return [list(parts)], {}
        raise _unfit(needed or [p.name for p in formals], f"{len(parts)} parts", argument)
    element = parts[0]
    if not isinstance(element, Mapping) or len(needed) <= 1:
        if len(needed) > 1 or not (formals or every):
            raise _unfit(needed, "1 part", argument)
        return parts, {}
    if set(needed) <= element.keys():
        known = {p.name for p in formals}
        return (), {name: part for name, part in element.items() if every or name in known}
    if len(needed) <= len(element) <= len(formals):
        return list(element.values()), {}
    raise _unfit(needed, "the parts " + ", ".join(f"`{name}`" for name in element), argument)


def _unfit(needed: Sequence[str], parts: str, argument: str) -> ArgumentError:
    takes = ", ".join(f"`{name}`" for name in needed) or "no arguments"
    return ArgumentError(
        f"`{argument}` takes {takes}, but elements have {parts}.",
        hints=["A function of one argument gets them as a list; one of several gets them by name or position."],
    )


def _value(value: Any, argument: str) -> Any:
    if value is None:
        raise DataError(
            f"`{argument}` gave NULL.", hints=["Its value is the new element: a tensor, or a (named) list of tensors."]
        )
    return structure(value, "the value")

"""Methods written in R as Python has them: real ones to whoever looks at them, with the formals that R has."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from types import MethodType
from typing import Any

from bridge.barrier.signature import r_signature


class Method:
    """A method that hands all that it is given to a function of `(self, *args, **kwargs)`: which is which, R finds out.

    Args:
        function: what it calls.
        name: of the method.
        cls: name of the class.
        formals: R's, without `self`.
    """

    # Keras wraps `build()` by `functools.wraps()`, which would copy a `__signature__` in `__dict__` from the function, with
    # `self`, to what it makes of the bound method, that has none. So there is no `__dict__`.
    __slots__ = ("__name__", "__qualname__", "__signature__", "_function")

    def __init__(self, function: Callable[..., Any], name: str, cls: str, formals: Sequence[Sequence[Any]]) -> None:
        self._function = function
        self.__name__ = name
        self.__qualname__ = f"{cls}.{name}"
        self.__signature__: inspect.Signature = r_signature(formals, "self")

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        """The method of an instance."""
        return self if instance is None else MethodType(self, instance)

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """What the R method gives."""
        return self._function(*args, **kwargs)

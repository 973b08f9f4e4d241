"""R functions as Python callables.

The R side hands over a guarded function (rpkg/R/barrier.R): it never jumps, it returns. When the R code failed, what it
returns is a marker that names the R condition it keeps; here the marker becomes an exception, which passes through
Keras like any other and is turned back into that condition when it reaches R (bridge.barrier.crossing). When the R code
jumped, the marker says that R goes on with it where it called Python.
"""

from __future__ import annotations

import sys
import uuid
import weakref
from collections.abc import Callable, Sequence
from typing import Any

from bridge import upstream
from bridge.barrier.interrupts import raise_pending, suspend
from bridge.barrier.raised import remembered
from bridge.barrier.serving import ask, on_r_thread, watch
from bridge.barrier.signature import left_to_r, r_signature
from bridge.barrier.structures import to_r
from bridge.errors import ArgumentError, ThreadError

ESCAPED = "__tfbridge_escaped__"
"""Key of the marker that a guarded R function returns in place of a value: the error's number, 0 for a jump."""


class RJump(KeyboardInterrupt):
    """A jump of R code on its way through Python, to a frame below: a handler's, a restart's, an interrupt's.

    Python code that catches errors lets it pass, as it lets interrupts pass; code that does not, delays it: R goes on with
    the jump when the call returns.
    """


class RError(Exception):
    """An R error on its way through Python.

    Args:
        number: under which the R side keeps the condition.
        message: the R message, for those who see it in Python.
    """

    def __init__(self, number: int, message: str) -> None:
        super().__init__(message)
        self.number = number


_keep: list[Callable[[int], Any]] = []


def use(keep: Callable[[int], Any], look: Callable[[], Any]) -> None:
    """Takes R functions: one that keeps the condition of a number beyond the call into Python that it arose in, and one that
    notices time limits, for while R's thread waits.
    """
    _keep[:] = [keep]
    watch(look)


def refuse_other_threads() -> None:
    """Refuses calls from other threads than R's of R functions that reticulate made Python functions of, too."""
    upstream.before_r_functions(_check_thread)


def _check_thread() -> None:
    if not on_r_thread():
        raise remembered(_other_thread())


def _other_thread(name: str = "") -> ThreadError:
    tf = sys.modules.get("tensorflow")
    if tf is not None and tf.distribute.has_strategy():
        return ThreadError(
            f"{f'The R function `{name}()`' if name else 'An R function'} was called by a thread of a TensorFlow strategy.",
            hints=[
                "`tf$distribute` runs each replica on a thread of its own, and R has only one.",
                "`strategy_multi_worker()` trains what is written in R: on several processes, each with a GPU or machine.",
            ],
        )
    return ThreadError(
        f"{f'The R function `{name}()`' if name else 'An R function'} was called by another thread than R's.",
        hints=[
            "R runs on one thread, which serves others while it waits for an element of a dataset.",
            "Elsewhere use TensorFlow operations; a training step can be left to R: `compile(run_eagerly = TRUE)`.",
        ],
    )


class RFunction:
    """An R function that Python may call.

    Args:
        function: the guarded R function, as reticulate converted it.
        name: how it is called in R; Keras shows it (metric names, for one).
        parameters: R's formals, see `r_signature()`.
        source: gives its R source when it is asked, for files.

    Raises (when called):
        RError: the R code failed.
        RJump: it jumped.
        ThreadError: the calling thread is not R's; R has only one.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        name: str = "r_function",
        parameters: Sequence[Sequence[Any]] = (),
        source: Callable[[], str] | None = None,
    ) -> None:
        self._function = function
        self._source = source
        self.__name__ = self.__qualname__ = name
        self.__signature__ = r_signature(parameters)
        self._left_to_r = left_to_r(parameters)
        names = [parameter[0] for parameter in parameters]
        self._taken = None if "..." in names else len(names)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The value of the R function."""
        if not on_r_thread():
            return ask(self._kept, args, kwargs, lambda: remembered(_other_thread(self.__name__)))
        if self._left_to_r:
            kwargs = {name: given for name, given in kwargs.items() if given is not None or name not in self._left_to_r}
        before = suspend(1)
        try:
            value = self._function(*map(to_r, args), **{name: to_r(given) for name, given in kwargs.items()})
        finally:
            suspend(before)
        if type(value) is dict and ESCAPED in value:
            raise remembered(RError(int(value[ESCAPED]), value["message"])) if value[ESCAPED] else RJump()
        raise_pending()
        return value

    def _kept(self, *args: Any, **kwargs: Any) -> Any:
        """Its value; an error is kept, which R may hear of only when a later call meets the element that failed."""
        try:
            return self(*args, **kwargs)
        except RError as error:
            for keep in _keep:
                keep(error.number)
            raise

    def taking(self, *args: Any) -> Any:
        """Its value for as many of the arguments as it has formals."""
        return self(*args[: self._taken])

    def get_config(self) -> dict[str, Any]:
        """Its name and R source, for a file.

        Raises:
            ArgumentError: it has no source of its own.
        """
        if self._source is None:
            raise ArgumentError(f"`{self.__name__}()` is a part of R that no file can hold.")
        here = f"{_SESSION}-{id(self)}"
        of_this_session[here] = self
        return {"name": self.__name__, "source": self._source(), "here": here}


_SESSION = uuid.uuid4().hex
"""Not the source tells functions of this session apart: two of one factory have the same."""

of_this_session: weakref.WeakValueDictionary[str, RFunction] = weakref.WeakValueDictionary()

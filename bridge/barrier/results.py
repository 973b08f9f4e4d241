"""Values of R functions that TensorFlow calls with a dtype in mind: R has no numbers of 32 bits but integers."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable
from typing import Any

import numpy as np

from bridge.backend import tf, when_loaded
from bridge.barrier.functions import RFunction
from bridge.errors import DtypeError


class Cast:
    """An R function whose values have the dtypes that were asked for.

    Raises (when called):
        DtypeError: a value that the dtype does not have, such as 2.5 among integers.
    """

    def __init__(self, function: RFunction, dtypes: Any) -> None:
        self._function = function
        self._dtypes = dtypes
        self.__name__ = function.__name__

    def __call__(self, *args: Any) -> Any:
        """The function's value, or several in a list."""
        value = self._function(*args)
        if not isinstance(self._dtypes, (list, tuple)):
            return self._cast(value, self._dtypes)
        if len(self._dtypes) == 1 and not isinstance(value, (list, tuple)):
            value = [value]
        if not isinstance(value, (list, tuple)) or len(value) != len(self._dtypes):
            return value
        return [self._cast(part, dtype) for part, dtype in zip(value, self._dtypes, strict=True)]

    def _cast(self, value: Any, dtype: Any) -> Any:
        if value is None or hasattr(value, "element_spec") or tf.is_tensor(value) or isinstance(dtype, tf.TypeSpec):
            return value
        dtype = tf.as_dtype(dtype)
        array = np.asarray(value)
        if array.dtype.kind not in "biuf" or not (dtype.is_floating or dtype.is_integer):
            return array
        with np.errstate(invalid="ignore"):
            made = array.astype(dtype.as_numpy_dtype)
        if dtype.is_integer and not np.array_equal(made, array):
            raise DtypeError(
                f"The value of `{self.__name__}()` has numbers that {dtype.name}, which was asked for, has not."
            )
        return made


def _install() -> None:
    # The module itself, which R sees, and not the stand-in.
    module = importlib.import_module("tensorflow")
    for name in ("py_function", "numpy_function"):
        setattr(module, name, _casting(getattr(module, name)))


def _casting(call: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(call)
    def casting(func: Any = None, inp: Any = None, Tout: Any = None, *args: Any, **kwargs: Any) -> Any:
        return call(Cast(func, Tout) if isinstance(func, RFunction) else func, inp, Tout, *args, **kwargs)

    return casting


when_loaded(_install)

"""TensorFlow loaded once, quietly; base R as a judge."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bridge.backend import keras, load
from bridge.barrier.notes import take_notes
from bridge.catalog.rows import Row, rows
from bridge.errors import ArgumentError

OLDEST = "3.8."
"""The Keras of `make oldest`, which lacks some of what the tables have: the tests are about the rest."""


def there(found: Row) -> bool:
    """Whether the installed Keras has what a row stands for."""
    try:
        return found.target is not None and (not found.function or found.computes is not None)
    except ArgumentError:
        return False


load()

IS_OLDEST = keras.version().startswith(OLDEST)

newer_keras = pytest.mark.skipif(IS_OLDEST, reason="the oldest Keras has not what this is about")

if IS_OLDEST:
    # The help and the generated files are those of the newest.
    collect_ignore = ["catalog/test_arguments.py", "catalog/test_rows.py", "catalog/test_shared_help.py"]
    for name in [name for name, found in rows().items() if not there(found)]:
        del rows()[name]


class BaseR:
    """Base R, through rpy2: what it says is what R does."""

    def __init__(self) -> None:
        import rpy2.robjects as robjects

        self._r = robjects.r

    def __call__(self, code: str) -> Any:
        """The value of R code: a NumPy array in R's dim (rank 1 for vectors), or None for NULL."""
        value = self._r(f"local({{ .v <- {{ {code} }}; list(if (is.null(dim(.v))) length(.v) else dim(.v), .v) }})")
        dims, values = (np.array(part) for part in value)
        return values.reshape([int(d) for d in dims], order="F")


@pytest.fixture(scope="session")
def base_r() -> Callable[[str], Any]:
    return BaseR()


@pytest.fixture(autouse=True)
def _no_notes_left() -> None:
    """What an earlier test noted for R does not reach the next one."""
    take_notes()

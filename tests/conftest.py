"""TensorFlow loaded once, quietly; base R as a judge."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bridge.backend import load
from bridge.barrier.notes import take_notes

load()


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

"""R's interrupts while Python runs: when R may look for them, and where Python looks.

An interrupt or a time limit that R notices between Python's frames and a guarded R function jumps through those frames, and
the session ends. Two kinds of R code of reticulate's run there: what converts arguments and results, and, in versions such
as 1.28, what Python's signal handler asks for pending interrupts. rpkg/src/interrupts.c has functions that spare both.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable

from bridge import upstream

_function = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_int)
_functions: dict[str, Callable[[int], int]] = {}


def use(suspend_address: str, pending_address: str) -> None:
    """Takes the functions of the R package, by their addresses; without them nothing here does anything."""
    _functions["suspend"] = _function(int(suspend_address, 16))
    _functions["pending"] = pending = _function(int(pending_address, 16))
    upstream.ask_for_interrupts(pending)


def suspend(on: int) -> int:
    """What was set before; from now on R does not look for interrupts, or does again."""
    return _functions["suspend"](on) if _functions else on


def raise_pending() -> None:
    """Raises the interrupt that waits, if one does: Python's signal handler let it pass while R did not look."""
    if _functions and _functions["pending"](0):
        _functions["pending"](1)
        raise KeyboardInterrupt

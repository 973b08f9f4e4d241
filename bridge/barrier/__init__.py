"""The one way in and out between R and Python: no error, warning or long jump of R crosses a Python frame."""

from bridge.barrier.crossing import Failure, Noted, Outcome, Raised, attempt, entry, kind, same
from bridge.barrier.functions import RError, RFunction, RJump, refuse_other_threads
from bridge.barrier.interrupts import use
from bridge.barrier.memory import memory_functions
from bridge.barrier.results import Cast

__all__ = [
    "Cast",
    "Failure",
    "Noted",
    "Outcome",
    "RError",
    "RFunction",
    "RJump",
    "Raised",
    "attempt",
    "entry",
    "kind",
    "memory_functions",
    "refuse_other_threads",
    "same",
    "use",
]

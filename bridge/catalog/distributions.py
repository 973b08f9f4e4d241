"""What Keras' distributions would promise on TensorFlow, where Keras does nothing with them: refused, with what does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bridge.backend import keras
from bridge.errors import ArgumentError

HINT = "`strategy_multi_worker()` has several processes train one model; `run_workers()` starts them on this machine."

WITHOUT_EFFECT = {
    "distribution_set": "Keras distributes nothing on TensorFlow: each batch would stay on one device.",
    "distribution_initialize": "Keras joins no machines on TensorFlow.",
}


def refuse_distribution(r_name: str, given: Mapping[str, Any]) -> None:
    """Refuses what has no effect on TensorFlow; `distribution_set(NULL)` has none to have.

    Raises:
        ArgumentError: says so, and what trains on several devices.
    """
    if keras.backend.backend() != "tensorflow" or r_name not in WITHOUT_EFFECT:
        return
    if r_name == "distribution_set" and given.get("value") is None:
        return
    raise ArgumentError(f"`{r_name}()` has no effect here. {WITHOUT_EFFECT[r_name]}", hints=[HINT])

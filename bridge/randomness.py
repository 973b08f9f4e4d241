"""Seeds, everywhere at once."""

from __future__ import annotations

from typing import Any

from bridge.backend import keras
from bridge.catalog.roles import whole


def set_random_seed(seed: Any) -> None:
    """Seeds Python, NumPy and TensorFlow; R seeds itself.

    Keras: keras.utils.set_random_seed.
    """
    keras.utils.set_random_seed(whole(seed, "seed"))

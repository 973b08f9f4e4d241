"""Seeds, everywhere at once."""

from __future__ import annotations

from typing import Any

from bridge.backend import keras, tf
from bridge.errors import ArgumentError
from bridge.values.numbers import whole_number


def set_random_seed(seed: Any) -> None:
    """Seeds Python, NumPy and TensorFlow; R seeds itself.

    Keras: keras.utils.set_random_seed.

    Raises:
        ArgumentError: R or NumPy has no such seed.
    """
    seed = whole_number(seed, "seed")
    if not 0 <= seed < 2**31:
        raise ArgumentError(f"`seed` must be between 0 and {2**31 - 1}, not {seed}: R's own seed is an integer.")
    keras.utils.set_random_seed(seed)


_followed: list[int] = []
"""The last seed that came from R."""


def follow(seed: int, force: bool = False) -> bool:
    """Seeds everything here from R's random numbers, unless Python has been seeded by itself since the last time.

    Args:
        seed: drawn from the state of R's generator.
        force: whether R was seeded after Python.

    Returns:
        Whether it did.
    """
    # With a seed for the operation, this only tells the global one.
    current = tf.compat.v1.get_seed(1)[0]
    if not force and current != _UNSEEDED and [current] != _followed:
        return False
    keras.utils.set_random_seed(seed)
    _followed[:] = [seed]
    return True


_UNSEEDED = 87654321
"""What TensorFlow has for a global seed while nobody has set one."""

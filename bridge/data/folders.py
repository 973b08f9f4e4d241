"""Images that a dataset reads from a directory: which file it is that cannot be read.

TensorFlow says that a picture is damaged, not which one. So the paths of what was read last are remembered, and looked at
when that happens.
"""

from __future__ import annotations

from collections import deque
from typing import Any

from bridge.backend import tf

_read: deque[list[str]] = deque(maxlen=8)


def remember(made: Any) -> Any:
    """The dataset of the images in a directory, or the two of them, whose files are remembered."""
    for part in made if isinstance(made, (list, tuple)) else [made]:
        _read.append(list(getattr(part, "file_paths", [])))
    return made


def damaged_file() -> str | None:
    """The first of the files read last that is no picture."""
    for paths in reversed(_read):
        for path in paths:
            try:
                tf.io.decode_image(tf.io.read_file(path), expand_animations=False)
            except tf.errors.OpError:
                return path
    return None

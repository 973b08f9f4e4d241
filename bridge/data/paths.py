"""Which files are meant."""

from __future__ import annotations

import os
from glob import glob
from typing import Any

import numpy as np

from bridge.backend import tf
from bridge.data.lengths import is_dataset
from bridge.errors import ArgumentError, FileError


def existing_files(filenames: Any, argument: str = "filenames") -> Any:
    """The paths, `~` expanded; datasets and tensors of paths pass.

    Raises:
        FileError: a file is not there.
    """
    if is_dataset(filenames) or tf.is_tensor(filenames):
        return filenames
    paths = [os.path.expanduser(str(name)) for name in np.ravel(np.asarray(filenames, dtype=object))]
    if not paths:
        raise ArgumentError(f"`{argument}` names no file.")
    for path in paths:
        if "://" not in path and not os.path.isfile(path):
            raise FileError(f"There is no file {path}.")
    return paths


def matching_files(patterns: Any, argument: str = "file_pattern") -> list[str]:
    """The files that patterns match, each pattern's in alphabetical order.

    Raises:
        FileError: a pattern matches none.
    """
    found: list[str] = []
    for pattern in np.ravel(np.asarray(patterns, dtype=object)):
        path = os.path.expanduser(str(pattern))
        files = [path] if os.path.isfile(path) else sorted(filter(os.path.isfile, glob(path, recursive=True)))
        if not files:
            raise FileError(f"No file matches `{argument}`, {path}.")
        found += files
    return found

"""The data sets of keras.datasets: downloaded once, or read from a local file where there is no network."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from bridge.errors import FileError
from bridge.upstream import KERAS_DOWNLOAD_FAILED, reading


def load_bundled(loader: Callable[..., Any], arguments: Mapping[str, Any]) -> Any:
    """What a loader of keras.datasets gives.

    Args:
        loader: such as `keras.datasets.mnist.load_data`.
        arguments: its arguments; a `path` with a directory in it is a local file, in the format that Keras downloads.

    Raises:
        FileError: there is no such file, or the download failed.
    """
    given = dict(arguments)
    path = os.path.expanduser(str(given.get("path", "")))
    if os.path.dirname(path):
        if not os.path.exists(path):
            raise FileError(f"There is no file {path}.")
        del given["path"]
        return reading(loader, path)(**given)
    try:
        return loader(**given)
    except Exception as error:
        if KERAS_DOWNLOAD_FAILED not in str(error):
            raise
        raise FileError(
            f"The data set could not be downloaded: {error}.",
            hints=["Download the file by other means, and give `path` with its directory."],
        ) from error

"""The data sets of keras.datasets: downloaded once, or read from a local file where there is no network."""

from __future__ import annotations

import os
import re
import tarfile
import tempfile
from collections.abc import Callable, Mapping
from typing import Any

from bridge import files
from bridge.backend import keras
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
    if os.path.dirname(path) and loader.__module__ != __name__:
        if not os.path.exists(path):
            raise FileError(f"There is no file {path}.")
        del given["path"]
        return reading(loader, path)(**given)
    try:
        return loader(**given)
    except Exception as error:
        if KERAS_DOWNLOAD_FAILED not in str(error):
            raise
        url = re.search(r"https?://\S+?(?=:|\s)", str(error).partition("URL fetch failure on")[2] or str(error))
        name = os.path.basename(str(given.get("path") or "")) or None
        cache = os.path.join(os.environ.get("KERAS_HOME") or os.path.expanduser("~/.keras"), "datasets", name or "")
        raise FileError(
            f"The data set could not be downloaded: {error}.",
            hints=[
                f"Download {url[0] if url else 'the file'} by other means, and give `path` with its directory.",
                *([f"As {cache} it is found without `path`."] if name else []),
            ],
        ) from error


def cifar10(path: str | None = None) -> Any:
    """The small images in 10 classes.

    Keras: keras.datasets.cifar10.load_data.

    Args:
        path: the archive, or the directory that holds its `cifar-10-batches-py`; None downloads it.

    Raises:
        FileError: there is no such file.
    """
    return _from_folder(keras.datasets.cifar10.load_data, path)


def cifar100(label_mode: str = "fine", path: str | None = None) -> Any:
    """The small images in 100 classes.

    Keras: keras.datasets.cifar100.load_data.

    Args:
        label_mode: "fine" for 100 classes, "coarse" for 20.
        path: the archive, or the directory that holds its `cifar-100-python`; None downloads it.

    Raises:
        FileError: there is no such file.
    """
    return _from_folder(keras.datasets.cifar100.load_data, path, label_mode=label_mode)


def fashion_mnist(path: str | None = None) -> Any:
    """The images of clothes.

    Keras: keras.datasets.fashion_mnist.load_data.

    Args:
        path: the directory of the four files `train-images-idx3-ubyte.gz` and so on; None downloads them.

    Raises:
        FileError: there is no such directory.
    """
    return _from_folder(keras.datasets.fashion_mnist.load_data, path)


def _from_folder(loader: Callable[..., Any], path: str | None, **arguments: Any) -> Any:
    if path is None:
        return loader(**arguments)
    place = files.existing(path)
    if os.path.isdir(place):
        return reading(loader, place)(**arguments)
    if not tarfile.is_tarfile(place):
        raise FileError(f"The file {place} is no archive, and no directory.")
    with tempfile.TemporaryDirectory() as folder, tarfile.open(place) as archive:
        # Python before 3.11.4 has no filters.
        if hasattr(tarfile, "data_filter"):
            archive.extraction_filter = tarfile.data_filter
        archive.extractall(folder)  # noqa: S202
        return reading(loader, folder)(**arguments)

"""What a file of a model holds, by its content: Keras goes by the ending, and users name files as they like."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import h5py

from bridge.errors import FileError
from bridge.upstream import CONFIG_IN_ARCHIVE

WEIGHTS = ".weights.h5"
"""How files of weights end, for Keras 3; without `.weights` it takes them for those of earlier versions."""


def model_ending(path: str) -> str:
    """The ending that Keras knows such a model file by: `.keras` or `.h5`.

    Raises:
        FileError: it is no model.
    """
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            if CONFIG_IN_ARCHIVE in archive.namelist():
                return ".keras"
    elif h5py.is_hdf5(path):
        with _hdf5(path) as file:
            if "model_config" in file.attrs:
                return ".h5"
            if _is_legacy(file) or {"layers", "vars"} & set(file):
                raise FileError(
                    f"The file {path} holds weights only, no model.",
                    hints=["Make the model first; `load_model_weights()` reads them into it."],
                )
    raise FileError(f"The file {path} is damaged: it is no Keras model.")


def weights_ending(path: str) -> str:
    """The ending that Keras knows such a file of weights by: `.weights.h5`, `.h5`, or `.keras` of a whole model."""
    if h5py.is_hdf5(path):
        with _hdf5(path) as file:
            return ".h5" if _is_legacy(file) else WEIGHTS
    return ".keras" if zipfile.is_zipfile(path) else WEIGHTS


def optimizer_state(path: str) -> list[Any]:
    """The values of an optimizer's variables in a `.h5` file, in the optimizer's order; none where it holds none."""
    with _hdf5(path) as file:
        group = file.get("optimizer_weights")
        if group is None:
            return []
        # An attribute of HDF5 holds 64 kB: many names are spread over several.
        parts = ["weight_names"] if "weight_names" in group.attrs else [f"weight_names{i}" for i in range(len(group.attrs))]
        return [group[name][()] for part in parts for name in group.attrs[part]]


def _is_legacy(file: Any) -> bool:
    return "layer_names" in file.attrs or "model_weights" in file


@contextmanager
def _hdf5(path: str) -> Iterator[Any]:
    try:
        with h5py.File(path, "r") as file:
            yield file
    except OSError as error:
        raise FileError(f"The file {path} is damaged: {error}.") from error

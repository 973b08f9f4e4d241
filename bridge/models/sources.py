"""R source inside model files: of classes and functions that a model was made with, run only when the file is trusted."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Collection, Mapping

from bridge.backend import keras
from bridge.barrier.functions import RFunction, run_source
from bridge.catalog.optimizers import schedule_class
from bridge.errors import FileError

ENTRY = "tfbridge_classes.json"
"""Where a `.keras` archive keeps the sources of classes, by name."""

_CLASS = re.compile(r"tfbridge>(\w+)")


def register() -> None:
    """Has Keras describe R functions by their sources in what it saves, and know them in what it loads."""
    for cls in (RFunction, schedule_class()):
        keras.saving.register_keras_serializable("tfbridge")(cls)


def keep(path: str, sources: Mapping[str, str]) -> None:
    """Adds the sources of those classes that the model in an archive is made of."""
    with zipfile.ZipFile(path, "a") as archive:
        used = sorted(set(_CLASS.findall(archive.read("config.json").decode())) & set(sources))
        if used:
            archive.writestr(ENTRY, json.dumps({name: sources[name] for name in used}))


def define_missing(path: str, known: Collection[str]) -> None:
    """Has R define the classes of an archive that neither this session nor the user knows.

    Raises:
        FileError: the file is not trusted.
    """
    with zipfile.ZipFile(path) as archive:
        if ENTRY not in archive.namelist():
            return
        sources = json.loads(archive.read(ENTRY))
    for name in sources:
        if name in known or keras.saving.get_registered_object(f"tfbridge>{name}") is not None:
            continue
        try:
            run_source(sources[name], f"the class `{name}`")
        except FileError as error:
            raise FileError(
                f"The model has a `{name}`, which is not defined here.",
                hints=[
                    "Define it first as it was when the model was saved, or give it in `custom_objects`.",
                    "The file holds its R source: if you trust where it comes from, `safe_mode = FALSE` runs it.",
                ],
            ) from error

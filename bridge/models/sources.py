"""R source inside model files: of classes and functions that a model was made with, run only when the file is trusted.

Whether it is, is decided here and nowhere else.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from bridge.backend import keras
from bridge.barrier.functions import RFunction, of_this_session
from bridge.catalog.recurrent import rnn_class
from bridge.catalog.schedules import schedule_class
from bridge.classes.register import NAMES_IN_FILES, PACKAGE, known, plain_name, registering_as
from bridge.errors import FileError
from bridge.upstream import CONFIG_IN_ARCHIVE

ENTRY = "tfbridge_classes.json"
"""Where a `.keras` archive keeps the sources of classes, by name."""


def register() -> None:
    """Has Keras describe R functions by their sources in what it saves, and know them in what it loads."""
    for cls in (RFunction, schedule_class(), rnn_class()):
        keras.saving.register_keras_serializable(PACKAGE)(cls)
    # Of the same name: what Keras finds by it.
    keras.saving.register_keras_serializable(PACKAGE, RFunction.__name__)(StoredFunction)


class StoredFunction(RFunction):
    """What stands for an R function where Keras reads files."""

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> RFunction:
        """The function itself where it is from this session, or one that the user gives, by name or with this source; else
        what R makes of the source when that is trusted.

        Raises:
            FileError: the source comes from a file that is not trusted.
        """
        given = map(keras.saving.get_registered_object, (config["name"], f"{PACKAGE}>{config['source']}"))
        found: RFunction | None = of_this_session.get(config["here"]) or next(filter(None, given), None)
        return run_source(config["source"], f"the function `{config['name']}`") if found is None else found


_evaluate: list[Callable[[str], Any] | None] = [None]


@contextmanager
def trusting(evaluate: Callable[[str], Any] | None) -> Iterator[None]:
    """While it lasts, R code in files is run by `evaluate`; None trusts no file, even while one that is trusted loads."""
    _evaluate.append(evaluate)
    try:
        yield
    finally:
        _evaluate.pop()


def run_source(source: str, what: str) -> Any:
    """What R makes of a source that was found in a file.

    Raises:
        FileError: the file is not trusted.
    """
    evaluate = _evaluate[-1]
    if evaluate is None:
        raise FileError(
            f"The file holds R code: {what}.",
            hints=["If you trust where it comes from, `safe_mode = FALSE` runs it."],
        )
    return evaluate(source)


def keep(path: str) -> None:
    """Adds the sources of those classes that the model in an archive is made of."""
    with zipfile.ZipFile(path, "a") as archive:
        names = sorted(_names(archive))
        found = {name: getattr(known(name), "r_source", None) for name in names}
        sources = {name: source() for name, source in found.items() if source is not None}
        if sources:
            archive.writestr(ENTRY, json.dumps(sources))


def define_missing(path: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """What the names of R classes in an archive mean, by Keras' names, where that is not what is registered by them.

    R defines the classes that neither this session nor the user knows.

    Args:
        path: of the archive.
        given: what the user gives, by name.

    Raises:
        FileError: the file is not trusted.
    """
    with zipfile.ZipFile(path) as archive:
        names = sorted(_names(archive))
        sources = json.loads(archive.read(ENTRY)) if ENTRY in archive.namelist() else {}
    meant: dict[str, Any] = {}
    for name in names:
        plain = plain_name(name)
        if plain in given:
            meant[f"{PACKAGE}>{name}"] = given[plain]
        elif [plain_name(other) for other in names].count(plain) == 1 and known(plain) is not None:
            meant[f"{PACKAGE}>{name}"] = known(plain)
        elif known(name) is None and name in sources:
            _define(name, sources[name])
    return meant


def _define(name: str, source: str) -> None:
    other = "" if name == plain_name(name) else ", one of several"
    try:
        with registering_as(name):
            run_source(source, f"the class `{plain_name(name)}`")
    except FileError as error:
        raise FileError(
            f"The model has a `{plain_name(name)}`{other}, which is not defined here.",
            hints=[
                "Define it first as it was when the model was saved, or give it in `custom_objects`.",
                "The file holds its R source: if you trust where it comes from, `safe_mode = FALSE` runs it.",
            ],
        ) from error


def _names(archive: zipfile.ZipFile) -> set[str]:
    return set(NAMES_IN_FILES.findall(archive.read(CONFIG_IN_ARCHIVE).decode()))

"""Models, weights and configurations as files: written whole or not at all, damaged ones called damaged."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from bridge.backend import keras, tf
from bridge.barrier.functions import trusting
from bridge.errors import ArgumentError, FileError
from bridge.models.names import keep as keep_names
from bridge.models.names import recall as recall_names
from bridge.models.sources import define_missing, keep
from bridge.models.sources import register as register_functions

WITH_MODEL = os.path.join("assets.extra", "model.keras")
"""Where a SavedModel directory keeps the whole model, for `load_model()`: Keras cannot read it from the rest."""


def save_model(model: Any, filepath: str, overwrite: bool = True, sources: Mapping[str, str] | None = None) -> str:
    """Writes a whole model: `.keras` or `.h5` by the ending of the path; returns the path.

    Args:
        model: a Keras model.
        filepath: where to.
        overwrite: whether a file that is there is replaced.
        sources: R source of classes, by name; `.keras` keeps those of the model.

    Keras: keras.saving.save_model.

    Raises:
        FileError: the file exists and is not to be overwritten.
    """
    path = _free(filepath, overwrite)
    ending = os.path.splitext(path)[1]
    if ending not in (".keras", ".h5", ".hdf5"):
        raise ArgumentError(
            f"`filepath` ends in {ending!r}: the ending says the format.",
            hints=[
                "`.keras` is Keras' own, `.h5` that of earlier versions; `save_model_tf()` writes a directory for serving."
            ],
        )
    return _whole(path, ending, lambda partial: _write(model, partial, sources))


def _write(model: Any, path: str, sources: Mapping[str, str] | None) -> None:
    register_functions()
    keras.saving.save_model(model, path)
    if path.endswith(".keras"):
        keep(path, sources or {})
        keep_names(path, model)


def save_directory(model: Any, filepath: str, overwrite: bool = True, sources: Mapping[str, str] | None = None) -> str:
    """Writes a SavedModel directory that TensorFlow serves, with the whole model beside, optimizer state and all."""
    path = _free(filepath, overwrite)
    partial = tempfile.mkdtemp(dir=os.path.dirname(path) or ".")
    try:
        model.export(partial, verbose=False)
        os.makedirs(os.path.join(partial, "assets.extra"), exist_ok=True)
        _write(model, os.path.join(partial, WITH_MODEL), sources)
        if os.path.isdir(path):
            shutil.rmtree(path)
        os.replace(partial, path)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return path


def load_model(
    filepath: str,
    custom_objects: Mapping[str, Any] | None = None,
    compile: bool = True,
    safe_mode: bool = True,
    evaluate: Callable[[str], Any] | None = None,
) -> Any:
    """The model in a file, or in a directory that `save_directory()` wrote.

    Args:
        filepath: where it is.
        custom_objects: classes and functions by name.
        compile: whether it is compiled as it was.
        safe_mode: whether Python code in the file is refused.
        evaluate: runs R source that the file holds, for what this session does not define; None refuses it.

    Keras: keras.saving.load_model.

    Raises:
        FileError: there is no such file, or it is damaged.
    """
    path = _existing(filepath)
    if os.path.isdir(path):
        inner = os.path.join(path, WITH_MODEL)
        if not os.path.exists(inner):
            raise FileError(
                f"{path} is a SavedModel without the model that Keras needs to train it on.",
                hints=["`layer_tfsm()` uses it as a layer.", "`save_model_tf()` of this package writes both."],
            )
        path = inner
    if path.endswith(".keras") and not zipfile.is_zipfile(path):
        raise FileError(f"The file {path} is damaged: it is no Keras model.")
    try:
        with trusting(evaluate):
            register_functions()
            given = dict(custom_objects or {})
            if path.endswith(".keras"):
                define_missing(path, given)
                # Files name classes of R by their package too.
                known = {f"tfbridge>{name}": value for name, value in given.items()}
            else:
                known = _short_names()
            model = keras.saving.load_model(path, known | given, compile=compile, safe_mode=safe_mode)
            return recall_names(path, model) if path.endswith(".keras") else model
    except (OSError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise FileError(f"The file {path} is damaged: {error}.") from error
    except (TypeError, ValueError) as error:
        unknown = _unknown_class(error)
        if unknown is None:
            raise
        raise unknown from error


def _short_names() -> dict[str, Any]:
    """Losses by the short names that files of earlier versions hold and Keras 3 no longer finds."""
    names = {"mse": "squared", "mae": "absolute", "mape": "absolute_percentage", "msle": "squared_logarithmic"}
    return {short: getattr(keras.losses, f"mean_{name}_error") for short, name in names.items()}


def _unknown_class(error: Exception) -> FileError | None:
    found = re.search(r"Could not locate (?:class|function) '(?:.*>)?(\w+)'|Unknown \w+: '?(\w+)", str(error))
    if found is None:
        return None
    name = next(part for part in found.groups() if part)
    return FileError(
        f"The model has a `{name}`, which is not defined here.",
        hints=["Define it first as it was when the model was saved, or give it in `custom_objects`."],
    )


def save_weights(model: Any, filepath: str, overwrite: bool = True) -> str:
    """Writes the weights of a model: a file that ends in `.weights.h5`; another ending gets that one.

    Keras: keras.Model.save_weights.
    """
    path = _free(_weights_path(filepath), overwrite)
    return _whole(path, ".weights.h5", model.save_weights)


def load_weights(model: Any, filepath: str, skip_mismatch: bool = False, by_name: bool = False) -> Any:
    """Reads weights into a model; returns the model.

    Keras: keras.Model.load_weights.
    """
    there = os.path.isfile(os.path.expanduser(filepath)) or filepath.endswith(".h5")
    path = _existing(filepath if there else _weights_path(filepath))
    options = {name: True for name, on in (("skip_mismatch", skip_mismatch), ("by_name", by_name)) if on}
    try:
        model.load_weights(path, **options)
    except OSError as error:
        raise FileError(f"The file {path} is damaged: {error}.") from error
    return model


def to_json(model: Any) -> str:
    """The configuration of a model as JSON, without weights."""
    register_functions()
    text: str = model.to_json()
    return text


def from_json(text: str, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """The model that a configuration describes, with new weights.

    Raises:
        ArgumentError: the text is no JSON, or describes no model.
    """
    try:
        json.loads(text)
    except ValueError:
        raise ArgumentError("`json` is no JSON.") from None
    return keras.models.model_from_json(text, custom_objects=dict(custom_objects or {}))


def to_yaml(model: Any) -> str:
    """The configuration of a model as YAML, without weights."""
    text: str = yaml.safe_dump(json.loads(to_json(model)), sort_keys=False)
    return text


def from_yaml(text: str, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """The model that a configuration describes; the text is read as data, never run.

    Raises:
        ArgumentError: the text is no YAML of a model.
    """
    try:
        return from_json(json.dumps(yaml.safe_load(text)), custom_objects)
    except yaml.YAMLError:
        raise ArgumentError("`yaml` is no YAML.") from None


def serialize(model: Any, sources: Mapping[str, str] | None = None) -> bytearray:
    """A whole model as bytes; a bytearray is what every reticulate makes a raw vector of."""
    with tempfile.TemporaryDirectory() as directory:
        return bytearray(Path(save_model(model, os.path.join(directory, "model.keras"), sources=sources)).read_bytes())


def unserialize(content: Any, custom_objects: Mapping[str, Any] | None = None, compile: bool = True) -> Any:
    """The model that `serialize()` made bytes of."""
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "model.keras")
        with open(path, "wb") as file:
            file.write(bytes(content))
        return load_model(path, custom_objects, compile)


def register(objects: Mapping[str, Any] | None, clear: bool) -> None:
    """Lets models that are loaded find classes and functions by name, for the rest of the session."""
    known = keras.saving.get_custom_objects()
    if clear:
        known.clear()
    known.update(dict(objects or {}))


def register_class(cls: Any, package: str = "Custom", name: str | None = None) -> Any:
    """The class, registered under `package>name`.

    Keras: keras.saving.register_keras_serializable.
    """
    return keras.saving.register_keras_serializable(package, name)(cls)


def enter_scope(objects: Mapping[str, Any]) -> Any:
    """A context, entered, in which names mean these classes and functions.

    Keras: keras.saving.custom_object_scope.
    """
    scope = keras.saving.custom_object_scope(dict(objects))
    scope.__enter__()
    return scope


def leave_scope(scope: Any) -> None:
    """Ends what `enter_scope()` began."""
    scope.__exit__(None, None, None)


def signatures(filepath: str) -> list[str]:
    """The names of what a SavedModel directory serves."""
    return list(tf.saved_model.load(_existing(filepath)).signatures)


def _weights_path(filepath: str) -> str:
    return filepath if filepath.endswith(".weights.h5") else f"{filepath.rstrip('/')}.weights.h5"


def _existing(filepath: str) -> str:
    path = os.path.expanduser(filepath)
    if not os.path.exists(path):
        raise FileError(f"There is no file {path}.")
    return path


def _free(filepath: str, overwrite: bool) -> str:
    path = os.path.abspath(os.path.expanduser(filepath))
    if os.path.exists(path) and not overwrite:
        raise FileError(f"{path} exists.", hints=["`overwrite = TRUE` replaces it."])
    if not os.path.isdir(os.path.dirname(path)):
        raise FileError(f"There is no directory {os.path.dirname(path)}.")
    return path


def _whole(path: str, ending: str, write: Callable[[str], Any]) -> str:
    """What `write` puts into a file, at `path` once it is complete."""
    with tempfile.TemporaryDirectory(dir=os.path.dirname(path)) as directory:
        partial = os.path.join(directory, f"partial{ending}")
        write(partial)
        os.replace(partial, path)
    return path

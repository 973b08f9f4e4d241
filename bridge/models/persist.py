"""Models, weights and configurations as files: written whole or not at all, damaged ones called damaged."""

from __future__ import annotations

import json
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from bridge import files, upstream
from bridge.backend import keras, tf
from bridge.errors import ArgumentError, FileError
from bridge.models.formats import WEIGHTS, model_ending, optimizer_state, weights_ending
from bridge.models.names import keep as keep_names
from bridge.models.names import recall as recall_names
from bridge.models.optimizers import resume
from bridge.models.sources import define_missing, keep, trusting
from bridge.models.sources import register as register_functions
from bridge.upstream import KERAS_UNKNOWN_CLASS

_EXTRA = "assets.extra"
WITH_MODEL = os.path.join(_EXTRA, "model.keras")
"""Where a SavedModel directory keeps the whole model, for `load_model()`: Keras cannot read it from the rest."""

_FILES = os.path.join(_EXTRA, "files.json")
"""Where it keeps the names of the files that it was written with: others are the user's."""

_DESCRIPTION = "saved_model.pb"
_PARTS = {_DESCRIPTION, "variables", "assets", _EXTRA, "fingerprint.pb", "keras_metadata.pb", "debug"}
"""What TensorFlow and Keras put into a SavedModel directory, in any version."""


def save_model(model: Any, filepath: str, overwrite: bool = True, include_optimizer: bool = True) -> str:
    """Writes a whole model: `.keras` or `.h5` by the ending of the path; returns the path.

    Args:
        model: a Keras model.
        filepath: where to.
        overwrite: whether a file that is there is replaced.
        include_optimizer: for `.h5`, whether the optimizer and its state are written.

    Keras: keras.saving.save_model.

    Raises:
        FileError: the file exists and is not to be overwritten.
    """
    path = files.free(filepath, overwrite)
    ending = os.path.splitext(path)[1]
    if ending not in (".keras", ".h5", ".hdf5"):
        raise ArgumentError(
            f"`filepath` ends in {ending!r}: the ending says the format.",
            hints=[
                "`.keras` is Keras' own, `.h5` that of earlier versions; `save_model_tf()` writes a directory for serving."
            ],
        )
    options = {} if ending == ".keras" else {"include_optimizer": include_optimizer}
    return files.write_file(path, lambda partial: _write(model, partial, **options))


def _write(model: Any, path: str, **options: Any) -> None:
    register_functions()
    with _compiled_as_before(model):
        keras.saving.save_model(model, path, **options)
    if path.endswith(".keras"):
        keep(path)
    keep_names(path, model)


@contextmanager
def _compiled_as_before(model: Any) -> Iterator[None]:
    """Gives a model back what Keras takes out of it for an HDF5 file: its optimizer among what it was compiled with."""
    compiled = upstream.compiled_with(model)
    before = dict(compiled or {})
    try:
        yield
    finally:
        if compiled is not None:
            compiled.clear()
            compiled.update(before)


def save_directory(model: Any, filepath: str, overwrite: bool = True) -> str:
    """Writes a SavedModel directory that TensorFlow serves, with the whole model beside, optimizer state and all.

    Raises:
        FileError: what is there is no SavedModel, or holds more than one.
    """
    path = files.free(filepath, overwrite, directory=True)
    _check_saved_model(path)

    def write(partial: str) -> None:
        model.export(partial, verbose=False)
        os.makedirs(os.path.join(partial, _EXTRA), exist_ok=True)
        _write(model, os.path.join(partial, WITH_MODEL))
        with open(os.path.join(partial, _FILES), "w", encoding="utf-8") as file:
            json.dump(_files_in(partial), file)

    return files.write_directory(path, write)


def _check_saved_model(path: str) -> None:
    """Refuses a directory in which something would be lost if a SavedModel took its place."""
    if not os.path.isdir(path):
        return
    found = os.listdir(path)
    others = sorted(set(found) - _PARTS) if _DESCRIPTION in found else sorted(found)
    if not others and os.path.exists(os.path.join(path, _FILES)):
        with open(os.path.join(path, _FILES), encoding="utf-8") as file:
            others = sorted({*_files_in(path)} - {*json.load(file), _FILES})
    elif not others and _EXTRA in found:
        others = [f"{_EXTRA}/{name}" for name in os.listdir(os.path.join(path, _EXTRA)) if name != "model.keras"]
    if others:
        shown = ", ".join(others[:3]) + (", ..." if len(others) > 3 else "")
        raise FileError(
            f"The directory {path} holds what is no part of a SavedModel: {shown}.",
            hints=["A SavedModel takes the place of a whole directory. Choose another one, or move these away."],
        )


def _files_in(path: str) -> list[str]:
    """All files below a directory, by their paths in it."""
    return sorted(os.path.relpath(os.path.join(place, name), path) for place, _, names in os.walk(path) for name in names)


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
    path = files.existing(filepath)
    if os.path.isdir(path):
        inner = os.path.join(path, WITH_MODEL)
        if not os.path.exists(inner):
            raise FileError(
                f"{path} is a SavedModel without the model that Keras needs to train it on.",
                hints=["`layer_tfsm()` uses it as a layer.", "`save_model_tf()` of this package writes both."],
            )
        path = inner
    ending = model_ending(path)
    try:
        with trusting(evaluate), files.named(path, ending) as read:
            register_functions()
            given = dict(custom_objects or {})
            known = define_missing(read, given) if ending == ".keras" else _short_names()
            model = keras.saving.load_model(read, known | given, compile=compile, safe_mode=safe_mode)
            if ending == ".h5":
                resume(model, optimizer_state(read))
            return recall_names(read, model)
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
    found = KERAS_UNKNOWN_CLASS.search(str(error))
    if found is None:
        return None
    name = next(part for part in found.groups() if part)
    return FileError(
        f"The model has a `{name}`, which is not defined here.",
        hints=["Define it first as it was when the model was saved, or give it in `custom_objects`."],
    )


def save_weights(model: Any, filepath: str, overwrite: bool = True, exactly: bool = False) -> str:
    """Writes the weights of a model; returns the path.

    Args:
        model: a Keras model.
        filepath: where to.
        overwrite: whether a file that is there is replaced.
        exactly: whether the path is taken as it is; else one that does not end in `.weights.h5` gets that ending.

    Keras: keras.Model.save_weights.
    """
    path = files.free(filepath if exactly else _weights_path(filepath), overwrite)
    return files.write_file(path, model.save_weights, f"file{WEIGHTS}")


def load_weights(model: Any, filepath: str, skip_mismatch: bool = False, by_name: bool = False) -> Any:
    """Reads weights into a model; returns the model. The file may have any name.

    Keras: keras.Model.load_weights.
    """
    there = os.path.isfile(os.path.expanduser(filepath))
    ends = os.path.splitext(filepath)[1] in (".h5", ".hdf5")
    path = files.existing(filepath if there or ends else _weights_path(filepath))
    options = {name: True for name, on in (("skip_mismatch", skip_mismatch), ("by_name", by_name)) if on}
    try:
        with files.named(path, weights_ending(path)) as read:
            model.load_weights(read, **options)
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


def save_config(model: Any, filepath: str, overwrite: bool = False) -> str:
    """Writes the configuration of a model as JSON; returns the path."""
    text = to_json(model)
    path = files.free(filepath, overwrite)
    return files.write_file(path, lambda partial: Path(partial).write_text(text + "\n", encoding="utf-8"))


def load_config(filepath: str, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """The model that a file of `save_config()` describes, with new weights.

    Raises:
        FileError: there is no such file, or it is no JSON.
    """
    path = files.existing(filepath)
    try:
        text = Path(path).read_text(encoding="utf-8")
        json.loads(text)
    except (OSError, ValueError) as error:
        raise FileError(f"The file {path} is damaged: it holds no configuration.") from error
    return from_json(text, custom_objects)


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


def serialize(model: Any) -> bytearray:
    """A whole model as bytes; a bytearray is what every reticulate makes a raw vector of."""
    with tempfile.TemporaryDirectory() as directory:
        return bytearray(Path(save_model(model, os.path.join(directory, "model.keras"))).read_bytes())


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
    return list(tf.saved_model.load(files.existing(filepath)).signatures)


def _weights_path(filepath: str) -> str:
    return filepath if filepath.endswith(WEIGHTS) else f"{filepath.rstrip('/')}{WEIGHTS}"

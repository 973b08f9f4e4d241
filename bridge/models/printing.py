"""Keras objects as text for R users: what they are, and what they were made with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bridge.backend import keras
from bridge.catalog.roles import role_of
from bridge.classes.config import formals_of
from bridge.classes.define import kind_of
from bridge.errors import r_spelling
from bridge.tensors.axes import axis_to_one


def settings_text(made: Any) -> str:
    """Kind, class and name of a layer, optimizer, callback and the like, and a line for each of its settings as R has it."""
    settings = settings_of(made)
    name = settings.pop("name", None)
    shown = type(made).__name__ if not name or name == type(made).__name__ else f'{type(made).__name__} "{name}"'
    lines = [f"<{kind_of(type(made)).replace('_', ' ')} {shown}>"]
    lines += [f"  {setting}: {text(value, setting)}" for setting, value in settings.items()]
    if isinstance(made, keras.Layer) and made.built and made.weights:
        lines.append(f"  weights: {len(made.weights)}, of {made.count_params()} parameters")
    return "\n".join(lines)


def settings_of(made: Any) -> dict[str, Any]:
    """What an object is configured with, by name; what is NULL, or as in every layer, is left out."""
    try:
        config = dict(made.get_config())
    except Exception:  # A configuration is for files: an object that has none prints all the same.
        config = {}
    attributes = vars(made)
    config = {name: attributes.get(name) for name in formals_of(type(made).__init__)} | config
    usual = {"trainable": True, "autocast": True, "build_config": config.get("build_config")}
    return {
        name: value
        for name, value in config.items()
        if value is not None and (name not in usual or value != usual[name]) and not isinstance(value, type(made))
    }


def text(value: Any, name: str = "") -> str:
    """A setting as R would write it: axes count from 1, and an object is called as Keras calls it."""
    if role_of(name) == "axis":
        value = axis_to_one(value)
    if isinstance(value, float):
        return f"{value:.7g}"
    if isinstance(value, Mapping) and "class_name" in value:
        return _object_text(value["class_name"], value.get("config"))
    if isinstance(value, (list, tuple)) and len(value) == 1:
        return text(value[0])
    if isinstance(value, keras.Variable):
        return text(value.numpy().item()) if value.shape == () else r_spelling(value)
    return r_spelling(value)


def _object_text(name: str, config: Any) -> str:
    if not isinstance(config, Mapping):
        return r_spelling(config)
    if name == "DTypePolicy":
        return r_spelling(config["name"])
    if name == "RFunction":
        return "an R function"
    if "trainable" in config:
        return f'{name} "{config.get("name")}"'
    given = [f"{key} = {text(value, key)}" for key, value in config.items() if value is not None and key != "name"]
    return f"{name}({', '.join(given)})"

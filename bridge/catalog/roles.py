"""What an argument means: its role, told by its record or its default, turns R's value into Keras'."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from bridge.backend import keras
from bridge.barrier.functions import RFunction
from bridge.catalog.arguments import argument
from bridge.catalog.data_roles import (
    DATA_ROLES,
    array,
    categories,
    floats,
    labels,
    offset,
    samples,
    sequences,
    start,
    tree,
)
from bridge.catalog.schedules import scheduled
from bridge.errors import ArgumentError, expected, r_spelling
from bridge.tensors.axes import axis_from_one
from bridge.values.arrays import is_tensor
from bridge.values.dtypes import dtype_of
from bridge.values.numbers import is_missing, is_whole, single, whole_number
from bridge.values.shapes import to_shape
from bridge.values.structures import map_leaves, vectors_as_lists


def role_of(name: str, parameter: inspect.Parameter | None = None, *, told: str = "", computing: bool = False) -> str:
    """The role of an argument: what its record says (`told`, or that of its name), else by the default that Keras gives it.

    Functions that compute take tensors where there is no default.
    """
    told = told or argument(name).role
    if told:
        return told
    if computing and (parameter is None or parameter.default is parameter.empty):
        return "tensor"
    if name.endswith("_initializer"):
        return "initializer"
    default = parameter.default if parameter is not None else inspect.Parameter.empty
    if isinstance(default, int) and not isinstance(default, bool):
        return "whole_or_float"
    return "any" if computing or isinstance(default, float) else "unknown"


def convert(role: str, value: Any, argument: str) -> Any:
    """The value for Keras.

    Raises:
        ArgumentError: names the argument, what it takes and what came.
    """
    return None if value is None else ROLES[role](value, argument)


def whole(value: Any, argument: str) -> Any:
    """A whole number, written as an integer or a double."""
    return whole_number(value, argument)


def ints(value: Any, argument: str) -> Any:
    """A whole number or several (nested for padding on both sides); words such as "same" pass."""
    value = map_leaves(lambda item: item if isinstance(item, str) else whole(item, argument), plain(value, argument))
    return keras.tree.lists_to_tuples(value) if isinstance(value, list) else value


def whole_or_float(value: Any, argument: str) -> Any:
    """A number whose default is an int: whole doubles become int, fractions stay."""
    value = plain(value, argument)
    if isinstance(value, (bool, str)) or is_missing(value):
        raise expected(argument, "a number", value)
    return int(value) if is_whole(value) else value


def verbosity(value: Any, argument: str) -> Any:
    """How much is said: a number, or TRUE and FALSE for 1 and 0."""
    return value if isinstance(value, bool) else whole_or_float(value, argument)


def unknown(value: Any, argument: str) -> Any:
    """A value of which no more is known: whole doubles, single or in a vector, as ints, which stand for floats too.

    What stands in lists is left alone: it may be a configuration, which keeps its floats.
    """
    single_or_vector = isinstance(value, (float, np.ndarray))
    value = plain(value, argument)
    if isinstance(value, list) and single_or_vector and all(map(is_whole, value)):
        return [int(item) for item in value]
    return int(value) if single_or_vector and is_whole(value) else value


def several_ints(value: Any, argument: str) -> Any:
    """Whole numbers, also when it is one."""
    value = ints(value, argument)
    return (value,) if isinstance(value, int) else value


def seed(value: Any, argument: str) -> Any:
    """A whole number, or a generator of seeds."""
    return value if isinstance(value, keras.random.SeedGenerator) else whole(value, argument)


def rate(value: Any, argument: str) -> Any:
    """A learning rate: a number, a schedule, a function of the step."""
    value = plain(value, argument)
    if isinstance(value, (bool, str, list)) or is_missing(value):
        raise expected(argument, "a number, a schedule or a function", value)
    return scheduled(value)


def class_index(value: Any, argument: str) -> Any:
    """Classes counted from 1, as offsets from 0; what a graph computes is not looked at."""
    known = value.numpy() if hasattr(value, "numpy") else None if is_tensor(value) else value
    if known is not None and np.asarray(known).dtype.kind in "iuf" and np.any(np.equal(known, 0)):
        raise ArgumentError(
            f"`{argument}` has a 0, but classes count from 1.",
            hints=["Labels from 0: `op_one_hot(y + 1, 10)` for 10 classes, or `to_categorical(y)`."],
        )
    return index(value, argument)


def shape(value: Any, argument: str) -> Any:
    """A shape; functions (`output_shape` of a lambda layer) pass."""
    return value if callable(value) or isinstance(value, dict) else to_shape(value, argument)


def dtype(value: Any, argument: str) -> Any:
    """A dtype's name; Keras' policies ("mixed_float16") pass."""
    if isinstance(value, str) and (value.startswith("mixed_") or value.startswith("int8_from")):
        return value
    policies = (keras.DTypePolicy, keras.dtype_policies.DTypePolicyMap, Mapping)
    return value if isinstance(value, policies) else dtype_of(value).name


def initializer(value: Any, argument: str) -> Any:
    """An initializer; a number is the constant one."""
    value = single(value)
    if isinstance(value, bool) or is_missing(value):
        raise expected(argument, "an initializer: its name, a number, a function or an object", value)
    return keras.initializers.Constant(value) if isinstance(value, (int, float)) else plain(value, argument)


def plain(value: Any, argument: str) -> Any:
    """R vectors as lists, everything else as it is."""
    return vectors_as_lists(value)


def newshape(value: Any, argument: str) -> Any:
    """A shape of which one size may be inferred."""
    sizes = to_shape(value, argument)
    return sizes if not isinstance(sizes, tuple) else tuple(-1 if size is None else size for size in sizes)


def index(value: Any, argument: str) -> Any:
    """Positions from 1 as offsets from 0; negative ones count from the end and stay as they are."""
    positions = offset(value, argument)
    if is_tensor(positions):
        return positions - 1
    if np.any(np.equal(positions, 0)):
        raise ArgumentError(
            f"`{argument}` has a 0, but positions count from 1.", hints=["`zero_indexed = TRUE` counts from 0."]
        )
    offsets = np.where(np.greater(positions, 0), np.subtract(positions, 1), positions)
    return offsets.item() if offsets.ndim == 0 else offsets


def key(value: Any, argument: str) -> Any:
    """A position, or a list of one for each axis."""
    return _key(value, argument, index)


def offset_key(value: Any, argument: str) -> Any:
    """The same, counted from 0."""
    return _key(value, argument, offset)


def _key(value: Any, argument: str, position: Callable[[Any, str], Any]) -> Any:
    if isinstance(value, (list, tuple)):
        return tuple(position(item, argument) for item in value)
    if isinstance(value, np.ndarray) and value.size != 1:
        raise ArgumentError(
            f"`{argument}` must be one position, or a list of one for each axis, not {r_spelling(value)}.",
            hints=["`op_take(x, c(1, 2))` takes several positions."],
        )
    return position(single(value), argument)


def places(value: Any, argument: str) -> Any:
    """Which arguments of a function, by their positions from 1."""
    return {index(item, argument) for item in np.atleast_1d(value)}


def pair(value: Any, argument: str) -> Any:
    """Numbers as a tuple, where Keras takes nothing else."""
    value = plain(value, argument)
    return tuple(value) if isinstance(value, list) else value


def sections(value: Any, argument: str) -> Any:
    """How many parts, or the positions (from 1) at which the second and later parts start."""
    value = plain(value, argument)
    return [whole(item, argument) - 1 for item in value] if isinstance(value, list) else whole(value, argument)


def contraction(value: Any, argument: str) -> Any:
    """How many axes to sum over, or which ones of each tensor."""
    value = plain(value, argument)
    return axis_from_one(value, argument=argument) if isinstance(value, list) else whole(value, argument)


def hook(value: Any, argument: str) -> Any:
    """An R function that Keras calls with more than it may have formals for."""
    return (lambda *args, **named: value.taking(*args, *named.values())) if isinstance(value, RFunction) else value


def counting(value: Any, argument: str) -> Any:
    """The same, for a function of an epoch or a batch: R counts them from 1."""
    taking = hook(value, argument)
    return taking if taking is value else lambda number, *args, **named: taking(number + 1, *args, **named)


FROM_ZERO = {"index": "offset", "class_index": "offset", "key": "offset_key"}
"""Roles of positions from 1, and those of the same counted from 0."""

ROLES: dict[str, Callable[[Any, str], Any]] = {
    "whole": whole,
    "ints": ints,
    "whole_or_float": whole_or_float,
    "verbosity": verbosity,
    "shape": shape,
    "axis": lambda value, argument: axis_from_one(value, argument=argument),
    "axes": lambda value, argument: axis_from_one(np.atleast_1d(value), argument=argument),
    "dtype": dtype,
    "initializer": initializer,
    "newshape": newshape,
    "hook": hook,
    "counting": counting,
    "rate": rate,
    "seed": seed,
    "unknown": unknown,
    "several_ints": several_ints,
    "class_index": class_index,
    "index": index,
    "offset": offset,
    "sections": sections,
    "contraction": contraction,
    "array": array,
    "samples": samples,
    "labels": labels,
    "categories": categories,
    "tree": tree,
    "start": start,
    "config": plain,
    "sequences": sequences,
    "floats": floats,
    "several": lambda value, argument: value if isinstance(value, (list, tuple)) else np.atleast_1d(value).tolist(),
    "sequence": lambda value, argument: np.ravel(np.asarray(value)).tolist(),
    "texts": lambda value, argument: [str(text) for text in np.ravel(np.asarray(value, dtype=object))],
    "classes": lambda value, argument: [whole(item, argument) for item in np.atleast_1d(value)],
    "scalar": lambda value, argument: single(value),
    "key": key,
    "offset_key": offset_key,
    "places": places,
    "pair": pair,
    **dict.fromkeys(DATA_ROLES, lambda value, argument: value),
    "any": plain,
    "given": lambda value, argument: value,
}

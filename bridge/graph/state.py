"""The variables that a construct of a graph changes, and what they may hold.

What R code assigns in a branch or a loop is its state: tensors, R values, lists of both. Two branches are merged, and what a
loop changes keeps its dtype: an R number, which has none of its own, takes that of the tensor it meets.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bridge.backend import keras, tf
from bridge.barrier.raised import foretold
from bridge.errors import GraphError, with_article
from bridge.graph.rows import Rows
from bridge.tensors.promotion import of_r_values
from bridge.values.arrays import as_tensor, is_tensor
from bridge.values.shapes import r_shape


class Undefined:
    """What a variable holds that has no value.

    Args:
        reason: what to tell whoever reads it; None where nothing was ever assigned.
    """

    def __init__(self, reason: str | None = None, hints: Sequence[str] = ()) -> None:
        self.reason = reason
        self.hints = tuple(hints)


UNDEFINED = Undefined()


class Maybe:
    """A value that is there only if the graph came by where it is assigned.

    Args:
        value: the value, or zeros in its place.
        defined: a bool tensor of rank 0: whether it is there.
        text: what to say when it is read and not there.
    """

    def __init__(self, value: Any, defined: Any, text: str) -> None:
        self.value = value
        self.defined = defined
        self.text = text


@dataclass(frozen=True, slots=True)
class Held:
    """Stands for an R object that Python has no use for: a function, an environment.

    Args:
        key: by which R knows it; the same for the same object.
    """

    key: int


def undefined() -> Undefined:
    """The mark of a variable that has no value."""
    return UNDEFINED


def held(key: int) -> Held:
    """What stands for an R object."""
    return Held(key)


def read(value: Any, sure: bool = False) -> Any:
    """The value of a variable that may have none; the graph stops where it has none.

    Args:
        value: what the variable holds.
        sure: whether it has been made sure of otherwise.

    Raises:
        GraphError: it has none for sure.
    """
    if isinstance(value, Undefined):
        raise GraphError(value.reason or "There is no value.", hints=value.hints)
    if isinstance(value, Maybe):
        if not sure:
            tf.debugging.Assert(value.defined, [foretold(value.text)])
        return value.value
    return value


# Leaves of a value

WEAK = (bool, int, float, complex, str, bytes, np.ndarray, np.generic)
"""R values that tensors can be made of."""


def is_weak(leaf: Any) -> bool:
    """Whether it is an R value, which takes the dtype of what it meets."""
    return isinstance(leaf, WEAK)


def is_soft(leaf: Any) -> bool:
    """Whether it is an R value, or a tensor that stands for some: what differs between branches, or changes in a loop."""
    return is_weak(leaf) or of_r_values(leaf)


conflicts: list[tuple[Any, Any]] = []
"""Dtypes that did not agree, while a function is traced: a loop further out may start with the other one."""


def leaves(value: Any) -> Iterator[Any]:
    """What a value holds, with its lists opened."""
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from leaves(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from leaves(item)
    elif isinstance(value, Rows):
        yield value.handle
    else:
        yield value


def rebuilt(value: Any, new: Iterator[Any]) -> Any:
    """A value of the same lists with other leaves."""
    if isinstance(value, (list, tuple)):
        return [rebuilt(item, new) for item in value]
    if isinstance(value, dict):
        return {key: rebuilt(item, new) for key, item in value.items()}
    return value.with_handle(next(new)) if isinstance(value, Rows) else next(new)


def form(value: Any) -> Any:
    """What two values have in common when only their leaves differ."""
    if isinstance(value, (list, tuple)):
        return [form(item) for item in value]
    if isinstance(value, Rows):
        return ("rows", value.dtype)
    return {key: form(item) for key, item in value.items()} if isinstance(value, dict) else None


def can_be_carried(value: Any) -> bool:
    """Whether tensors can be made of all that it holds."""
    return all(is_weak(leaf) or is_tensor(leaf) for leaf in leaves(value))


def same_leaf(a: Any, b: Any) -> bool:
    """Whether two leaves are one object, or equal R values."""
    if a is b or (isinstance(a, Held) and a == b):
        return True
    if not (is_weak(a) and is_weak(b) and type(a) is type(b)):
        return False
    return np.array_equal(a, b) if isinstance(a, np.ndarray) else bool(a == b)


def same(a: Any, b: Any) -> bool:
    """Whether two values are the same: nothing was assigned, or the same R value."""
    if a is b:
        return True
    return form(a) == form(b) and all(map(same_leaf, leaves(a), leaves(b)))


# Dtypes


def dtype_for(leaves: Sequence[Any]) -> Any:
    """The dtype that tensors and R values have in common; None when there is none.

    Tensors must agree. R values take the tensors' dtype when that can hold them; among themselves logicals give way to
    integers and both to doubles, which are float32 when they stand alone.
    """
    strong = {tf.as_dtype(leaf.dtype) for leaf in leaves if not is_soft(leaf)}
    if len(strong) > 1:
        conflicts.extend((a, b) for a in strong for b in strong if wider(a, b))
        return None
    weak = [leaf for leaf in leaves if is_soft(leaf)]
    if strong:
        dtype = strong.pop()
        if all(_fits(leaf, dtype) for leaf in weak):
            return dtype
        conflicts.extend((leaf.dtype, dtype) for leaf in weak if not is_weak(leaf) and wider(leaf.dtype, dtype))
        return None
    own = {as_tensor(leaf).dtype for leaf in weak}
    if tf.string in own:
        return tf.string if len(own) == 1 else None
    ranked = [dtype for dtype in map(tf.as_dtype, _RANKS) if dtype in own]
    return ranked[-1] if ranked else own.pop()


_RANKS = ("uint8", "bool", "int32", "int64", "float32", "float64", "complex64", "complex128")


def wider(a: Any, b: Any) -> bool:
    """Whether a dtype of numbers has room for another, and more."""
    names = [tf.as_dtype(dtype).name for dtype in (a, b)]
    return all(name in _RANKS for name in names) and _RANKS.index(names[0]) < _RANKS.index(names[1])


def _fits(value: Any, dtype: Any) -> bool:
    if not is_weak(value):
        own = tf.as_dtype(value.dtype)
        ranks = [kind(own) for kind in _KINDS], [kind(dtype) for kind in _KINDS]
        return own == dtype or (True in ranks[0] and True in ranks[1] and ranks[0].index(True) <= ranks[1].index(True))
    array = np.asarray(value)
    if (array.dtype.kind in "SUO") != (dtype == tf.string):
        return False
    if dtype == tf.string or array.dtype.kind == "b":
        return True
    if dtype == tf.bool:
        return False
    if dtype.is_integer:
        return array.dtype.kind in "iu" or bool(np.all(array == np.round(np.real(array))))
    return array.dtype.kind != "c" or bool(dtype.is_complex)


_KINDS: Any = (
    lambda dtype: dtype.is_bool,
    lambda dtype: dtype.is_integer,
    lambda dtype: dtype.is_floating,
    lambda dtype: dtype.is_complex,
)
"""Kinds of numbers, each with room for the ones before."""


def as_leaf(value: Any, dtype: Any) -> Any:
    """The tensor of a dtype for a tensor of that dtype or an R value that fits."""
    if is_weak(value):
        return tf.constant(np.asarray(value), dtype) if dtype != tf.string else as_tensor(value)
    if isinstance(value, keras.Variable):
        value = value.value
    value = tf.convert_to_tensor(value) if isinstance(value, tf.Variable) else value
    return value if value.dtype == dtype else tf.cast(value, dtype)


def in_words(value: Any) -> str:
    """What a value is, for errors: its dtype and shape, or its kind."""
    if isinstance(value, (list, tuple)):
        return f"a list of {len(value)}"
    if isinstance(value, dict):
        return f"a list with the names {', '.join(map(str, value))}"
    if is_tensor(value):
        rank = value.shape.rank if hasattr(value.shape, "rank") else len(value.shape)
        return f"{tf.as_dtype(value.dtype).name} of {'unknown rank' if rank is None else 'shape ' + r_shape(value.shape)}"
    if isinstance(value, Rows):
        return "a list that grows"
    if value is None:
        return "NULL"
    if is_weak(value):
        kinds = {bool: "logical", int: "integer", float: "double", str: "character", complex: "complex"}
        return f"an R value of type {kinds.get(type(value), 'array')}"
    return "an R object" if isinstance(value, Held) else with_article(type(value).__name__)

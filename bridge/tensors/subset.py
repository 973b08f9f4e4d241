"""`x[...]` on tensors, variables and symbolic tensors.

Subscripts become a recipe for one strided slice, kept for the next time the same ones meet the same shape; vectors and
masks are gathered after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from bridge.backend import keras, tf
from bridge.errors import AssignmentError, SubscriptError
from bridge.tensors.constants import constant
from bridge.tensors.promotion import dtype_name
from bridge.tensors.subscripts import AllDims, NewAxis, Operand, Position, Span, Subscript, Whole, parse, past_end
from bridge.values.arrays import as_tensor, is_tensor
from bridge.values.dtypes import NA_INTEGER


@dataclass(slots=True)
class Recipe:
    """One strided slice in the raw op's terms, and the axes of its result that operands are gathered from."""

    begin: list[int] = field(default_factory=list)
    end: list[int] = field(default_factory=list)
    strides: list[int] = field(default_factory=list)
    masks: dict[str, int] = field(
        default_factory=lambda: {"begin_mask": 0, "end_mask": 0, "new_axis_mask": 0, "shrink_axis_mask": 0}
    )
    items: list[Any] = field(default_factory=list)
    gathers: list[tuple[int, Operand, int]] = field(default_factory=list)
    constants: tuple[Any, ...] | None = None

    def add(self, item: Any) -> None:
        """Appends a slice, an offset (its axis is dropped) or None (a new axis)."""
        bit = 1 << len(self.begin)
        begin, end, step = 0, 0, 1
        if item is None:
            self.masks["new_axis_mask"] |= bit
        elif isinstance(item, slice):
            begin, end, step = item.start or 0, item.stop or 0, item.step or 1
            self.masks["begin_mask"] |= bit if item.start is None else 0
            self.masks["end_mask"] |= bit if item.stop is None else 0
        else:
            begin, end = item, item + 1
            self.masks["shrink_axis_mask"] |= bit
        self.begin.append(begin)
        self.end.append(end)
        self.strides.append(step)
        self.items.append(item)

    def slice(self, x: Any) -> Any:
        """The strided slice of a tensor, variable or symbolic tensor."""
        if isinstance(x, keras.KerasTensor):
            return x[tuple(self.items)]
        if not isinstance(x, tf.Tensor):
            variable = x.value if isinstance(x, keras.Variable) else x
            if not isinstance(variable, tf.Variable):
                return (x if isinstance(x, tf.RaggedTensor) else tf.convert_to_tensor(x))[tuple(self.items)]
            part = self.slice(variable.value())
            part.assign = lambda value, name=None: self.assign(variable, value)
            return part
        begin, end, strides = self.positions()
        return tf.raw_ops.StridedSlice(input=x, begin=begin, end=end, strides=strides, **self.masks)

    def positions(self) -> Any:
        """Begin, end and strides: as constants made once while eager, as lists while a graph is traced."""
        if not tf.executing_eagerly():
            return self.begin, self.end, self.strides
        if self.constants is None:
            self.constants = tuple(tf.constant(part, tf.int32) for part in (self.begin, self.end, self.strides))
        return self.constants

    def assign(self, variable: Any, value: Any) -> Any:
        """Writes the part of the variable that the recipe names; returns the variable."""
        begin, end, strides = self.positions()
        value = tf.convert_to_tensor(value, variable.dtype)
        tf.raw_ops.ResourceStridedSliceAssign(
            ref=variable.handle, begin=begin, end=end, strides=strides, value=value, **self.masks
        )
        return variable


def subset(x: Any, text: str, operands: Sequence[Any] | None = (), drop: bool = True) -> Any:
    """The part of `x` that the subscripts name.

    Args:
        x: tensor, variable or symbolic tensor.
        text: the subscripts, as bridge.tensors.subscripts describes them; they count from 1, behind "python;" from 0.
        operands: what "@1", "@2", ... stand for: numbers from 1, logical masks, one matrix of points, or tensors (0-based).
        drop: whether an axis with one position is dropped.

    Raises:
        SubscriptError: names the axis (from 1), its size and the subscript.
    """
    operands = operands or ()
    sizes = _sizes(x)
    if text.endswith("@1") and len(sizes) > 1 and getattr(operands[0], "ndim", 0) > 1 and len(parse(text)) == 1:
        return _points(x, operands[0], sizes, text != "@1")
    recipe = plan(text, sizes, drop)
    result = recipe.slice(x) if recipe.begin else x
    for axis, operand, asked in recipe.gathers:
        result = _gather(result, operands[operand.number], axis, asked, operand.python)
    return result


def element(x: Any, text: str, operands: Sequence[Any] | None = ()) -> Any:
    """`x[[...]]`: one element; a single position counts down the columns, as in R."""
    return subset(x, _element_text(text, _sizes(x)))


def assign_element(x: Any, text: str, value: Any) -> Any:
    """`v[[...]] <- value` for a variable, in place; returns the variable."""
    return assign_subset(x, _element_text(text, _sizes(x)), (), value)


def _element_text(text: str, sizes: tuple[int | None, ...]) -> str:
    """The subscripts of `[[` with one position for each axis."""
    subscripts = parse(text)
    only = subscripts[0]
    if not all(isinstance(s, Position) for s in subscripts):
        raise SubscriptError("`[[` takes one position for each axis.", hints=["`[` takes spans and vectors."])
    if len(subscripts) > 1 or len(sizes) < 2 or not isinstance(only, Position):
        return text
    if None in sizes:
        raise SubscriptError("`[[` with one position needs a tensor whose sizes are all known.")
    known: Any = sizes
    count = int(np.prod(known))
    try:
        offset = only.offset(count, 1)
    except SubscriptError as error:
        counted = f"counted from {0 if only.python else 1}"
        raise SubscriptError(f"There is no element {only.at}: the tensor has {count} elements, {counted}.") from error
    return ",".join(str(int(i) + 1) for i in np.unravel_index(offset, known, order="F"))


def assign_subset(x: Any, text: str, operands: Sequence[Any], value: Any) -> Any:
    """`v[...] <- value` for a variable, in place; returns the variable.

    Raises:
        AssignmentError: `x` is a tensor, which never changes.
    """
    variable = x.value if isinstance(x, keras.Variable) else x
    if not isinstance(variable, tf.Variable):
        raise AssignmentError(
            f"'{type(x).__name__}' object does not support item assignment.",
            hints=["Tensors never change. `tf$Variable(x)` makes a variable, whose parts can be assigned."],
        )
    recipe = plan(text, _sizes(x), True)
    if recipe.gathers:
        raise AssignmentError(
            "Only single positions and spans of a variable can be assigned.",
            hints=["`v$scatter_nd_update()` assigns scattered positions."],
        )
    recipe.assign(variable, as_tensor(value, variable.dtype))
    return x


def assign(x: Any, how: str, value: Any) -> Any:
    """`v$assign(value)`, `v[i, j]$assign(value)` and their `assign_add`, `assign_sub`, with R's values.

    Args:
        x: a variable, or the part of one that `[` gave.
        how: name of the method.
        value: tensor or R value; it takes the variable's dtype, when nothing is lost.

    Raises:
        AssignmentError: `x` is a tensor, or no part of a variable.
    """
    target = getattr(x, "assign", None)
    if target is None:
        raise AssignmentError(
            f"`${how}()` works on variables and their parts: this is a tensor.",
            hints=["`tf$Variable(x)` makes a variable."],
        )
    dtype = dtype_name(x)
    if isinstance(value, (int, float)) and "float" in dtype:
        value = constant(float(value), dtype)
    else:
        value = as_tensor(value, x.dtype)
    if how == "assign" or hasattr(x, how):
        return getattr(x, how)(value)
    return target(x + value if how == "assign_add" else x - value)


def replaced(x: Any, text: str, operands: Sequence[Any] | None, value: Any) -> Any:
    """A new tensor, with the part that the subscripts name replaced.

    Args:
        x: eager tensor, or one of known sizes in a graph.
        text, operands: as in `subset()`.
        value: what broadcasts to the part; it takes the dtype of `x`.
    """
    sizes: Any = _sizes(x)
    if None in sizes:
        raise SubscriptError("Parts are replaced where all sizes of a tensor are known.")
    numbered = tf.reshape(tf.range(int(np.prod(sizes))), sizes)
    part = subset(numbered, text, operands)
    values = tf.broadcast_to(as_tensor(value, x.dtype), tf.shape(part))
    positions = tf.reshape(part, (-1, 1))
    return tf.reshape(tf.tensor_scatter_nd_update(tf.reshape(x, (-1,)), positions, tf.reshape(values, (-1,))), sizes)


@lru_cache(maxsize=4096)
def plan(text: str, sizes: tuple[int | None, ...], drop: bool) -> Recipe:
    """The recipe for these subscripts on this shape."""
    subscripts = _spread(parse(text), len(sizes))
    recipe = Recipe()
    axis = kept = 0
    for subscript in subscripts:
        if isinstance(subscript, NewAxis):
            recipe.add(None)
            kept += 1
            continue
        size = sizes[axis]
        axis += 1
        if isinstance(subscript, Position):
            offset = subscript.offset(size, axis)
            recipe.add(offset if drop else slice(offset, None if offset == -1 else offset + 1))
            kept += 0 if drop else 1
            continue
        if isinstance(subscript, Operand):
            recipe.gathers.append((kept, subscript, axis))
        recipe.add(subscript.to_slice(size, axis) if isinstance(subscript, Span) else slice(None))
        kept += 1
    recipe.gathers.reverse()
    return recipe


def _sizes(x: Any) -> tuple[int | None, ...]:
    if getattr(x.shape, "rank", 0) is None:
        raise SubscriptError("The rank of the tensor is not known, so it cannot be subset.")
    return tuple(x.shape)


def _spread(subscripts: tuple[Subscript, ...], rank: int) -> list[Subscript]:
    """The subscripts with `all_dims()` written out; exactly one for each axis."""
    taking = sum(not isinstance(s, (NewAxis, AllDims)) for s in subscripts)
    spread = any(isinstance(s, AllDims) for s in subscripts)
    if subscripts == (Whole(),) and rank != 1:
        return [Whole()] * rank
    if taking > rank or (taking < rank and not spread):
        number = f"{taking} subscript{'s' if taking != 1 else ''}"
        axes = f"{rank} {'axis' if rank == 1 else 'axes'}"
        hints = ["`all_dims()` stands for the axes that are left, as in `x[1, all_dims()]`."] if taking < rank else []
        raise SubscriptError(f"{number} for a tensor that has {axes}.", hints=hints)
    result: list[Subscript] = []
    for subscript in subscripts:
        result.extend([Whole()] * (rank - taking) if isinstance(subscript, AllDims) else [subscript])
    return result


def _gather(x: Any, operand: Any, axis: int, asked: int, python: bool) -> Any:
    """`x` at the positions of one operand. `axis` counts from 0 in `x`, `asked` from 1 in what the user wrote."""
    take = keras.ops.take if isinstance(x, keras.KerasTensor) else tf.gather
    if is_tensor(operand):
        if operand.dtype == tf.bool:
            return tf.boolean_mask(x, operand, axis=axis)
        return take(x, operand, axis=axis)
    size = x.shape[axis]
    return take(x, _offsets(np.ravel(np.asarray(operand)), size, asked, python), axis=axis)


def _offsets(values: Any, size: int | None, axis: int, python: bool) -> Any:
    if values.dtype == bool:
        if size is not None and values.size != size:
            raise SubscriptError(
                f"The logical subscript has {values.size} elements, but axis {axis} has size {size}.",
                hints=["A mask needs one TRUE or FALSE for each position."],
            )
        return np.flatnonzero(values).astype(np.int32)
    if values.dtype.kind not in "if":
        raise SubscriptError(f"The subscript of axis {axis} is neither numeric nor logical.")
    if np.any(np.isnan(values)) or (values.dtype == np.int32 and np.any(values == NA_INTEGER)):
        raise SubscriptError(f"The subscript of axis {axis} has NA in it.")
    for wrong in values[values != np.floor(values)][:1]:
        raise SubscriptError(f"Subscript {wrong:g} of axis {axis} is not a whole number.")
    if not python:
        for wrong in values[values == 0][:1]:
            raise SubscriptError(f"Subscript {wrong:g} of axis {axis}: subscripts count from 1.")
        if np.any(values < 0):
            raise _negatives(values, size, axis)
    offsets = (values if python else values - 1).astype(np.int32)
    if size is None:
        return offsets
    for at in np.flatnonzero((offsets >= size) | (offsets < -size))[:1]:
        raise past_end(f"{values[at]:g}", axis, size, python=python)
    return np.where(offsets < 0, offsets + size, offsets)


def _negatives(values: Any, size: int | None, axis: int) -> SubscriptError:
    """The error for a vector with negative numbers, which R leaves out and a single one counts from the end."""
    if np.any(values > 0):
        return SubscriptError(f"The subscript of axis {axis} has positive and negative numbers.")
    shown = [f"{-value:g}" for value in values[:5]] + ["..."] * (len(values) > 5)
    positions = shown[0] if len(shown) == 1 else f"c({', '.join(shown)})"
    last = "n" if size is None else str(size)
    return SubscriptError(
        f"The subscript of axis {axis} is a vector of negative numbers: R would leave these positions out, "
        "a single negative number counts from the end here.",
        hints=[
            f"To leave positions out: `setdiff(seq_len({last}), {positions})`.",
            f"To count from the end: `{last} + 1 - {positions}`.",
        ],
    )


def _points(x: Any, points: Any, sizes: tuple[int | None, ...], python: bool) -> Any:
    """R's matrix subscript: one point a row, one column an axis; or a mask of the whole tensor, read down the columns.

    A tensor is taken as TensorFlow takes it: points count from 0, a mask is read along the rows.
    """
    if is_tensor(points):
        return tf.boolean_mask(x, points) if points.dtype == tf.bool else tf.gather_nd(x, points)
    points = np.asarray(points)
    if points.dtype == bool:
        if points.shape != sizes:
            raise SubscriptError(f"The logical array has shape {points.shape}, but the tensor has {sizes}.")
        offsets = np.argwhere(points.T)[:, ::-1]
    elif points.ndim > 2 or points.shape[1] != len(sizes):
        raise SubscriptError(f"A matrix of points needs {len(sizes)} columns, one for each axis, not {points.shape[1]}.")
    elif not python and np.any(points < 0):
        raise SubscriptError("Points count from 1: a matrix of them has no negative numbers.")
    else:
        columns = [_offsets(points[:, i], size, i + 1, python) for i, size in enumerate(sizes)]
        offsets = np.stack(columns, axis=1)
    if not isinstance(x, keras.KerasTensor):
        return tf.gather_nd(x, offsets.astype(np.int32))
    known: Any = sizes
    if None in sizes:
        raise SubscriptError("Points of a symbolic tensor need sizes that are all known.")
    return keras.ops.take(keras.ops.reshape(x, (-1,)), np.ravel_multi_index(tuple(offsets.T), known))

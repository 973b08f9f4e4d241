"""The variables that go from one pass of a loop in the graph to the next: dtypes, shapes, starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bridge.backend import tf
from bridge.errors import GraphError
from bridge.graph.control import Typed, blank, not_reached, spec_of
from bridge.graph.rows import Rows
from bridge.graph.state import (
    Maybe,
    Undefined,
    as_leaf,
    can_be_carried,
    conflicts,
    dtype_for,
    form,
    in_words,
    is_soft,
    leaves,
    rebuilt,
    same,
    wider,
)
from bridge.tensors.promotion import standing_for_r
from bridge.values.shapes import r_shape, to_shape


class Again(Exception):
    """The loop must be traced again: a variable starts with another dtype, or a size of it is not known."""


class _Carried:
    """A variable that goes from pass to pass.

    Attributes:
        index: its position among the loop's variables.
        idle: whether the pass that was traced leaves it alone.
        start: what it holds before the loop, or where it was not `given` a value what it held after a pass that was traced.
        dtypes, shapes: of its leaves; they change until a pass keeps them.
    """

    def __init__(self, index: int, name: str, start: Any, where: str, given: bool = True) -> None:
        self.index = index
        self.name = name
        self.start = start.value if isinstance(start, Maybe) else start
        self.flag = start.defined if isinstance(start, Maybe) else None
        if not given:
            self.flag = None if isinstance(start, Rows) else False
        self.given = given
        self.specs = [spec_of(leaf, dtype_for([leaf])) for leaf in leaves(self.start)]
        self.where = where
        self.fixed: list[Any] | None = None
        self._changed = False
        self.given_to_pass: list[Any] = []
        self.idle = False

    @property
    def count(self) -> int:
        return len(self.specs) + (self.flag is not None)

    def first(self) -> list[Any]:
        """The tensors with which the loop starts."""
        if self.given:
            made = [as_leaf(leaf, dtype) for leaf, (dtype, _) in zip(leaves(self.start), self.specs, strict=True)]
        else:
            made = blank(self.start, self.specs)
        return made if self.flag is None else [*made, tf.convert_to_tensor(self.flag)]

    def shapes(self) -> list[Any]:
        """The shapes that its tensors keep."""
        kept = self.fixed or [shape for _, shape in self.specs]
        return kept if self.flag is None else [*kept, tf.TensorShape([])]

    def value(self, tensors: Sequence[Any]) -> Any:
        """What the variable holds when the loop has these tensors for it."""
        pairs = zip(leaves(self.start), tensors, strict=False)
        made = rebuilt(self.start, (standing_for_r(tensor) if is_soft(start) else tensor for start, tensor in pairs))
        self.given_to_pass = list(tensors)
        return made if self.flag is None else Maybe(made, tensors[-1], not_reached(self.name, self.where))

    def after(self, value: Any) -> list[Any]:
        """The tensors after a pass.

        Raises:
            GraphError: they cannot be those of the next pass.
        """
        there: Any = True
        if isinstance(value, Maybe) and self.flag is not None:
            there, value = value.defined, value.value
        if isinstance(value, (Undefined, Maybe)):
            reason = value.reason if isinstance(value, Undefined) else value.text
            raise GraphError(
                f"`{self.name}` may have no value after a pass of {self.where}.", details=[reason] if reason else []
            )
        if not can_be_carried(value):
            raise GraphError(
                f"`{self.name}` is {in_words(value)} in {self.where}, which a loop of the graph cannot change.",
                hints=["Only tensors and numbers change in a loop over tensors; assign it outside, or under another name."],
            )
        if form(value) != form(self.start):
            self._refuse(self.start, value)
        made = [self._leaf(k, leaf) for k, leaf in enumerate(leaves(value))]
        self.idle = self.given and all(a is b for a, b in zip(made, self.given_to_pass, strict=False))
        return made if self.flag is None else [*made, tf.convert_to_tensor(there)]

    def changed(self) -> bool:
        """Whether a pass asked for another dtype or shape since the last question."""
        changed, self._changed = self._changed, False
        return changed

    def adopt(self, before: Any, after: Any) -> bool:
        """Takes one dtype in place of another where the loop starts with R values that fit."""
        changed = False
        for k, start in enumerate(leaves(self.start)):
            dtype, shape = self.specs[k]
            if dtype == before != after and is_soft(start) and dtype_for([start, Typed(after)]) == after:
                self.specs[k] = (after, shape)
                changed = True
        return changed

    def _leaf(self, k: int, leaf: Any) -> Any:
        dtype, shape = self.specs[k]
        start = list(leaves(self.start))[k]
        if not is_soft(leaf) or dtype_for([Typed(dtype), leaf]) != dtype:
            new = dtype_for([leaf])
            if new != dtype:
                # A tensor in place of the R value with which it starts, or a double in place of an integer.
                if is_soft(start) and dtype_for([start, leaf]) == new:
                    self.specs[k], self._changed = (new, shape), True
                    return leaf
                conflicts.append((dtype, new) if wider(dtype, new) else (new, dtype))
                self._refuse(as_leaf(start, dtype), leaf)
        leaf = as_leaf(leaf, dtype)
        wanted = self.fixed[k] if self.fixed else shape
        if not wanted.is_compatible_with(leaf.shape) or not _at_least(leaf.shape, wanted):
            relaxed = wanted.most_specific_compatible_shape(leaf.shape)
            unknown = leaf.shape.rank == wanted.rank and wanted.is_compatible_with(leaf.shape)
            if self.fixed or not unknown:
                self._refuse_shape(wanted, leaf.shape)
            self.specs[k], self._changed = (dtype, relaxed), True
        return leaf

    def _refuse(self, before: Any, after: Any) -> None:
        raise GraphError(
            f"`{self.name}` changes in {self.where}: it is {in_words(before)} before a pass and {in_words(after)} after.",
            hints=[f"A loop of the graph keeps dtypes and lists: give `{self.name}` before the loop what it has in it."],
        )

    def _refuse_shape(self, before: Any, after: Any) -> None:
        raise GraphError(
            f"`{self.name}` changes its shape in {self.where}: {_shape(before)} before a pass, {_shape(after)} after.",
            hints=[
                f"`ag_while_opts(shape_invariants = list({self.name} = shape(NA)))` before the loop allows sizes to change.",
                f"To collect values, start with `{self.name} <- list()` and assign `{self.name}[[i]] <- value`.",
            ],
        )


def _shape(shape: Any) -> str:
    return "an unknown rank" if shape.rank is None else r_shape(shape)


def _at_least(shape: Any, wanted: Any) -> bool:
    """Whether a shape says all that is wanted of it."""
    if wanted.rank is None:
        return True
    return shape.rank == wanted.rank and all(w is None or s == w for s, w in zip(shape, wanted, strict=True))


class LoopState:
    """The variables of a loop: which are carried, and what they hold when it is over."""

    def __init__(self, names: Sequence[str], entry: Sequence[Any], where: str, options: Any) -> None:
        self.names, self.entry, self.where = names, list(entry), where
        self.invariants = (options or {}).get("shape_invariants") or {}
        self.carried = [_Carried(i, names[i], value, where) for i, value in enumerate(entry) if _has_tensors(value)]
        self.outside: dict[int, Any] = {}
        self._fix(self.invariants)

    def _fix(self, invariants: Mapping[str, Any]) -> None:
        for name, shape in invariants.items():
            if name not in self.names:
                raise GraphError(f"`shape_invariants` names `{name}`, which {self.where} does not change.")
            for carried in self.carried:
                if carried.name == name:
                    wanted = shape if isinstance(shape, tf.TensorShape) else tf.TensorShape(to_shape(shape))
                    carried.fixed = [wanted] * len(carried.specs)

    def adopted(self, told: Sequence[tuple[Any, Any]]) -> bool:
        """Whether R values with which the loop starts take another dtype, of those that did not agree in a pass."""
        changed = [carried.adopt(before, after) for before, after in told for carried in self.carried]
        return any(changed)

    def positions(self) -> list[int]:
        """The positions of the variables that are carried."""
        return [carried.index for carried in self.carried]

    def first(self) -> list[Any]:
        """The tensors with which the loop starts."""
        return [tensor for carried in self.carried for tensor in carried.first()]

    def shapes(self) -> list[Any]:
        """The shapes that they keep."""
        return [shape for carried in self.carried for shape in carried.shapes()]

    def values(self, tensors: Sequence[Any]) -> list[Any]:
        """What they hold when the loop has these tensors for them."""
        rest = iter(tensors)
        return [carried.value([next(rest) for _ in range(carried.count)]) for carried in self.carried]

    def after(self, given: Sequence[Any]) -> list[Any]:
        """The tensors after a pass; what is not carried must be as it was, or nobody may read it."""
        at = set(self.positions())
        found: list[_Carried] = []
        for i, value in enumerate(given):
            if i not in at and not same(value, self.entry[i]):
                if isinstance(self.entry[i], (Undefined, Rows)) and _has_tensors(value):
                    # First assigned in the loop: known from now on, and zeros that nobody may read before.
                    found.append(_Carried(i, self.names[i], value, self.where, given=False))
                    continue
                self.outside[i] = self._not_carried(i, value)
        made = [tensor for carried in self.carried for tensor in carried.after(given[carried.index])]
        changed = [carried.changed() for carried in self.carried]
        if found or any(changed):
            self.carried += found
            self._fix(self.invariants)
            raise Again
        return made

    def _not_carried(self, i: int, value: Any) -> Undefined:
        if isinstance(value, Undefined) and value.reason:
            return value
        before = self.entry[i]
        if isinstance(before, Undefined):
            return Undefined(
                f"`{self.names[i]}` is {in_words(value)} in {self.where}, which a loop of the graph cannot hand on.",
                hints=["Only tensors and numbers leave a loop over tensors."],
            )
        raise GraphError(
            f"`{self.names[i]}` changes in {self.where}: "
            f"it is {in_words(before)} before a pass and {in_words(value)} after.",
            hints=["Only tensors and numbers change in a loop of the graph: start with a tensor or number, or `list()`."],
        )

    def results(self, tensors: Sequence[Any]) -> list[list[Any]]:
        """Positions of the variables that the loop changes, and their values after it."""
        # What every pass leaves alone stays what it was, an R value too.
        pairs = zip(self.carried, self.values(tensors), strict=True)
        values = {carried.index: value for carried, value in pairs if not carried.idle} | self.outside
        return [list(values), list(values.values())]


def _has_tensors(value: Any) -> bool:
    """Whether there are tensors for a value to go from pass to pass as."""
    value = value.value if isinstance(value, Maybe) else value
    return not isinstance(value, Undefined) and can_be_carried(value) and any(True for _ in leaves(value))

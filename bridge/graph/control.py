"""What `if` means when a tensor decides: one branch runs when the graph does, and both are traced into it.

A branch is a function that runs R code and gives the values of the variables that the two branches assign. What only one
branch defines, or what is no tensor and differs, has no value afterwards; whoever reads it is told why.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bridge.backend import keras, tf
from bridge.errors import GraphError
from bridge.graph.rows import Rows
from bridge.graph.state import (
    UNDEFINED,
    Maybe,
    Undefined,
    as_leaf,
    can_be_carried,
    dtype_for,
    form,
    in_words,
    is_soft,
    is_weak,
    leaves,
    read,
    rebuilt,
    same,
)
from bridge.tensors.promotion import standing_for_r
from bridge.upstream import scratch_graph
from bridge.values.arrays import is_tensor
from bridge.values.shapes import r_shape

Branch = Callable[[], Sequence[Any]]


def decided(test: Any, where: str = "`if`") -> bool | None:
    """The answer of a tensor that has a value; None while a graph is traced, which is when it has none.

    Args:
        test: a tensor or variable of one element; numbers are true unless they are 0.
        where: the construct, for errors.

    Raises:
        GraphError: more than one element, strings, or a symbolic tensor of Keras.
    """
    if not tf.executing_eagerly():
        return None
    if isinstance(test, keras.KerasTensor):
        raise GraphError(
            f"The condition of {where} is a symbolic tensor, which stands for data that does not exist yet.",
            hints=["Compute both values and choose with `op_where()`, or write a layer whose `call()` has the `if`."],
        )
    return bool(as_test(test, where))


def as_test(test: Any, where: str = "`if`") -> Any:
    """A condition as a bool tensor of rank 0.

    Raises:
        GraphError: it has more than one element, or is no number.
    """
    test = tf.convert_to_tensor(test.value if isinstance(test, keras.Variable) else test)
    if test.shape.rank is not None and test.shape.rank > 0:
        if test.shape.num_elements() not in (1, None):
            raise GraphError(
                f"The condition of {where} has shape {r_shape(test.shape)}; it must be one TRUE or FALSE.",
                hints=["`any()` and `all()` make one of many; `ifelse()` chooses element by element."],
            )
        test = tf.reshape(test, [])
    if test.dtype == tf.string:
        raise GraphError(f"The condition of {where} is text; it must be TRUE or FALSE.")
    return test if test.dtype == tf.bool else tf.cast(test, tf.bool)


def either(test: Any, other: Callable[[], Any], stop: bool) -> Any:
    """What `a && b` (`stop` is False) and `a || b` (True) are: `b` is computed only where `a` does not decide.

    Args:
        test: a tensor of one element.
        other: gives the other side, a tensor or R value of one element.
        stop: the answer of the first side that decides.
    """
    where = "`||`" if stop else "`&&`"
    first = as_test(test, where)
    if tf.executing_eagerly():
        return tf.constant(stop) if bool(first) is stop else as_test(other(), where)
    given, rest = tf.constant(stop), lambda: as_test(other(), where)
    return tf.cond(first, lambda: given, rest) if stop else tf.cond(first, rest, lambda: given)


def peek(branch: Callable[[], Any]) -> Any:
    """What a branch gives; nothing of it stays in the graph."""
    with scratch_graph().as_default():
        return branch()


@dataclass(slots=True)
class Merged:
    """How one variable comes out of two branches.

    Attributes:
        name: of the variable.
        kept: the value of both, when that is not up to the graph, or why there is none.
        template: lists as the value has them.
        specs: dtype and shape of each of its leaves; empty when it is `kept`.
        soft: which leaves stand for R values.
        flagged: whether it may be without a value.
    """

    name: str
    kept: Any = None
    template: Any = None
    specs: list[tuple[Any, Any]] = field(default_factory=list)
    soft: list[bool] = field(default_factory=list)
    flagged: bool = False

    @property
    def count(self) -> int:
        """How many tensors it takes."""
        return len(self.specs) + self.flagged

    def tensors(self, value: Any) -> list[Any]:
        """The tensors by which a branch gives its value: zeros where it has none."""
        there: Any = True
        if isinstance(value, Maybe):
            there, value = value.defined, value.value
        if isinstance(value, Undefined) or (isinstance(value, Rows) and value.handle is None):
            there, made = isinstance(value, Rows), blank(self.template, self.specs)
        else:
            made = [as_leaf(leaf, dtype) for leaf, (dtype, _) in zip(leaves(value), self.specs, strict=True)]
        return [*made, tf.convert_to_tensor(there)] if self.flagged else made

    def result(self, tensors: Sequence[Any], where: str) -> Any:
        """The value after the construct."""
        if not tensors:
            return self.kept
        made = [standing_for_r(tensor) if is_soft else tensor for tensor, is_soft in zip(tensors, self.soft, strict=False)]
        value = rebuilt(self.template, iter(made or tensors))
        return Maybe(value, tensors[-1], not_reached(self.name, where)) if self.flagged else value


def blank(template: Any, specs: Sequence[tuple[Any, Any]]) -> list[Any]:
    """The tensors that stand in the place of a value that there is not."""
    return [template.empty().handle] if isinstance(template, Rows) else [zeros(*spec) for spec in specs]


def zeros(dtype: Any, shape: Any) -> Any:
    """What stands in the place of a value that there is not."""
    sizes = [size or 0 for size in shape] if shape.rank is not None else []
    return tf.fill(sizes, "") if dtype == tf.string else tf.zeros(sizes, dtype)


def spec_of(leaf: Any, dtype: Any) -> tuple[Any, Any]:
    """Dtype and shape of a leaf when it is a tensor of that dtype."""
    return dtype, tf.TensorShape(np.shape(leaf) if is_weak(leaf) else leaf.shape)


def merged(name: str, a: Any, b: Any, where: str, lenient: bool) -> Merged:
    """How a variable comes out of two branches that give `a` and `b`; without a value where they do not agree."""
    if isinstance(a, Rows) and isinstance(b, Rows):
        # Nothing was added yet in one branch: it gives an empty list.
        a, b = (b if a.handle is None else a), (a if b.handle is None else b)
    if same(a, b):
        return Merged(name, kept=a)
    missing = [side for side in (a, b) if isinstance(side, Undefined)]
    told = next((side for side in missing if side.reason), None)
    if told or (missing and not lenient):
        return Merged(name, kept=told or only_one(name, where))
    present = [side.value if isinstance(side, Maybe) else side for side in (a, b) if not isinstance(side, Undefined)]
    reason = disagreement(name, present[0], present[-1], where)
    if reason is not None:
        return Merged(name, kept=Undefined(reason, hints=_of_null(name, present)))
    pairs = list(zip(leaves(present[0]), leaves(present[-1]), strict=True))
    return Merged(
        name,
        template=present[0],
        specs=[spec_of(pair[0], dtype_for(pair)) for pair in pairs],
        soft=[all(map(is_soft, pair)) for pair in pairs],
        flagged=len(present) < 2 or isinstance(a, Maybe) or isinstance(b, Maybe),
    )


def only_one(name: str, where: str) -> Undefined:
    """The mark of a variable that one branch alone defines."""
    return Undefined(
        f"`{name}` has no value here: only one branch of {where} defines it.",
        hints=[f"Assign `{name}` before, or in both branches: which one runs is not known while the graph is traced."],
    )


def not_reached(name: str, where: str) -> str:
    """What the graph says when a variable is read that it did not come by."""
    return f"`{name}` has no value: {where} did not assign it."


def _of_null(name: str, values: Sequence[Any]) -> list[str]:
    if name != VALUE or all(value is not None for value in values):
        return []
    return [
        "R's value of an `if` without `else` is NULL, which is no tensor: write the `else`, or `invisible(NULL)` after it."
    ]


def disagreement(name: str, a: Any, b: Any, where: str) -> str | None:
    """Why no tensor can hold what two branches give; None when one can."""
    what = "The value" if name == VALUE else f"`{name}`"
    told = f"{what} differs between the branches of {where}: {{}} in one, {{}} in the other."
    if form(a) != form(b) or not (can_be_carried(a) and can_be_carried(b)):
        return told.format(in_words(a), in_words(b))
    for pair in zip(leaves(a), leaves(b), strict=True):
        if dtype_for(pair) is None:
            return told.format(*map(in_words, pair))
    return None


VALUE = "<value>"
"""The name under which the value of the construct itself is among the variables."""


def cond(
    test: Any,
    yes: Branch,
    no: Branch,
    names: Sequence[str],
    entry: Sequence[Any],
    no_assigns: Collection[str],
    where: str = "`if`",
    lenient: bool = False,
) -> list[Any]:
    """The values of variables after `if`, traced into the graph.

    Args:
        test: a tensor of one element.
        yes, no: the branches: R code is run, the values of `names` after it are given.
        names: of the variables that a branch assigns; `VALUE` for the value of the construct.
        entry: what they hold before.
        no_assigns: those that `no` may assign; the others it leaves as they were.
        where: the construct, for errors.
        lenient: whether variables that one branch does not define may be read where the graph came by the other.

    Returns:
        The values, in the order of `names`: tensors where the branches differ.

    Raises:
        GraphError: the condition is none; the values of the construct differ in what no tensor can hold.

    TF: tf.cond.
    """
    plan: list[Merged] = []

    def first() -> list[Any]:
        given = list(yes())
        others = list(entry)
        open_to = [name in no_assigns for name in names]
        if any(may and _unsure(value) for may, value in zip(open_to, given, strict=True)):
            others = list(peek(no))
            open_to = [False] * len(names)
        for name, value, other, may in zip(names, given, others, open_to, strict=True):
            # Where `no` assigns what is not known before it is traced, that is taken to be like the first.
            merge = (
                _alike(name, value, lenient and name != VALUE and isinstance(other, Undefined))
                if may
                else merged(name, value, other, where, lenient)
            )
            plan.append(merge)
        return [tensor for merge, value in zip(plan, given, strict=True) if merge.count for tensor in merge.tensors(value)]

    def second() -> list[Any]:
        made: list[Any] = []
        for merge, value in zip(plan, no(), strict=True):
            if not merge.count:
                continue
            reason = _surprise(merge, value, where)
            if reason is not None:
                wrong[merge.name] = reason
                value = UNDEFINED
            made += merge.tensors(value)
        return made

    def some(branch: Callable[[], list[Any]]) -> Callable[[], list[Any]]:
        return lambda: branch() or [tf.constant(True)]

    wrong: dict[str, Undefined] = {}
    found = iter(_listed(tf.cond(as_test(test, where), some(first), some(second))))
    results = []
    for merge in plan:
        value = merge.result([next(found) for _ in range(merge.count)], where)
        results.append(wrong.get(merge.name, value))
    if VALUE in names and isinstance(results[list(names).index(VALUE)], Undefined):
        read(results[list(names).index(VALUE)])
    return results


def _unsure(value: Any) -> bool:
    """Whether what comes of a value cannot be told without the other branch's."""
    if isinstance(value, (Undefined, Maybe)):
        return True
    return any(is_soft(leaf) or not is_tensor(leaf) for leaf in leaves(value))


def _alike(name: str, value: Any, flagged: bool) -> Merged:
    """How a variable comes out when the other branch gives tensors like these."""
    return Merged(name, template=value, specs=[(leaf.dtype, leaf.shape) for leaf in leaves(value)], flagged=flagged)


def _surprise(merge: Merged, value: Any, where: str) -> Undefined | None:
    """Why the second branch's value is not as it was taken to be."""
    if isinstance(value, Undefined):
        return None if merge.flagged and not value.reason else value if value.reason else only_one(merge.name, where)
    if isinstance(value, Maybe) and not merge.flagged:
        return only_one(merge.name, where)
    value = value.value if isinstance(value, Maybe) else value
    if isinstance(value, Rows) and value.handle is None and isinstance(merge.template, Rows):
        return None
    told = f"differs between the branches of {where}"
    what = "The value" if merge.name == VALUE else f"`{merge.name}`"
    if form(value) != form(merge.template) or not can_be_carried(value):
        return Undefined(f"{what} {told}: {in_words(merge.template)} in one, {in_words(value)} in the other.")
    for leaf, (dtype, _), other in zip(leaves(value), merge.specs, leaves(merge.template), strict=True):
        if dtype_for([Typed(dtype), leaf]) != dtype:
            return Undefined(f"{what} {told}: {in_words(other)} in one, {in_words(leaf)} in the other.")
    return None


@dataclass(frozen=True, slots=True)
class Typed:
    """Stands for a tensor of a dtype."""

    dtype: Any


def _listed(found: Any) -> list[Any]:
    return list(found) if isinstance(found, (list, tuple)) else [found]

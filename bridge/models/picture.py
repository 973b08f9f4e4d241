"""What a picture of a model shows: boxes, arrows between them, and models and repeated blocks as frames around theirs."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bridge.backend import keras
from bridge.errors import ArgumentError, r_spelling
from bridge.upstream import calls_by_depth, calls_of
from bridge.values.shapes import r_shape

# Frames save less than they cost where fewer boxes go away.
_WORTH_A_FRAME = 2


@dataclass(frozen=True)
class Box:
    """One call of a layer, or a frame around the picture `inside`, which stands there `times` times in a row."""

    name: str
    kind: str
    input: str = ""
    output: str = ""
    dtype: str = ""
    activation: str = ""
    weights: int = 0
    trainable: bool = True
    inside: Picture | None = None
    times: int = 1

    def like(self) -> Hashable:
        """What two boxes have in common that may be drawn as one: all but the name."""
        inside = self.inside and (tuple(box.like() for box in self.inside.boxes), tuple(self.inside.arrows))
        return replace(self, name="", inside=None), inside


@dataclass(frozen=True)
class Picture:
    """Boxes in an order in which no arrow goes back; arrows are pairs of their positions, from 0."""

    boxes: list[Box]
    arrows: list[tuple[int, int]] = field(default_factory=list)

    def for_r(self) -> dict[str, list[Any]]:
        """A list for each field; `from` and `to` count boxes from 1."""
        columns: dict[str, list[Any]] = {
            name: [getattr(box, name) for box in self.boxes]
            for name in ("name", "kind", "input", "output", "dtype", "activation", "weights", "trainable", "times")
        }
        columns["inside"] = [box.inside.for_r() if box.inside else None for box in self.boxes]
        columns["from"] = [source + 1 for source, _ in self.arrows]
        columns["to"] = [target + 1 for _, target in self.arrows]
        return columns


def pictures(model: Any, expand_nested: bool, layer_range: Any = None) -> list[dict[str, list[Any]]]:
    """The picture of a model with every layer, with frames in place of what repeats, and with runs of layers stacked too.

    Args:
        model: a built Keras model.
        expand_nested: whether models in the model become frames around their layers.
        layer_range: the names of the first and the last layer to show; None for all.

    Raises:
        ArgumentError: the model has no shapes yet, or no such layers.
    """
    if not model.built:
        raise ArgumentError(
            "The model has no shapes yet.", hints=["`model$build(shape(NA, 3))` or a first call gives it some."]
        )
    whole = picture(model, expand_nested)
    if layer_range is not None:
        whole = _between(whole, layer_range)
    return [whole.for_r(), folded(whole).for_r(), stacked(folded(whole)).for_r()]


def picture(model: Any, expand_nested: bool = False) -> Picture:
    """A box for each call of a layer, as the model makes them; a subclassed model, which shows none, has no arrows."""
    levels = calls_by_depth(model)
    if levels is None:
        layers = list(model.layers)
        chained = isinstance(model, keras.Sequential)
        return Picture(
            [_box(layer, next(iter(calls_of(layer)), None), expand_nested) for layer in layers],
            [(i, i + 1) for i in range(len(layers) - 1)] if chained else [],
        )
    calls = [call for depth in sorted(levels, reverse=True) for call in levels[depth]]
    places = {id(call): i for i, call in enumerate(calls)}
    arrows = {
        (places[id(source)], places[id(call)]) for call in calls for source in call.parent_nodes if id(source) in places
    }
    return Picture([_box(call.operation, call, expand_nested) for call in calls], sorted(arrows))


def _box(layer: Any, call: Any, expand_nested: bool) -> Box:
    outputs = call.output_tensors if call else []
    inputs = (call.input_tensors or outputs) if call else []
    activation = getattr(layer, "activation", None)
    return Box(
        name=layer.name,
        kind=type(layer).__name__,
        input=_shapes(inputs),
        output=_shapes(outputs),
        dtype=", ".join(dict.fromkeys(keras.backend.standardize_dtype(tensor.dtype) for tensor in outputs)) or "?",
        activation=getattr(activation, "__name__", type(activation).__name__) if activation is not None else "",
        weights=sum(math.prod(weight.shape) for weight in getattr(layer, "weights", [])),
        trainable=bool(getattr(layer, "trainable", True)),
        inside=picture(layer, True) if expand_nested and isinstance(layer, keras.Model) and layer.layers else None,
    )


def _shapes(tensors: Sequence[Any]) -> str:
    return ", ".join(r_shape(tensor.shape) for tensor in tensors) or "?"


def _between(whole: Picture, layer_range: Any) -> Picture:
    """The boxes from the first layer named to the last."""
    names = [box.name for box in whole.boxes]
    if not isinstance(layer_range, list) or len(layer_range) != 2 or not set(layer_range) <= set(names):
        listed = ", ".join(f"`{name}`" for name in names)
        raise ArgumentError(
            f"`layer_range` must be the names of two layers, not {r_spelling(layer_range)}.", hints=[f"There are: {listed}."]
        )
    first, last = sorted(names.index(name) for name in layer_range)
    return _part(whole, first, last + 1)


def _part(whole: Picture, start: int, stop: int) -> Picture:
    inner = range(start, stop)
    arrows = [(source - start, target - start) for source, target in whole.arrows if source in inner and target in inner]
    return Picture(whole.boxes[start:stop], arrows)


def folded(whole: Picture) -> Picture:
    """The picture with each run of equal blocks as one frame around the block.

    A block ends at a box from which all arrows that leave it come, so that nothing is hidden but the repetition; arrows of
    inputs may pass it, where that folds more.
    """
    inputs = {i for i, box in enumerate(whole.boxes) if box.kind == "InputLayer"}
    return min(
        (_folded(whole, _ends_of_blocks(whole, passing)) for passing in (set(), inputs)), key=lambda one: len(one.boxes)
    )


def _folded(whole: Picture, ends: list[int]) -> Picture:
    blocks = list(zip([0, *(end + 1 for end in ends[:-1])], (end + 1 for end in ends), strict=True))
    looks = [_look(whole, start, stop) for start, stop in blocks]
    boxes: list[Box] = []
    moved: dict[int, int] = {}
    position = 0
    while position < len(blocks):
        length, times = _longest_run(looks, blocks, position)
        start, stop = blocks[position][0], blocks[position + length * times - 1][1]
        if times > 1:
            moved |= dict.fromkeys(range(start, stop), len(boxes))
            boxes.append(_frame(whole, start, blocks[position + length - 1][1], times))
        else:
            moved |= {i: len(boxes) + i - start for i in range(start, stop)}
            boxes += whole.boxes[start:stop]
        position += length * times
    arrows = {(moved[source], moved[target]) for source, target in whole.arrows if moved[source] != moved[target]}
    return Picture(boxes, sorted(arrows))


def _ends_of_blocks(whole: Picture, passing: set[int]) -> list[int]:
    """The boxes after which only their own arrows go on, and those of `passing`."""
    last = len(whole.boxes) - 1
    crossing: Counter[int] = Counter()
    leaving = Counter(source for source, _ in whole.arrows)
    targets: dict[int, list[int]] = {}
    for source, target in whole.arrows:
        targets.setdefault(target, []).append(source)
    ends = []
    for i in range(len(whole.boxes)):
        for source in targets.get(i, []):
            crossing[source] -= 1
            if not crossing[source]:
                del crossing[source]
        if leaving[i]:
            crossing[i] = leaving[i]
        if i == last or set(crossing) - passing <= {i}:
            ends.append(i)
    return ends


def _look(whole: Picture, start: int, stop: int) -> Hashable:
    """What a block has in common with its equals: boxes, arrows among them, and from where others come."""
    arrows = [
        (source - start if source >= start - 1 else -2 - source, target - start)
        for source, target in whole.arrows
        if target in range(start, stop)
    ]
    # Into the first layer of a sequential model comes what is not drawn.
    arrows += [(-1, 0)] if start == 0 else []
    return tuple(box.like() for box in whole.boxes[start:stop]), tuple(sorted(arrows))


def _longest_run(looks: list[Hashable], blocks: list[tuple[int, int]], position: int) -> tuple[int, int]:
    """How many blocks from a position on repeat, and how many times: what saves most boxes, (1, 1) where nothing does."""
    best, saved = (1, 1), _WORTH_A_FRAME - 1
    for length in range(1, (len(looks) - position) // 2 + 1):
        pattern = looks[position : position + length]
        times = 1
        while looks[position + times * length : position + (times + 1) * length] == pattern:
            times += 1
        size = blocks[position + length - 1][1] - blocks[position][0]
        if (times - 1) * size > saved:
            best, saved = (length, times), (times - 1) * size
    return best


def _frame(whole: Picture, start: int, stop: int, times: int) -> Box:
    """A frame around a block. What comes into it comes through a dot above, where it goes to more than one box."""
    inside = _part(whole, start, stop)
    entries = sorted({target - start for source, target in whole.arrows if source < start <= target < stop})
    if len(entries) > 1:
        dot = Box(name="", kind="")
        inside = Picture(
            [dot, *inside.boxes],
            [(0, entry + 1) for entry in entries] + [(source + 1, target + 1) for source, target in inside.arrows],
        )
    return Box(name="", kind="", inside=inside, times=times)


def stacked(whole: Picture) -> Picture:
    """The picture with each run of layers, of which none branches, as one box; its `kind` has a line for each of them."""
    leaving, coming = Counter(source for source, _ in whole.arrows), Counter(target for _, target in whole.arrows)
    onto = {
        target: source
        for source, target in whole.arrows
        if leaving[source] == coming[target] == 1 and _stack(whole.boxes[source], whole.boxes[target])
    }
    boxes: list[Box] = []
    moved: dict[int, int] = {}
    for i, box in enumerate(whole.boxes):
        if i not in onto:
            moved[i] = len(boxes)
            boxes.append(replace(box, inside=stacked(box.inside)) if box.inside else box)
            continue
        moved[i] = moved[onto[i]]
        boxes[moved[i]] = _stack(boxes[moved[i]], box) or box
    arrows = {(moved[source], moved[target]) for source, target in whole.arrows if moved[source] != moved[target]}
    return Picture(boxes, sorted(arrows))


def _stack(above: Box, below: Box) -> Box | None:
    """Two boxes as one; None for frames, dots, inputs, and where one is trained and the other is not."""
    plain = all(box.kind and box.kind != "InputLayer" and not box.inside for box in (above, below))
    if not plain or (above.weights and below.weights and above.trainable != below.trainable):
        return None
    return replace(
        below,
        name="",
        kind=f"{above.kind}\n{below.kind}",
        input=above.input,
        activation="",
        weights=above.weights + below.weights,
        trainable=below.trainable if below.weights else above.trainable,
    )

"""What becomes of Python's structures on their way to R."""

from __future__ import annotations

import random
from typing import Any

import pytest

from bridge.backend import keras
from bridge.barrier.crossing import entry
from bridge.barrier.functions import RFunction
from bridge.barrier.structures import attribute, to_r


class Holder(keras.layers.Layer):  # type: ignore[misc]
    """A layer that has what it is given."""

    def __init__(self, held: Any) -> None:
        super().__init__()
        self.held = held


def _made(rng: random.Random, depth: int) -> Any:
    kind = rng.choice(["list", "dict", "tuple", "leaf"] if depth else ["list", "dict"])
    if depth > 4 or kind == "leaf":
        return rng.choice([1, 2.5, "a", None, True, keras.layers.ReLU()])
    items = [_made(rng, depth + 1) for _ in range(rng.randint(0, 3))]
    return dict(zip("abc", items, strict=False)) if kind == "dict" else tuple(items) if kind == "tuple" else items


def _same(one: Any, other: Any) -> bool:
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return list(one) == list(other) and all(_same(one[name], other[name]) for name in one)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(_same, one, other))
    return one is other or one == other


@pytest.mark.parametrize("seed", range(30))
def test_what_keras_tracks_is_plain_however_deep_and_holds_the_same_objects(seed: int) -> None:
    written = _made(random.Random(seed), 0)
    held = Holder(written).held
    assert type(held) not in (list, dict)
    assert _same(to_r(held), written)
    assert _same(to_r([held, {"x": held}]), [written, {"x": written}])


def test_a_set_is_a_list() -> None:
    assert to_r(Holder({"a"}).held) == ["a"]


@pytest.mark.parametrize("number", [2**31, -(2**31) - 1, 3_000_000_000, 2**32 + 5, 2**53, -(2**40), 2**63])
def test_ints_that_r_has_no_integer_for_are_doubles(number: int) -> None:
    assert repr(to_r(number)) == repr(float(number))
    assert repr(to_r([1, number, True, None])) == repr([1.0, float(number), True, None])
    assert repr(to_r({"a": (number, 2), "b": 1})) == repr({"a": (float(number), 2.0), "b": 1})


@pytest.mark.parametrize("number", [0, -1, 2**31 - 1, -(2**31)])
def test_others_stay_ints(number: int) -> None:
    assert type(to_r([number])[0]) is int


def test_every_way_to_r_takes_them() -> None:
    seen: list[Any] = []
    RFunction(lambda *args, **kwargs: seen.append((args, kwargs)), parameters=[["...", False]])([2**31], x=2**31)
    assert repr(seen) == repr([(([2.0**31],), {"x": 2.0**31})])
    assert entry("barrier.structures.attribute")(Holder(2**31), "held") == 2.0**31
    assert attribute({"a": 1}, "a") == 1

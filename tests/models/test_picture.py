"""What a picture of a model shows: arrows, nested models, what repeats."""

from __future__ import annotations

from typing import Any

import pytest

from bridge.backend import keras
from bridge.errors import ArgumentError
from bridge.models.picture import Picture, folded, picture, pictures, stacked

layers = keras.layers


def residual(blocks: int) -> Any:
    x = inputs = keras.Input((4,))
    for _ in range(blocks):
        x = layers.Add()([x, layers.Dense(4)(layers.Dense(4)(x))])
    return keras.Model(inputs, layers.Dense(1)(x))


def kinds(drawn: Picture) -> list[str]:
    return [box.kind for box in drawn.boxes]


def test_arrows_go_from_maker_to_user_and_never_back() -> None:
    drawn = picture(residual(2))
    assert len(drawn.boxes) == 8
    by_name = [(drawn.boxes[a].kind, drawn.boxes[b].kind) for a, b in drawn.arrows]
    assert by_name.count(("InputLayer", "Add")) == 1
    assert by_name.count(("Dense", "Add")) == 2
    assert all(a < b for a, b in drawn.arrows)


def test_a_layer_called_twice_is_two_boxes_and_calls_in_other_models_are_none() -> None:
    x, dense = keras.Input((4,)), layers.Dense(4)
    model = keras.Model(x, dense(dense(x)))
    dense(keras.Input((4,)))
    drawn = picture(model)
    assert [box.name for box in drawn.boxes[1:]] == [dense.name, dense.name]
    assert drawn.arrows == [(0, 1), (1, 2)]


def test_a_sequential_model_is_a_chain_and_a_subclassed_one_has_no_arrows() -> None:
    class Own(keras.Model):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.a, self.b = layers.Dense(2), layers.Dense(1)

        def call(self, x: Any) -> Any:
            return self.b(self.a(x))

    chain = keras.Sequential([keras.Input((3,)), layers.Dense(2), layers.Dense(1)])
    assert picture(chain).arrows == [(0, 1)]
    assert [(box.input, box.output) for box in picture(chain).boxes] == [("(NA, 3)", "(NA, 2)"), ("(NA, 2)", "(NA, 1)")]
    own = Own()
    own(keras.ops.zeros((1, 3)))
    assert kinds(picture(own)) == ["Dense", "Dense"]
    assert picture(own).arrows == []


def test_models_in_the_model_are_frames_where_asked() -> None:
    inner = keras.Sequential([keras.Input((4,)), layers.Dense(3), layers.Dense(2)])
    x = keras.Input((4,))
    model = keras.Model(x, inner(x))
    assert picture(model).boxes[1].inside is None
    inside = picture(model, expand_nested=True).boxes[1].inside
    assert inside is not None
    assert kinds(inside) == ["Dense", "Dense"]


@pytest.mark.parametrize("blocks", [2, 5])
def test_what_repeats_is_drawn_once_and_nothing_is_lost(blocks: int) -> None:
    drawn = folded(picture(residual(blocks)))
    frame = next(box for box in drawn.boxes if box.inside)
    assert frame.times == blocks
    assert frame.inside is not None
    # The dot above stands for what comes in: it goes into the block and past it.
    assert sorted(kinds(frame.inside)) == ["", "Add", "Dense", "Dense"]
    assert len([arrow for arrow in frame.inside.arrows if arrow[0] == 0]) == 2
    shown = sum(box.times * len([b for b in box.inside.boxes if b.kind]) if box.inside else 1 for box in drawn.boxes)
    assert shown == len(residual(blocks).layers)


def test_layers_of_other_sizes_do_not_repeat() -> None:
    model = keras.Sequential([keras.Input((9,)), *[layers.Dense(units) for units in (8, 7, 6, 5, 4)]])
    assert folded(picture(model)) == picture(model)
    same = keras.Sequential([keras.Input((4,)), *[layers.Dense(4) for _ in range(12)]])
    (frame,) = folded(picture(same)).boxes
    assert frame.times == 12


def test_stacked_runs_keep_the_order_of_layers_and_every_branch() -> None:
    drawn = stacked(picture(residual(1)))
    assert kinds(drawn) == ["InputLayer", "Dense\nDense", "Add\nDense"]
    assert drawn.arrows == [(0, 1), (0, 2), (1, 2)]


def test_a_range_of_layers() -> None:
    model = residual(1)
    names = [layer.name for layer in model.layers]
    whole = pictures(model, False, [names[1], names[2]])[0]
    assert whole["name"] == names[1:3]
    assert (whole["from"], whole["to"]) == ([1], [2])
    with pytest.raises(ArgumentError, match="layer_range"):
        pictures(model, False, ["a", "b"])

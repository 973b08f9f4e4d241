"""Lists that grow while a graph runs, in the order and with the values of a list of Python's."""

from __future__ import annotations

import random

import pytest

from bridge.backend import tf
from bridge.errors import GraphError
from bridge.graph import rows


def test_steps_in_random_order_give_what_a_list_gives() -> None:
    """Adding, setting (past the end too, where zeros fill) and reading, on a list that starts empty."""
    draw = random.Random(1)
    for _ in range(20):
        grown, known = rows.opened(flat=False), []
        for _ in range(draw.randrange(1, 9)):
            value = draw.random()
            if draw.random() < 0.5:
                grown, known = rows.add(grown, tf.constant(value)), [*known, value]
            else:
                at = draw.randrange(1, len(known) + 3)
                known += [0.0] * (at - len(known))
                known[at - 1] = value
                grown = rows.put(grown, at, tf.constant(value))
        assert int(rows.count(grown)) == len(known)
        assert rows.stacked(grown).numpy() == pytest.approx(known)
        assert float(rows.get(grown, len(known))) == pytest.approx(known[-1])


def test_a_vector_is_collected_end_to_end_and_a_list_along_a_new_axis() -> None:
    """`c(out, c(1, 2))` makes a vector longer by two; `out[[i]] <- c(1, 2)` is one element."""
    parts = [tf.constant([1.0, 2.0]), tf.constant([3.0, 4.0])]
    assert rows.stacked(rows.add(rows.opened(flat=True), *parts)).numpy().tolist() == [1, 2, 3, 4]
    assert rows.stacked(rows.add(rows.opened(flat=False), *parts)).numpy().tolist() == [[1, 2], [3, 4]]


def test_numbers_with_which_it_starts_take_the_dtype_of_the_first_tensor() -> None:
    """`out <- c(1, 2)` before the loop."""
    grown = rows.add(rows.opened(flat=True, start=[1.0, 2.0]), tf.constant(3.0, tf.float64))
    assert rows.stacked(grown).dtype == tf.float64
    assert rows.stacked(grown).numpy().tolist() == [1, 2, 3]


@pytest.mark.parametrize("value", [tf.constant([1.0, 2.0]), tf.constant(1), [tf.constant(1.0)]])
def test_what_is_of_another_kind_is_refused(value: object) -> None:
    """Another shape, another dtype, a list."""
    grown = rows.add(rows.opened(flat=False), tf.constant(1.0))
    with pytest.raises(GraphError):
        rows.add(grown, value)


def test_positions_below_one_are_refused_and_nothing_can_be_read_of_nothing() -> None:
    """TensorFlow would write before the beginning."""
    grown = rows.add(rows.opened(flat=False), tf.constant(1.0))
    with pytest.raises(tf.errors.InvalidArgumentError, match="count from 1"):
        rows.put(grown, 0, tf.constant(2.0))
    with pytest.raises(GraphError, match="no elements"):
        rows.get(rows.opened(flat=False), 1)
    assert int(rows.count(rows.opened(flat=True))) == 0
    assert rows.stacked(rows.opened(flat=True)) is None

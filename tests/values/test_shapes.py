"""Shapes as R has them: NA where a size is not known, vectors in structures, one size that is worked out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bridge.backend import tf
from bridge.errors import ArgumentError, ShapeError
from bridge.values.dtypes import NA_INTEGER
from bridge.values.shapes import dims_of, fill_shape, r_dims, r_shape, shape, shapes_from_r, shapes_to_r, to_shape


def as_lists(value: Any) -> Any:
    """Arrays as lists, to compare."""
    if isinstance(value, dict):
        return {name: as_lists(part) for name, part in value.items()}
    return [as_lists(part) for part in value] if isinstance(value, list) else value.tolist()


@pytest.mark.parametrize(
    ("shapes", "in_r"),
    [
        ((None, 3), [NA_INTEGER, 3]),
        ([(None, 3), (2,)], [[NA_INTEGER, 3], [2]]),
        ({"a": (1, 2), "b": [(3,)]}, {"a": [1, 2], "b": [[3]]}),
        ((), []),
    ],
)
def test_shapes_reach_r_as_vectors(shapes: Any, in_r: Any) -> None:
    made = shapes_to_r(shapes)
    assert as_lists(made) == in_r
    assert shapes_to_r("a word") == "a word"
    assert as_lists(shapes_to_r((2**40,))) == [2.0**40]


@pytest.mark.parametrize(
    ("in_r", "shapes"),
    [
        (np.array([2, NA_INTEGER], np.int32), (2, None)),
        ([2.0, None], (2, None)),
        ([np.array([2.0]), [3.0, 4.0]], [(2,), (3, 4)]),
        ({"a": 2.0, "b": [[1, 2], [3]]}, {"a": (2,), "b": [(1, 2), (3,)]}),
    ],
)
def test_shapes_from_r_are_tuples(in_r: Any, shapes: Any) -> None:
    assert shapes_from_r(in_r, "shape") == shapes


@pytest.mark.parametrize(
    ("sizes", "count", "filled"), [((2, None), 6, (2, 3)), ((-1,), 4, (4,)), ((2, 2), 4, (2, 2)), ((0, None), 0, (0, 0))]
)
def test_one_size_is_worked_out(sizes: Any, count: int, filled: Any) -> None:
    assert fill_shape(sizes, count) == filled


@pytest.mark.parametrize(("sizes", "count"), [((2, None), 5), ((None, None), 4), ((2, 2), 5), ((0, None), 1)])
def test_sizes_that_do_not_fit_are_refused(sizes: Any, count: int) -> None:
    with pytest.raises(ShapeError):
        fill_shape(sizes, count)


def test_sizes_are_whole_numbers_from_minus_one() -> None:
    assert to_shape(3.0) == (3,)
    assert to_shape([-1.0, np.nan]) == (-1, None)
    assert to_shape(None) is None
    for made in (shape(2.0, None), shape([2, None]), shape(2, -1), shape(np.array([2.0, np.nan]))):
        assert made.as_list() == [2, None]
    assert shape().as_list() == []
    assert shape(7).as_list() == [7]
    for wrong in (1.5, "a", True, [np.inf]):
        with pytest.raises(ArgumentError, match="whole numbers or NA"):
            to_shape(wrong)
    with pytest.raises(ShapeError, match="has a size of -2"):
        to_shape(-2.0)


def test_unknown_sizes_are_minus_one_in_dims_and_na_in_messages() -> None:
    assert dims_of(tf.zeros((2, 0))) == [2, 0]
    assert r_dims((None, 1)).tolist() == [NA_INTEGER, 1]
    assert r_shape((None, 28)) == "(NA, 28)"

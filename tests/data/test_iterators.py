from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bridge.backend import tf
from bridge.data.iterators import END, element, iterator
from bridge.errors import ArgumentError


@pytest.mark.parametrize(
    "x", [[1.0, 2.0], (1.0, 2.0), np.array([1.0, 2.0]), iter([1.0, 2.0])], ids=lambda x: type(x).__name__
)
def test_whatever_has_elements_is_walked_through_to_its_end(x: Any) -> None:
    it = iterator(x)
    assert [element(it), element(it), element(it), element(it)] == [1.0, 2.0, END, END]


def test_none_is_an_element_and_no_end() -> None:
    it = iterator([None])
    assert element(it) is None
    assert element(it) is END


def test_datasets_end_too() -> None:
    it = iterator(tf.data.Dataset.range(1))
    assert int(element(it)) == 0
    assert element(it) is END


def test_what_has_no_elements_is_refused_by_name() -> None:
    with pytest.raises(ArgumentError, match=r"`x` must be a dataset, .* not 3"):
        iterator(3)
    with pytest.raises(ArgumentError, match="`it` must be an iterator") as caught:
        element([1])
    assert caught.value.hints == ("`as_iterator()` makes one of it.",)

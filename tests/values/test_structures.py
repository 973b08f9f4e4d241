"""Structures are walked once: R gets lists in the order that they have, and R's way to each leaf."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import keras
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bridge.values.structures import flat, form, leaves, map_leaves, map_paths, rebuilt, vectors_as_lists

structures = st.recursive(
    st.integers() | st.none(),
    lambda inner: st.lists(inner, min_size=1, max_size=4) | st.dictionaries(st.sampled_from("zaby"), inner, min_size=1),
    max_leaves=12,
)


@given(structures)
def test_the_walk_is_that_of_keras_tree_where_names_are_in_order(value: Any) -> None:
    assert map_leaves(lambda leaf: (leaf,), value) == keras.tree.map_structure(lambda leaf: (leaf,), value)
    assert sorted(map(repr, flat(value))) == sorted(map(repr, keras.tree.flatten(value)))
    assert rebuilt(value, iter(flat(value))) == value
    assert form(value) == keras.tree.map_structure(lambda leaf: None, value)


@given(structures)
def test_paths_are_those_by_which_r_finds_each_leaf(value: Any) -> None:
    for path, leaf in leaves(value, "x"):
        found = value
        for step in path[1:].replace("[[", "$[").replace("]]", "").split("$")[1:]:
            found = found[int(step[1:]) - 1] if step.startswith("[") else found[step]
        assert found is leaf
    assert flat(map_paths(lambda _, path: path, value, "x")) == [path for path, _ in leaves(value, "x")]


def test_what_r_has_no_lists_for_becomes_lists() -> None:
    pair = namedtuple("pair", "a b")
    assert map_leaves(str, {"z": pair(1, (2,)), "a": []}) == {"z": ["1", ["2"]], "a": []}
    assert list(leaves({"z": [3], "a": 1}, "x")) == [("x$z[[1]]", 3), ("x$a", 1)]


def test_a_list_may_be_a_leaf() -> None:
    assert map_leaves(sum, [[1, 2], {"a": [3]}], lambda value: isinstance(value, list) and isinstance(value[0], int)) == [
        3,
        {"a": 3},
    ]


def test_vectors_are_lists() -> None:
    value = {"a": np.array([1, -(2**31)], np.int32), "b": [np.array([2.5])], "c": np.ones((2, 2))}
    made = vectors_as_lists(value)
    assert (made["a"], made["b"]) == ([1, None], [2.5])
    assert made["c"] is value["c"]

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bridge.backend import tf
from bridge.catalog.compute import compute
from bridge.data import datasets
from bridge.errors import ArgumentError, DataError


def drawn(dataset: Any) -> list[Any]:
    """The elements as plain Python values."""
    return [tf.nest.map_structure(lambda part: np.asarray(part).tolist(), element) for element in dataset]


def test_rows_are_elements_whatever_the_structure() -> None:
    x, y = np.arange(6.0).reshape(3, 2, order="F"), np.arange(3, dtype=np.int32)
    named = list(datasets.tensor_slices({"x": x, "y": y}))
    assert named[1]["x"].numpy().tolist() == x[1].tolist()
    pairs = list(datasets.tensor_slices([x, y]))
    assert (pairs[2][0].dtype.name, pairs[2][1].numpy()) == ("float32", 2)


def test_names_keep_their_order() -> None:
    assert list(datasets.tensor_slices({"b": np.arange(2), "a": np.arange(2)}).element_spec) == ["b", "a"]


def test_parts_of_different_lengths_are_refused() -> None:
    with pytest.raises(DataError, match="different numbers of rows: 2, 3"):
        datasets.tensor_slices([np.arange(2), np.arange(3)])


def test_one_element_of_a_structure() -> None:
    [element] = drawn(compute("tensors_dataset", {"tensors": {"x": [np.array([1.5, 2.0]), "a"], "y": 3}}))
    assert element == {"x": ([1.5, 2.0], b"a"), "y": 3}


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        ({"from": 0.0, "to": 3.0}, [0, 1, 2]),
        ({"from": 3.0, "to": 0.0, "by": -1.0}, [3, 2, 1]),
        ({"from": 0.0, "to": 1.0, "by": 0.5, "dtype": "float32"}, [0.0, 0.5]),
    ],
)
def test_ranges_end_before_their_end(arguments: dict[str, Any], wanted: list[Any]) -> None:
    assert drawn(compute("range_dataset", arguments)) == wanted


def test_ranges_refuse_what_is_no_range() -> None:
    with pytest.raises(ArgumentError, match="`by` is 0"):
        compute("range_dataset", {"from": 0, "to": 3, "by": 0})
    with pytest.raises(ArgumentError, match=r"`to` must be a whole number, not 2\.5"):
        compute("range_dataset", {"from": 0, "to": 2.5})
    with pytest.raises(ArgumentError, match="`from` must be a number"):
        compute("range_dataset", {"from": "a", "to": 2})


def test_several_datasets_become_one() -> None:
    two, three = tf.data.Dataset.range(2), tf.data.Dataset.range(10, 13)
    assert drawn(datasets.zipped([two, three])) == [(0, 10), (1, 11)]
    assert drawn(datasets.zipped({"b": two, "a": [three, two]})) == [{"b": 0, "a": (10, 0)}, {"b": 1, "a": (11, 1)}]
    assert drawn(datasets.concatenated([two, three, two])) == [0, 1, 10, 11, 12, 0, 1]
    with pytest.raises(ArgumentError, match="elements of dataset 2 are not like"):
        datasets.concatenated([two, datasets.tensor_slices(np.array(["a"]))])
    with pytest.raises(ArgumentError, match="must be a dataset"):
        datasets.zipped([two, 3])


def test_choices_count_from_one() -> None:
    both = [tf.data.Dataset.range(3), tf.data.Dataset.range(10, 13)]
    choice = tf.data.Dataset.from_tensor_slices([2, 1, 2])
    assert drawn(compute("choose_from_datasets", {"datasets": both, "choice_dataset": choice})) == [10, 0, 11]
    wrong = compute("choose_from_datasets", {"datasets": both, "choice_dataset": tf.data.Dataset.from_tensor_slices([0])})
    with pytest.raises(tf.errors.InvalidArgumentError, match="counts datasets from 1 to 2"):
        drawn(wrong)


def test_draws_are_those_of_python_with_the_same_seed() -> None:
    both = [tf.data.Dataset.range(9), tf.data.Dataset.range(100, 109)]
    ours = compute("sample_from_datasets", {"datasets": both, "weights": np.array([0.8, 0.2]), "seed": 3.0})
    assert drawn(ours) == drawn(tf.data.Dataset.sample_from_datasets(both, [0.8, 0.2], 3, stop_on_empty_dataset=True))
    assert drawn(compute("random_integer_dataset", {"seed": 1.0}).take(3)) == drawn(tf.data.Dataset.random(1).take(3))
    with pytest.raises(ArgumentError, match="`weights` must be 2 numbers"):
        compute("sample_from_datasets", {"datasets": both, "weights": np.array([1.0, 1.0, 1.0])})


def test_rows_of_sparse_tensors() -> None:
    sparse = tf.sparse.from_dense([[0, 1], [2, 0]])
    rows = compute("sparse_tensor_slices_dataset", {"sparse_tensor": sparse})
    assert [tf.sparse.to_dense(row).numpy().tolist() for row in rows] == [[0, 1], [2, 0]]
    with pytest.raises(ArgumentError, match="`sparse_tensor` must be a sparse tensor"):
        compute("sparse_tensor_slices_dataset", {"sparse_tensor": np.eye(2)})

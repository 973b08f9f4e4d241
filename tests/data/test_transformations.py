"""Each verb against the same pipeline written in Python: the same elements in the same order."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bridge.backend import tf
from bridge.barrier.functions import RFunction
from bridge.catalog.compute import compute
from bridge.catalog.rows import rows
from bridge.errors import ArgumentError


def r(function: Callable[..., Any], *names: str) -> RFunction:
    """A function as R hands it over."""
    return RFunction(function, "f", [[name, False] for name in names])


def drawn(dataset: Any) -> list[Any]:
    """The elements as plain Python values."""

    def plain(part: Any) -> Any:
        if isinstance(part, tf.data.Dataset):
            return drawn(part)
        return part.to_list() if isinstance(part, tf.RaggedTensor) else part.numpy().tolist()

    return [
        plain(element) if isinstance(element, tf.data.Dataset) else tf.nest.map_structure(plain, element)
        for element in dataset
    ]


numbers = tf.data.Dataset.range(10)
lengths = tf.data.Dataset.range(1, 8).map(lambda n: tf.fill([n], n))
pairs = tf.data.Dataset.from_tensor_slices((np.arange(6, dtype="float32"), np.arange(6) % 2))
named = tf.data.Dataset.from_tensor_slices({"b": np.arange(6), "a": np.arange(6.0)})

PIPELINES: dict[str, tuple[Any, dict[str, Any], Callable[[Any], Any]]] = {
    "dataset_batch": (numbers, {"batch_size": 4.0, "drop_remainder": True}, lambda d: d.batch(4, True)),
    "dataset_batch named": (named, {"batch_size": 4.0, "num_parallel_calls": 2.0}, lambda d: d.batch(4)),
    "dataset_padded_batch": (lengths, {"batch_size": 3.0}, lambda d: d.padded_batch(3)),
    "dataset_padded_batch to a shape": (
        lengths,
        {"batch_size": 3, "padded_shapes": 9.0, "padding_values": -1.0},
        lambda d: d.padded_batch(3, [9], tf.constant(-1, tf.int64)),
    ),
    "dataset_unbatch": (pairs.batch(4), {}, lambda d: d.unbatch()),
    "dataset_rebatch": (numbers.batch(4), {"batch_size": 3.0}, lambda d: d.rebatch(3)),
    "dataset_shuffle": (numbers, {"buffer_size": 5.0, "seed": 7.0}, lambda d: d.shuffle(5, 7)),
    "dataset_shuffle once": (
        numbers.repeat(2),
        {"buffer_size": 20.0, "seed": 7.0, "reshuffle_each_iteration": False},
        lambda d: d.shuffle(20, 7, False),
    ),
    "dataset_shuffle_and_repeat": (
        numbers,
        {"buffer_size": 5.0, "count": 2.0, "seed": 7.0},
        lambda d: d.shuffle(5, 7).repeat(2),
    ),
    "dataset_repeat": (numbers, {"count": 2.0}, lambda d: d.repeat(2)),
    "dataset_take": (named, {"count": 2.0}, lambda d: d.take(2)),
    "dataset_skip": (pairs, {"count": 2.0}, lambda d: d.skip(2)),
    "dataset_take_while": (numbers, {"predicate": r(lambda x: x < 3, "x")}, lambda d: d.take_while(lambda x: x < 3)),
    "dataset_filter": (pairs, {"predicate": r(lambda x, y: y == 0, "x", "y")}, lambda d: d.filter(lambda x, y: y == 0)),
    "dataset_map": (pairs, {"map_func": r(lambda x, y: [x / 2, y], "x", "y")}, lambda d: d.map(lambda x, y: (x / 2, y))),
    "dataset_map in parallel": (
        numbers,
        {"map_func": r(lambda x: {"x": x, "y": x * x}, "x"), "num_parallel_calls": 4.0, "deterministic": True},
        lambda d: d.map(lambda x: {"x": x, "y": x * x}, 4),
    ),
    "dataset_map ragged": (
        lengths.ragged_batch(3),
        {"map_func": r(lambda x: x * 2, "x")},
        lambda d: d.map(lambda x: x * 2),
    ),
    "dataset_map_and_batch": (
        numbers,
        {"map_func": r(lambda x: x + 1, "x"), "batch_size": 4.0, "num_parallel_batches": 2.0},
        lambda d: d.map(lambda x: x + 1).batch(4),
    ),
    "dataset_flat_map": (
        numbers,
        {"map_func": r(lambda x: tf.data.Dataset.range(x), "x")},
        lambda d: d.flat_map(tf.data.Dataset.range),
    ),
    "dataset_interleave": (
        numbers,
        {"map_func": r(lambda x: tf.data.Dataset.range(x), "x"), "cycle_length": 3.0, "block_length": 2.0},
        lambda d: d.interleave(tf.data.Dataset.range, 3, 2),
    ),
    "dataset_prefetch": (numbers, {}, lambda d: d),
    "dataset_cache": (numbers, {}, lambda d: d),
    "dataset_window": (
        numbers,
        {"size": 3.0, "shift": 2.0, "stride": 2.0, "drop_remainder": True},
        lambda d: d.window(3, 2, 2, True),
    ),
    "dataset_group_by_window": (
        numbers,
        {"key_func": r(lambda x: x % 3, "x"), "reduce_func": r(lambda k, w: w.batch(2), "k", "w"), "window_size": 2.0},
        lambda d: d.group_by_window(lambda x: x % 3, lambda k, w: w.batch(2), 2),
    ),
    "dataset_group_by_window of sizes": (
        numbers,
        {
            "key_func": r(lambda x: x % 2, "x"),
            "reduce_func": r(lambda k, w: w.batch(9), "k", "w"),
            "window_size_func": r(lambda k: k + 1, "k"),
        },
        lambda d: d.group_by_window(lambda x: x % 2, lambda k, w: w.batch(9), window_size_func=lambda k: k + 1),
    ),
    "dataset_bucket_by_sequence_length": (
        lengths,
        {
            "element_length_func": r(lambda x: tf.shape(x)[0], "x"),
            "bucket_boundaries": np.array([3.0, 5.0]),
            "bucket_batch_sizes": np.array([2.0, 2.0, 2.0]),
        },
        lambda d: d.bucket_by_sequence_length(lambda x: tf.shape(x)[0], [3, 5], [2, 2, 2]),
    ),
    "dataset_enumerate from 0": (named, {"start": 0.0}, lambda d: d.enumerate()),
    "dataset_enumerate": (named, {}, lambda d: d.enumerate(1)),
    "dataset_unique": (numbers.repeat(2), {}, lambda d: d.unique()),
    "dataset_shard": (numbers, {"num_shards": 3.0, "index": 2.0}, lambda d: d.shard(3, 1)),
    "dataset_scan": (
        numbers,
        {"initial_state": 0, "scan_func": r(lambda s, x: [s + 1, x * 2], "s", "x")},
        lambda d: d.scan(0, lambda s, x: (s + 1, x * 2)),
    ),
    "dataset_rejection_resample": (
        pairs,
        {
            "class_func": r(lambda x, y: y, "x", "y"),
            "target_dist": np.array([0.9, 0.1]),
            "initial_dist": np.array([0.5, 0.5]),
            "seed": 3.0,
        },
        lambda d: d.rejection_resample(lambda x, y: tf.cast(y, tf.int32), [0.9, 0.1], [0.5, 0.5], 3),
    ),
}


@pytest.mark.parametrize("name", list(PIPELINES))
def test_elements_and_their_order_are_those_of_python(name: str) -> None:
    dataset, arguments, python = PIPELINES[name]
    assert drawn(compute(name.split()[0], {"dataset": dataset} | arguments)) == drawn(python(dataset))


def test_reducing_is_that_of_python() -> None:
    total = compute(
        "dataset_reduce", {"dataset": numbers, "initial_state": 0.0, "reduce_func": r(lambda s, x: s + 1, "s", "x")}
    )
    assert total.numpy() == 10
    both = {"n": 0, "last": [tf.constant(0, tf.int64)]}

    def step(state: Any, x: Any) -> Any:
        return {"n": state["n"] + 1, "last": [x]}

    result = compute("dataset_reduce", {"dataset": numbers, "initial_state": both, "reduce_func": r(step, "state", "x")})
    assert (result["n"].numpy(), result["last"][0].numpy()) == (10, 9)


def test_snapshots_and_caches_in_files_give_the_elements_again(tmp_path: Path) -> None:
    for verb, argument in (("dataset_snapshot", "path"), ("dataset_cache", "filename")):
        kept = compute(verb, {"dataset": numbers, argument: str(tmp_path / verb)})
        assert drawn(kept) == drawn(kept) == list(range(10))


def test_options_are_set_by_their_paths() -> None:
    from bridge.data.transformations import options

    made = options(numbers, {"deterministic": False, "threading.private_threadpool_size": 2.0})
    assert (options(made).deterministic, options(made).threading.private_threadpool_size) == (False, 2)
    with pytest.raises(ArgumentError, match=r"The option `autotune\.nonsense` cannot be set"):
        options(numbers, {"autotune.nonsense": 1})


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("dataset_batch", {"batch_size": 0.0}, "`batch_size` must be at least 1"),
        ("dataset_batch", {"batch_size": 1.5}, "`batch_size` must be a whole number"),
        ("dataset_shard", {"num_shards": 2.0, "index": 0.0}, "`index` is 0, but shards count from 1"),
        ("dataset_map", {"map_func": r(lambda x: x, "x"), "num_parallel_calls": 0.0}, "`num_parallel_calls` must be"),
        ("dataset_map", {"map_func": 3.0}, "`map_func` must be a function"),
        ("dataset_window", {"size": 0.0}, "`size` must be at least 1"),
        ("dataset_scan", {"initial_state": 0, "scan_func": r(lambda s, x: x, "s", "x")}, "must give a list of two"),
        ("dataset_padded_batch", {"batch_size": 2, "padded_shapes": "a"}, "`padded_shapes` must be made of whole numbers"),
        ("dataset_group_by_window", {"key_func": r(lambda x: x, "x"), "reduce_func": r(lambda k, w: w, "k", "w")}, "one of"),
        (
            "dataset_bucket_by_sequence_length",
            {
                "element_length_func": r(lambda x: x, "x"),
                "bucket_boundaries": np.array([2.0]),
                "bucket_batch_sizes": np.array([2.0]),
            },
            "`bucket_batch_sizes` must be 2 numbers",
        ),
    ],
)
def test_wrong_arguments_are_named(name: str, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError, match=re.escape(message)):
        compute(name, {"dataset": numbers} | arguments)
    with pytest.raises(ArgumentError, match="`dataset` must be a dataset"):
        compute(name, {"dataset": np.arange(3)} | arguments)


ELSEWHERE = {
    "apply": "R has pipes",
    "as_numpy_iterator": "as_array_iterator()",
    "cardinality": "length()",
    "concatenate": "dataset_concatenate(), by hand: any number of them",
    "counter": "range_dataset() without an end has no use beside dataset_enumerate()",
    "element_spec": "output_types() and its kin",
    "fingerprint": "for services of TensorFlow",
    "from_generator": "generators are R functions",
    "get_single_element": "next_batch()",
    "ignore_errors": "errors are to be seen; dataset$ignore_errors()",
    "load": "dataset_snapshot()",
    "save": "dataset_snapshot()",
    "options": "dataset_options()",
    "with_options": "dataset_options()",
    "zip": "zip_datasets()",
    "ragged_batch": "dataset$ragged_batch()",
    "sparse_batch": "dataset$sparse_batch()",
    "from_tensor_slices": "tensor_slices_dataset()",
}


def test_every_method_of_datasets_has_a_row_or_a_reason() -> None:
    documented = " ".join(str(row.target.__doc__) for row in rows().values() if row.family == "pipeline")
    methods = [name for name in dir(tf.data.Dataset) if not name.startswith("_")]
    missing = [n for n in methods if n not in ELSEWHERE and not re.search(rf"tf\.data\.Dataset\.{n}\b", documented)]
    assert missing == []

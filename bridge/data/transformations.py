"""Verbs on datasets: which elements there are, and in what order."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from bridge.backend import tf
from bridge.data.elements import structure
from bridge.data.mappers import mapper, stepper
from bridge.errors import ArgumentError
from bridge.values.numbers import whole_number


def shuffle(dataset: Any, buffer_size: Any, seed: Any = None, reshuffle_each_iteration: bool | None = None) -> Any:
    """The dataset in random order, drawn from a buffer.

    TF: tf.data.Dataset.shuffle.
    """
    return dataset.shuffle(whole_number(buffer_size, "buffer_size", least=1), seed, reshuffle_each_iteration)


def shuffle_and_repeat(dataset: Any, buffer_size: Any, count: Any = None, seed: Any = None) -> Any:
    """The dataset in random order, again and again, in another one each time.

    TF: tf.data.Dataset.shuffle, tf.data.Dataset.repeat.
    """
    return repeat(shuffle(dataset, buffer_size, seed), count)


def repeat(dataset: Any, count: Any = None) -> Any:
    """The dataset again and again; without `count` for ever.

    TF: tf.data.Dataset.repeat.
    """
    return dataset.repeat(count)


def take(dataset: Any, count: Any) -> Any:
    """The first elements.

    TF: tf.data.Dataset.take.
    """
    return dataset.take(count)


def skip(dataset: Any, count: Any) -> Any:
    """All but the first elements.

    TF: tf.data.Dataset.skip.
    """
    return dataset.skip(count)


def take_while(dataset: Any, predicate: Any) -> Any:
    """The elements up to the first for which a function is not true.

    TF: tf.data.Dataset.take_while.
    """
    return dataset.take_while(mapper(predicate, "predicate"))


def filtered(dataset: Any, predicate: Any) -> Any:
    """The elements for which a function is true.

    TF: tf.data.Dataset.filter.
    """
    return dataset.filter(mapper(predicate, "predicate"))


def mapped(dataset: Any, map_func: Any, num_parallel_calls: Any = None, deterministic: bool | None = None) -> Any:
    """The values of a function of each element.

    TF: tf.data.Dataset.map.
    """
    return dataset.map(mapper(map_func), parallel(num_parallel_calls), deterministic)


def flat_map(dataset: Any, map_func: Any) -> Any:
    """The elements of the datasets that a function makes of each element, one dataset after the other.

    TF: tf.data.Dataset.flat_map.
    """
    return dataset.flat_map(mapper(map_func))


def interleave(
    dataset: Any,
    map_func: Any,
    cycle_length: Any = None,
    block_length: Any = None,
    num_parallel_calls: Any = None,
    deterministic: bool | None = None,
) -> Any:
    """The elements of the datasets that a function makes of each element, of several datasets by turns.

    TF: tf.data.Dataset.interleave.
    """
    return dataset.interleave(mapper(map_func), cycle_length, block_length, parallel(num_parallel_calls), deterministic)


def prefetch(dataset: Any, buffer_size: Any = None) -> Any:
    """The dataset, with elements made ready while the ones before are used.

    TF: tf.data.Dataset.prefetch.
    """
    return dataset.prefetch(tf.data.AUTOTUNE if buffer_size is None else buffer_size)


def prefetch_to_device(dataset: Any, device: str, buffer_size: Any = None) -> Any:
    """The dataset, with elements made ready on a device.

    TF: tf.data.experimental.prefetch_to_device.
    """
    return dataset.apply(tf.data.experimental.prefetch_to_device(device, buffer_size))


def cache(dataset: Any, filename: str | None = None) -> Any:
    """The dataset, whose elements are computed once and then kept, in memory or in a file.

    TF: tf.data.Dataset.cache.
    """
    return dataset.cache(os.path.expanduser(filename or ""))


def window(dataset: Any, size: Any, shift: Any = None, stride: Any = 1, drop_remainder: bool = False) -> Any:
    """A dataset of datasets, each of some elements in a row.

    TF: tf.data.Dataset.window.
    """
    return dataset.window(whole_number(size, "size", least=1), shift, stride, drop_remainder)


def group_by_window(
    dataset: Any, key_func: Any, reduce_func: Any, window_size: Any = None, window_size_func: Any = None
) -> Any:
    """What a function makes of groups of elements that have the same key.

    TF: tf.data.Dataset.group_by_window.
    """
    if (window_size is None) == (window_size_func is None):
        raise ArgumentError("Give one of `window_size` and `window_size_func`.")

    sized = (
        {"window_size": window_size}
        if window_size_func is None
        else {"window_size_func": _whole_valued(window_size_func, "window_size_func")}
    )
    return dataset.group_by_window(_whole_valued(key_func, "key_func"), stepper(reduce_func, "reduce_func"), **sized)


def enumerated(dataset: Any, start: Any = 1) -> Any:
    """Pairs of the number of each element and the element.

    TF: tf.data.Dataset.enumerate.
    """
    return dataset.enumerate(start)


def unique(dataset: Any) -> Any:
    """The elements without those that came before.

    TF: tf.data.Dataset.unique.
    """
    return dataset.unique()


def shard(dataset: Any, num_shards: Any, index: Any) -> Any:
    """Every so-manieth element: part `index`, counted from 1, of `num_shards`.

    TF: tf.data.Dataset.shard.
    """
    if not 1 <= index <= num_shards:
        raise ArgumentError(f"`index` is {index}, but shards count from 1 to `num_shards`, which is {num_shards}.")
    return dataset.shard(num_shards, index - 1)


def snapshot(dataset: Any, path: str, compression: str = "AUTO", reader_func: Any = None, shard_func: Any = None) -> Any:
    """The dataset, whose elements are written to files the first time and read from them later, in other sessions too.

    TF: tf.data.Dataset.snapshot.
    """
    return dataset.snapshot(
        os.path.expanduser(path),
        compression,
        None if reader_func is None else mapper(reader_func, "reader_func"),
        None if shard_func is None else _whole_valued(shard_func, "shard_func"),
    )


def scan(dataset: Any, initial_state: Any, scan_func: Any) -> Any:
    """The values of a function that takes a state and an element, and gives the next state and a value.

    TF: tf.data.Dataset.scan.
    """
    run = stepper(scan_func, "scan_func")

    def step(state: Any, element: Any) -> Any:
        value = run(state, element)
        if not isinstance(value, tuple) or len(value) != 2:
            raise ArgumentError("`scan_func` must give a list of two: the next state and a value.")
        return value

    return dataset.scan(structure(initial_state, "initial_state"), tf.autograph.experimental.do_not_convert(step))


def reduced(dataset: Any, initial_state: Any, reduce_func: Any) -> Any:
    """The state after a function took the state and each element in turn.

    TF: tf.data.Dataset.reduce.
    """
    return dataset.reduce(structure(initial_state, "initial_state"), stepper(reduce_func, "reduce_func"))


def rejection_resample(dataset: Any, class_func: Any, target_dist: Any, initial_dist: Any = None, seed: Any = None) -> Any:
    """Pairs of class and element, from which some are left out so that classes come in other shares.

    TF: tf.data.Dataset.rejection_resample.
    """
    shares = [None if dist is None else tf.constant(dist, tf.float32) for dist in (target_dist, initial_dist)]
    return dataset.rejection_resample(_whole_valued(class_func, "class_func", "int32"), *shares, seed)


def options(dataset: Any, settings: Mapping[str, Any] | None = None) -> Any:
    """The options of a dataset; with settings, the dataset with them.

    TF: tf.data.Options.

    Args:
        dataset: a dataset.
        settings: values by name, where a dot leads into a group: `threading.private_threadpool_size`.

    Raises:
        ArgumentError: there is no such option, or it does not take the value.
    """
    if settings is None:
        return dataset.options()
    made = settings if isinstance(settings, tf.data.Options) else tf.data.Options()
    for path, value in settings.items() if isinstance(settings, Mapping) else ():
        *groups, name = path.split(".")
        place = made
        try:
            for group in groups:
                place = getattr(place, group)
            getattr(place, name)
            setattr(place, name, int(value) if isinstance(value, float) and value.is_integer() else value)
        except (AttributeError, TypeError, ValueError) as error:
            raise ArgumentError(f"The option `{path}` cannot be set: {error}") from error
    return dataset.with_options(made)


def _whole_valued(function: Any, argument: str, dtype: str = "int64") -> Any:
    """A mapper whose value is a whole number of the one dtype that TensorFlow takes."""
    run = mapper(function, argument)
    return tf.autograph.experimental.do_not_convert(lambda *parts: tf.cast(run(*parts), dtype))


def parallel(calls: Any) -> Any:
    """How many calls at a time; -1 leaves it to TensorFlow."""
    if calls is not None and calls != tf.data.AUTOTUNE and calls < 1:
        raise ArgumentError(f"`num_parallel_calls` must be at least 1, or -1 to let TensorFlow choose, not {calls}.")
    return calls

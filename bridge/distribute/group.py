"""The processes that work together: what they add up, tell each other and agree on.

TensorFlow's multi-worker strategy is the telephone line only; models live outside of it, as in one process.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from bridge.backend import keras, tf
from bridge.barrier.crossing import known_cause
from bridge.distribute.cluster import Cluster, find_cluster
from bridge.errors import WorkerError, expected
from bridge.upstream import TENSORFLOW_TOO_LATE
from bridge.values.arrays import as_tensor, is_tensor
from bridge.values.structures import map_leaves


class Group:
    """The workers of a cluster.

    Args:
        cluster: who they are.
        timeout: seconds after which a worker that does not answer is an error.

    Attributes:
        size: how many there are.
        rank: place of this one, from 0; the chief has 0.
        trainings: how many `fit()` they have begun.
    """

    def __init__(self, cluster: Cluster, timeout: float) -> None:
        self.cluster = cluster
        self.size, self.rank = len(cluster.hosts), cluster.rank
        self.trainings = 0
        if self.size == 1:
            return
        _take_one_gpu(cluster.local_rank)
        self.options = tf.distribute.experimental.CommunicationOptions(timeout_seconds=timeout)
        resolver = tf.distribute.cluster_resolver.SimpleClusterResolver(
            tf.train.ClusterSpec({"worker": list(cluster.hosts)}), task_type="worker", task_id=self.rank, rpc_layer="grpc"
        )
        try:
            self.strategy = tf.distribute.MultiWorkerMirroredStrategy(resolver, communication_options=self.options)
        except RuntimeError as error:
            if TENSORFLOW_TOO_LATE not in str(error):
                raise
            raise WorkerError(
                "`strategy_multi_worker()` comes too late: TensorFlow has computed something already.",
                hints=["It must stand before the first tensor, dataset, layer and model of the script."],
            ) from error
        self._traced: dict[Any, Any] = {}

    def sum(self, values: Sequence[Any]) -> list[Any]:
        """The sums of tensors over the workers, in one message for each dtype; in a graph it becomes part of it."""
        tensors = [tf.convert_to_tensor(value) for value in values]
        if self.size == 1 or not tensors:
            return tensors
        if not tf.executing_eagerly():
            return list(self._sum(tensors))
        # One function for each signature: TensorFlow would warn of a function that is traced for so many.
        signature = tuple((tensor.dtype, tuple(tensor.shape)) for tensor in tensors)
        if signature not in self._traced:
            specs = [tf.TensorSpec(shape, dtype) for dtype, shape in signature]
            self._traced[signature] = tf.function(self._sum, autograph=False).get_concrete_function(specs)
        return list(self._traced[signature](tensors))

    def _sum(self, values: Sequence[Any]) -> Any:
        def add(values: Sequence[Any]) -> list[Any]:
            context = tf.distribute.get_replica_context()
            sums: list[Any] = [None] * len(values)
            for dtype in dict.fromkeys(value.dtype for value in values):
                places = [i for i, value in enumerate(values) if value.dtype == dtype]
                copies = [tf.identity(values[i]) for i in places]
                reduced = context.all_reduce(tf.distribute.ReduceOp.SUM, copies, options=self.options)
                for i, value in zip(places, reduced, strict=True):
                    sums[i] = value
            return sums

        return self.strategy.run(add, args=(values,))

    def gather(self, slices: Any) -> Any:
        """The rows of sparse gradients of all workers, in their order: what one process would have."""

        def add(values: Any, indices: Any, shape: Any) -> Any:
            copy = tf.IndexedSlices(tf.identity(values), tf.identity(indices), shape)
            context = tf.distribute.get_replica_context()
            return context.all_reduce(tf.distribute.ReduceOp.SUM, copy, options=self.options)

        return self.strategy.run(add, args=(slices.values, slices.indices, slices.dense_shape))

    def broadcast(self, variables: Sequence[Any]) -> None:
        """Gives all workers what the chief's variables hold."""
        values = [_as_float(variable) for variable in variables]
        sent = self.sum([value if self.rank == 0 else tf.zeros_like(value) for value in values])
        for variable, value in zip(variables, sent, strict=True):
            variable.assign(tf.cast(value, variable.dtype))

    def texts(self, text: str) -> list[str]:
        """What each worker says, in their order."""
        mine = np.frombuffer(text.encode(), np.uint8)
        lengths = self._rows(np.array([len(mine)])).ravel()
        # Few different widths: each one is traced.
        width = -(-int(lengths.max()) // 1024) * 1024
        table = self._rows(np.pad(mine, (0, width - len(mine))))
        return [bytes(row[:length].astype(np.uint8)).decode() for row, length in zip(table, lengths, strict=True)]

    def _rows(self, row: Any) -> Any:
        table = np.zeros((self.size, len(row)), np.int32)
        table[self.rank] = row
        return self.sum([tf.constant(table)])[0].numpy()

    def agree(self, facts: Mapping[str, Any]) -> None:
        """Fails on all workers unless all came here with the same facts.

        Raises:
            WorkerError: says what differs.
        """
        told = [json.loads(text) for text in self.texts(json.dumps({key: str(value) for key, value in facts.items()}))]
        differing = [
            key for key in dict.fromkeys(key for each in told for key in each) if len({t.get(key) for t in told}) > 1
        ]
        if not differing:
            return
        details = [
            f"{key}: " + ", ".join(f"{each.get(key, 'none')} on worker {i}" for i, each in enumerate(told, start=1))
            for key in differing
        ]
        raise WorkerError(
            f"The workers do not do the same. This is worker {self.rank + 1} of {self.size}.",
            details=details,
            hints=["All of them run the same script on the same data; what only one does stands in `if (is_chief())`."],
        )


def _as_float(variable: Any) -> Any:
    value = tf.convert_to_tensor(variable)
    return value if value.dtype in (tf.float32, tf.float64) else tf.cast(value, tf.float64)


def _take_one_gpu(local_rank: int) -> None:
    """Each process computes on one GPU: by its place on the machine, where it sees several."""
    gpus = tf.config.list_physical_devices("GPU")
    if len(gpus) > 1:
        tf.config.set_visible_devices(gpus[local_rank % len(gpus)], "GPU")


_joined: list[Group] = []
_entered: list[str] = []


def join(hosts: Any = None, index: Any = None, timeout: Any = 600, shard: str = "rows") -> dict[str, Any]:
    """Joins the workers of the cluster that is found; waits until all are there. Once joined, a process stays so.

    Args:
        hosts, index, timeout: see `find_cluster()` and `Group`.
        shard: what `fit()` does with the data of each worker: "rows" or "none".

    Raises:
        WorkerError: TensorFlow has started already, or the process has joined other workers.
    """
    if isinstance(timeout, bool) or not isinstance(timeout, (int, float)) or not timeout > 0:
        raise expected("timeout", "a number of seconds above 0", timeout)
    cluster = find_cluster(hosts, index, os.environ)
    alone = not _joined or _joined[0].size == 1
    if not alone and _joined[0].cluster != cluster:
        raise WorkerError("This process has joined other workers already, and cannot change them.")
    if alone:
        _joined[:] = [Group(cluster, float(timeout))]
    return {"index": cluster.rank + 1, "workers": len(cluster.hosts), "source": cluster.source, "shard": shard}


def enter(shard: str = "rows") -> None:
    """From here on `fit()` and `evaluate()` are those of the group, until `leave()`."""
    _entered.append(shard)


def leave() -> None:
    """Ends what `enter()` began."""
    _entered.pop()


def active() -> Group | None:
    """The group that `fit()` and `evaluate()` work in now; None where a process works alone."""
    return _joined[0] if _joined and _entered and _joined[0].size > 1 else None


def shard_rule() -> str:
    """What the data of each worker are: "rows" for the same on all, "none" for its own."""
    return _entered[-1]


def worker_number() -> int:
    """Which worker this process is, from 1."""
    return _joined[0].rank + 1 if _joined else 1


def group_size() -> int:
    """How many workers there are."""
    return _joined[0].size if _joined else 1


def sum_over_workers(values: Any) -> Any:
    """Sums of tensors or R values, alone or in a list, over all workers; each must call it at the same place.

    Returns:
        Tensors in the same structure; sparse gradients stay sparse.
    """
    values = map_leaves(
        lambda leaf: leaf if is_tensor(leaf) or isinstance(leaf, tf.IndexedSlices) else as_tensor(leaf), values
    )
    if not _joined or _joined[0].size == 1:
        return values
    group, leaves = _joined[0], keras.tree.flatten(values)
    with lost_workers():
        dense = iter(group.sum([leaf for leaf in leaves if not _is_sparse(leaf)]))
        sums = [group.gather(leaf) if _is_sparse(leaf) else next(dense) for leaf in leaves]
    return keras.tree.pack_sequence_as(values, sums)


def _is_sparse(value: Any) -> bool:
    return isinstance(value, tf.IndexedSlices)


@contextmanager
def lost_workers() -> Iterator[None]:
    """While it lasts, TensorFlow's errors of a broken connection are told in words."""
    try:
        yield
    except (
        tf.errors.UnavailableError,
        tf.errors.DeadlineExceededError,
        tf.errors.AbortedError,
        tf.errors.CancelledError,
        tf.errors.InternalError,
    ) as error:
        text = str(error)
        if known_cause(error) is not None or not any(word in text for word in ("ollective", "task", "peer", "onnect")):
            raise
        late = isinstance(error, tf.errors.DeadlineExceededError)
        raise WorkerError(
            "Another worker does not answer." if late else "Another worker has ended, or cannot be reached.",
            hints=[
                "Its own output says why.",
                "All workers must be started again; `callback_backup_and_restore()` lets them go on where they were.",
            ],
        ) from error

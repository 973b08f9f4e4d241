"""Who the workers are: addresses given, in TF_CONFIG, or Slurm's; else this process alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bridge.errors import ArgumentError, expected
from bridge.values.numbers import whole_number


@dataclass(frozen=True, slots=True)
class Cluster:
    """The workers in their order, and which of them this process is.

    Attributes:
        hosts: "host:port" of each; the first is the chief.
        rank: place of this process among them, from 0.
        source: where that was found, for messages.
    """

    hosts: tuple[str, ...]
    rank: int
    source: str

    @property
    def local_rank(self) -> int:
        """Place among the workers on the same machine, from 0."""
        machines = [host.rpartition(":")[0] for host in self.hosts]
        return machines[: self.rank].count(machines[self.rank])


ALONE = Cluster(("",), 0, "no cluster")


def find_cluster(hosts: Any, index: Any, environment: Mapping[str, str]) -> Cluster:
    """The cluster by what is given, else by TF_CONFIG, else by Slurm, else one worker.

    Args:
        hosts: addresses "host:port", or None.
        index: which of them this process is, from 1; given together with `hosts`.
        environment: such as `os.environ`.

    Raises:
        ArgumentError: names that are no addresses, an index beyond them, TF_CONFIG that cannot be read.
    """
    if hosts is None and index is None:
        return _of_tf_config(environment) or _of_slurm(environment) or ALONE
    if hosts is None or index is None:
        raise ArgumentError("`hosts` and `index` go together: the addresses of all workers, and which of them this one is.")
    found = [hosts] if isinstance(hosts, str) else list(hosts)
    _check_addresses(found, "`hosts`")
    number = whole_number(index, "index", least=1)
    if number > len(found):
        raise ArgumentError(f"`index` is {number}, but `hosts` has {len(found)}: workers count from 1.")
    return Cluster(tuple(found), number - 1, "`hosts`")


def _check_addresses(found: Sequence[Any], where: str) -> None:
    for host in found:
        if not isinstance(host, str) or not re.fullmatch(r"\S+:\d+", host):
            raise expected(where.strip("`"), 'addresses such as "node1:2222"', host)
    if len({*found}) < len(found):
        raise ArgumentError(f"{where} has an address twice: each worker has a port of its own.")


def _of_tf_config(environment: Mapping[str, str]) -> Cluster | None:
    text = environment.get("TF_CONFIG", "").strip()
    if not text:
        return None
    try:
        config = json.loads(text)
        jobs = {job: list(hosts) for job, hosts in config.get("cluster", {}).items()}
        task = config.get("task", {})
        kind, place = task.get("type"), int(task.get("index", 0))
    except (ValueError, AttributeError, TypeError) as error:
        raise ArgumentError("TF_CONFIG cannot be read: it must be JSON with `cluster` and `task`.") from error
    if not jobs:
        return None
    if kind not in ("chief", "worker"):
        raise ArgumentError(f"TF_CONFIG gives this process the task `{kind}`; only `chief` and `worker` train together.")
    hosts = [*jobs.get("chief", ()), *jobs.get("worker", ())]
    _check_addresses(hosts, "TF_CONFIG")
    if not 0 <= place < len(jobs.get(kind, ())):
        raise ArgumentError(f"TF_CONFIG has no `{kind}` of index {place}.")
    rank = place + (len(jobs.get("chief", ())) if kind == "worker" else 0)
    return Cluster(tuple(hosts), rank, "TF_CONFIG")


FIRST_PORT, PORTS = 12000, 8000
"""Where the ports of Slurm jobs begin, and how many jobs are told apart."""


def _of_slurm(environment: Mapping[str, str]) -> Cluster | None:
    """The tasks of a step of Slurm (`srun`); a script that `sbatch` runs by itself is one worker."""
    count = environment.get("SLURM_STEP_NUM_TASKS", "1")
    if not count.isdigit() or int(count) < 2 or "SLURM_PROCID" not in environment:
        return None
    nodes = list(_nodes(environment.get("SLURM_STEP_NODELIST", environment.get("SLURM_JOB_NODELIST", ""))))
    tasks = list(_counts(environment.get("SLURM_STEP_TASKS_PER_NODE", "")))
    if len(nodes) != len(tasks) or sum(tasks) != int(count):
        raise ArgumentError(
            f"Slurm names {len(nodes)} nodes for {count} tasks in a way that is not known here.",
            hints=["Give `hosts` and `index`."],
        )
    first = FIRST_PORT + int(environment.get("SLURM_JOB_ID", "0")) % PORTS
    # Tasks that run beside each other on a node follow each other (`--distribution=block`, which is the default).
    hosts = [f"{node}:{first + place}" for node, size in zip(nodes, tasks, strict=True) for place in range(size)]
    return Cluster(tuple(hosts), int(environment["SLURM_PROCID"]), "Slurm")


def _nodes(text: str) -> Iterator[str]:
    """The nodes of a list such as "a[01-03,7],b"."""
    for name, ranges in re.findall(r"([^,\[\]]+)(?:\[([^\]]*)\])?,?", text):
        if not ranges:
            yield name
        for part in filter(None, ranges.split(",")):
            first, _, last = part.partition("-")
            for number in range(int(first), int(last or first) + 1):
                yield f"{name}{number:0{len(first)}d}"


def _counts(text: str) -> Iterator[int]:
    """The numbers of a list such as "2(x3),1": 2, 2, 2, 1."""
    for size, times in re.findall(r"(\d+)(?:\(x(\d+)\))?", text):
        yield from [int(size)] * int(times or 1)

"""Who the workers are."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bridge.distribute.cluster import Cluster, find_cluster
from bridge.errors import ArgumentError

HOSTS = ["a:1", "b:1", "a:2"]


def tf_config(cluster: Any, kind: str, index: int) -> dict[str, str]:
    return {"TF_CONFIG": json.dumps({"cluster": cluster, "task": {"type": kind, "index": index}})}


def slurm(nodes: str, tasks: str, count: int, place: int, job: int = 7) -> dict[str, str]:
    return {
        "SLURM_STEP_NODELIST": nodes,
        "SLURM_STEP_TASKS_PER_NODE": tasks,
        "SLURM_STEP_NUM_TASKS": str(count),
        "SLURM_PROCID": str(place),
        "SLURM_JOB_ID": str(job),
    }


def test_addresses_count_from_one_and_go_before_the_environment() -> None:
    found = find_cluster(HOSTS, 3, tf_config({"worker": ["c:1", "d:1"]}, "worker", 0))
    assert found == Cluster(tuple(HOSTS), 2, "`hosts`")
    assert [find_cluster(HOSTS, i, {}).local_rank for i in (1, 2, 3)] == [0, 0, 1]


def test_without_others_a_script_is_one_worker() -> None:
    environments: list[dict[str, str]] = [{}, {"TF_CONFIG": ""}, {"TF_CONFIG": "{}"}, slurm("a", "1", 1, 0)]
    # `sbatch train.sh` sets this without `srun`.
    environments.append({"SLURM_PROCID": "0", "SLURM_NTASKS": "4", "SLURM_JOB_NODELIST": "a,b"})
    for environment in environments:
        found = find_cluster(None, None, environment)
        assert (len(found.hosts), found.rank) == (1, 0)


def test_the_chief_of_tf_config_is_the_first() -> None:
    cluster = {"chief": ["a:1"], "worker": ["b:1", "c:1"]}
    assert find_cluster(None, None, tf_config(cluster, "chief", 0)) == Cluster(("a:1", "b:1", "c:1"), 0, "TF_CONFIG")
    assert find_cluster(None, None, tf_config(cluster, "worker", 1)).rank == 2


@pytest.mark.parametrize(
    ("nodes", "tasks", "hosts"),
    [
        ("a,b", "1(x2)", ["a:12007", "b:12007"]),
        ("n[08-10,12]", "1(x4)", ["n08:12007", "n09:12007", "n10:12007", "n12:12007"]),
        ("gpu[1-2],x-3", "2(x2),1", ["gpu1:12007", "gpu1:12008", "gpu2:12007", "gpu2:12008", "x-3:12007"]),
        ("a[1,3],b[2]", "1(x3)", ["a1:12007", "a3:12007", "b2:12007"]),
    ],
)
def test_slurm_tells_nodes_and_tasks(nodes: str, tasks: str, hosts: list[str]) -> None:
    found = find_cluster(None, None, slurm(nodes, tasks, len(hosts), 1))
    assert (list(found.hosts), found.rank, found.source) == (hosts, 1, "Slurm")


@pytest.mark.parametrize(
    ("hosts", "index", "environment", "said"),
    [
        (HOSTS, None, {}, "`hosts` and `index` go together"),
        (None, 1, {}, "`hosts` and `index` go together"),
        (HOSTS, 4, {}, "`index` is 4, but `hosts` has 3"),
        (HOSTS, 0, {}, "`index`"),
        (["a", "b:1"], 1, {}, "`hosts` must be addresses"),
        (["a:1", "a:1"], 1, {}, "has an address twice"),
        (None, None, {"TF_CONFIG": "{cluster"}, "TF_CONFIG cannot be read"),
        (None, None, {"TF_CONFIG": "[]"}, "TF_CONFIG cannot be read"),
        (None, None, tf_config({"worker": ["a:1"]}, "worker", 1), "no `worker` of index 1"),
        (None, None, tf_config({"worker": ["a:1"], "ps": ["b:1"]}, "ps", 0), "only `chief` and `worker`"),
        (None, None, slurm("a,b", "1(x3)", 3, 0), "Slurm names 2 nodes for 3 tasks"),
    ],
)
def test_what_is_no_cluster_is_refused(hosts: Any, index: Any, environment: dict[str, str], said: str) -> None:
    with pytest.raises(ArgumentError, match=said):
        find_cluster(hosts, index, environment)

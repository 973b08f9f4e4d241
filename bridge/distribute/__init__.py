"""One script in several processes that train one model together."""

from bridge.distribute.cluster import Cluster, find_cluster
from bridge.distribute.group import Group, active, enter, group_size, join, leave, sum_over_workers, worker_number
from bridge.distribute.joined import joined_evaluation, joined_training
from bridge.distribute.launch import launch

__all__ = [
    "Cluster",
    "Group",
    "active",
    "enter",
    "find_cluster",
    "group_size",
    "join",
    "joined_evaluation",
    "joined_training",
    "launch",
    "leave",
    "sum_over_workers",
    "worker_number",
]

"""`x[[i]]` of generators and of maps."""

from __future__ import annotations

import numpy as np
import pytest

from bridge.backend import keras
from bridge.errors import ArgumentError, SubscriptError
from bridge.models.entries import batch, entry, set_entry


class Batches(keras.utils.PyDataset):
    """Three batches, each of which says its number."""

    def __len__(self) -> int:
        return 3

    def __getitem__(self, index: int) -> np.ndarray:
        return np.array([index])


@pytest.mark.parametrize(("position", "wanted"), [(1.0, 0), (3, 2), (-1.0, 2), (-3, 0)])
def test_batches_count_from_one(position: float, wanted: int) -> None:
    assert batch(Batches(), position).tolist() == [wanted]


@pytest.mark.parametrize("position", [0.0, 4.0, -4.0])
def test_a_batch_that_is_not_there_is_an_error(position: float) -> None:
    with pytest.raises(SubscriptError, match="batches count from 1, and there are 3"):
        batch(Batches(), position)
    with pytest.raises(ArgumentError):
        batch(Batches(), 1.5)


def test_maps_hold_what_they_are_given() -> None:
    layouts = keras.distribution.LayoutMap(keras.distribution.DeviceMesh((1,), ["batch"], ["cpu:0"]))
    set_entry(layouts, "dense/kernel", ["batch", None])
    assert entry(layouts, "dense/kernel").axes == ("batch", None)
    set_entry(layouts, "dense/kernel", "batch")
    assert entry(layouts, "dense/kernel").axes == ("batch",)
    policies = keras.dtype_policies.DTypePolicyMap()
    set_entry(policies, "dense", "float16")
    set_entry(policies, "dense", "bfloat16")
    assert entry(policies, "dense").name == "bfloat16"

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.catalog.compute import compute


@given(st.integers(-50, 50), st.integers(-50, 50), st.integers(1, 9))
@settings(max_examples=40, deadline=None)
def test_it_is_seq_of_r(base_r: Callable[[str], Any], start: int, stop: int, step: int) -> None:
    step = step if stop >= start else -step
    wanted = base_r(f"seq({start}, {stop}, by = {step})")
    assert np.array_equal(compute("op_arange", {"start": start, "stop": stop, "step": step}), wanted)
    as_doubles = compute("op_arange", {"start": float(start), "stop": float(stop), "step": float(step)})
    assert as_doubles.dtype.name == "float32"
    assert np.array_equal(as_doubles, wanted)


@pytest.mark.parametrize(("start", "stop", "step"), [(0.0, 1.0, 0.1), (0.0, 1.0, 0.3), (1.0, -1.0, -0.25), (0.0, 0.7, 0.1)])
def test_fractions_end_as_seq_does(base_r: Callable[[str], Any], start: float, stop: float, step: float) -> None:
    wanted = base_r(f"seq({start}, {stop}, by = {step})")
    assert compute("op_arange", {"start": start, "stop": stop, "step": step}).numpy() == pytest.approx(wanted, abs=1e-6)


def test_one_number_counts_up_to_it_and_the_end_may_be_left_out() -> None:
    assert compute("op_arange", {"start": 3.0}).numpy().tolist() == [1, 2, 3]
    assert compute("op_arange", {"start": 3}).dtype.name == "int32"
    assert compute("op_arange", {"start": 3, "include_end": False}).numpy().tolist() == [1, 2]
    assert compute("op_arange", {"start": 0, "stop": 3, "include_end": False}).numpy().tolist() == [0, 1, 2]
    assert compute("op_arange", {"start": 0, "stop": 2, "dtype": "float16"}).dtype.name == "float16"

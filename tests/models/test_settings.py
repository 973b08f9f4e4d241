"""Settings of verbs that are no data: what is none is named."""

from __future__ import annotations

from typing import Any

import pytest

from bridge.errors import ArgumentError
from bridge.models.settings import LEAST, read_settings
from bridge.values.dtypes import NA_INTEGER

WRONG = [0, -3, 2.5, float("nan"), float("inf"), float("-inf"), NA_INTEGER, True, "x"]


@pytest.mark.parametrize("name", [*LEAST, "validation_split", "shuffle"])
@pytest.mark.parametrize("value", WRONG, ids=str)
def test_a_setting_that_is_no_such_thing_is_named(name: str, value: Any) -> None:
    fine = {"validation_split": (0,), "shuffle": (0, True), "initial_epoch": (0,)}
    if value in fine.get(name, ()) and isinstance(value, bool) == (name == "shuffle" and value is True):
        assert read_settings({name: value}) == {name: value}
        return
    with pytest.raises(ArgumentError, match=f"`{name}` must be"):
        read_settings({name: value})

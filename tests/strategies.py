"""Hypothesis strategies that more than one test draws from."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

dims = st.lists(st.integers(1, 5), min_size=1, max_size=4).map(tuple)
"""Sizes of a small array."""


@st.composite
def positive_subscript(draw: Any, size: int) -> str:
    """One subscript of an axis as R code, positive and in range: missing, a position, a span, a vector or a mask."""
    form = draw(st.sampled_from(["missing", "position", "span", "vector", "mask"]))
    position = st.integers(1, size)
    if form == "missing":
        return ""
    if form == "position":
        return str(draw(position))
    if form == "span":
        return f"{draw(position)}:{draw(position)}"
    if form == "mask":
        return f"c({', '.join(draw(st.sampled_from(['TRUE', 'FALSE'])) for _ in range(size))})"
    return f"c({', '.join(str(draw(position)) for _ in range(draw(st.integers(1, 6))))})"


@st.composite
def array_and_subscripts(draw: Any) -> tuple[tuple[int, ...], list[str]]:
    """Sizes, and one subscript for each axis."""
    sizes = draw(dims)
    return sizes, [draw(positive_subscript(size)) for size in sizes]

"""Packed values are the values that were packed."""

from __future__ import annotations

from typing import Any

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from geo.importing import packed
from geo.importing.packed import PackedTexts, PackedValues

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
VALUES = st.recursive(
    SCALARS.filter(lambda value: value not in {float("inf"), float("-inf")}) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner),
    max_leaves=6,
)


@given(st.lists(VALUES, max_size=9), st.integers(0, 9), st.integers(0, 9))
def test_values_come_back_as_they_were(
    values: list[Any], start: int, length: int
) -> None:
    """One by one, some of them, and all."""
    column = PackedValues.of(values)

    assert len(column) == len(values)
    assert [*column] == values
    assert [column[position] for position in range(len(values))] == values
    assert [*column[start : start + length]] == values[start : start + length]


@given(st.lists(st.none() | TEXTS, max_size=9), st.integers(0, 9), st.integers(0, 9))
def test_texts_come_back_as_they_were(
    texts: list[str | None], start: int, length: int
) -> None:
    """An empty one is none."""
    kept = [text or None for text in texts]
    column = PackedTexts.of(pd.Series(texts, dtype="str"))

    assert [*column] == kept
    assert column[start : start + length] == kept[start : start + length]


def test_a_long_column_is_packed_piece_by_piece() -> None:
    """And a slice may reach over pieces."""
    size = 2 * packed._CHUNK + 1

    column = PackedValues.of([number] for number in range(size))

    assert [*column[packed._CHUNK - 1 : packed._CHUNK + 1]] == [
        [packed._CHUNK - 1],
        [packed._CHUNK],
    ]
    assert column[size - 1] == [size - 1]

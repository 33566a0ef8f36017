"""Texts put aside in one order and taken back in another."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.publish.spool import Spool


@given(st.lists(st.binary(max_size=50), max_size=20), st.randoms())
def test_every_text_comes_back_whatever_the_order(
    texts: list[bytes], chance: random.Random
) -> None:
    """Empty ones too, and as often as they are wanted."""
    order = list(range(len(texts)))
    chance.shuffle(order)

    with Spool() as spool:
        for text in texts:
            spool.put(text)
        taken = {number: spool.take(number) for number in [*order, *order]}

    assert [taken[number] for number in range(len(texts))] == texts


@pytest.mark.parametrize("number", [-1, 1])
def test_a_number_that_no_text_has_is_refused(number: int) -> None:
    """And the message says how many there are."""
    with Spool() as spool:
        spool.put(b"a")
        with pytest.raises(IndexError, match="there are 1"):
            spool.take(number)

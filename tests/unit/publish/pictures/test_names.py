"""Names and their room: none lies on another, and those along streets follow them."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geo.publish.pictures.frame import Panel
from geo.publish.pictures.names import _straight_stretches
from geo.publish.pictures.room import Box, Room, box_of

PANEL = Panel(30.0, 90.0, 800.0, 600.0)
lengths = st.floats(1, 300)
boxes = st.builds(
    lambda x, y, width, height: Box(x, y, x + width, y + height),
    st.floats(-100, 900),
    st.floats(-100, 800),
    lengths,
    lengths,
)
lines = st.lists(
    st.tuples(st.integers(0, 400), st.integers(0, 400)), min_size=2, max_size=12
).map(lambda rows: np.array(rows, np.float64))


@given(wanted=st.lists(boxes, max_size=40))
def test_what_has_taken_room_overlaps_nothing_and_stays_within(
    wanted: list[Box],
) -> None:
    """And what is refused would have."""
    room, panel = Room(PANEL), box_of(PANEL)
    taken: list[Box] = []
    for box in wanted:
        is_inside = (max(box.left, panel.left), max(box.top, panel.top)) == box[:2]
        is_inside &= (min(box.right, panel.right), min(box.bottom, panel.bottom)) == (
            box[2:]
        )
        is_free = not any(box.meets(other) for other in taken)
        assert room.take(box) == (is_inside and is_free)
        if is_inside and is_free:
            taken.append(box)


@given(one=boxes, other=boxes)
def test_of_several_boxes_all_are_taken_or_none(one: Box, other: Box) -> None:
    """A name along a street is not written by half."""
    room = Room(PANEL)

    if not room.take(one, other):
        assert room.at(one) is None
        assert room.at(other) is None


@given(line=lines, longest=st.floats(10, 500))
def test_stretches_of_a_line_follow_it_and_hardly_bend(
    line: np.ndarray, longest: float
) -> None:
    """From its beginning to its end; what only turns on the spot has none."""
    stretches = list(_straight_stretches(line, longest))
    moves = np.any(np.diff(line, axis=0), axis=1)

    assert bool(stretches) == bool(moves.any())
    if stretches:
        assert (stretches[0][0] == line[0]).all()
        assert (stretches[-1][1] == line[-1]).all()
    for before, after in pairwise(stretches):
        assert (before[1] == after[0]).all()
    whole = np.hypot(*np.diff(line, axis=0).T).sum()
    assert sum(math.dist(*ends) for ends in stretches) <= whole + 1e-6


def test_a_corner_ends_a_stretch() -> None:
    """So that no name is written across a block of houses."""
    corner = np.array([[0.0, 0.0], [100.0, 0.0], [200.0, 1.0], [200.0, 90.0]])

    ends = [
        (start.tolist(), end.tolist())
        for start, end in _straight_stretches(corner, 500)
    ]

    assert ends == [([0.0, 0.0], [200.0, 1.0]), ([200.0, 1.0], [200.0, 90.0])]

"""Points are found by boxes exactly as by looking at each."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geo.web.basemap.point_index import PointIndex

#: Sixteenths of a pixel, so that points often lie on the edges of boxes and strips.
across = st.integers(-32 * 16, 288 * 16).map(lambda steps: steps / 16)
down = st.one_of(
    st.integers(-2 * 16, 258 * 16).map(lambda steps: steps / 16), st.floats(-2, 258)
)
boxes = st.tuples(across, down, across, down).map(
    lambda box: (
        min(box[0], box[2]),
        min(box[1], box[3]),
        max(box[0], box[2]),
        max(box[1], box[3]),
    )
)


@given(st.lists(st.tuples(across, down)), st.lists(boxes, min_size=1))
def test_points_in_boxes_are_found(
    points: list[tuple[float, float]], asked: list[tuple[float, float, float, float]]
) -> None:
    """Edges are inside; no point is found twice; boxes come in order."""
    x, y = np.array(points, dtype=float).reshape(-1, 2).T
    box, point = PointIndex(x, y).within(np.array(asked))
    expected = [
        (row, number)
        for row, (left, top, right, bottom) in enumerate(asked)
        for number, (east, south) in enumerate(points)
        if left <= east <= right and top <= south <= bottom
    ]
    assert sorted(zip(box.tolist(), point.tolist(), strict=True)) == expected
    assert (np.diff(box) >= 0).all()


def test_a_box_larger_than_the_world_finds_all() -> None:
    """Boxes beyond the map, of the lowest zooms, find every point once."""
    x, y = np.random.default_rng(1).uniform(0, 256, (2, 500))
    box = np.array([[-900.0, -900.0, 900.0, 900.0]])
    assert sorted(PointIndex(x, y).within(box)[1]) == list(range(500))


def test_no_boxes_find_nothing() -> None:
    """An empty question has an empty answer."""
    found = PointIndex(np.zeros(3), np.zeros(3)).within(np.empty((0, 4)))
    assert [len(part) for part in found] == [0, 0]

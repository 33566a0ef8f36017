"""Points outside the country that their record names."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, Point

from geo.importing.mapping import MENDS, MendKind
from geo.importing.outside import Mend, apply_mend, points_outside


def series(values: list[object]) -> pd.Series:
    """Return a column of anything."""
    return pd.Series(values, dtype=object)


@pytest.mark.parametrize(
    ("country", "spots", "kind", "lies"),
    [
        ("US", [(110.4, 31.6), (87.6, 41.9)], "negate_lon", "China"),
        ("BR", [(-47.9, 15.8)], "negate_lat", "at sea"),
        ("RS", [(44.8, 20.4), (43.3, 21.9)], "swap", "Saudi Arabia"),
        ("BR", [(46.63, 23.55), (43.2, 22.9)], "negate_both", "Saudi Arabia"),
    ],
)
def test_a_mend_is_proposed_where_it_puts_all_right(
    country: str, spots: list[tuple[float, float]], kind: MendKind, lies: str
) -> None:
    """And named, with both countries; nothing is changed by itself."""
    points = series([Point(spot) for spot in spots])
    codes = series([country] * len(spots))

    [outside] = points_outside(points, codes)

    assert outside.mend == Mend(kind, tuple(range(len(spots))))
    assert lies in outside.remark.message
    assert "nothing was changed" in outside.remark.message
    mended = apply_mend(points, outside.mend)
    assert points_outside(mended, codes) == []
    assert points[0] == Point(spots[0])


def test_no_mend_is_proposed_where_one_point_stays_wrong() -> None:
    """What is wrong is told all the same, by its number in the file."""
    points = series([Point(110.4, 31.6), Point(2.3, 48.9), Point(-100, 40)])
    points.index = pd.Index([5, 6, 7])
    codes = pd.Series(["US"] * 3, index=points.index)

    [outside] = points_outside(points, codes)

    assert outside.mend is None
    assert outside.remark.rows == (5, 6)
    assert outside.remark.code == "place.outside"
    assert "United States" in outside.remark.message
    assert "France" in outside.remark.message


@pytest.mark.parametrize(
    ("country", "lon", "lat"),
    [
        ("HR", 18.06, 42.64),  # by the border
        ("LY", 13.2, 34.5),  # a boat off the coast
        ("US", -66.1, 18.4),  # Puerto Rico
        ("FR", 55.5, -21.1),  # an overseas department
        ("GF", -52.6, 5.0),  # drawn as a part of France
        ("RS", 21.2, 42.7),  # Kosovo, whichever of the two is named
        ("XK", 21.9, 43.3),
        ("RU", -179.5, 66.5),  # beyond the antimeridian
        ("CY", 33.4, 35.3),
        ("MV", 73.5, 4.2),
    ],
)
def test_borders_coasts_and_outlying_parts_are_fine(
    country: str, lon: float, lat: float
) -> None:
    """The outline is coarse, and meant for slips of thousands of kilometres."""
    assert points_outside(series([Point(lon, lat)]), series([country])) == []


def test_what_has_no_point_or_country_is_not_outside() -> None:
    """Nor is anything in an empty table."""
    points = series([None, Point(1, 1), LineString([(20, 44), (21, 45)])])

    assert points_outside(points, series(["RS", None, "RS"])) == []
    assert points_outside(series([]), series([])) == []


@given(
    st.lists(st.tuples(st.floats(-90, 90), st.floats(-90, 90)), min_size=1, max_size=5),
    st.sampled_from(MENDS),
)
def test_a_mend_twice_is_none(spots: list[tuple[float, float]], kind: MendKind) -> None:
    """Each is its own inverse, and leaves the other rows alone."""
    points = series([*map(Point, spots), None])
    mend = Mend(kind, tuple(range(0, len(points), 2)))

    mended = apply_mend(points, mend)

    assert apply_mend(mended, mend).tolist() == points.tolist()
    assert mended[1::2].tolist() == points[1::2].tolist()

"""GPX is read with its times: waypoints as points, tracks as lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo.base.errors import DataError
from tests.bringing import written
from tests.unit.formats.reading import read, rows, shapes

GPX = '<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">{}</gpx>'
SPOT = '<trkpt lat="{}" lon="{}"><time>2023-05-0{}T08:00:00Z</time></trkpt>'


def test_a_waypoint_is_a_point_with_its_time(tmp_path: Path) -> None:
    """Links and what programs add are kept."""
    mark = (
        '<wpt lat="43.3" lon="21.9"><ele>190</ele><time>2023-05-01T08:00:00Z</time>'
        "<name>Gate</name><desc>Locked</desc>"
        '<link href="https://example.org/a"/>'
        "<extensions><x:colour xmlns:x='y'>red</x:colour></extensions></wpt>"
    )

    [row] = rows(tmp_path, "a.gpx", GPX.format(mark))

    assert row == {
        "elevation": "190",
        "date": "2023-05-01T08:00:00Z",
        "name": "Gate",
        "description": "Locked",
        "link": "https://example.org/a",
        "colour": "red",
    }
    assert shapes(tmp_path, "a.gpx", GPX.format(mark)) == [("Point", [21.9, 43.3])]


def test_tracks_and_routes_are_lines(tmp_path: Path) -> None:
    """A track of two segments has two parts, and says from when to when."""
    segments = [
        SPOT.format(43, 21, 1) + SPOT.format(43.1, 21, 2),
        SPOT.format(44, 20, 3) + SPOT.format(44.1, 20, 4),
    ]
    inside = "".join(f"<trkseg>{one}</trkseg>" for one in segments)
    text = GPX.format(
        '<rte><name>r</name><rtept lat="1" lon="2"/><rtept lat="3" lon="4"/></rte>'
        f"<trk><name>t</name>{inside}</trk>"
    )

    route, track = rows(tmp_path, "a.gpx", text)

    assert route == {"name": "r"}
    assert track["date_start"] == "2023-05-01T08:00:00Z"
    assert track["date_end"] == "2023-05-04T08:00:00Z"
    assert shapes(tmp_path, "a.gpx", text) == [
        ("LineString", [[2.0, 1.0], [4.0, 3.0]]),
        (
            "MultiLineString",
            [[[21.0, 43.0], [21.0, 43.1]], [[20.0, 44.0], [20.0, 44.1]]],
        ),
    ]


def test_a_position_that_is_none_refuses_its_record_alone(tmp_path: Path) -> None:
    """The others are taken."""
    text = GPX.format('<wpt lat="x" lon="2"/><wpt lat="1" lon="2"><name>b</name></wpt>')

    features, said = read(written(tmp_path, "a.gpx", text))

    assert [one["geometry"] is None for one in features] == [True, False]
    assert "is not a position" in said


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE gpx [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><gpx>&b;</gpx>',
        '<!DOCTYPE gpx SYSTEM "http://127.0.0.1:9/x.dtd"><gpx/>',
        "<gpx>" + "<extensions>" * 200 + "</extensions>" * 200 + "</gpx>",
        "<gpx><wpt></gpx>",
        "<html></html>",
    ],
)
def test_hostile_or_broken_xml_is_refused(text: str, tmp_path: Path) -> None:
    """Entities, schemas elsewhere, depth."""
    with pytest.raises(DataError):
        read(written(tmp_path, "a.gpx", text))

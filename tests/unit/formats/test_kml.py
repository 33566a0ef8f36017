"""KML of others is read as data, or refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from shapely.geometry import Point

from geo.base.errors import DataError
from tests.bringing import brought, written


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE kml [<!ENTITY a SYSTEM "file:///etc/hostname">]><kml>&a;</kml>',
        "<kml>" + "<Folder>" * 200 + "</Folder>" * 200 + "</kml>",
        "<kml><Placemark></kml>",
        "<svg></svg>",
        '<?xml version="1.0" encoding="nonsense"?><kml/>',
    ],
)
def test_kml_that_is_not_plain_is_refused(text: str, tmp_path: Path) -> None:
    """Document types, depth, broken markup, other formats."""
    with pytest.raises(DataError):
        brought(written(tmp_path, "a.kml", text))


def test_kml_of_others_is_read_as_text(tmp_path: Path) -> None:
    """Markup stays text, links are told and not followed."""
    text = (
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Folder>'
        "<NetworkLink><Link><href>http://127.0.0.1:9/</href></Link></NetworkLink>"
        "<Placemark><name>a</name><description><![CDATA[<b>bold</b>]]></description>"
        "<TimeStamp><when>2024-05-01</when></TimeStamp><ExtendedData>"
        '<Data name="k"><value>v</value></Data></ExtendedData>'
        "<MultiGeometry><Point><coordinates>20,44</coordinates></Point>"
        "</MultiGeometry></Placemark>"
        "<Placemark><Point><coordinates>x,y</coordinates></Point></Placemark>"
        "</Folder></kml>"
    )

    found = brought(written(tmp_path, "a.kml", text), mapped={"name": "title"})

    (incident,) = found.layer.incidents
    assert incident.extra == {"description": "<b>bold</b>", "k": "v"}
    assert (incident.title, incident.date) == ("a", "2024-05-01")
    assert incident.geometry == Point(20, 44)
    assert any("NetworkLink" in str(fault) for fault in found.changed)
    assert any("not a position" in fault.message for fault in found.refused)

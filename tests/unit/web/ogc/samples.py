"""A layer made for the OGC API, and what its answers hold."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import httpx

from geo.atlas import Atlas
from geo.base.settings import settings
from geo.engine import Engine
from geo.evidence.archive import Archive
from geo.layer import parse_collection
from geo.model.dates import Bounds, bounds
from geo.model.sources import Source, Sources
from geo.model.vocabulary import read_vocabulary
from geo.web.ogc.parameters import CRS84

Get = Callable[..., httpx.Response]
ITEMS = "/ogc/collections/incidents/items"
BELGRADE = {"type": "Point", "coordinates": [20.46, 44.81]}
#: An L round an empty corner at 21..22, 45..46.
ELBOW = {
    "type": "Polygon",
    "coordinates": [
        [[20, 44], [22, 44], [22, 45], [21, 45], [21, 46], [20, 46], [20, 44]]
    ],
}
LINE = {"type": "LineString", "coordinates": [[178, 0], [180, 0]]}


def feature(name: str, geometry: Any, **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return a good feature of that id and geometry with some properties changed."""
    precision = {"Point": ("city", 12000), "Polygon": ("region", 90000)}
    named = {"LineString": ("line", 100), **precision}.get(
        str((geometry or {}).get("type"))
    )
    written = changes.get("date", "2023-08")
    days = bounds(written) if written else Bounds(None, None)
    properties = {
        "title": f"Title of {name}",
        "summary": "Нечто <b>&amp;</b> 'šđž' 🙂 happened.",
        "category": "mural",
        "kind": "event",
        "status": "reported",
        "date": written,
        "date_earliest": days.earliest and days.earliest.isoformat(),
        "date_latest": days.latest and days.latest.isoformat(),
        "alleged_by": ["Somebody"] if changes.get("status") == "alleged" else [],
        "place": "Beograd" if geometry else "",
        "precision": named[0] if named else None,
        "radius_m": named[1] if named else None,
        "citations": [{"source": "paper", "quote": "some words"}],
        "updated": "2024-01-01",
        "version": 1,
        **changes,
    }
    return {
        "type": "Feature",
        "id": name,
        "geometry": geometry,
        "properties": properties,
    }


FEATURES = [
    feature("a-point", BELGRADE),
    feature("b-second", BELGRADE, category="attack", status="alleged", date="2022"),
    feature("c-area", ELBOW, date="../2001"),
    feature("d-line", LINE, date=None),
    feature("e-nowhere", None, title="O'Brien's café", date="2023-08-31"),
]


def atlas_of(features: list[dict[str, Any]]) -> Atlas:
    """Return an atlas of these features."""
    vocabulary = read_vocabulary(settings().vocabulary)
    sources = Sources(
        {
            "paper": Source(
                "paper",
                "Заголовок",
                "A Paper",
                "en",
                date(2023, 12, 18),
                "https://example.org/a",
                "All rights reserved",
            ),
            "undated": Source("undated", "A book", "B", "sr", None, None, "Unknown"),
        }
    )
    data = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    layer = parse_collection(data, "test", vocabulary=vocabulary, known_sources=sources)
    return Atlas(Engine(layer), vocabulary, sources, Archive(Path("nowhere")))


def ids(answer: httpx.Response) -> list[str]:
    """Return the ids of a page of features."""
    assert answer.status_code == 200, answer.text
    return [found["id"] for found in answer.json()["features"]]


def links(answer: httpx.Response) -> dict[str, dict[str, str]]:
    """Return the links of a body by relation; the first where one is repeated."""
    found: dict[str, dict[str, str]] = {}
    for entry in answer.json()["links"]:
        found.setdefault(entry["rel"], entry)
    return found


#: Parameters of items, and which incidents they leave.
SELECTED = [
    # What has no place is in any extent, what has no date at any time (7.15.3, 4).
    ("bbox=20.4,44.8,20.5,44.9", ["a-point", "b-second", "c-area", "e-nowhere"]),
    (
        "bbox=20.4,44.8,-100,20.5,44.9,100",
        ["a-point", "b-second", "c-area", "e-nowhere"],
    ),
    (
        "bbox=20.4,44.8,20.5,44.9&filter=geometry IS NOT NULL",
        ["a-point", "b-second", "c-area"],
    ),
    ("bbox=21.5,45.5,21.9,45.9", ["e-nowhere"]),
    ("bbox=170,-10,-170,10", ["d-line", "e-nowhere"]),
    ("datetime=2023-08-15", ["a-point", "d-line"]),
    ("datetime=2023-08-15&filter=date IS NOT NULL", ["a-point"]),
    ("datetime=2023-08-31T23:30:00%2B01:00", ["a-point", "d-line", "e-nowhere"]),
    ("datetime=2023-08-31T23:30:00-01:00", ["d-line"]),
    ("datetime=2022-06-01/2023-08-10", ["a-point", "b-second", "d-line"]),
    ("datetime=2022-06-01/2023-08-10&dates=certain", []),
    ("datetime=../2000-01-01", ["c-area", "d-line"]),
    ("datetime=2023-08-01/..&dates=certain", ["a-point", "e-nowhere"]),
    ("datetime=/2000-01-01", ["c-area", "d-line"]),
    ("category=attack", ["b-second"]),
    ("category=attack&category=mural&status=alleged", ["b-second"]),
    ("precision=region&precision=line", ["c-area", "d-line"]),
    ("q=o%27brien", ["e-nowhere"]),
    ("source=undated", []),
    ("from=2023-08-31", ["a-point", "e-nowhere"]),
    ("filter=category%3D'attack'", ["b-second"]),
    ("filter=title%20LIKE%20'O''B%25'&bbox-crs=" + CRS84, ["e-nowhere"]),
    (
        'filter-lang=cql2-json&filter={"op":"isNull","args":[{"property":"geometry"}]}',
        ["e-nowhere"],
    ),
    ("filter=S_INTERSECTS(geometry,POINT(20.5 45.5))", ["c-area"]),
    ("limit=99999999", [part["id"] for part in FEATURES]),
]

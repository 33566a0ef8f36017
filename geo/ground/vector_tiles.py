"""Vector tiles read: what of the ground lies in a tile, for those who draw it themselves.

Implements as much of Mapbox Vector Tile 2.1 as the ground needs
(https://github.com/mapbox/vector-tile-spec/tree/master/2.1), on the wire format of
Protocol Buffers (https://protobuf.dev/programming-guides/encoding/).
"""

from __future__ import annotations

import gzip
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pmtiles.reader import MmapSource, Reader

from geo.base.errors import MissingAssetError
from geo.base.grid import WORLD_PX
from geo.ground.archives import WORLD_FILE

Floats: TypeAlias = NDArray[np.float64]
#: Tiles that are kept once read: some pictures of one part of the world.
_KEPT_TILES: Final = 256
_POLYGON: Final = 3
_MOVE: Final = 1
_LINE: Final = 2
#: Wire types: a varint, eight bytes, bytes of a length told, four bytes.
_VARINT, _EIGHT, _BYTES, _FOUR = 0, 1, 2, 5
#: Where values stand in a message of the kind Value.
_TEXT, _FLOAT, _DOUBLE, _SINT = 1, 2, 3, 6


@dataclass(frozen=True, slots=True)
class Thing:
    """Something on the ground, within one tile.

    Parameters
    ----------
    is_area
        Whether its lines are the rings of areas: outer ones one way round, holes the
        other.
    lines
        Rows of (x, y) in pixels of zoom 0 (:mod:`geo.base.grid`); of a point, one row.
    properties
        What :class:`geo.ground.drawn.Drawn` says of it.
    """

    is_area: bool
    lines: tuple[Floats, ...]
    properties: Mapping[str, Any]


def read_tile(
    zoom: int, column: int, row: int, path: Path = WORLD_FILE
) -> Mapping[str, Sequence[Thing]]:
    """Return what a tile of a ground has, by layer. Read once.

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
    """
    return _read_tile(zoom, column, row, path)


@lru_cache(maxsize=_KEPT_TILES)
def _read_tile(
    zoom: int, column: int, row: int, path: Path
) -> Mapping[str, Sequence[Thing]]:
    try:
        with path.open("rb") as stream:
            content = Reader(MmapSource(stream)).get(zoom, column, row)
    except FileNotFoundError as error:
        msg = f"{path} is missing, the ground of all maps. Run 'make setup'."
        raise MissingAssetError(msg) from error
    if not content:
        return {}
    if content[:2] == b"\x1f\x8b":
        content = gzip.decompress(content)
    tile_px = WORLD_PX / 2**zoom
    corner = np.array([column, row]) * tile_px
    layers = (layer for number, layer in _fields(content) if number == 3)  # noqa: PLR2004 - of the format
    return dict(_layer(layer, corner, tile_px) for layer in layers)


def _layer(
    message: bytes, corner: Floats, tile_px: float
) -> tuple[str, Sequence[Thing]]:
    """Return the name of a layer and what it has."""
    name, extent = "", 4096
    names: list[str] = []
    values: list[Any] = []
    features: list[bytes] = []
    for number, value in _fields(message):
        if number == 1:
            name = value.decode()
        elif number == 2:  # noqa: PLR2004 - numbers of the format, here and below
            features.append(value)
        elif number == 3:  # noqa: PLR2004
            names.append(value.decode())
        elif number == 4:  # noqa: PLR2004
            values.append(_value(value))
        elif number == 5:  # noqa: PLR2004
            extent = value
    scale = tile_px / extent
    return name, [_thing(one, names, values, corner, scale) for one in features]


def _thing(
    message: bytes,
    names: Sequence[str],
    values: Sequence[Any],
    corner: Floats,
    scale: float,
) -> Thing:
    kind = 0
    tags: NDArray[np.int64] = np.empty(0, np.int64)
    geometry = tags
    for number, value in _fields(message):
        if number == 2:  # noqa: PLR2004 - numbers of the format, here and below
            tags = _varints(value)
        elif number == 3:  # noqa: PLR2004
            kind = value
        elif number == 4:  # noqa: PLR2004
            geometry = _varints(value)
    pairs = tags.reshape(-1, 2).tolist()
    return Thing(
        kind == _POLYGON,
        tuple(corner + line * scale for line in _lines(geometry)),
        {names[name]: values[value] for name, value in pairs},
    )


def _lines(commands: NDArray[np.int64]) -> Iterator[Floats]:
    """Go through the lines that the commands of a geometry draw, in steps of the tile."""
    at = 0
    pen = np.zeros(2, np.int64)
    parts: list[NDArray[np.int64]] = []
    while at < len(commands):
        command, count = int(commands[at]) & 7, int(commands[at]) >> 3
        at += 1
        if command not in {_MOVE, _LINE}:
            continue
        steps = commands[at : at + 2 * count]
        at += 2 * count
        moves = ((steps >> 1) ^ -(steps & 1)).reshape(-1, 2)
        spots = pen + np.cumsum(moves, axis=0)
        pen = spots[-1]
        if command == _MOVE and parts:
            yield np.concatenate(parts).astype(np.float64)
            parts = []
        parts.append(spots)
    if parts:
        yield np.concatenate(parts).astype(np.float64)


def _value(message: bytes) -> Any:  # noqa: ANN401 - texts and numbers
    """Return a property's value."""
    for number, value in _fields(message):
        if number == _TEXT:
            return value.decode()
        if number == _FLOAT:
            return struct.unpack("<f", value)[0]
        if number == _DOUBLE:
            return struct.unpack("<d", value)[0]
        if number == _SINT:
            return (value >> 1) ^ -(value & 1)
        return value
    return None


def _fields(message: bytes) -> Iterator[tuple[int, Any]]:
    """Go through the fields of a message: number, and a whole number or bytes."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        kind = key & 7
        if kind == _VARINT:
            value, at = _varint(message, at)
            yield key >> 3, value
            continue
        if kind == _BYTES:
            length, at = _varint(message, at)
        else:
            length = {_EIGHT: 8, _FOUR: 4}[kind]
        yield key >> 3, message[at : at + length]
        at += length


def _varint(message: bytes, at: int) -> tuple[int, int]:
    """Return a whole number of as many bytes as it needs, and where the next begins."""
    value = shift = 0
    while True:
        byte = message[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:  # noqa: PLR2004 - the last byte has no eighth bit
            return value, at
        shift += 7


def _varints(message: bytes) -> NDArray[np.int64]:
    """Return the numbers of a packed list."""
    if not message:
        return np.empty(0, np.int64)
    octets = np.frombuffer(message, np.uint8)
    ends = np.flatnonzero(octets < 128)  # noqa: PLR2004 - as above
    starts = np.concatenate(([0], ends[:-1] + 1))
    within = np.arange(len(octets)) - np.repeat(starts, ends - starts + 1)
    parts = (octets & 127).astype(np.int64) << (7 * within)
    sums: NDArray[np.int64] = np.add.reduceat(parts, starts)
    return sums

"""The ground of a published site: the part of the world's tiles that its layer needs."""

from __future__ import annotations

import gzip
from typing import Any, Final

from geo.atlas import Atlas
from geo.base.grid import MAX_LAT, Bbox
from geo.ground.archives import Bounds, extract_ground
from geo.model.query import Query

#: Bytes that the ground may take, packed: the whole file is loaded, since many hosts know
#: no ranges of bytes.
_MOST_BYTES: Final = 180_000
#: The first zoom of tiles. The one before it is for maps so small that only a phone
#: shows them, and would tell it nothing that this one does not.
_FIRST: Final = 1
#: The last zoom of tiles for the whole world, for the extent of everything and for
#: where most of it is, from the best choice to the leanest.
_CHOICES: Final = ((2, 5, 7), (1, 4, 7), (1, 4, 6), (1, 3, 5), (1, 2, 4), (1, 2, 2))
_WORLD: Final[Bounds] = (-180.0, -MAX_LAT, 180.0, MAX_LAT)
#: Room around a box, as a share of its size, and in degrees at least.
_ROOM: Final = 0.25
_LEAST_ROOM: Final = 0.5
#: A box wider than this is the world's.
_WIDE_DEG: Final = 170.0


def ground_of_site(atlas: Atlas) -> bytes:
    """Return the ground that a layer needs, as PMTiles whose tiles are not packed.

    Coarse for all of the world, finer for where its incidents are and finest for where
    most of them are; a browser enlarges coarse tiles where finer ones are missing.

    Raises
    ------
    DataError
        If the world's ground is damaged.
    """
    extent, focus = atlas.engine.extent(Query()), atlas.engine.focus(Query())
    whole = _around(extent)
    most = _around(focus.extent if focus else None)
    content = b""
    for world, everything, middle in _CHOICES:
        parts = [
            (_WORLD, range(_FIRST, world + 1)),
            (whole, range(world + 1, everything + 1)),
            (most, range(everything + 1, middle + 1)),
        ]
        content = extract_ground([part for part in parts if part[1]], is_packed=False)
        # A good guess at what all of it takes once it is a data file.
        if len(gzip.compress(content)) <= _MOST_BYTES:
            break
    return content


def ground_words(drawing: str, attribution: str) -> dict[str, Any]:
    """Return what the page's scripts are told of the ground.

    Parameters
    ----------
    drawing
        Address of the library that draws it.
    attribution
        Whom it is owed to.
    """
    return {
        "drawing": drawing,
        # Of a data file, not of an address: see ground-tiles.js.
        "world": {
            "url": "data:ground",
            "zooms": [_FIRST, max(choice[2] for choice in _CHOICES)],
            "bounds": _WORLD,
            "whole": False,
            "attribution": attribution,
        },
        "streets": None,
        "attribution": attribution,
    }


def _around(box: Bbox | None) -> Bounds:
    """Return a box with some room around it; the world for none, or a very wide one."""
    if box is None:
        return _WORLD
    width = (box.east - box.west) % 360
    if width > _WIDE_DEG:
        return _WORLD
    beside = max(_LEAST_ROOM, width * _ROOM)
    above = max(_LEAST_ROOM, (box.north - box.south) * _ROOM)
    return (
        _turned(box.west - beside),
        max(-MAX_LAT, box.south - above),
        _turned(box.east + beside),
        min(MAX_LAT, box.north + above),
    )


def _turned(lon: float) -> float:
    """Return a longitude between -180 and 180 degrees."""
    return (lon + 180) % 360 - 180

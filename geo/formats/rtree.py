"""A spatial index over features of which some have no place, for FlatGeobuf.

GDAL writes the index of FlatGeobuf 3 (https://flatgeobuf.org) only where every feature
has a geometry. The format itself has room for the others: an item of the index whose
extent is empty, as the reference code makes one, is found by no search, and reading
all features reads these too. So GDAL writes both kinds apart, and this puts them
together.
"""

from __future__ import annotations

import mmap
import shutil
import struct
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

_MAGIC_BYTES: Final = 8
_SIZE: Final = struct.Struct("<I")
_COUNT: Final = struct.Struct("<Q")
#: Places of fields in the header's table, in the order of the format's schema.
_FEATURES_COUNT: Final = 8
_INDEX_NODE_SIZE: Final = 9
_USUAL_NODE_SIZE: Final = 16
#: One item or node of the index, as the file has it.
ITEM: Final = np.dtype(
    [(name, "<f8") for name in ("west", "south", "east", "north")] + [("offset", "<u8")]
)
_EMPTY: Final = (np.inf, np.inf, -np.inf, -np.inf)


class Parts(NamedTuple):
    """Where a file's parts begin, in bytes, and what its header says."""

    count_at: int
    features: int
    node_size: int
    index_at: int
    features_at: int


def merge(indexed: Path, others: Path, target: Path) -> None:
    """Write one file of two: features with an index, and more without a geometry.

    Parameters
    ----------
    indexed
        A FlatGeobuf file with an index, of at least one feature.
    others
        One without an index, of the same columns.
    target
        The file to write.
    """
    with indexed.open("rb") as first, others.open("rb") as second:
        near, far = _mapped(first.fileno()), _mapped(second.fileno())
        one, two = parts_of(near), parts_of(far)
        index = np.frombuffer(near[one.index_at : one.features_at], ITEM)
        leaves = np.concatenate(
            [
                index[len(index) - one.features :],
                _empty_items(far, two, len(near) - one.features_at),
            ]
        )
        header = bytearray(near[: one.index_at])
        _COUNT.pack_into(header, one.count_at, len(leaves))
        with target.open("wb") as out:
            out.write(header)
            out.write(packed(leaves, node_size=one.node_size).tobytes())
            for file, start in ((first, one.features_at), (second, two.features_at)):
                file.seek(start)
                shutil.copyfileobj(file, out)


def packed(leaves: np.ndarray, *, node_size: int) -> np.ndarray:
    """Return a packed R-tree: the root first, its items last, in the order given.

    Parameters
    ----------
    leaves
        Extents with the offset of each feature; at least one.
    node_size
        Items of a node at most.
    """
    levels = [leaves]
    while len(levels) == 1 or len(levels[-1]) > 1:
        children = levels[-1]
        starts = np.arange(0, len(children), node_size)
        nodes = np.empty(len(starts), ITEM)
        for name in ("west", "south"):
            nodes[name] = np.minimum.reduceat(children[name], starts)
        for name in ("east", "north"):
            nodes[name] = np.maximum.reduceat(children[name], starts)
        nodes["offset"] = starts
        levels.append(nodes)
    # Each node tells where its first child stands among all nodes.
    before = 0
    for nodes in reversed(levels[1:]):
        before += len(nodes)
        nodes["offset"] += np.uint64(before)
    return np.concatenate(levels[::-1])


def _mapped(descriptor: int) -> mmap.mmap:
    return mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ)


def parts_of(file: mmap.mmap) -> Parts:
    """Read a header: a FlatBuffers table behind its size.

    Raises
    ------
    struct.error, ZeroDivisionError
        If the file is not as its own parts say.
    """
    (header_bytes,) = _SIZE.unpack_from(file, _MAGIC_BYTES)
    root = _MAGIC_BYTES + _SIZE.size
    table = root + _SIZE.unpack_from(file, root)[0]
    fields = table - struct.unpack_from("<i", file, table)[0]
    fields_bytes = struct.unpack_from("<H", file, fields)[0]

    def place(number: int) -> int:
        at = 4 + 2 * number
        return (
            struct.unpack_from("<H", file, fields + at)[0] if at < fields_bytes else 0
        )

    # A field that is left out has the schema's default.
    count_at = place(_FEATURES_COUNT)
    count = _COUNT.unpack_from(file, table + count_at)[0] if count_at else 0
    size_at = place(_INDEX_NODE_SIZE)
    node_size = (
        struct.unpack_from("<H", file, table + size_at)[0]
        if size_at
        else _USUAL_NODE_SIZE
    )
    index_at = root + header_bytes
    nodes = _node_count(count, node_size) if node_size and count else 0
    features_at = index_at + nodes * ITEM.itemsize
    return Parts(table + count_at, count, node_size, index_at, features_at)


def _node_count(features: int, node_size: int) -> int:
    """Return how many nodes a tree has, its items included."""
    level = total = features
    while True:
        level = -(-level // node_size)
        total += level
        if level == 1:
            return total


def _empty_items(file: mmap.mmap, parts: Parts, first_offset: int) -> np.ndarray:
    """Return items for features that are to stand behind others."""
    offsets = []
    at = parts.features_at
    while at < len(file):
        offsets.append(first_offset + at - parts.features_at)
        at += _SIZE.size + _SIZE.unpack_from(file, at)[0]
    return np.array([(*_EMPTY, offset) for offset in offsets], ITEM)

"""Data files of a published site: compressed, and loaded as scripts.

A page that was opened from a folder (``file://``) may load scripts, but may not fetch
files. So each data file is a script that hands over its name and its bytes:
gzip (RFC 1952) in base64 (RFC 4648), a third larger than the bytes themselves and the
same for every host, whether it compresses or not. ``geo/web/static/site-files.js`` is
the other end.

Columns of numbers lie plane by plane, all lowest bytes first, because bytes of one
weight resemble each other; where neighbours are near each other, differences are kept.
"""

from __future__ import annotations

import gzip
import json
import re
import struct
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

#: A comment from the beginning of a line to the end of one.
_COMMENT: Final = re.compile(
    r"^[ \t]*(?:/\*.*?\*/|//[^\n]*)[ \t]*\n", re.MULTILINE | re.DOTALL
)
#: How hard to compress. The same everywhere: equal input gives equal bytes.
_LEVEL: Final = 9
#: Names of the types of columns, as JavaScript's typed arrays are called.
_TYPES: Final = {
    np.dtype(np.uint8): "Uint8Array",
    np.dtype(np.uint16): "Uint16Array",
    np.dtype(np.uint32): "Uint32Array",
    np.dtype(np.int32): "Int32Array",
}


def pack_script(name: str, content: bytes) -> bytes:
    """Return a data file: a script that hands over bytes under a name.

    Parameters
    ----------
    name
        Letters, digits, ``-``, ``_`` and ``/`` only.
    content
        What it holds; may be empty.

    Raises
    ------
    ValueError
        If the name would need quoting in a script.
    """
    if not name or not all(sign.isalnum() or sign in "-_/" for sign in name):
        msg = f"{name!r} is no name of a data file: letters, digits, '-', '_', '/'."
        raise ValueError(msg)
    packed = gzip.compress(content, _LEVEL, mtime=0)
    # The byte that names the system differs between versions of Python.
    packed = packed[:9] + b"\xff" + packed[10:]
    return f'incidentFiles.put("{name}","{b64encode(packed).decode()}");\n'.encode()


def without_comments(source: str) -> str:
    """Return a script or style sheet of ours without the comments that begin a line.

    They are for who reads the source, and an eighth of what a site's scripts take. A
    comment behind something stays: what looks like one may be part of a text there.
    """
    return _COMMENT.sub("", source)


def pack_json(name: str, value: Any) -> bytes:  # noqa: ANN401 - any JSON value
    """Return a JSON value as a data file; keys keep their order."""
    return pack_script(name, write_json(value).encode())


def write_json(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """Return a JSON value as text without blanks; keys keep their order."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def pack_columns(
    meta: Mapping[str, Any],
    columns: Mapping[str, NDArray[Any]],
    *,
    differences: frozenset[str] = frozenset(),
) -> bytes:
    """Return columns as the content of one data file.

    Parameters
    ----------
    meta
        JSON values that go with them.
    columns
        One-dimensional arrays by name, of unsigned integers of 1, 2 or 4 bytes, or
        int32; may be empty.
    differences
        Names of columns kept as differences of neighbours, modulo their size: 0, -1,
        1, -2 as 0, 1, 2, 3.

    Returns
    -------
    bytes
        The length of a JSON head as uint32 (little-endian), the head (``meta``, and
        of each column its name, type, length and whether it holds differences), and
        the columns, each plane by plane.

    Raises
    ------
    ValueError
        For a column of another type.
    """
    described: list[dict[str, Any]] = []
    planes: list[bytes] = []
    for name, column in columns.items():
        if column.dtype not in _TYPES:
            msg = f"column {name!r} is of {column.dtype}, not of {list(_TYPES)}."
            raise ValueError(msg)
        is_difference = name in differences
        described.append(
            {
                "name": name,
                "type": _TYPES[column.dtype],
                "length": len(column),
                "differences": is_difference,
            }
        )
        width = column.dtype.itemsize
        values = column.view(f"u{width}")
        if is_difference:
            values = _zigzag(np.diff(values, prepend=values.dtype.type(0)))
        parts = values.astype(f"<u{width}").view(np.uint8).reshape(-1, width)
        planes.append(parts.T.tobytes())
    description = {**meta, "columns": described}
    head = write_json(description).encode()
    return struct.pack("<I", len(head)) + head + b"".join(planes)


def _zigzag(values: NDArray[Any]) -> NDArray[Any]:
    """Return signed numbers so that small ones of either sign have few bits: 0, -1, 1, -2.

    *values* are read as of two's complement; the result is as wide as they are.
    """
    signed = values.view(f"i{values.dtype.itemsize}")
    bits = 8 * values.dtype.itemsize
    return ((signed << 1) ^ (signed >> (bits - 1))).view(values.dtype)

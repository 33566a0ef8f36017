"""Bodies unpacked as they come, never further than a limit."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from geo.base.errors import ArchiveError
from geo.evidence.fetch_rules import BY_HAND

_Unpacker = Callable[[Iterable[bytes], int], Iterator[bytes]]


def unpacker(url: str, encoding: str) -> _Unpacker:
    """Return how to unpack a body; at most *limit* bytes come out."""
    name = encoding.strip().lower()
    if name in {"", "identity"}:
        return lambda pieces, _: iter(pieces)
    if name in {"gzip", "x-gzip", "deflate"}:
        return lambda pieces, limit: _inflated(url, pieces, name, limit)
    msg = f"{url}: is packed as {encoding!r}, which was not asked for. {BY_HAND}"
    raise ArchiveError(msg)


def _inflated(
    url: str, pieces: Iterable[bytes], name: str, limit: int
) -> Iterator[bytes]:
    """Unpack gzip or deflate, never making more than *limit* bytes."""
    left = limit
    unpacker: Any = None
    try:
        for piece in pieces:
            data = piece
            if unpacker is None and data:
                unpacker = zlib.decompressobj(_window(name, data))
            while data and left > 0 and not unpacker.eof:
                out = unpacker.decompress(data, left)
                left -= len(out)
                yield out
                data = unpacker.unconsumed_tail
            if left <= 0:
                return
    except zlib.error as error:
        msg = f"{url}: its packed body is damaged: {error}. Try again later."
        raise ArchiveError(msg) from error
    if unpacker is not None and not unpacker.eof:
        msg = f"{url}: its packed body ends too early. Try again later."
        raise ArchiveError(msg)


def _window(name: str, beginning: bytes) -> int:
    """Return zlib's window bits; some servers send deflate without its header."""
    if name != "deflate":
        return 16 + zlib.MAX_WBITS
    has_header = beginning[0] & 0x0F == zlib.DEFLATED
    return zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS

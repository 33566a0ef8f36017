"""A web archive of somebody else's, read in a process of its own.

As :mod:`geo.evidence.quarantine`, for what :mod:`geo.evidence.web_archive.reading` reads.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from geo.base.errors import ArchiveError
from geo.evidence.capture import Capture, Hop
from geo.evidence.quarantine import REFUSED, VALUE, answers_of
from geo.evidence.web_archive.reading import has_captures, read_capture
from geo.formats.guarded import Guard

_ONE_PAGE: Final = "Capture the one page, not the whole site, or add it as a file."


def capture_of(
    path: Path, addresses: Sequence[str], *, guard: Guard | None = None
) -> Capture | None:
    """Return the newest capture of a page in a web archive, read apart.

    Parameters
    ----------
    path, addresses
        As :func:`geo.evidence.web_archive.read_capture`.
    guard
        As in :func:`geo.evidence.quarantine.text_of`.

    Returns
    -------
    Capture | None
        None where the file has no capture of these addresses that answered with 200.

    Raises
    ------
    ArchiveError
        As :func:`geo.evidence.web_archive.read_capture`; or if reading takes more
        memory or time than it may, or ends its process.
    """
    options = {"addresses": list(addresses)}
    [read] = answers_of(
        f"{__name__}:captures_in", path, options, str(path), _ONE_PAGE, guard
    )
    if read is None:
        return None
    return Capture(
        url=read["url"],
        final_url=read["final_url"],
        content=base64.b64decode(read["content"], validate=True),
        fetched=datetime.fromisoformat(read["fetched"]),
        status=read["status"],
        headers=tuple((name, value) for name, value in read["headers"]),
        redirects=tuple(Hop(**hop) for hop in read["redirects"]),
        origin=read["origin"],
    )


def held_in(
    path: Path, wanted: Sequence[Sequence[str]], *, guard: Guard | None = None
) -> list[bool]:
    """Tell which of several pages a web archive has, in one reading of it, apart.

    Parameters
    ----------
    path
        The web archive.
    wanted
        The addresses of each page, as for :func:`capture_of`.
    guard
        As in :func:`geo.evidence.quarantine.text_of`.

    Raises
    ------
    ArchiveError
        As :func:`capture_of`.
    """
    options = {"wanted": [list(addresses) for addresses in wanted]}
    return list(
        answers_of(f"{__name__}:pages_in", path, options, str(path), _ONE_PAGE, guard)
    )


def captures_in(path: Path, addresses: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """Yield the newest capture of a page, or None; runs in the process apart."""
    try:
        capture = read_capture(path, addresses)
    except ArchiveError as error:
        yield REFUSED, str(error)
        return
    if capture is None:
        yield VALUE, None
        return
    yield (
        VALUE,
        {
            "url": capture.url,
            "final_url": capture.final_url,
            "content": base64.b64encode(capture.content).decode("ascii"),
            "fetched": capture.fetched.isoformat(),
            "status": capture.status,
            "headers": capture.headers,
            "redirects": [asdict(hop) for hop in capture.redirects],
            "origin": capture.origin,
        },
    )


def pages_in(path: Path, wanted: Sequence[Sequence[str]]) -> Iterator[tuple[str, Any]]:
    """Yield whether each of several pages is there; runs in the process apart."""
    try:
        held = has_captures(path, wanted)
    except ArchiveError as error:
        yield REFUSED, str(error)
        return
    for one in held:
        yield VALUE, one

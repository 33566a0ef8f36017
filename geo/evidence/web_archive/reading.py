"""A page found in a web archive: its newest capture, checked by its own digest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin

from geo.base.errors import ArchiveError
from geo.evidence.capture import IMPORTED, Capture, Hop, plain_address
from geo.evidence.web_archive.opening import (
    DEFAULT_LIMITS,
    OK,
    ORIGINAL,
    ImportLimits,
    faults,
    members_of,
    opened,
    record_time,
    records_of,
    torn,
)

_UNPACKED: Final = frozenset({"", "identity", "gzip", "deflate"})
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_MOST_HOPS: Final = 5


def read_capture(
    path: Path, addresses: Sequence[str], *, limits: ImportLimits = DEFAULT_LIMITS
) -> Capture | None:
    """Read the newest capture of a page from a WARC or WACZ file.

    Parameters
    ----------
    path
        The file; what it is, its first bytes tell.
    addresses
        Where the page is published; redirects in the file are followed from there.
        The first address of which there is a capture counts.
    limits
        How much is read.

    Returns
    -------
    Capture | None
        None where the file has no capture of these addresses that answered with 200.

    Raises
    ------
    ArchiveError
        If the file is no sound web archive, is made to harm (paths that lead out of
        it, links, far more inside than its size tells), or its page does not agree
        with its own digest.
    """
    with _named(path):
        entries = _all_entries(path, limits)
        for address in addresses:
            route = _route(entries, address)
            if route is not None:
                return _capture(path, address, *route, limits)
    return None


def has_captures(
    path: Path,
    wanted: Sequence[Sequence[str]],
    *,
    limits: ImportLimits = DEFAULT_LIMITS,
) -> list[bool]:
    """Tell for each of several pages whether :func:`read_capture` would read one.

    Parameters
    ----------
    path
        The WARC or WACZ file, which is gone through once.
    wanted
        The addresses of each page.
    limits
        How much is read.

    Raises
    ------
    ArchiveError
        As :func:`read_capture`.
    """
    with _named(path):
        entries = _all_entries(path, limits)
        return [
            any(_route(entries, address) is not None for address in addresses)
            for addresses in wanted
        ]


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Let errors of the libraries name the file and the remedy."""
    try:
        yield
    except ArchiveError:
        raise
    except faults() as error:
        raise ArchiveError(torn(path, error)) from error


def _all_entries(path: Path, limits: ImportLimits) -> list[_Entry]:
    return [
        entry
        for member in members_of(path, limits)
        for entry in _entries(path, member, limits)
    ]


@dataclass(frozen=True, slots=True)
class _Entry:
    """One record that may be the page or a redirect to it."""

    member: str
    index: int
    url: str
    time: datetime
    status: int
    location: str


def _route(
    entries: Sequence[_Entry], address: str, hops: tuple[Hop, ...] = ()
) -> tuple[_Entry, tuple[Hop, ...]] | None:
    """Return the newest page at an address, with the redirects that lead there."""
    here = [
        entry for entry in entries if plain_address(entry.url) == plain_address(address)
    ]
    for entry in sorted(here, key=lambda entry: entry.time, reverse=True):
        if entry.status == OK:
            return entry, hops
        if (
            entry.status in _REDIRECTS
            and entry.location
            and len(hops) < _MOST_HOPS
            and entry.url not in {hop.url for hop in hops}
        ):
            target = urljoin(entry.url, entry.location)
            step = Hop(entry.url, entry.status, target)
            route = _route(entries, target, (*hops, step))
            if route is not None:
                return route
    return None


def _entries(path: Path, member: str, limits: ImportLimits) -> Iterator[_Entry]:
    """Go through the records that are pages or redirects."""
    with opened(path, member, limits) as stream:
        for index, record in records_of(stream):
            url = record.rec_headers.get_header("WARC-Target-URI") or ""
            time = record_time(record.rec_headers.get_header("WARC-Date"))
            if record.rec_type == "resource":
                yield _Entry(member, index, url, time, OK, "")
            elif record.rec_type == "response" and record.http_headers is not None:
                code = record.http_headers.get_statuscode()
                location = record.http_headers.get_header("Location") or ""
                status = int(code) if code and code.isdecimal() else 0
                yield _Entry(member, index, url, time, status, location)


def _capture(
    path: Path,
    address: str,
    entry: _Entry,
    hops: tuple[Hop, ...],
    limits: ImportLimits,
) -> Capture:
    """Read the page of one entry."""
    with opened(path, entry.member, limits) as stream:
        records = records_of(stream, check=True)
        record = next(record for index, record in records if index == entry.index)
        content = _content(path, entry, record, limits)
        next(records, None)
        checker = record.digest_checker
        if checker is not None and checker.passed is False:
            msg = (
                f"{path}: its page {entry.url} is not what its digest says, so it has "
                "been altered. Make the capture again."
            )
            raise ArchiveError(msg)
        return Capture(
            url=address,
            final_url=entry.url,
            content=content,
            fetched=entry.time,
            status=entry.status,
            headers=_headers_read(record),
            redirects=hops,
            origin=IMPORTED,
        )


def _content(path: Path, entry: _Entry, record: Any, limits: ImportLimits) -> bytes:  # noqa: ANN401 - warcio has no types
    """Return the body of a record, unpacked."""
    packing = ""
    if record.http_headers is not None:
        packing = (record.http_headers.get_header("Content-Encoding") or "").lower()
    if packing not in _UNPACKED:
        msg = (
            f"{path}: its page {entry.url} is packed as {packing!r}, which cannot be "
            "unpacked here. Capture it with a tool that unpacks, or add it as a file."
        )
        raise ArchiveError(msg)
    body = record.content_stream()
    content = bytearray()
    # warcio gives what it has, not what was asked for.
    while piece := body.read(limits.page_bytes + 1 - len(content)):
        content += piece
        if len(content) > limits.page_bytes:
            msg = (
                f"{path}: its page {entry.url} is larger than {limits.page_bytes:,} "
                "bytes. Save the article's text and add that file."
            )
            raise ArchiveError(msg)
    return bytes(content)


def _headers_read(record: Any) -> tuple[tuple[str, str], ...]:  # noqa: ANN401 - warcio has no types
    """Return the headers of a record as they were received."""
    if record.http_headers is None:
        return (("Content-Type", record.content_type or ""),)
    headers = [(str(name), str(value)) for name, value in record.http_headers.headers]
    kept = {
        name[len(ORIGINAL) :].lower()
        for name, _ in headers
        if name.lower().startswith(ORIGINAL.lower())
    }
    return tuple(
        (
            name[len(ORIGINAL) :]
            if name.lower().startswith(ORIGINAL.lower())
            else name,
            value,
        )
        for name, value in headers
        if name.lower() not in kept and not name.lower().startswith("set-cookie")
    )

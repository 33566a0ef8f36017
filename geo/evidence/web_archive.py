"""Web archives: copies taken elsewhere, and copies made elsewhere brought in.

WARC 1.1 (ISO 28500:2017) is read and written by warcio; WACZ 1.1.1 (Webrecorder) is
a ZIP with a WARC, its index and its pages. Both are files that somebody hands over,
so nothing of them is unpacked to disk, and how much is read is counted.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import stat
import uuid
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final
from urllib.parse import urljoin, urlsplit

from warcio.archiveiterator import (
    ArchiveIterator,
)
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import (
    StatusAndHeaders,
)
from warcio.warcwriter import WARCWriter

from geo.errors import ArchiveError, ExportError
from geo.evidence.archive import Archive, ArchivedCopy
from geo.evidence.capture import IMPORTED, Capture, Hop, plain_address
from geo.evidence.extraction import MEDIA_TYPES
from geo.sources import Source

_DATA: Final = "archive/data.warc.gz"
_INDEX: Final = "indexes/index.cdxj"
_PAGES: Final = "pages/pages.jsonl"
_PACKAGE: Final = "datapackage.json"
_DIGEST: Final = "datapackage-digest.json"
_SOFTWARE: Final = "incident-map 0.1"
#: Kept under this prefix where the body written is unpacked, as pywb does.
_ORIGINAL: Final = "X-Archive-Orig-"
_ABOUT_PACKING: Final = frozenset(
    {"content-encoding", "transfer-encoding", "content-length"}
)
_UNPACKED: Final = frozenset({"", "identity", "gzip", "deflate"})
_OK: Final = 200
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_MOST_HOPS: Final = 5
#: What the libraries let through on files that are torn or made to harm.
_FAULTS: Final = (
    ArchiveLoadFailed,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)


class Format(StrEnum):
    """The formats that are written."""

    WACZ = "wacz"
    WARC = "warc"


@dataclass(frozen=True, slots=True)
class ImportLimits:
    """How much of a web archive is read.

    Parameters
    ----------
    files
        The most files in a WACZ.
    total_bytes
        The most bytes of records, unpacked.
    page_bytes
        The largest page.
    """

    files: int = 10_000
    total_bytes: int = 512_000_000
    page_bytes: int = 20_000_000


DEFAULT_LIMITS: Final = ImportLimits()


def write_web_archive(
    source: Source, archive: Archive, output: Path, *, format_name: Format
) -> int:
    """Write every version of a source to a WARC or WACZ file.

    A version that was fetched is a ``response`` with the redirects before it, one that
    was added as a file a ``resource``; the text of each is a ``conversion``. An
    existing file is replaced, whole or not at all.

    Parameters
    ----------
    source
        The source; its address stands for copies added as files.
    archive
        Where its copies are.
    output
        The file to write. A name ending in ``.gz`` packs a WARC record by record; a
        WACZ always does.
    format_name
        Which format.

    Returns
    -------
    int
        How many versions were written; at least one.

    Raises
    ------
    ArchiveError
        If there is no copy, or one is damaged.
    ExportError
        If the file cannot be written.
    """
    copies = archive.versions(source.id)
    if not copies:
        msg = (
            f"{source.id}: has no copy in the archive {archive.folder}, so there is "
            f"nothing to export. Add one: incidents archive add {source.id} FILE"
        )
        raise ArchiveError(msg)
    is_packed = format_name is Format.WACZ or output.suffix == ".gz"
    warc = _warc(source, archive, copies, is_packed=is_packed)
    content = warc if format_name is Format.WARC else _wacz(source, copies, warc)
    aside = output.with_name(f".{output.name}.{uuid.uuid4().hex}")
    try:
        try:
            aside.write_bytes(content)
            aside.replace(output)
        finally:
            aside.unlink(missing_ok=True)
    except OSError as error:
        msg = (
            f"{output}: cannot be written: {error.strerror}. Give a file in a folder "
            "that exists and may be written to."
        )
        raise ExportError(msg) from error
    return len(copies)


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
    try:
        entries = [
            entry
            for member in _members(path, limits)
            for entry in _entries(path, member, limits)
        ]
        for address in addresses:
            found = _route(entries, address)
            if found is not None:
                return _capture(path, address, *found, limits)
    except ArchiveError:
        raise
    except _FAULTS as error:
        raise ArchiveError(_torn(path, error)) from error
    return None


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
        if entry.status == _OK:
            return entry, hops
        if (
            entry.status in _REDIRECTS
            and entry.location
            and len(hops) < _MOST_HOPS
            and entry.url not in {hop.url for hop in hops}
        ):
            target = urljoin(entry.url, entry.location)
            step = Hop(entry.url, entry.status, target)
            found = _route(entries, target, (*hops, step))
            if found is not None:
                return found
    return None


def _members(path: Path, limits: ImportLimits) -> list[str]:
    """Return the WARC files in a WACZ, checked; for a WARC one empty name."""
    with path.open("rb") as file:
        is_zip = file.read(4) == b"PK\x03\x04"
    if not is_zip:
        return [""]
    with zipfile.ZipFile(path) as packed:
        infos = packed.infolist()
    if len(infos) > limits.files:
        msg = f"{path}: has {len(infos):,} files, more than {limits.files:,}."
        raise ArchiveError(msg)
    names = [info.filename for info in infos]
    if len(set(names)) < len(names):
        raise ArchiveError(_harmful(path, "has two files of one name"))
    for info in infos:
        _check_member(path, info)
    total = sum(info.file_size for info in infos)
    if total > limits.total_bytes:
        msg = (
            f"{path}: unpacks to {total:,} bytes, more than {limits.total_bytes:,}. "
            "Capture the one page, not the whole site."
        )
        raise ArchiveError(msg)
    warcs = [
        name
        for name in names
        if name.startswith("archive/") and name.endswith((".warc", ".warc.gz"))
    ]
    if not warcs:
        msg = f"{path}: is a ZIP without a WARC in archive/, so it is no WACZ."
        raise ArchiveError(msg)
    return warcs


def _check_member(path: Path, info: zipfile.ZipInfo) -> None:
    """Refuse a file in a ZIP that points elsewhere or cannot be read safely."""
    name = PurePosixPath(info.filename.replace("\\", "/"))
    mode = info.external_attr >> 16
    if name.is_absolute() or ".." in name.parts or ":" in info.filename:
        problem = f"has a file {info.filename!r} that would lie outside of it"
        raise ArchiveError(_harmful(path, problem))
    if mode and stat.S_ISLNK(mode):
        problem = f"has a link {info.filename!r} instead of a file"
        raise ArchiveError(_harmful(path, problem))
    if info.flag_bits & 0x1:
        msg = f"{path}: {info.filename!r} in it has a password. Give one without."
        raise ArchiveError(msg)
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        msg = f"{path}: {info.filename!r} in it is packed in a way that WACZ has not."
        raise ArchiveError(msg)


def _torn(path: Path, error: Exception) -> str:
    return (
        f"{path}: cannot be read as WARC or WACZ: {str(error) or 'it is torn'}. "
        "Make the capture again, or add the page as a file."
    )


def _harmful(path: Path, problem: str) -> str:
    return f"{path}: {problem}, so it is refused. Make the capture with another tool."


class _Counted:
    """A stream that refuses to give more than a number of bytes."""

    def __init__(
        self, stream: IO[bytes] | gzip.GzipFile, path: Path, most: int
    ) -> None:
        self._stream = stream
        self._path = path
        self._most = most
        self._given = 0

    def read(self, size: int = -1) -> bytes:
        """Read at most *size* bytes, never more than are left."""
        left = self._most - self._given + 1
        try:
            content = self._stream.read(left if size < 0 else min(size, left))
        except (EOFError, OSError, zlib.error) as error:
            # warcio would take an EOFError for the regular end.
            raise ArchiveError(_torn(self._path, error)) from error
        self._given += len(content)
        if self._given > self._most:
            msg = (
                f"{self._path}: unpacks to more than {self._most:,} bytes. "
                "Capture the one page, not the whole site."
            )
            raise ArchiveError(msg)
        return content

    def tell(self) -> int:
        """Return how many bytes have been given."""
        return self._given


@contextmanager
def _opened(path: Path, member: str, limits: ImportLimits) -> Iterator[_Counted]:
    """Open the records of a WARC, unpacked and counted."""
    with path.open("rb") as file:
        if not member:
            with _unpacked(file) as stream:
                yield _checked(stream, path, limits)
            return
        with (
            zipfile.ZipFile(file) as packed,
            packed.open(member) as inner,
            _unpacked(inner) as stream,
        ):
            yield _checked(stream, path, limits)


@contextmanager
def _unpacked(stream: IO[bytes]) -> Iterator[IO[bytes] | gzip.GzipFile]:
    """Unpack gzip here, where the bytes are counted, and not in warcio."""
    is_gzip = stream.read(2) == b"\x1f\x8b"
    stream.seek(0)
    if is_gzip:
        with gzip.GzipFile(fileobj=stream) as unpacked:
            yield unpacked
    else:
        yield stream


def _checked(
    stream: IO[bytes] | gzip.GzipFile, path: Path, limits: ImportLimits
) -> _Counted:
    """Return a stream of records from its begin, refusing what is no WARC."""
    if stream.read(5) != b"WARC/":
        msg = (
            f"{path}: is neither WARC nor WACZ. Give a file made by a web archiving "
            "tool, or add the page itself: incidents archive add SOURCE_ID FILE"
        )
        raise ArchiveError(msg)
    stream.seek(0)
    return _Counted(stream, path, limits.total_bytes)


def _records(stream: _Counted, *, check: bool = False) -> Iterator[tuple[int, Any]]:
    yield from enumerate(ArchiveIterator(stream, check_digests=check))


def _entries(path: Path, member: str, limits: ImportLimits) -> Iterator[_Entry]:
    """Go through the records that are pages or redirects."""
    with _opened(path, member, limits) as stream:
        for index, record in _records(stream):
            url = record.rec_headers.get_header("WARC-Target-URI") or ""
            time = _time(record.rec_headers.get_header("WARC-Date"))
            if record.rec_type == "resource":
                yield _Entry(member, index, url, time, _OK, "")
            elif record.rec_type == "response" and record.http_headers is not None:
                code = record.http_headers.get_statuscode()
                location = record.http_headers.get_header("Location") or ""
                status = int(code) if code and code.isdecimal() else 0
                yield _Entry(member, index, url, time, status, location)


def _time(written: str | None) -> datetime:
    """Return a WARC-Date in UTC, whole seconds.

    Raises
    ------
    ValueError
        If it is none.
    """
    time = datetime.fromisoformat(written or "")
    return (
        (time if time.tzinfo else time.replace(tzinfo=UTC))
        .astimezone(UTC)
        .replace(microsecond=0)
    )


def _capture(
    path: Path,
    address: str,
    entry: _Entry,
    hops: tuple[Hop, ...],
    limits: ImportLimits,
) -> Capture:
    """Read the page of one entry."""
    with _opened(path, entry.member, limits) as stream:
        records = _records(stream, check=True)
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
        name[len(_ORIGINAL) :].lower()
        for name, _ in headers
        if name.lower().startswith(_ORIGINAL.lower())
    }
    return tuple(
        (
            name[len(_ORIGINAL) :]
            if name.lower().startswith(_ORIGINAL.lower())
            else name,
            value,
        )
        for name, value in headers
        if name.lower() not in kept and not name.lower().startswith("set-cookie")
    )


def _warc(
    source: Source,
    archive: Archive,
    copies: Sequence[ArchivedCopy],
    *,
    is_packed: bool,
) -> bytes:
    """Return the records of every version, oldest first."""
    out = BytesIO()
    writer = WARCWriter(out, gzip=is_packed, warc_version="1.1")
    info = {
        "software": _SOFTWARE,
        "format": "WARC file version 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "description": f"Archived copies of {source.id}",
    }
    writer.write_record(writer.create_warcinfo_record(None, info))
    for copy in copies:
        for hop in copy.redirects:
            writer.write_record(_redirect_record(writer, hop, copy))
        main = _main_record(writer, source, archive.content(copy), copy)
        refers_to = main.rec_headers.get_header("WARC-Record-ID")
        writer.write_record(main)
        text = archive.text(copy).encode("utf-8")
        writer.write_record(
            writer.create_warc_record(
                _address_of(source, copy),
                "conversion",
                payload=BytesIO(text),
                length=len(text),
                warc_content_type="text/plain;charset=utf-8",
                warc_headers_dict={
                    "WARC-Date": _stamp(copy),
                    "WARC-Refers-To": refers_to,
                },
            )
        )
    return out.getvalue()


def _address_of(source: Source, copy: ArchivedCopy) -> str:
    return copy.final_url or source.url or f"urn:incident-map:source:{source.id}"


def _stamp(copy: ArchivedCopy) -> str:
    return (copy.fetched or copy.added).isoformat().replace("+00:00", "Z")


def _redirect_record(writer: Any, hop: Hop, copy: ArchivedCopy) -> Any:  # noqa: ANN401 - warcio has no types
    headers = StatusAndHeaders(
        f"{hop.status} Redirect",
        [("Location", hop.location), ("Content-Length", "0")],
        protocol="HTTP/1.1",
    )
    return writer.create_warc_record(
        hop.url,
        "response",
        payload=BytesIO(),
        length=0,
        http_headers=headers,
        warc_headers_dict={"WARC-Date": _stamp(copy)},
    )


def _main_record(
    writer: Any,  # noqa: ANN401 - warcio has no types
    source: Source,
    content: bytes,
    copy: ArchivedCopy,
) -> Any:  # noqa: ANN401 - likewise
    """Return the record of a version's bytes: as answered, or as added from a file."""
    given: dict[str, Any] = {
        "payload": BytesIO(content),
        "length": len(content),
        "warc_headers_dict": {"WARC-Date": _stamp(copy)},
    }
    address = _address_of(source, copy)
    if copy.status is None:
        return writer.create_warc_record(
            address, "resource", warc_content_type=MEDIA_TYPES[copy.kind], **given
        )
    headers = [
        (f"{_ORIGINAL}{name}" if name.lower() in _ABOUT_PACKING else name, value)
        for name, value in copy.headers
    ]
    headers.append(("Content-Length", str(len(content))))
    answer = StatusAndHeaders(f"{copy.status} OK", headers, protocol="HTTP/1.1")
    return writer.create_warc_record(address, "response", http_headers=answer, **given)


def _wacz(source: Source, copies: Sequence[ArchivedCopy], warc: bytes) -> bytes:
    """Return a WACZ around packed records, with its index, pages and hashes."""
    newest = copies[-1]
    files = {
        _DATA: warc,
        _INDEX: _index(warc).encode(),
        _PAGES: _pages(source, copies).encode(),
    }
    package = {
        "profile": "data-package",
        "wacz_version": "1.1.1",
        "title": source.title,
        "software": _SOFTWARE,
        "created": _stamp(newest),
        "mainPageUrl": _address_of(source, newest),
        "mainPageDate": _stamp(newest),
        "resources": [
            {
                "name": name.rpartition("/")[2],
                "path": name,
                "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
                "bytes": len(content),
            }
            for name, content in files.items()
        ],
    }
    described = json.dumps(package, ensure_ascii=False, indent=2).encode()
    digest = {
        "path": _PACKAGE,
        "hash": f"sha256:{hashlib.sha256(described).hexdigest()}",
    }
    files[_PACKAGE] = described
    files[_DIGEST] = json.dumps(digest).encode()
    when = (newest.fetched or newest.added).timetuple()[:6]
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, content in files.items():
            # Readers seek in the records, so those are not packed again.
            info = zipfile.ZipInfo(name, date_time=when)
            info.external_attr = 0o644 << 16
            packed.writestr(info, content)
    return out.getvalue()


def _index(warc: bytes) -> str:
    """Return the CDXJ index of packed records: key, time, and where each stands."""
    lines = []
    records = ArchiveIterator(BytesIO(warc))
    for record in records:
        if record.rec_type not in {"response", "resource"}:
            continue
        url = record.rec_headers.get_header("WARC-Target-URI")
        digest = record.rec_headers.get_header("WARC-Payload-Digest")
        http = record.http_headers
        mime = http.get_header("Content-Type") if http else record.content_type
        status = http.get_statuscode() if http else str(_OK)
        time = _time(record.rec_headers.get_header("WARC-Date"))
        entry = {
            "url": url,
            "mime": (mime or "").partition(";")[0].strip(),
            "status": status,
            "digest": digest,
            "length": str(records.get_record_length()),
            "offset": str(records.get_record_offset()),
            "filename": PurePosixPath(_DATA).name,
        }
        lines.append(f"{_sort_key(url)} {time:%Y%m%d%H%M%S} {json.dumps(entry)}\n")
    return "".join(sorted(lines))


def _sort_key(url: str) -> str:
    """Return an address with its host reversed (SURT), as indices are sorted by."""
    parts = urlsplit(url)
    if not parts.hostname:
        return url.lower()
    host = ",".join(reversed(parts.hostname.removeprefix("www.").split(".")))
    port = f":{parts.port}" if parts.port not in {None, 80, 443} else ""
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{port}){parts.path.lower() or '/'}{query.lower()}"


def _pages(source: Source, copies: Sequence[ArchivedCopy]) -> str:
    """Return the list of pages (JSON Lines), one for each version."""
    head = {"format": "json-pages-1.0", "id": "pages", "title": "All versions"}
    pages = [
        {
            "id": f"{copy.source_id}-{copy.version}",
            "url": _address_of(source, copy),
            "ts": _stamp(copy),
            "title": source.title,
        }
        for copy in copies
    ]
    return "".join(
        f"{json.dumps(line, ensure_ascii=False)}\n" for line in (head, *pages)
    )

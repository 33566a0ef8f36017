"""A WARC packed with its index and its pages, as WACZ 1.1.1 has it."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import urlsplit

from geo.evidence.archive import ArchivedCopy
from geo.evidence.web_archive.opening import DATA, OK, record_time
from geo.evidence.web_archive.warc import SOFTWARE, address_of, stamp_of
from geo.model.sources import Source

_INDEX: Final = "indexes/index.cdxj"
_PAGES: Final = "pages/pages.jsonl"
_PACKAGE: Final = "datapackage.json"
_DIGEST: Final = "datapackage-digest.json"


def wacz_of(source: Source, copies: Sequence[ArchivedCopy], warc: bytes) -> bytes:
    """Return a WACZ around packed records, with its index, pages and hashes."""
    newest = copies[-1]
    files = {
        DATA: warc,
        _INDEX: _index(warc).encode(),
        _PAGES: _pages(source, copies).encode(),
    }
    package = {
        "profile": "data-package",
        "wacz_version": "1.1.1",
        "title": source.title,
        "software": SOFTWARE,
        "created": stamp_of(newest),
        "mainPageUrl": address_of(source, newest),
        "mainPageDate": stamp_of(newest),
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
    from warcio.archiveiterator import ArchiveIterator  # noqa: PLC0415 - an extra

    lines = []
    records = ArchiveIterator(BytesIO(warc))
    for record in records:
        if record.rec_type not in {"response", "resource"}:
            continue
        url = record.rec_headers.get_header("WARC-Target-URI")
        digest = record.rec_headers.get_header("WARC-Payload-Digest")
        http = record.http_headers
        mime = http.get_header("Content-Type") if http else record.content_type
        status = http.get_statuscode() if http else str(OK)
        time = record_time(record.rec_headers.get_header("WARC-Date"))
        entry = {
            "url": url,
            "mime": (mime or "").partition(";")[0].strip(),
            "status": status,
            "digest": digest,
            "length": str(records.get_record_length()),
            "offset": str(records.get_record_offset()),
            "filename": PurePosixPath(DATA).name,
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
            "url": address_of(source, copy),
            "ts": stamp_of(copy),
            "title": source.title,
        }
        for copy in copies
    ]
    return "".join(
        f"{json.dumps(line, ensure_ascii=False)}\n" for line in (head, *pages)
    )

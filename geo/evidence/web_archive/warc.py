"""Copies written as the records of a WARC (ISO 28500:2017)."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any, Final

from geo.evidence.archive import Archive, ArchivedCopy
from geo.evidence.capture import Hop
from geo.evidence.extraction import MEDIA_TYPES
from geo.evidence.web_archive.opening import ORIGINAL
from geo.model.sources import Source

SOFTWARE: Final = "incident-map 0.1"
_ABOUT_PACKING: Final = frozenset(
    {"content-encoding", "transfer-encoding", "content-length"}
)


def warc_of(
    source: Source,
    archive: Archive,
    copies: Sequence[ArchivedCopy],
    *,
    is_packed: bool,
) -> bytes:
    """Return the records of every version, oldest first."""
    from warcio.warcwriter import WARCWriter  # noqa: PLC0415 - an extra

    out = BytesIO()
    writer = WARCWriter(out, gzip=is_packed, warc_version="1.1")
    info = {
        "software": SOFTWARE,
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
                address_of(source, copy),
                "conversion",
                payload=BytesIO(text),
                length=len(text),
                warc_content_type="text/plain;charset=utf-8",
                warc_headers_dict={
                    "WARC-Date": stamp_of(copy),
                    "WARC-Refers-To": refers_to,
                },
            )
        )
    return out.getvalue()


def address_of(source: Source, copy: ArchivedCopy) -> str:
    """Return where a copy came from."""
    return copy.final_url or source.url or f"urn:incident-map:source:{source.id}"


def stamp_of(copy: ArchivedCopy) -> str:
    """Return when a copy was made, as a WARC has it."""
    return (copy.fetched or copy.added).isoformat().replace("+00:00", "Z")


def _http_headers(status: str, headers: list[tuple[str, str]], protocol: str) -> Any:  # noqa: ANN401 - warcio has no types
    """Return the head of an HTTP message as warcio writes it."""
    from warcio.statusandheaders import StatusAndHeaders  # noqa: PLC0415 - an extra

    return StatusAndHeaders(status, headers, protocol=protocol)


def _redirect_record(writer: Any, hop: Hop, copy: ArchivedCopy) -> Any:  # noqa: ANN401 - warcio has no types
    headers = _http_headers(
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
        warc_headers_dict={"WARC-Date": stamp_of(copy)},
    )


def _main_record(
    writer: Any,  # noqa: ANN401 - warcio has no types
    source: Source,
    content: bytes,
    copy: ArchivedCopy,
) -> Any:  # noqa: ANN401 - warcio has no types
    """Return the record of a version's bytes: as answered, or as added from a file."""
    record: dict[str, Any] = {
        "payload": BytesIO(content),
        "length": len(content),
        "warc_headers_dict": {"WARC-Date": stamp_of(copy)},
    }
    address = address_of(source, copy)
    if copy.status is None:
        return writer.create_warc_record(
            address, "resource", warc_content_type=MEDIA_TYPES[copy.kind], **record
        )
    headers = [
        (f"{ORIGINAL}{name}" if name.lower() in _ABOUT_PACKING else name, value)
        for name, value in copy.headers
    ]
    headers.append(("Content-Length", str(len(content))))
    answer = _http_headers(f"{copy.status} OK", headers, protocol="HTTP/1.1")
    return writer.create_warc_record(address, "response", http_headers=answer, **record)

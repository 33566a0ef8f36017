"""One copy in the archive, and its description: ``meta.json`` written and read."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from geo.base.errors import ArchiveError, SettingsError
from geo.evidence.capture import Hop
from geo.evidence.extracted import CopyKind
from geo.evidence.extraction import SUFFIXES

TEXT: Final = "text.txt"
META: Final = "meta.json"
LAYOUT: Final = 2
#: The encodings of copies in the older layout.
_PLAIN_ENCODINGS: Final = frozenset({"utf-8", "utf-8-sig", "utf-16"})


@dataclass(frozen=True, slots=True)
class ArchivedCopy:
    """One version of one source in the archive.

    Parameters
    ----------
    source_id
        The source's id in the register.
    version
        Its number, from 1; the highest is the latest.
    sha256
        Of the bytes as they were received, in hexadecimal.
    size_bytes
        How many bytes.
    added
        When it was added, aware, UTC.
    file_name
        What the file was called, without its folder.
    encoding
        How its bytes are decoded, Python's name; empty for PDF.
    path
        Where the bytes are.
    kind
        What they are: HTML, PDF or plain text.
    text_path
        Where the text is; the same file in the older layout.
    text_sha256
        Of the text's bytes.
    extractor
        Which program found the text in the bytes; empty for plain text.
    url, final_url
        The address asked, and the one that answered after redirects; None for a
        copy that was added as a file.
    fetched
        When it answered, aware, UTC; None for a file.
    origin
        ``fetched``, ``imported`` from a web archive, or ``file``.
    status, headers, redirects
        The HTTP answer, as in :class:`geo.evidence.capture.Capture`.
    is_new
        Whether the call that returned it made it; False where the latest version
        already had these bytes.
    """

    source_id: str
    version: int
    sha256: str
    size_bytes: int
    added: datetime
    file_name: str
    encoding: str
    path: Path
    kind: CopyKind = CopyKind.TEXT
    text_path: Path = Path()
    text_sha256: str = ""
    extractor: str = ""
    url: str | None = None
    final_url: str | None = None
    fetched: datetime | None = None
    origin: str = "file"
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    redirects: tuple[Hop, ...] = ()
    is_new: bool = field(default=False, compare=False)


def add_again(source_id: str) -> str:
    """Return how to bring a copy back."""
    return (
        "Bring the file back from a backup, or add the source again: "
        f"incidents archive add {source_id} FILE"
    )


def written_time(time: datetime) -> str:
    """Return a time as descriptions have it: UTC, with a Z."""
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")


def time_of_adding() -> datetime:
    """Return the time of adding, UTC, whole seconds.

    ``SOURCE_DATE_EPOCH`` (reproducible-builds.org) sets it, for reproducible archives.
    """
    written = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not written:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        return datetime.fromtimestamp(int(written), UTC)
    except (ValueError, OverflowError, OSError) as error:
        msg = (
            f"SOURCE_DATE_EPOCH={written!r} is not a time in whole seconds since 1970. "
            "Mend or unset it."
        )
        raise SettingsError(msg) from error


def source_name(kind: CopyKind) -> str:
    """Return what the bytes of a source are called in the archive."""
    return f"source{SUFFIXES[kind]}"


def read_meta(path: Path, source_id: str) -> dict[str, Any]:
    """Return a copy's description, checked; keys not known here are left alone."""
    try:
        meta = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        msg = f"{path}: cannot be read as JSON: {error}. {add_again(source_id)}"
        raise ArchiveError(msg) from error
    wrong = next(_meta_problems(meta, source_id), None)
    if wrong:
        msg = f"{path}: {wrong} {add_again(source_id)}"
        raise ArchiveError(msg)
    described: dict[str, Any] = meta
    return described


def _meta_problems(meta: object, source_id: str) -> Iterator[str]:
    if not isinstance(meta, dict):
        yield "is not a JSON object."
        return
    is_old = "layout" not in meta
    texts = ["source", "sha256", "added", "file_name", "encoding"]
    if not is_old:
        texts += ["kind", "text_sha256", "extractor"]
    for key in texts:
        if not isinstance(meta.get(key), str):
            yield f"{key}={meta.get(key)!r} is not a text."
            return
    if type(meta.get("size_bytes")) is not int:
        yield f"size_bytes={meta.get('size_bytes')!r} is not a whole number."
    if meta["source"] != source_id:
        yield f"source={meta['source']!r} is not the folder's {source_id!r}."
    if is_old and meta["encoding"] not in _PLAIN_ENCODINGS:
        yield f"encoding={meta['encoding']!r} is not one of {sorted(_PLAIN_ENCODINGS)}."
    if _time(meta["added"]) is None:
        yield f"added={meta['added']!r} is not a time with its zone."
    if not is_old:
        yield from _layout_problems(meta)


def _layout_problems(meta: Mapping[str, Any]) -> Iterator[str]:
    """Go through what is wrong with the parts that the older layout had not."""
    if meta["layout"] != LAYOUT:
        yield f"layout={meta['layout']!r} is not known; this program knows {LAYOUT}."
    if meta["kind"] not in set(CopyKind):
        yield f"kind={meta['kind']!r} is not one of {sorted(map(str, CopyKind))}."
    for key in ("url", "final_url", "fetched", "origin"):
        if not isinstance(meta.get(key, ""), str):
            yield f"{key}={meta[key]!r} is not a text."
            return
    if "fetched" in meta and _time(meta["fetched"]) is None:
        yield f"fetched={meta['fetched']!r} is not a time with its zone."
    if type(meta.get("status", 0)) is not int:
        yield f"status={meta['status']!r} is not a whole number."
    headers = meta.get("headers", [])
    if not isinstance(headers, list) or not all(map(_is_header, headers)):
        yield "headers is not a list of names with their values."
    redirects = meta.get("redirects", [])
    if not isinstance(redirects, list) or not all(map(_is_hop, redirects)):
        yield "redirects is not a list of url, status and location."


def _is_header(header: object) -> bool:
    return isinstance(header, list) and list(map(type, header)) == [str, str]


def _is_hop(hop: object) -> bool:
    kinds = {"url": str, "status": int, "location": str}
    return (
        isinstance(hop, dict)
        and {key: type(value) for key, value in hop.items()} == kinds
    )


def _time(written: str) -> datetime | None:
    """Return a time with its zone, in UTC; None for anything else."""
    try:
        time = datetime.fromisoformat(written)
    except ValueError:
        return None
    return time.astimezone(UTC) if time.tzinfo else None


def copy_of(folder: Path, meta: Mapping[str, Any], *, is_new: bool) -> ArchivedCopy:
    """Return the copy in a folder by its description, which has been checked."""
    kind = CopyKind(meta.get("kind", CopyKind.TEXT))
    is_old = "layout" not in meta
    fetched = _time(meta["fetched"]) if "fetched" in meta else None
    return ArchivedCopy(
        source_id=meta["source"],
        version=int(folder.name),
        sha256=meta["sha256"],
        size_bytes=meta["size_bytes"],
        added=datetime.fromisoformat(meta["added"]).astimezone(UTC),
        file_name=meta["file_name"],
        encoding=meta["encoding"],
        path=folder / (TEXT if is_old else source_name(kind)),
        kind=kind,
        text_path=folder / TEXT,
        text_sha256=meta["sha256"] if is_old else meta["text_sha256"],
        extractor=meta.get("extractor", ""),
        url=meta.get("url"),
        final_url=meta.get("final_url"),
        fetched=fetched,
        origin=meta.get("origin", "file"),
        status=meta.get("status"),
        headers=tuple((name, value) for name, value in meta.get("headers", [])),
        redirects=tuple(Hop(**hop) for hop in meta.get("redirects", [])),
        is_new=is_new,
    )

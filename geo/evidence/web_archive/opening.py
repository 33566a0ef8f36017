"""The file somebody hands over: its members opened within limits, harm refused."""

from __future__ import annotations

import gzip
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final

from geo.base.errors import ArchiveError

DATA: Final = "archive/data.warc.gz"
#: Kept under this prefix where the body written is unpacked, as pywb does.
ORIGINAL: Final = "X-Archive-Orig-"
OK: Final = 200


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


def faults() -> tuple[type[Exception], ...]:
    """Return what the libraries let through on files that are torn or made to harm."""
    from warcio.exceptions import ArchiveLoadFailed  # noqa: PLC0415 - an extra

    return (
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


def members_of(path: Path, limits: ImportLimits) -> list[str]:
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


def torn(path: Path, error: Exception) -> str:
    """Say that a file cannot be read, and why."""
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
            raise ArchiveError(torn(self._path, error)) from error
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
def opened(path: Path, member: str, limits: ImportLimits) -> Iterator[_Counted]:
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


def records_of(stream: _Counted, *, check: bool = False) -> Iterator[tuple[int, Any]]:
    """Go through the records of a WARC with their numbers."""
    from warcio.archiveiterator import ArchiveIterator  # noqa: PLC0415 - an extra

    yield from enumerate(ArchiveIterator(stream, check_digests=check))


def record_time(written: str | None) -> datetime:
    """Return a WARC-Date in UTC, whole seconds.

    Raises
    ------
    ValueError
        If it is not a time.
    """
    time = datetime.fromisoformat(written or "")
    return (
        (time if time.tzinfo else time.replace(tzinfo=UTC))
        .astimezone(UTC)
        .replace(microsecond=0)
    )

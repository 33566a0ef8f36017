"""The archive: this installation's own copies of the sources, never in the project.

A folder of plain files, so that a copy can be checked with ``sha256sum``::

    archive/meduza-2023-12-18/0001/text.txt     the bytes as they were given
                                   meta.json    what, when, how large, which sha256

A version is written aside and renamed into place, so that it is there whole or not
at all, and is never written again. A changed text is a new version.
"""

from __future__ import annotations

import codecs
import hashlib
import json
import os
import re
import shlex
import shutil
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from geo.errors import ArchiveError, Fault, SettingsError
from geo.sources import is_slug

TEXT: Final = "text.txt"
META: Final = "meta.json"
_VERSION: Final = re.compile(r"(?!0000)[0-9]{4}|[1-9][0-9]{4,8}")
_ASIDE: Final = ".adding-"
#: What a file's name says it is, where that is not plain text.
_OTHER_SUFFIXES: Final[Mapping[str, str]] = {
    **dict.fromkeys((".htm", ".html", ".xhtml", ".mht", ".mhtml"), "HTML"),
    ".pdf": "PDF",
    ".rtf": "RTF",
    ".epub": "EPUB",
    **dict.fromkeys((".doc", ".docx", ".odt"), "a word processor's document"),
}
#: What its first bytes say. Lower-case, found after white space; no text of a reporter begins so.
_OTHER_BEGINNINGS: Final[Mapping[bytes, str]] = {
    b"%pdf-": "PDF",
    b"pk\x03\x04": "a packed document",
    b"{\\rtf": "RTF",
    b"<!doctype html": "HTML",
    **dict.fromkeys((b"<html", b"<head", b"<body", b"<!--"), "HTML"),
    b"<?xml": "XML",
}
#: How many bytes of a file tell its kind.
_BEGINNING: Final = 64
_AS_TEXT: Final = "Save it as plain text (.txt, UTF-8) and add that."
#: Byte order marks by the encoding that reads them.
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ENCODINGS: Final = frozenset({"utf-8", *(name for _, name in _MARKS)})


@dataclass(frozen=True, slots=True)
class Limits:
    """What the archive takes in.

    Parameters
    ----------
    size_bytes
        The largest file, in bytes; 10 MB is some 1.5 million words.
    """

    size_bytes: int = 10_000_000


DEFAULT_LIMITS: Final = Limits()


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
        Of the bytes as they were given, in hexadecimal.
    size_bytes
        How many bytes.
    added
        When it was added, aware, UTC.
    file_name
        What the file was called, without its folder.
    encoding
        How its bytes are read: ``utf-8``, ``utf-8-sig`` or ``utf-16``.
    path
        Where the text is.
    is_new
        Whether the call of :meth:`Archive.add` that returned it made it; False where
        the latest version already had these bytes.
    """

    source_id: str
    version: int
    sha256: str
    size_bytes: int
    added: datetime
    file_name: str
    encoding: str
    path: Path
    is_new: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Archive:
    """A folder of copies of sources.

    Parameters
    ----------
    folder
        The archive's folder; it need not exist before the first copy is added.
    """

    folder: Path

    def add(
        self, source_id: str, path: Path, *, limits: Limits = DEFAULT_LIMITS
    ) -> ArchivedCopy:
        """Add a plain text file as the latest version of a source.

        The same bytes as the latest version's add nothing: that version is returned
        with ``is_new`` False. Nothing in the archive is ever overwritten.

        Parameters
        ----------
        source_id
            The source's id; whether the register knows it is the caller's to check.
        path
            A plain text file in UTF-8, or in UTF-16 with its byte order mark.
        limits
            What is taken in.

        Raises
        ------
        ArchiveError
            If the file is missing, empty, too large, not plain text or in another
            encoding, if the id is not one, or if the archive cannot be written. The
            archive is then as it was.
        SettingsError
            If ``SOURCE_DATE_EPOCH`` is set to something other than seconds.
        """
        home = self._home(source_id)
        content = _read_file(path, limits)
        encoding = _checked_encoding(path, content)
        added = _now()
        meta = {
            "source": source_id,
            "sha256": hashlib.sha256(content).hexdigest(),
            "size_bytes": len(content),
            "added": added.isoformat().replace("+00:00", "Z"),
            "file_name": path.name.encode("utf-8", "replace").decode("utf-8"),
            "encoding": encoding,
        }
        latest = self._sound_latest(source_id)
        if latest and latest.sha256 == meta["sha256"]:
            return latest
        try:
            version = _write_version(home, content, meta)
        except OSError as error:
            msg = (
                f"{home}: cannot be written: {error}. Nothing was added. "
                "Free space or mend the folder's permissions and add it again."
            )
            raise ArchiveError(msg) from error
        return _copy_of(home / _name_of(version), meta, is_new=True)

    def latest(self, source_id: str) -> ArchivedCopy | None:
        """Return the latest copy of a source, None where there is none.

        Raises
        ------
        ArchiveError
            If the id is not one, or the copy's description cannot be read.
        """
        numbers = _numbers(self._home(source_id))
        return self._described(source_id, numbers[-1]) if numbers else None

    def versions(self, source_id: str) -> list[ArchivedCopy]:
        """Return every copy of a source, oldest first; empty where there is none.

        Raises
        ------
        ArchiveError
            As :meth:`latest`.
        """
        numbers = _numbers(self._home(source_id))
        return [self._described(source_id, number) for number in numbers]

    def text(self, copy: ArchivedCopy) -> str:
        """Return the text of a copy, after checking that no byte has changed.

        Raises
        ------
        ArchiveError
            If the file is missing or is not what was archived; names the file.
        """
        content = _read_copy(copy)
        try:
            return content.decode(copy.encoding)
        except UnicodeDecodeError as error:
            msg = (
                f"{copy.path}: is not {copy.encoding}, as its {META} says. "
                f"{_add_again(copy.source_id)}"
            )
            raise ArchiveError(msg) from error

    def source_ids(self) -> list[str]:
        """Return the ids of the sources that have a folder here, in order."""
        return [folder.name for folder in _folders(self.folder) if is_slug(folder.name)]

    def verify(self, source_id: str | None = None) -> list[Fault]:
        """Recompute every copy's sha256 and return all that is wrong.

        Parameters
        ----------
        source_id
            Only this source's copies; None for the whole archive.

        Returns
        -------
        list[Fault]
            Empty if every copy is what was archived, and for an empty archive.
        """
        if source_id is not None:
            return self._source_problems(source_id)
        faults = self.verify_folders()
        for known in self.source_ids():
            faults.extend(self._source_problems(known))
        return faults

    def verify_folders(self) -> list[Fault]:
        """Return each folder of the archive that cannot be a source's."""
        return [
            Fault(str(folder), None, None, "", "is not a source's id.", "Move it away.")
            for folder in _folders(self.folder)
            if not is_slug(folder.name) and not folder.name.startswith(".")
        ]

    def _home(self, source_id: str) -> Path:
        """Return a source's folder; the id's form makes leaving the archive impossible."""
        if not is_slug(source_id):
            msg = (
                f"{source_id!r} is not a source's id: lower-case letters, digits and "
                "single hyphens. Use the id in the register of sources."
            )
            raise ArchiveError(msg)
        return self.folder / source_id

    def _sound_latest(self, source_id: str) -> ArchivedCopy | None:
        """Return the latest copy if it is as archived; a damaged one is none.

        So that adding the text again mends the archive.
        """
        try:
            latest = self.latest(source_id)
            if latest:
                self.text(latest)
        except ArchiveError:
            return None
        return latest

    def _described(self, source_id: str, number: int) -> ArchivedCopy:
        folder = self._home(source_id) / _name_of(number)
        return _copy_of(folder, _read_meta(folder / META, source_id), is_new=False)

    def _source_problems(self, source_id: str) -> list[Fault]:
        home = self._home(source_id)
        faults = []
        for folder in _folders(home):
            if not _VERSION.fullmatch(folder.name):
                message, remedy = "is not a version of a copy.", "Move it away."
                if folder.name.startswith(_ASIDE):
                    message = "was left by an interrupted 'archive add'."
                    remedy = "Delete it."
                faults.append(Fault(str(folder), None, None, "", message, remedy))
                continue
            try:
                self.text(self._described(source_id, int(folder.name)))
            except ArchiveError as error:
                faults.append(_fault_of(error, folder))
        return faults


def _folders(folder: Path) -> list[Path]:
    """Return the folders in a folder, in order; none where there is no such folder."""
    try:
        return sorted(entry for entry in folder.iterdir() if entry.is_dir())
    except FileNotFoundError:
        return []
    except OSError as error:
        msg = (
            f"{folder}: cannot be read as a folder: {error.strerror}. "
            "Mend it, or set INCIDENTS_ARCHIVE to another folder."
        )
        raise ArchiveError(msg) from error


def _numbers(home: Path) -> list[int]:
    """Return the numbers of a source's versions, in order."""
    names = [folder.name for folder in _folders(home)]
    return sorted(int(name) for name in names if _VERSION.fullmatch(name))


def _name_of(version: int) -> str:
    return f"{version:04}"


def _add_again(source_id: str) -> str:
    return (
        "Bring the file back from a backup, or add the text again: "
        f"incidents archive add {source_id} FILE"
    )


def _read_file(path: Path, limits: Limits) -> bytes:
    """Return the bytes of a file to be added, refusing all but a file in limits."""
    content = None
    try:
        # A pipe or a device would be waited for, or never end.
        if path.is_file():
            with path.open("rb") as file:
                content = file.read(limits.size_bytes + 1)
    except OSError as error:
        msg = (
            f"{path}: cannot be read: {error.strerror}. Mend its name, its permissions "
            "or the disk, and add it again."
        )
        raise ArchiveError(msg) from error
    if content is None:
        state = "is not a file" if path.exists() else "is not there"
        msg = f"{path}: {state}. Give the path of a plain text file."
        raise ArchiveError(msg)
    if len(content) > limits.size_bytes:
        msg = (
            f"{path}: is larger than {limits.size_bytes:,} bytes, the most the archive "
            "takes. Keep only the article's text in it."
        )
        raise ArchiveError(msg)
    return content


def _checked_encoding(path: Path, content: bytes) -> str:
    """Return how to read a file to be added, refusing all but plain text."""
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), None)
    if encoding is None and b"\x00" in content and not _other_kind(content):
        msg = f"{path}: has NUL bytes, so it is not plain text. {_AS_TEXT}"
        raise ArchiveError(msg)
    encoding = encoding or "utf-8"
    # Undecodable bytes are replaced here, so that a PDF is called a PDF.
    text = content.decode(encoding, "replace")
    other = _OTHER_SUFFIXES.get(path.suffix.lower()) or _other_kind(
        text.lstrip()[:_BEGINNING].encode("utf-8", "replace")
    )
    if other:
        msg = f"{path}: is {other}, not plain text. {_AS_TEXT}"
        raise ArchiveError(msg)
    try:
        content.decode(encoding)
    except UnicodeDecodeError as error:
        name = encoding.removesuffix("-sig").upper()
        msg = (
            f"{path}: byte {error.start} is not {name}; the file may be in an older "
            "encoding such as windows-1251. Convert it: iconv -f windows-1251 -t utf-8 "
            f"{shlex.quote(path.name)} > copy.txt"
        )
        raise ArchiveError(msg) from error
    if "\x00" in text:
        msg = f"{path}: has NUL characters, so it is not plain text. {_AS_TEXT}"
        raise ArchiveError(msg)
    if not text.strip():
        msg = f"{path}: is empty. Give a file with the source's text."
        raise ArchiveError(msg)
    return encoding


def _other_kind(beginning: bytes) -> str | None:
    """Return what a file's first bytes say it is, None for plain text."""
    lowered = beginning[:_BEGINNING].lower()
    return next(
        (kind for mark, kind in _OTHER_BEGINNINGS.items() if lowered.startswith(mark)),
        None,
    )


def _now() -> datetime:
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


def _write_version(home: Path, content: bytes, meta: Mapping[str, Any]) -> int:
    """Write a new version whole, or nothing, and return its number."""
    made = [folder for folder in (home, home.parent) if not folder.exists()]
    aside = home / f"{_ASIDE}{uuid.uuid4().hex}"
    try:
        aside.mkdir(parents=True)
        _write_file(aside / TEXT, content)
        described = json.dumps(meta, ensure_ascii=False, indent=2) + "\n"
        _write_file(aside / META, described.encode("utf-8"))
        return _rename_to_next(aside, home)
    except OSError:
        shutil.rmtree(aside, ignore_errors=True)
        for folder in made:
            # Another process may have put something there meanwhile: that stays.
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
        raise


def _rename_to_next(aside: Path, home: Path) -> int:
    """Rename a finished folder to the next free version.

    Renaming onto a version that another process added meanwhile fails, since that
    folder is not empty; then the next number is tried.
    """
    version = max(_numbers(home), default=0) + 1
    while True:
        target = home / _name_of(version)
        try:
            aside.rename(target)
        except OSError:
            if not target.exists():
                raise
            version += 1
        else:
            return version


def _write_file(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _read_meta(path: Path, source_id: str) -> dict[str, Any]:
    """Return a copy's description, checked; keys not known here are left alone."""
    try:
        meta = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        msg = f"{path}: cannot be read as JSON: {error}. {_add_again(source_id)}"
        raise ArchiveError(msg) from error
    wrong = next(_meta_problems(meta, source_id), None)
    if wrong:
        msg = f"{path}: {wrong} {_add_again(source_id)}"
        raise ArchiveError(msg)
    described: dict[str, Any] = meta
    return described


def _meta_problems(meta: object, source_id: str) -> Iterator[str]:
    if not isinstance(meta, dict):
        yield "is not a JSON object."
        return
    for key in ("source", "sha256", "added", "file_name", "encoding"):
        if not isinstance(meta.get(key), str):
            yield f"{key}={meta.get(key)!r} is not a text."
            return
    if type(meta.get("size_bytes")) is not int:
        yield f"size_bytes={meta.get('size_bytes')!r} is not a whole number."
    if meta["source"] != source_id:
        yield f"source={meta['source']!r} is not the folder's {source_id!r}."
    if meta["encoding"] not in _ENCODINGS:
        yield f"encoding={meta['encoding']!r} is not one of {sorted(_ENCODINGS)}."
    if _time(meta["added"]) is None:
        yield f"added={meta['added']!r} is not a time with its zone."


def _time(written: str) -> datetime | None:
    """Return a time with its zone, in UTC; None for anything else."""
    try:
        time = datetime.fromisoformat(written)
    except ValueError:
        return None
    return time.astimezone(UTC) if time.tzinfo else None


def _copy_of(folder: Path, meta: Mapping[str, Any], *, is_new: bool) -> ArchivedCopy:
    return ArchivedCopy(
        source_id=meta["source"],
        version=int(folder.name),
        sha256=meta["sha256"],
        size_bytes=meta["size_bytes"],
        added=datetime.fromisoformat(meta["added"]).astimezone(UTC),
        file_name=meta["file_name"],
        encoding=meta["encoding"],
        path=folder / TEXT,
        is_new=is_new,
    )


def _read_copy(copy: ArchivedCopy) -> bytes:
    """Return a copy's bytes, checked against its sha256."""
    try:
        with copy.path.open("rb") as file:
            # One byte more than there should be is enough to see that it grew.
            content = file.read(copy.size_bytes + 1)
    except OSError as error:
        msg = (
            f"{copy.path}: cannot be read: {error.strerror}. "
            f"{_add_again(copy.source_id)}"
        )
        raise ArchiveError(msg) from error
    if hashlib.sha256(content).hexdigest() != copy.sha256:
        msg = (
            f"{copy.path}: has changed since it was archived: its sha256 is not "
            f"{copy.sha256}. {_add_again(copy.source_id)}"
        )
        raise ArchiveError(msg)
    return content


def _fault_of(error: ArchiveError, folder: Path) -> Fault:
    """Return an error about a file of a version as a fault of that file."""
    message = str(error)
    files = (folder / TEXT, folder / META)
    file = next((file for file in files if message.startswith(f"{file}: ")), folder)
    said = message.removeprefix(f"{file}: ")
    return Fault(str(file), None, None, "", said, "")

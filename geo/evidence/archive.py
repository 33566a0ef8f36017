"""The archive: this installation's own copies of the sources, never in the project.

A folder of plain files, so that a copy can be checked with ``sha256sum -c``::

    archive/meduza-2023-12-18/0001/source.html  the bytes as they were received
                                   text.txt     the text found in them, UTF-8
                                   meta.json    what, when, from where, which sha256
                                   SHA256SUMS   of the three files above

The first file is ``source.html``, ``source.pdf`` or ``source.txt``. Copies made before
there were other kinds than plain text have ``text.txt`` (the bytes as given) and
``meta.json`` only, and are read as well.

A version is written aside and renamed into place, so that it is there whole or not
at all, and is never written again. A changed source is a new version.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from geo.errors import ArchiveError, Fault, SettingsError
from geo.evidence.capture import Capture, Hop
from geo.evidence.extraction import SUFFIXES, Extracted, Kind, extract
from geo.sources import is_slug

TEXT: Final = "text.txt"
META: Final = "meta.json"
SUMS: Final = "SHA256SUMS"
_LAYOUT: Final = 2
_VERSION: Final = re.compile(r"(?!0000)[0-9]{4}|[1-9][0-9]{4,8}")
_ASIDE: Final = ".adding-"
_SHA256: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
#: The encodings of copies in the older layout.
_PLAIN_ENCODINGS: Final = frozenset({"utf-8", "utf-8-sig", "utf-16"})

#: Looks at a text before it is kept; raises ArchiveError to refuse it.
Check = Callable[[Extracted], None]


@dataclass(frozen=True, slots=True)
class Limits:
    """What the archive takes in.

    Parameters
    ----------
    size_bytes
        The largest file, in bytes; 20 MB is some 3 million words.
    """

    size_bytes: int = 20_000_000


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
        When it answered, aware, UTC; None likewise.
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
    kind: Kind = Kind.TEXT
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
        self,
        source_id: str,
        path: Path,
        *,
        limits: Limits = DEFAULT_LIMITS,
        check: Check | None = None,
    ) -> ArchivedCopy:
        """Add a file as the latest version of a source.

        The same bytes as the latest version's add nothing: that version is returned
        with ``is_new`` False. Nothing in the archive is ever overwritten.

        Parameters
        ----------
        source_id
            The source's id; whether the register knows it is the caller's to check.
        path
            HTML, PDF or plain text; plain text in UTF-8, or in UTF-16 with its byte
            order mark.
        limits
            What is taken in.
        check
            Looks at the text first.

        Raises
        ------
        ArchiveError
            If the file is missing, empty, too large, of another kind, in another
            encoding than it says, or holds no text; if *check* refuses it, the id is
            not one, or the archive cannot be written. The archive is then as it was.
        SettingsError
            If ``SOURCE_DATE_EPOCH`` is set to something other than seconds.
        """
        self._home(source_id)
        content = _read_file(path, limits)
        found = extract(content, where=str(path), suffix=path.suffix)
        return self._keep(source_id, content, found, path.name, check, {})

    def add_capture(
        self, source_id: str, capture: Capture, *, check: Check | None = None
    ) -> ArchivedCopy:
        """Add what a web address answered as the latest version of a source.

        As :meth:`add`, with the answer's headers, redirects and time kept beside it.

        Raises
        ------
        ArchiveError
            As :meth:`add`, naming the address.
        SettingsError
            As :meth:`add`.
        """
        self._home(source_id)
        found = extract(
            capture.content,
            where=capture.final_url,
            charset=capture.charset,
            media_type=capture.content_type,
        )
        answer = {
            "origin": capture.origin,
            "url": capture.url,
            "final_url": capture.final_url,
            "fetched": _written(capture.fetched),
            "status": capture.status,
            "headers": [list(header) for header in capture.headers],
            "redirects": [
                {"url": hop.url, "status": hop.status, "location": hop.location}
                for hop in capture.redirects
            ],
        }
        name = _file_name(capture.final_url)
        return self._keep(source_id, capture.content, found, name, check, answer)

    def latest(self, source_id: str) -> ArchivedCopy | None:
        """Return the latest copy of a source, None where there is none.

        Raises
        ------
        ArchiveError
            If the id is not one, or the copy's description cannot be read.
        """
        numbers = _numbers(self._home(source_id))
        return self._described(source_id, numbers[-1]) if numbers else None

    def first(self, source_id: str) -> ArchivedCopy | None:
        """Return the first copy of a source, which its citations were taken from.

        None where there is none.

        Raises
        ------
        ArchiveError
            As :meth:`latest`.
        """
        numbers = _numbers(self._home(source_id))
        return self._described(source_id, numbers[0]) if numbers else None

    def reference(self, source_id: str) -> str | None:
        """Return the text that a source's citations were taken from: its first copy's.

        None where there is none, or where it is damaged: then nothing can be said to
        have moved, and :meth:`verify` names the damage.
        """
        try:
            first = self.first(source_id)
            return None if first is None else self.text(first)
        except ArchiveError:
            return None

    def version(self, source_id: str, number: int) -> ArchivedCopy:
        """Return one copy of a source by its number.

        Raises
        ------
        ArchiveError
            If there is no such version, naming those there are; or as :meth:`latest`.
        """
        numbers = _numbers(self._home(source_id))
        if number not in numbers:
            known = ", ".join(map(str, numbers)) or "none yet"
            msg = (
                f"{source_id}: has no version {number} in the archive {self.folder}. "
                f"Versions: {known}."
            )
            raise ArchiveError(msg)
        return self._described(source_id, number)

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
        """Return the text of a copy, after checking that no byte of it has changed.

        Raises
        ------
        ArchiveError
            If the file is missing or is not what was archived; names the file.
        """
        content = _read_checked(copy.text_path, copy.text_sha256, copy.source_id)
        encoding = "utf-8"
        if copy.text_path == copy.path:
            encoding = copy.encoding
        else:
            # A text whose source was altered proves nothing either.
            _read_checked(copy.path, copy.sha256, copy.source_id)
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            msg = (
                f"{copy.text_path}: is not {encoding}, as its {META} says. "
                f"{_add_again(copy.source_id)}"
            )
            raise ArchiveError(msg) from error

    def content(self, copy: ArchivedCopy) -> bytes:
        """Return the bytes of a copy as received, after checking them.

        Raises
        ------
        ArchiveError
            As :meth:`text`.
        """
        return _read_checked(copy.path, copy.sha256, copy.source_id)

    def source_ids(self) -> list[str]:
        """Return the ids of the sources that have a folder here, in order."""
        return [folder.name for folder in _folders(self.folder) if is_slug(folder.name)]

    def verify(self, source_id: str | None = None) -> list[Fault]:
        """Recompute the sha256 of every file of every copy; return all that is wrong.

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

    def _keep(  # noqa: PLR0913, PLR0917 - the one place where a version is made
        self,
        source_id: str,
        content: bytes,
        found: Extracted,
        file_name: str,
        check: Check | None,
        answer: Mapping[str, Any],
    ) -> ArchivedCopy:
        """Write a new version, unless the latest has the same bytes."""
        home = self._home(source_id)
        text = found.text.encode("utf-8")
        meta = {
            "layout": _LAYOUT,
            "source": source_id,
            "kind": str(found.kind),
            "sha256": hashlib.sha256(content).hexdigest(),
            "size_bytes": len(content),
            "text_sha256": hashlib.sha256(text).hexdigest(),
            "extractor": found.extractor,
            "added": _written(_now()),
            "file_name": file_name.encode("utf-8", "replace").decode("utf-8"),
            "encoding": found.encoding,
            **answer,
        }
        latest = self._sound_latest(source_id)
        if latest and latest.sha256 == meta["sha256"]:
            return latest
        if check is not None:
            check(found)
        described = json.dumps(meta, ensure_ascii=False, indent=2) + "\n"
        files = {
            _source_name(found.kind): content,
            TEXT: text,
            META: described.encode("utf-8", "replace"),
        }
        try:
            version = _write_version(home, files)
        except OSError as error:
            msg = (
                f"{home}: cannot be written: {error}. Nothing was added. "
                "Free space or mend the folder's permissions and add it again."
            )
            raise ArchiveError(msg) from error
        return _copy_of(home / _name_of(version), meta, is_new=True)

    def _sound_latest(self, source_id: str) -> ArchivedCopy | None:
        """Return the latest copy if it is as archived; a damaged one is none.

        So that adding the source again mends the archive.
        """
        try:
            latest = self.latest(source_id)
        except ArchiveError:
            return None
        return None if latest is None or _problems(latest) else latest

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
                copy = self._described(source_id, int(folder.name))
            except ArchiveError as error:
                faults.append(_fault_of(error, folder))
                continue
            problems = _problems(copy)
            if not problems:
                try:
                    self.text(copy)
                except ArchiveError as error:
                    problems = [error]
            faults.extend(_fault_of(error, folder) for error in problems)
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
        "Bring the file back from a backup, or add the source again: "
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
        msg = f"{path}: {state}. Give the path of a file: HTML, PDF or plain text."
        raise ArchiveError(msg)
    if len(content) > limits.size_bytes:
        msg = (
            f"{path}: is larger than {limits.size_bytes:,} bytes, the most the archive "
            "takes. Keep only the article's text in it."
        )
        raise ArchiveError(msg)
    return content


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


def _written(time: datetime) -> str:
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _source_name(kind: Kind) -> str:
    return f"source{SUFFIXES[kind]}"


def _file_name(url: str) -> str:
    """Return what a browser would call the file at an address."""
    parts = urlsplit(url)
    return parts.path.rstrip("/").rpartition("/")[2] or parts.hostname or url


def _write_version(home: Path, files: Mapping[str, bytes]) -> int:
    """Write a new version whole, or nothing, and return its number."""
    made = [folder for folder in (home, home.parent) if not folder.exists()]
    aside = home / f"{_ASIDE}{uuid.uuid4().hex}"
    sums = "".join(
        f"{hashlib.sha256(content).hexdigest()}  {name}\n"
        for name, content in files.items()
    )
    try:
        aside.mkdir(parents=True)
        for name, content in {**files, SUMS: sums.encode("ascii")}.items():
            _write_file(aside / name, content)
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
    if meta["layout"] != _LAYOUT:
        yield f"layout={meta['layout']!r} is not known; this program knows {_LAYOUT}."
    if meta["kind"] not in set(Kind):
        yield f"kind={meta['kind']!r} is not one of {sorted(map(str, Kind))}."
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


def _copy_of(folder: Path, meta: Mapping[str, Any], *, is_new: bool) -> ArchivedCopy:
    kind = Kind(meta.get("kind", Kind.TEXT))
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
        path=folder / (TEXT if is_old else _source_name(kind)),
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


def _read_checked(path: Path, sha256: str, source_id: str) -> bytes:
    """Return a file's bytes, checked against its sha256."""
    try:
        content = path.read_bytes()
    except OSError as error:
        msg = f"{path}: cannot be read: {error.strerror}. {_add_again(source_id)}"
        raise ArchiveError(msg) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        msg = (
            f"{path}: has changed since it was archived: its sha256 is not "
            f"{sha256}. {_add_again(source_id)}"
        )
        raise ArchiveError(msg)
    return content


def _problems(copy: ArchivedCopy) -> list[ArchiveError]:
    """Return what is wrong with the files of a copy: every byte is covered."""
    files = {copy.path: copy.sha256, copy.text_path: copy.text_sha256}
    problems = []
    sums = copy.path.parent / SUMS
    if copy.path != copy.text_path or sums.exists():
        # Also where the description no longer says that the list belongs to it.
        try:
            files.update(_read_sums(copy))
        except ArchiveError as error:
            problems.append(error)
    for path, sha256 in files.items():
        try:
            _read_checked(path, sha256, copy.source_id)
        except ArchiveError as error:
            problems.append(error)
    return problems


def _read_sums(copy: ArchivedCopy) -> dict[Path, str]:
    """Return the sha256 of the description, from the list that covers every file.

    Bytes and text have theirs in the description; the list must say the same.
    """
    path = copy.path.parent / SUMS
    try:
        lines = path.read_text(encoding="ascii").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path}: cannot be read: {error}. {_add_again(copy.source_id)}"
        raise ArchiveError(msg) from error
    sums = {line[66:]: line[:64] for line in lines[:-1]}
    expected = {copy.path.name: copy.sha256, TEXT: copy.text_sha256}
    whole = all(_SHA256.fullmatch(line[:64]) for line in lines[:-1])
    expected[META] = sums.get(META, "")
    written = "".join(f"{sha256}  {name}\n" for name, sha256 in expected.items())
    if not whole or "\n".join(lines) != written:
        msg = (
            f"{path}: has changed since it was archived: it does not agree with "
            f"{META}. {_add_again(copy.source_id)}"
        )
        raise ArchiveError(msg)
    return {copy.path.parent / META: sums[META]}


def _fault_of(error: ArchiveError, folder: Path) -> Fault:
    """Return an error about a file of a version as a fault of that file."""
    message = str(error)
    names = (*map(_source_name, Kind), TEXT, META, SUMS)
    files = [folder / name for name in names]
    file = next((file for file in files if message.startswith(f"{file}: ")), folder)
    said = message.removeprefix(f"{file}: ")
    return Fault(str(file), None, None, "", said, "")

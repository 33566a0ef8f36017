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
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from geo.base.errors import ArchiveError, Fault
from geo.base.files import is_abandoned, is_draft
from geo.evidence.capture import Capture
from geo.evidence.copies import (
    LAYOUT,
    META,
    TEXT,
    ArchivedCopy,
    add_again,
    copy_of,
    read_meta,
    source_name,
    time_of_adding,
    written_time,
)
from geo.evidence.extracted import Extracted
from geo.evidence.integrity import copy_problems, fault_of, read_checked
from geo.evidence.quarantine import text_of
from geo.evidence.versions import (
    VERSION,
    folders_in,
    version_name,
    version_numbers,
    write_version,
)
from geo.model.sources import is_slug

__all__ = ["DEFAULT_LIMITS", "Archive", "ArchiveLimits", "ArchivedCopy", "Check"]

#: Looks at a text before it is kept; raises ArchiveError to refuse it.
Check = Callable[[Extracted], None]


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """What the archive takes in.

    Parameters
    ----------
    size_bytes
        The largest file, in bytes; 20 MB is some 3 million words.
    """

    size_bytes: int = 20_000_000


DEFAULT_LIMITS: Final = ArchiveLimits()
#: What drafts were called in archives of earlier versions.
_FORMER_DRAFT: Final = ".adding-"


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
        limits: ArchiveLimits = DEFAULT_LIMITS,
        check: Check | None = None,
    ) -> ArchivedCopy:
        """Add a file as the latest version of a source.

        The same bytes as the latest version's add nothing and are not read again: that
        version is returned with ``is_new`` False. Nothing in the archive is ever
        overwritten. Other bytes are read in a process of their own
        (:mod:`geo.evidence.quarantine`).

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
            encoding than it says, or holds no text; if reading it takes more memory or
            time than it may; if *check* refuses it, the id is not one, or the archive
            cannot be written. The archive is then as it was.
        SettingsError
            If ``SOURCE_DATE_EPOCH`` is set to something other than seconds, or there is
            no room for temporary files.
        """
        self._home(source_id)
        content = _read_file(path, limits)
        kept = self._same_as_latest(source_id, content)
        if kept is not None:
            return kept
        extracted = text_of(content, where=str(path), suffix=path.suffix)
        return self._keep(source_id, content, extracted, path.name, check, {})

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
        kept = self._same_as_latest(source_id, capture.content)
        if kept is not None:
            return kept
        extracted = text_of(
            capture.content,
            where=capture.final_url,
            charset=capture.charset,
            media_type=capture.content_type,
        )
        answer = {
            "origin": capture.origin,
            "url": capture.url,
            "final_url": capture.final_url,
            "fetched": written_time(capture.fetched),
            "status": capture.status,
            "headers": [list(header) for header in capture.headers],
            "redirects": [
                {"url": hop.url, "status": hop.status, "location": hop.location}
                for hop in capture.redirects
            ],
        }
        name = _file_name(capture.final_url)
        return self._keep(source_id, capture.content, extracted, name, check, answer)

    def latest(self, source_id: str) -> ArchivedCopy | None:
        """Return the latest copy of a source, None where there is none.

        Raises
        ------
        ArchiveError
            If the id is not one, or the copy's description cannot be read.
        """
        numbers = version_numbers(self._home(source_id))
        return self._described(source_id, numbers[-1]) if numbers else None

    def first(self, source_id: str) -> ArchivedCopy | None:
        """Return the first copy of a source, which its citations were taken from.

        None where there is none.

        Raises
        ------
        ArchiveError
            As :meth:`latest`.
        """
        numbers = version_numbers(self._home(source_id))
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
        numbers = version_numbers(self._home(source_id))
        if number not in numbers:
            choices = ", ".join(map(str, numbers)) or "none yet"
            msg = (
                f"{source_id}: has no version {number} in the archive {self.folder}. "
                f"Versions: {choices}."
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
        numbers = version_numbers(self._home(source_id))
        return [self._described(source_id, number) for number in numbers]

    def text(self, copy: ArchivedCopy) -> str:
        """Return the text of a copy, after checking that no byte of it has changed.

        Raises
        ------
        ArchiveError
            If the file is missing or is not what was archived; names the file.
        """
        content = read_checked(copy.text_path, copy.text_sha256, copy.source_id)
        encoding = "utf-8"
        if copy.text_path == copy.path:
            encoding = copy.encoding
        else:
            # A text whose source was altered proves nothing either.
            read_checked(copy.path, copy.sha256, copy.source_id)
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            msg = (
                f"{copy.text_path}: is not {encoding}, as its {META} says. "
                f"{add_again(copy.source_id)}"
            )
            raise ArchiveError(msg) from error

    def content(self, copy: ArchivedCopy) -> bytes:
        """Return the bytes of a copy as received, after checking them.

        Raises
        ------
        ArchiveError
            As :meth:`text`.
        """
        return read_checked(copy.path, copy.sha256, copy.source_id)

    def source_ids(self) -> list[str]:
        """Return the ids of the sources that have a folder here, in order."""
        return [
            folder.name for folder in folders_in(self.folder) if is_slug(folder.name)
        ]

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
        for each_id in self.source_ids():
            faults.extend(self._source_problems(each_id))
        return faults

    def verify_folders(self) -> list[Fault]:
        """Return each folder of the archive that cannot be a source's."""
        return [
            Fault(str(folder), "is not a source's id.", "Move it away.")
            for folder in folders_in(self.folder)
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
        extracted: Extracted,
        file_name: str,
        check: Check | None,
        answer: Mapping[str, Any],
    ) -> ArchivedCopy:
        """Write a new version."""
        home = self._home(source_id)
        text = extracted.text.encode("utf-8")
        meta = {
            "layout": LAYOUT,
            "source": source_id,
            "kind": str(extracted.kind),
            "sha256": hashlib.sha256(content).hexdigest(),
            "size_bytes": len(content),
            "text_sha256": hashlib.sha256(text).hexdigest(),
            "extractor": extracted.extractor,
            "added": written_time(time_of_adding()),
            "file_name": file_name.encode("utf-8", "replace").decode("utf-8"),
            "encoding": extracted.encoding,
            **answer,
        }
        if check is not None:
            check(extracted)
        described = json.dumps(meta, ensure_ascii=False, indent=2) + "\n"
        files = {
            source_name(extracted.kind): content,
            TEXT: text,
            META: described.encode("utf-8", "replace"),
        }
        try:
            version = write_version(home, files)
        except OSError as error:
            msg = (
                f"{home}: cannot be written: {error}. Nothing was added. "
                "Free space or mend the folder's permissions and add it again."
            )
            raise ArchiveError(msg) from error
        return copy_of(home / version_name(version), meta, is_new=True)

    def _same_as_latest(self, source_id: str, content: bytes) -> ArchivedCopy | None:
        """Return the latest copy if it is sound and has these bytes.

        Its text has been read already. Adding the source again mends a damaged one.
        """
        digest = hashlib.sha256(content).hexdigest()
        self._home(source_id)
        try:
            latest = self.latest(source_id)
        except ArchiveError:
            return None
        if latest is None or latest.sha256 != digest or copy_problems(latest):
            return None
        return latest

    def _described(self, source_id: str, number: int) -> ArchivedCopy:
        folder = self._home(source_id) / version_name(number)
        return copy_of(folder, read_meta(folder / META, source_id), is_new=False)

    def _source_problems(self, source_id: str) -> list[Fault]:
        home = self._home(source_id)
        faults = []
        for folder in folders_in(home):
            if not VERSION.fullmatch(folder.name):
                message, remedy = "is not a version of a copy.", "Move it away."
                if is_abandoned(folder) or folder.name.startswith(_FORMER_DRAFT):
                    message = "was left by an interrupted 'archive add'."
                    remedy = "Add the source again, or delete it."
                elif is_draft(folder):
                    continue  # another process is adding a version
                faults.append(Fault(str(folder), message, remedy))
                continue
            try:
                copy = self._described(source_id, int(folder.name))
            except ArchiveError as error:
                faults.append(fault_of(error, folder))
                continue
            problems = copy_problems(copy)
            if not problems:
                try:
                    self.text(copy)
                except ArchiveError as error:
                    problems = [error]
            faults.extend(fault_of(error, folder) for error in problems)
        return faults


def _read_file(path: Path, limits: ArchiveLimits) -> bytes:
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


def _file_name(url: str) -> str:
    """Return what a browser would call the file at an address."""
    parts = urlsplit(url)
    return parts.path.rstrip("/").rpartition("/")[2] or parts.hostname or url

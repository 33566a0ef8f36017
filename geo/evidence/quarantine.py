"""Quarantine: what somebody else made is read in a process of its own.

A page, a PDF or a web archive may be made to fill the memory, to keep a library busy
for ever, or to end the program that reads it. So the bytes go into a file of their own,
:func:`geo.formats.guarded.guarded` has them read there, and nothing comes back but
values of JSON. Whoever takes copies in calls :func:`text_of` and
:mod:`geo.evidence.web_archive.quarantine`; the functions that read,
:func:`geo.evidence.extraction.extract` and
:func:`geo.evidence.web_archive.read_capture`, are called in that process only.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

from geo.base.errors import ArchiveError, DataError, SettingsError
from geo.evidence.extracted import AS_TEXT, CopyKind, Extracted
from geo.evidence.extraction import extract
from geo.formats.guarded import Guard, guarded

#: What the process yields: a value, or the message that refuses the file.
VALUE: Final = "value"
REFUSED: Final = "refused"


def text_of(  # noqa: PLR0913 - as extract, and what it may take
    content: bytes,
    *,
    where: str,
    suffix: str = "",
    charset: str | None = None,
    media_type: str = "",
    guard: Guard | None = None,
) -> Extracted:
    """Return the text of a source, read apart.

    Parameters
    ----------
    content, where, suffix, charset, media_type
        As :func:`geo.evidence.extraction.extract`.
    guard
        What reading may take; by default as the deployment's settings for reading
        files of others.

    Raises
    ------
    ArchiveError
        As :func:`geo.evidence.extraction.extract`; or if reading takes more memory
        or time than it may, or ends its process.
    SettingsError
        If there is no room for temporary files.
    """
    options = {"where": where, "suffix": suffix, "charset": charset}
    options["media_type"] = media_type
    with _file_of(content, where) as path:
        function = f"{__name__}:texts_in"
        [read] = answers_of(function, path, options, where, AS_TEXT, guard)
    kind = CopyKind(read["kind"])
    # The page itself is here already, and its bytes can be decoded, or it were refused.
    markup = content.decode(read["encoding"]) if kind is CopyKind.HTML else ""
    return Extracted(kind, read["encoding"], read["text"], read["extractor"], markup)


@contextmanager
def _file_of(content: bytes, where: str) -> Iterator[Path]:
    """Write bytes to a file for as long as they are read."""
    with ExitStack() as stack:
        try:
            folder = tempfile.TemporaryDirectory(prefix="incidents-")
            path = Path(stack.enter_context(folder)) / "source"
            path.write_bytes(content)
        except OSError as error:
            msg = (
                f"{where}: cannot be read: there is no room for temporary files "
                f"({error.strerror}). Free some, or set TMPDIR to a folder on another disk."
            )
            raise SettingsError(msg) from error
        yield path


def answers_of(  # noqa: PLR0913, PLR0917 - what the process is told, and what of it
    function: str,
    path: Path,
    options: Mapping[str, Any],
    where: str,
    remedy: str,
    guard: Guard | None,
) -> Iterator[Any]:
    """Go through what a function of ours yields of a file in a process of its own.

    Parameters
    ----------
    function
        As for :func:`geo.formats.guarded.guarded`; it yields pairs of :data:`VALUE` and
        the value, or of :data:`REFUSED` and the message.
    path, options
        As for :func:`geo.formats.guarded.guarded`.
    where
        What messages call the file.
    remedy
        What to do with a file that takes too much or is damaged.
    guard
        As in :func:`text_of`.

    Raises
    ------
    ArchiveError
        If the file is refused, or reading it takes more than it may.
    SettingsError
        If there is no room for temporary files.
    """
    if guard is None:
        # Not above: the process apart needs none, and would wait for it.
        from geo.base.settings import settings  # noqa: PLC0415

        chosen = settings()
        guard = Guard(chosen.import_memory_mb, chosen.import_timeout_s)
    try:
        for kind, value in guarded(function, path, options, guard):
            if kind == REFUSED:
                raise ArchiveError(value)
            yield value
    except DataError as error:
        msg = (
            f"{where}: {error.faults[0].message} {remedy} If you trust it, raise "
            "INCIDENTS_IMPORT_MEMORY_MB or INCIDENTS_IMPORT_TIMEOUT_S."
        )
        raise ArchiveError(msg) from error


def texts_in(
    path: Path, where: str, suffix: str, charset: str | None, media_type: str
) -> Iterator[tuple[str, Any]]:
    """Yield the text of a file; runs in the process apart."""
    content = path.read_bytes()
    try:
        read = extract(
            content, where=where, suffix=suffix, charset=charset, media_type=media_type
        )
    except ArchiveError as error:
        yield REFUSED, str(error)
        return
    described = {"kind": str(read.kind), "encoding": read.encoding}
    yield VALUE, {**described, "text": read.text, "extractor": read.extractor}

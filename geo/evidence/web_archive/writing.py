"""Copies of a source written to a web archive, for other tools."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from geo.base.errors import ArchiveError, ExportError
from geo.base.extras import require_extra
from geo.base.files import whole_file
from geo.evidence.archive import Archive
from geo.evidence.web_archive.wacz import wacz_of
from geo.evidence.web_archive.warc import warc_of
from geo.model.sources import Source


class ArchiveFormat(StrEnum):
    """The formats that are written."""

    WACZ = "wacz"
    WARC = "warc"


def write_web_archive(
    source: Source, archive: Archive, output: Path, *, format_name: ArchiveFormat
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
    require_extra("archive", "Writing a web archive")
    copies = archive.versions(source.id)
    if not copies:
        msg = (
            f"{source.id}: has no copy in the archive {archive.folder}, so there is "
            f"nothing to export. Add one: incidents archive add {source.id} FILE"
        )
        raise ArchiveError(msg)
    is_packed = format_name is ArchiveFormat.WACZ or output.suffix == ".gz"
    warc = warc_of(source, archive, copies, is_packed=is_packed)
    content = (
        warc if format_name is ArchiveFormat.WARC else wacz_of(source, copies, warc)
    )
    try:
        with whole_file(output) as draft:
            draft.write_bytes(content)
    except OSError as error:
        msg = (
            f"{output}: cannot be written: {error.strerror}. Give a file in a folder "
            "that exists and may be written to."
        )
        raise ExportError(msg) from error
    return len(copies)

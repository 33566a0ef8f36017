"""Zip packages that never vary, with what explains a file that cannot do so itself."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from textwrap import fill
from typing import IO, Final, Self

from geo.base.work import check_work
from geo.formats.csv import csv_table
from geo.formats.related import SOURCE_COLUMNS, source_rows
from geo.formats.selection import Selection
from geo.formats.style import GEOMETRIES, qml, sld
from geo.model.fields import DICTIONARY_COLUMNS, dictionary

_PIECE_BYTES: Final = 1 << 18
_EARLIEST: Final = datetime(1980, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2107, 12, 31, tzinfo=UTC)
_PLAIN_FILE: Final = 0o100644
STYLE_STEMS: Final = {
    "points": "incidents",
    "lines": "incidents_lines",
    "areas": "incidents_areas",
}
_WIDTH: Final = 78


def chunks(path: Path) -> Iterator[bytes]:
    """Go through a file in pieces."""
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            check_work()
            yield piece


class SteadyZip:
    """A zip archive whose bytes depend on its content and one date only.

    Parameters
    ----------
    target
        Where to write; a path or an open binary file.
    made
        The date of every member, in UTC, within what zip can tell: 1980 to 2107.
    """

    def __init__(self, target: Path | IO[bytes], made: datetime) -> None:
        self._archive = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED)
        self._date = min(max(made.astimezone(UTC), _EARLIEST), _LATEST)

    def __enter__(self) -> Self:
        """Return the archive."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Finish the archive."""
        self._archive.close()

    def add(self, name: str, content: bytes | Path) -> None:
        """Add a member: bytes, or a file, which is gone through in pieces."""
        if isinstance(content, Path):
            size, pieces = content.stat().st_size, chunks(content)
        else:
            size, pieces = len(content), iter((content,))
        date = self._date
        info = zipfile.ZipInfo(
            name,
            (date.year, date.month, date.day, date.hour, date.minute, date.second),
        )
        info.compress_type = zipfile.ZIP_DEFLATED
        info.create_system = 3
        info.external_attr = _PLAIN_FILE << 16
        # With the size said first, only what is large gets the zip64 form that some
        # programs cannot read.
        info.file_size = size
        with self._archive.open(info, "w") as member:
            member.writelines(pieces)


def write_package(
    selection: Selection, path: Path, members: Mapping[str, bytes | Path]
) -> None:
    """Write a zip archive of files, after a manifest of their sizes and checksums."""
    with SteadyZip(path, selection.about.made) as archive:
        archive.add("manifest.json", _manifest(selection, members))
        for name, content in members.items():
            archive.add(name, content)


def companions(
    selection: Selection, *, style_stems: Mapping[str, str] = STYLE_STEMS
) -> Iterator[tuple[str, bytes]]:
    """Go through the files that go along with a file: name and content.

    Parameters
    ----------
    selection
        What the file holds.
    style_stems
        Names for the styles of points, lines and areas, without their ends. QGIS
        applies a style that is called like the file beside it. None for a file of which
        nobody draws a map.
    """
    yield "README.txt", _readme(selection, has_styles=bool(style_stems)).encode()
    yield "fields.csv", csv_table(dictionary(selection.about.own), DICTIONARY_COLUMNS)
    yield "sources.csv", csv_table(source_rows(selection.sources), SOURCE_COLUMNS)
    for geometry in GEOMETRIES if style_stems else ():
        stem = style_stems[geometry]
        yield f"{stem}.qml", qml(selection.vocabulary, geometry)
        yield f"{stem}.sld", sld(selection.vocabulary, geometry)


def _manifest(selection: Selection, members: Mapping[str, bytes | Path]) -> bytes:
    """Return what an archive holds as JSON: sizes in bytes and SHA-256 by name."""
    files = []
    for name, content in members.items():
        if isinstance(content, Path):
            with content.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            size = content.stat().st_size
        else:
            size, digest = len(content), hashlib.sha256(content).hexdigest()
        files.append({"name": name, "bytes": size, "sha256": digest})
    described = {**selection.about.as_json(), "files": files}
    return json.dumps(described, ensure_ascii=False, indent=2).encode() + b"\n"


def _readme(selection: Selection, *, has_styles: bool) -> str:
    """Return what a person should know about the files, as plain text."""
    facts = selection.about.facts()
    lines = [facts.pop("title"), ""]
    for name, text in facts.items():
        line = f"{name.replace('_', ' ')}: {text}"
        lines.append(fill(line, _WIDTH, subsequent_indent="  ", break_long_words=False))
    explanation = (
        "content_sha256 is the SHA-256 of the incidents as GeoJSON text in UTF-8, one "
        "on each line: the same in every format, and the same again for the same "
        "query and version. fields.csv says what each column means; sources.csv what "
        "the incidents rest on."
    )
    if has_styles:
        explanation += (
            " The .qml files are styles for QGIS, the .sld files for other programs: "
            "for points, lines and areas."
        )
    return "\n".join([*lines, "", fill(explanation, _WIDTH), ""])

"""What goes along with a file that cannot explain itself: text, tables and styles."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from textwrap import fill
from typing import Final

from geo.formats.csv_writing import csv_table
from geo.formats.rows import SOURCE_COLUMNS, source_rows
from geo.formats.selection import Selection
from geo.formats.style import GEOMETRIES, qml, sld
from geo.model.fields import DICTIONARY_COLUMNS, dictionary

_STEMS: Final = {
    "points": "incidents",
    "lines": "incidents_lines",
    "areas": "incidents_areas",
}
_WIDTH: Final = 78


def companions(
    selection: Selection, *, style_stems: Mapping[str, str] = _STEMS
) -> Iterator[tuple[str, bytes]]:
    """Go through the files that go along with a file: name and content.

    Parameters
    ----------
    selection
        What the file holds.
    style_stems
        Names for the styles of points, lines and areas, without their ends. QGIS
        applies a style that is called like the file beside it.
    """
    yield "README.txt", readme(selection).encode()
    yield "fields.csv", csv_table(dictionary(), DICTIONARY_COLUMNS)
    yield "sources.csv", csv_table(source_rows(selection.sources), SOURCE_COLUMNS)
    for geometry in GEOMETRIES:
        stem = style_stems[geometry]
        yield f"{stem}.qml", qml(selection.vocabulary, geometry)
        yield f"{stem}.sld", sld(selection.vocabulary, geometry)


def manifest(selection: Selection, files: Mapping[str, tuple[int, str]]) -> bytes:
    """Return the manifest of an archive, as JSON.

    Parameters
    ----------
    selection
        What the archive holds.
    files
        Size in bytes and SHA-256 of each member, by name.
    """
    listed = [
        {"name": name, "bytes": size, "sha256": digest}
        for name, (size, digest) in files.items()
    ]
    told = {**selection.about.as_json(), "files": listed}
    return json.dumps(told, ensure_ascii=False, indent=2).encode() + b"\n"


def readme(selection: Selection) -> str:
    """Return what a person should know about the files, as plain text."""
    facts = selection.about.facts()
    lines = [facts.pop("title"), ""]
    for name, text in facts.items():
        label = name.replace("_", " ")
        lines.append(
            fill(
                f"{label}: {text}",
                _WIDTH,
                subsequent_indent="  ",
                break_long_words=False,
            )
        )
    told = (
        "content_sha256 is the SHA-256 of the incidents as GeoJSON text in UTF-8, one "
        "on each line: the same in every format, and the same again for the same "
        "query and version. fields.csv says what each column means; sources.csv what "
        "the incidents rest on. The .qml files are styles for QGIS, the .sld files "
        "for other programs: for points, lines and areas."
    )
    return "\n".join([*lines, "", fill(told, _WIDTH), ""])


def checksum(content: bytes) -> tuple[int, str]:
    """Return the size in bytes and the SHA-256 of a content."""
    return len(content), hashlib.sha256(content).hexdigest()

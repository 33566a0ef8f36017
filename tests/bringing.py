"""Files of others brought into a layer, as the tests of importing do it."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from geo.importing import Imported, ImportOptions, ReadOptions, import_file
from tests.builders import SOURCES, VOCABULARY

#: What other people's records lack, said by the caller.
SAID = {
    "title": "A title",
    "summary": "A summary",
    "category": "mural",
    "kind": "event",
    "status": "reported",
    "precision": "city",
    "radius_m": "12000",
    "place_role": "occurred",
    "location_basis": "stated",
    "quote": "some words",
}


def brought(
    path: Path,
    *,
    opening: ReadOptions | None = None,
    **options: Any,  # noqa: ANN401 - as import_file takes them
) -> Imported:
    """Import a file with everything said that may be missing."""
    settings = {"defaults": SAID, "source": "daily", "today": "2024-01-05"} | options
    mapped = settings.get("mapped", {})
    return import_file(
        path,
        opening=opening or ReadOptions(mapped=mapped),
        options=ImportOptions(**settings),
        vocabulary=VOCABULARY,
        sources=SOURCES,
    )


def spots(found: Imported) -> list[object]:
    """Return the coordinates of each incident, None where there are none."""
    shapes = [one.geometry for one in found.layer.incidents]
    return [None if one is None else list(one.coords[0]) for one in shapes]


def told(found: Imported) -> str:
    """Return what was told of a file, as one text."""
    return "\n".join(str(fault) for fault in (*found.refused, *found.changed))


def written(folder: Path, name: str, content: str | bytes) -> Path:
    """Return a file of that content."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def zipped(folder: Path, members: Mapping[str, bytes]) -> Path:
    """Return an archive of these members."""
    path = folder / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path

"""Selections made in code, their files, and these read back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import settings
from shapely.geometry import LineString, Polygon

from geo.atlas.exports import pieces
from geo.atlas.selections import select
from geo.formats.input_file import ReadOptions
from geo.formats.opening import open_table
from geo.formats.selection import Selection
from geo.importing.exports import restore_features
from geo.model.incident import Actor, Citation, Incident, feature_of
from geo.model.query import Query
from tests.builders import (
    PAYLOADS,
    SOURCES,
    VOCABULARY,
    make_engine,
    make_incident,
    unplaced,
)

FEW = settings(max_examples=8)
ACROSS = Polygon([(179, 0), (-179, 0), (-179, 1), (179, 1), (179, 0)])
HOLED = Polygon(
    [(20, 44), (21, 44), (21, 45), (20, 45)],
    [[(20.4, 44.4), (20.4, 44.6), (20.6, 44.6), (20.6, 44.4)]],
)
#: Values that formats are known to change.
AWKWARD = (
    make_incident(id="plain"),
    unplaced(id="nowhere", date=None),
    make_incident(
        id="across",
        geometry=ACROSS,
        precision="region",
        radius_m=50_000.5,
        date="../2023-12",
    ),
    make_incident(
        id="holed", geometry=HOLED, precision="region", radius_m=50_000, date="1999/.."
    ),
    make_incident(
        id="line",
        geometry=LineString([(20.123456789012345, 44), (21, 45.5)]),
        precision="line",
        date="[2023-06,2023-07-11]",
    ),
    make_incident(id="old", date="1850~", updated="2024-01-05", count=3, kind="series"),
    make_incident(
        id="texts",
        title="Мурал «Вагнера» 🧨 закрашен, \"в кавычках\" и 'так'",
        summary="Ж" * 5_000,
        date_note="line one\nline two\n\nafter an empty line",
        place="  spaces before",
        location_note="=HYPERLINK(1)",
        place_as_written="'=not ours",
        alleged_by=("A; B", "C", "[D]"),
        denied_by=("[only]",),
        actors=(Actor("N; M", "by"), Actor("🕊️ Mир", "with")),
        citations=(
            Citation("daily", "one", "", "", ("date", "place")),
            Citation("weekly", "_x0041_ two", "; ", "end", ()),
        ),
        extra={
            "nested": {"url": "http://a", "list": [1, {"b": None}]},
            "lon": "not a longitude",
            "extra": 1,
            "quote": "kept",
            "id": "another",
        },
        version=7,
        generalised=True,
    ),
    make_incident(id="markup", title=PAYLOADS[0], summary="".join(PAYLOADS)),
)


def selection_of(*chosen: Incident, query: Query = Query()) -> Selection:  # noqa: B008 - immutable
    """Return a selection of incidents."""
    return select(make_engine(*chosen), query, vocabulary=VOCABULARY, sources=SOURCES)


def file_of(selection: Selection, name: str, package: str = "plain") -> bytes:
    """Return the file of a selection."""
    return b"".join(pieces(selection, name, package=package))


def read_back(content: bytes, name: str, folder: Path) -> list[dict[str, Any]]:
    """Return the features that an import makes of a file, before they are checked."""
    path = folder / name
    path.write_bytes(content)
    features, faults = restore_features(open_table(path, ReadOptions()), name)

    assert faults == []
    return features


def features_of(chosen: tuple[Incident, ...]) -> list[dict[str, Any]]:
    """Return the features of incidents, as JSON has them."""
    found: list[dict[str, Any]] = json.loads(
        json.dumps([feature_of(incident) for incident in chosen])
    )
    return found

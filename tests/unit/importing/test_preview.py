"""Previews: all that an import would do, done to a copy."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from geo.importing.column_views import view_columns
from geo.importing.destination import open_destination
from geo.importing.importer import bring_in
from geo.importing.looking import Look, look_through, read_by
from geo.importing.preview import MOST_SHOWN, preview
from geo.layer import read_collection
from geo.model.sources import read_sources
from geo.model.vocabulary import read_vocabulary

TODAY = date(2026, 1, 5)
HEAD = "Date,Headline,Town,Latitude,Longitude,Type,Hurt\n"


def look_at(folder: Path, text: str) -> Look:
    """Look through a table."""
    path = folder / "events.csv"
    path.write_text(text, "utf-8")
    return look_through(path, folder=None, today=TODAY)


def files_of(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder, by name."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def test_a_preview_counts_as_the_import_and_writes_nothing(tmp_path: Path) -> None:
    """Also on a map that has records of an earlier table, one of which changes."""
    folder = tmp_path / "my-map"
    first = HEAD + "2023-01-02,A fire,Kherson,46.6,32.6,Fire,2\n"
    bring_in(
        look_at(tmp_path, first), open_destination(folder), today=TODAY.isoformat()
    )
    before = files_of(folder)
    look = look_at(
        tmp_path,
        first.replace("Fire,2", "Fire,3")
        + "2023-01-03,A rally,Odesa,46.4,30.7,Rally,0\n",
    )

    made = preview(
        look, open_destination(folder), tmp_path / "copy", today=TODAY.isoformat()
    )

    assert files_of(folder) == before
    assert (made.shown, made.records) == (2, 2)
    vocabulary = read_vocabulary(made.vocabulary)
    sources = read_sources(made.sources)
    read_collection(made.layer, vocabulary=vocabulary, known_sources=sources)
    report = bring_in(look, open_destination(folder), today=TODAY.isoformat())
    assert report.counts == made.report.counts == {"changed": 1, "new": 1}
    written = (folder / "incidents.geojson").read_bytes()
    assert (tmp_path / "copy" / "incidents.geojson").read_bytes() == written


@pytest.mark.parametrize("records", [0, 1, MOST_SHOWN + 3])
def test_a_map_of_a_preview_has_some_of_many(tmp_path: Path, records: int) -> None:
    """Spread over the whole layer, all where there are few."""
    rows = "".join(
        f"2023-01-02,A fire {number},Kherson,46.6,32.6,Fire,2\n"
        for number in range(records)
    )
    look = look_at(tmp_path, HEAD + rows)

    made = preview(
        look,
        open_destination(tmp_path / "my-map"),
        tmp_path / "copy",
        today=TODAY.isoformat(),
    )

    assert made.records == records
    assert min(records, MOST_SHOWN // 2) <= made.shown <= MOST_SHOWN
    assert not (tmp_path / "my-map").exists()


def test_columns_read_otherwise_need_no_second_reading(tmp_path: Path) -> None:
    """What follows from them is decided anew: examples stay, the date is known."""
    look = look_at(tmp_path, "When,Headline\n31/12/2023,A fire\n")
    mapping = look.mapping
    (tmp_path / "events.csv").unlink()
    columns = {**mapping.columns, "When": "own"}

    other = read_by(look, replace(mapping, columns=columns), TODAY)

    assert other.styles == {}
    views = {view.name: view for view in view_columns(other)}
    assert views["When"].role == "own"
    assert views["When"].examples == ("31/12/2023",)
    assert read_by(other, mapping, TODAY).styles == look.styles

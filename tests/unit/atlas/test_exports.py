"""Exports hold exactly what is asked for, the same each time, and safe to open."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point

from geo.atlas.exports import export_file, write_selection
from geo.atlas.selections import select
from geo.base.errors import ExportError
from geo.engine import Engine
from geo.formats.registry import FORMATS
from geo.layer import parse_collection
from geo.model.incident import Incident
from geo.model.query import Query
from tests.builders import (
    PAYLOADS,
    SOURCES,
    VOCABULARY,
    make_engine,
    make_incident,
    make_layer,
    poisoned,
    read_again,
    scattered,
    unplaced,
)
from tests.strategies import queries, several

FEW = settings(max_examples=8)
#: What a spreadsheet takes for a formula, at a cell's beginning.
FORMULAS = ("=1+1", "+1", "-1+2", "@SUM(A1)", "\tx", "\rx", "=cmd|' /C calc'!A0")


def file_of(engine: Engine, name: str, query: Query = Query()) -> bytes:  # noqa: B008 - immutable
    """Return an export made with the vocabulary and sources of these tests."""
    return export_file(engine, query, name, vocabulary=VOCABULARY, sources=SOURCES)


def cells(content: bytes) -> list[dict[str, str]]:
    """Return the rows of a CSV file, which begins with a byte order mark."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@FEW
@given(several(most=5))
def test_geojson_read_again_is_the_same_layer(incidents: list[Incident]) -> None:
    """Nothing is lost between an export and the next import."""
    layer = read_again(make_layer(*incidents))

    written = file_of(Engine(layer), "geojson")

    found = parse_collection(
        written, "export.geojson", vocabulary=VOCABULARY, known_sources=SOURCES
    )
    assert found.incidents == layer.incidents
    assert found.foreign == layer.foreign


@FEW
@given(queries())
def test_an_export_holds_what_the_query_finds(query: Query) -> None:
    """Neither more nor fewer, in the order of the layer."""
    engine = make_engine(*scattered(60))

    collection = json.loads(file_of(engine, "geojson", query))
    table = cells(file_of(engine, "csv", query))

    expected = engine.ids(query)
    assert [feature["id"] for feature in collection["features"]] == expected
    assert [row["id"] for row in table] == expected


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_export_twice_gives_the_same_bytes(name: str) -> None:
    """Files can be compared, cached and cited."""
    incidents = scattered(30)

    assert file_of(make_engine(*incidents), name) == file_of(
        make_engine(*incidents), name
    )


@pytest.mark.parametrize("name", FORMATS)
def test_no_incidents_make_a_file_all_the_same(name: str) -> None:
    """A filter without a result is an answer."""
    written = file_of(make_engine(), name)

    # A text sequence (RFC 8142) of nothing is nothing.
    assert bool(written) == (name != "geojsonseq")


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_text_cell_of_a_csv_runs_as_a_formula(formula: str) -> None:
    """Every text column is safe, whatever a record holds."""
    engine = make_engine(poisoned(formula))

    (row,) = cells(file_of(engine, "csv"))

    held = [value for value in row.values() if formula.strip() in value]
    assert len(held) >= 7
    assert not any(value.startswith(("=", "+", "-", "@", "\t", "\r")) for value in held)
    assert row["title"] == f"'{formula}"


@given(st.floats(-179, -1), st.floats(-80, -1), st.integers(1_000, 40_000))
@FEW
def test_numbers_of_a_csv_are_left_alone(lon: float, lat: float, radius: int) -> None:
    """A western longitude is a number, not a formula."""
    engine = make_engine(make_incident(geometry=Point(lon, lat), radius_m=radius))

    (row,) = cells(file_of(engine, "csv"))

    assert float(row["lon"]) == lon
    assert float(row["lat"]) == lat
    assert float(row["radius_m"]) == radius
    assert row["wkt"].startswith("POINT")


def test_properties_of_any_row_reach_the_table() -> None:
    """What only a later record has is not lost."""
    engine = make_engine(
        make_incident(id="a"), make_incident(id="b", extra={"weather": "rain"})
    )

    text = file_of(engine, "csv").decode()

    assert "rain" in text


def test_an_incident_without_a_place_is_a_row_without_coordinates() -> None:
    """It is exported like any other."""
    (row,) = cells(file_of(make_engine(unplaced()), "csv"))

    assert (row["lon"], row["lat"], row["wkt"]) == ("", "", "")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_geojson_holds_texts_verbatim(payload: str) -> None:
    """JSON needs no other escaping than its own."""
    collection = json.loads(file_of(make_engine(poisoned(payload)), "geojson"))

    properties = collection["features"][0]["properties"]
    assert properties["title"] == payload
    assert properties["alleged_by"] == [payload]


@pytest.mark.parametrize("payload", [one for one in PAYLOADS if "<" in one])
def test_kml_holds_texts_as_text(payload: str) -> None:
    """Markup of a record is never markup of the file."""
    text = file_of(make_engine(poisoned(payload)), "kml").decode()

    assert payload not in text


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    """What was there before is still there after a failure."""
    engine = make_engine(make_incident())
    path = tmp_path / "out.csv"
    selection = select(engine, Query(), vocabulary=VOCABULARY, sources=SOURCES)

    write_selection(selection, "csv", path)

    assert path.read_bytes() == file_of(engine, "csv")
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(ExportError, match="could not be written"):
        write_selection(selection, "csv", tmp_path / "nowhere" / "out.csv")
    assert path.read_bytes() == file_of(engine, "csv")

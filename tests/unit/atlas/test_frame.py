"""Incidents and candidates as GeoDataFrames: typed, in order, nothing lost."""

from __future__ import annotations

import io
from datetime import datetime

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from pandas.testing import assert_frame_equal
from shapely.geometry import LineString, Point

from geo.atlas.exports import export_file
from geo.atlas.frame import frame_of, geocode
from geo.base.errors import QueryError
from geo.model.fields import fields
from geo.model.incident import Actor, Citation, Incident, feature_of
from geo.model.query import Query
from tests.builders import (
    PAYLOADS,
    SOURCES,
    VOCABULARY,
    make_engine,
    make_incident,
    poisoned,
    scattered,
    unplaced,
)
from tests.strategies import several

TYPES = {
    "title": "string",
    "category": "category",
    "count": "Int64",
    "date": "string",
    "date_earliest": "datetime64[s]",
    "date_latest": "datetime64[s]",
    "precision": "category",
    "acled_geo_precision": "Int64",
    "radius_m": "float64",
    "generalised": "bool",
    "status": "category",
    "alleged_by": "object",
    "citations": "object",
    "updated": "datetime64[s]",
    "version": "int64",
    "extra": "object",
    "geometry": "geometry",
}


def framed(*incidents: Incident) -> gpd.GeoDataFrame:
    """Return these incidents as a frame."""
    return frame_of(map(feature_of, incidents), VOCABULARY)


@pytest.mark.parametrize("incidents", [(), (make_incident(), unplaced(id="nowhere"))])
def test_columns_types_and_crs_do_not_hang_on_the_rows(
    incidents: tuple[Incident, ...],
) -> None:
    """A layer without incidents has all of them too."""
    frame = framed(*incidents)

    columns = [field.name for field in fields() if field.name != "id"]
    assert list(frame.columns) == [*columns, "geometry"]
    assert {name: str(frame.dtypes[name]) for name in TYPES} == TYPES
    assert frame.crs == "EPSG:4326"
    assert frame.index.name == "id"
    assert list(frame.index) == [incident.id for incident in incidents]


def test_a_category_that_does_not_occur_can_be_counted() -> None:
    """The vocabulary and the model say which there are."""
    counts = framed(make_incident()).groupby("category", observed=False).size()

    assert counts.to_dict() == {"attack": 0, "mural": 1, "state-pressure": 0}


def test_values_are_what_the_record_says() -> None:
    """EDTF beside its bounds; lists and dicts as they are; what is unknown is missing."""
    incident = make_incident(
        date="../2023-12",
        alleged_by=("Ana; of the group", "B"),
        actors=(Actor("C", "by"),),
        citations=(Citation("daily", "a wall", supports=("date", "place")),),
        extra={"killed": 3, "weapons": ["paint"]},
    )
    row = framed(incident).iloc[0]

    assert row["date"] == "../2023-12"
    assert row["date_earliest"] is pd.NaT
    assert row["date_latest"] == datetime(2023, 12, 31)  # noqa: DTZ001 - a day has no zone
    assert row["count"] is pd.NA
    assert row["alleged_by"] == ["Ana; of the group", "B"]
    assert row["denied_by"] == []
    assert row["actors"] == [{"name": "C", "role": "by"}]
    assert row["citations"][0]["supports"] == ["date", "place"]
    assert row["extra"] == {"killed": 3, "weapons": ["paint"]}
    assert row["acled_geo_precision"] == 1


def test_geometries_are_lon_lat_with_their_heights_and_may_be_missing() -> None:
    """Points, lines, and None for what has no place."""
    line = LineString([(20, 44), (21, 45)])
    frame = framed(
        make_incident(geometry=Point(20.46, 44.81, 117)),
        make_incident(id="line", geometry=line, precision="line"),
        unplaced(id="nowhere"),
    )

    assert frame.geometry.iloc[0].coords[:] == [(20.46, 44.81, 117.0)]
    assert frame.geometry.iloc[1].equals(line)
    assert frame.geometry.iloc[2] is None


@pytest.mark.parametrize("date", ["0001-01-01", "9999-12-31"])
def test_days_beyond_the_nanoseconds_of_pandas_are_kept(date: str) -> None:
    """The first and the last day that a date can be."""
    row = framed(make_incident(date=date)).iloc[0]

    assert str(row["date_earliest"].date()) == date


@pytest.mark.parametrize("payload", PAYLOADS)
def test_texts_are_verbatim(payload: str) -> None:
    """A frame is data: nothing is escaped, nothing is run."""
    row = framed(poisoned(payload)).iloc[0]

    assert (row["title"], row["alleged_by"]) == (payload, [payload])
    assert row["extra"] == {"note": payload}


@settings(max_examples=8)
@given(several(most=5))
def test_a_frame_holds_what_geoparquet_holds(incidents: list[Incident]) -> None:
    """Read by geopandas, an export has the same rows in the same order."""
    engine = make_engine(*incidents)
    written = export_file(
        engine, Query(), "geoparquet", vocabulary=VOCABULARY, sources=SOURCES
    )

    read = gpd.read_parquet(io.BytesIO(written)).set_index("id")
    frame = frame_of(engine.features(Query()), VOCABULARY)

    assert list(frame.index) == list(read.index)
    plain = ["title", "date", "place", "country", "status", "radius_m", "version"]
    assert_frame_equal(
        pd.DataFrame(frame[plain]).astype(object).replace({pd.NA: None}),
        pd.DataFrame(read[plain]).astype(object).replace({float("nan"): None}),
        check_index_type=False,
        check_dtype=False,
    )
    assert [list(names) for names in read["alleged_by"]] == list(frame["alleged_by"])
    # CRS84 and EPSG:4326 are one here: (lon, lat).
    flat = frame.geometry.force_2d().to_wkb()
    assert list(flat) == list(read.geometry.to_wkb())


def test_many_rows_come_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where they are made in several batches."""
    monkeypatch.setattr("geo.atlas.frame.BATCH_ROWS", 7)
    incidents = scattered(30)

    assert list(framed(*incidents).index) == [incident.id for incident in incidents]


def test_a_place_is_found_without_a_network() -> None:
    """The curated gazetteer answers first, with its uncertainty."""
    found = geocode("Зольная улица")

    assert found.crs == "EPSG:4326"
    (row,) = found.to_dict("records")
    assert (row["country"], row["source"]) == ("RU", "curated gazetteer")
    assert row["radius_m"] > 0
    assert row["geometry"].x == pytest.approx(30.43, abs=0.1)


def test_an_unknown_place_is_an_empty_frame_of_the_same_kind() -> None:
    """A program need not tell the two cases apart."""
    nowhere = geocode("Nowhere at all")

    assert len(nowhere) == 0
    assert nowhere.dtypes.equals(geocode("Belgrade").dtypes)
    assert nowhere.crs == "EPSG:4326"


def test_a_place_without_letters_is_refused() -> None:
    """As on the command line."""
    with pytest.raises(QueryError, match="no letter or digit"):
        geocode("?!")

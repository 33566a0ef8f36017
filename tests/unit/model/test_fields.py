"""The data dictionary describes every column, and what it may hold."""

from __future__ import annotations

from geo.formats.related import RELATED_COLUMNS
from geo.formats.rows import columns
from geo.model.fields import DICTIONARY_COLUMNS, Kind, dictionary, fields
from geo.model.incident import PROPERTIES, feature_of
from tests.builders import make_incident


def test_the_dictionary_describes_every_column_of_a_row() -> None:
    """No column goes without a meaning."""
    row = columns(feature_of(make_incident()))

    assert list(row) == [field.name for field in fields()]
    assert all(field.title and field.description for field in fields())
    assert {field.kind for field in fields()} == set(Kind)


def test_the_dictionary_tells_what_may_be_missing_and_which_values_there_are() -> None:
    """With the codes of ACLED and UCDP behind the precision they are made of."""
    told = {entry["name"]: entry for entry in dictionary()}
    names = list(told)

    assert all(tuple(entry) == DICTIONARY_COLUMNS for entry in told.values())
    assert set(PROPERTIES) <= told.keys()
    after = names[names.index("precision") + 1 :]
    assert after[:2] == ["acled_geo_precision", "ucdp_where_prec"]
    assert told["precision"]["type"] == "text, may be missing"
    assert told["kind"]["type"] == "text"
    assert told["kind"]["values"] == "event; series; site; plan"
    assert told["title"]["values"] == ""
    assert {"lon", "lat", "wkt", "row_no", "incident_id", "number"} <= told.keys()
    for table, parts in RELATED_COLUMNS.items():
        assert {f"{table}.{part}" for part in parts} <= told.keys()
    assert told["actors.role"]["values"] == "by; against; with"
    assert all(entry["description"] for entry in told.values())

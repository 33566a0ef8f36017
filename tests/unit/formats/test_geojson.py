"""GeoJSON and text sequences hold the stored texts, as the strict writer writes."""

from __future__ import annotations

import json

from geo.layer.geojson import dump_geojson
from geo.model.fields import feature_dictionary
from tests.builders import scattered
from tests.unit.formats.samples import file_of, selection_of


def test_geojson_is_what_the_strict_writer_writes() -> None:
    """The stored texts are passed through, and are canonical."""
    selection = selection_of(*scattered(25))
    about = {**selection.about.as_json(), "fields": feature_dictionary()}
    members = {"about": about, "layer_version": "0" * 12}

    expected = b"".join(dump_geojson(selection.features(), members=members))

    assert file_of(selection, "geojson") == expected


def test_geojson_tells_of_the_properties_it_has_and_of_no_others() -> None:
    """Every property of every feature is in the dictionary, and the other way round."""
    found = json.loads(file_of(selection_of(*scattered(25)), "geojson"))
    told = {one["name"].partition(".")[0] for one in found["about"]["fields"]}

    assert told == {"id"}.union(*(one["properties"] for one in found["features"]))


def test_a_text_sequence_has_one_record_a_feature() -> None:
    """RFC 8142: a separator, the text, a line feed."""
    content = file_of(selection_of(*scattered(5)), "geojsonseq")

    records = content.decode().split("\x1e")

    assert records[0] == ""
    assert [json.loads(record)["id"] for record in records[1:]] == [
        f"incident-{number}" for number in range(5)
    ]
    assert all(record.endswith("\n") for record in records[1:])

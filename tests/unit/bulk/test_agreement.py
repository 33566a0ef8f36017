"""A dump that is built and a table that is imported are judged by one rule book."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from geo.bulk.build.machines import open_machine
from geo.bulk.build.run import build_layer
from geo.layer import check
from geo.layer.seal import layer_files
from geo.model.incident import feature_of
from geo.places.gazetteer import Gazetteer
from tests.bringing import brought
from tests.builders import SOURCES, VOCABULARY

# ibis 12 calls DuckDB by names that DuckDB 2 has renamed.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

SOUND: Final = {
    "title": "A wall was painted over",
    "summary": "Unknown people painted over a wall.",
    "category": "attack",
    "kind": "event",
    "status": "reported",
    "date": "2023-08",
    "place": "A corner",
    "country": "RS",
    "lon": "20.46",
    "lat": "44.81",
    "precision": "venue",
    "radius_m": "50",
    "place_role": "occurred",
    "quote": "a wall was painted over",
    "count": "",
    "alleged_by": "",
}
NOWHERE: Final = {"lon": "", "lat": "", "precision": "", "radius_m": "", "place": ""}
#: Changes to a sound record, and whether it is an incident with them.
RECORDS: Final[dict[str, tuple[dict[str, str], bool]]] = {
    "sound": ({}, True),
    "nowhere": ({**NOWHERE, "place_role": ""}, True),
    "thirty-six-chinese-words": ({"quote": "墙" * 36}, True),
    "twelve-chinese-words": ({"quote": "墙" * 12}, True),
    "joined-by-dashes": ({"quote": "—".join(["wall"] * 14)}, True),
    "joined-by-hyphens": ({"quote": "-".join(["wall"] * 14)}, True),
    "more-words-than-are-kept": ({"quote": "wall " * 13}, True),
    "twelve-words-and-dashes": ({"quote": "wall — " * 12}, True),
    "no-word": ({"quote": "—"}, True),
    "long-title-for-a-quote": ({"quote": "", "title": "wall " * 20}, True),
    "chinese-title-for-a-quote": ({"quote": "", "title": "墙" * 36}, True),
    "home-of-a-venue": ({"place": "Her apartment"}, False),
    "home-in-a-note": ({"location_note": "their home"}, False),
    "home-of-a-mural": ({"place": "Her home", "category": "mural"}, False),
    "home-of-a-city": (
        {"place": "Her home", "precision": "city", "radius_m": "9000"},
        True,
    ),
    "telephone": ({"summary": "Call +381 64 123-45-67."}, False),
    "channel-in-capitals": ({"summary": "See T.ME/somebody."}, False),
    "year": ({"summary": "As in 2015 and 2016-2018."}, True),
    "unknown-category": ({"category": "parade"}, False),
    "unknown-country": ({"country": "QQ"}, False),
    "unknown-kind": ({"kind": "rumour"}, False),
    "unknown-status": ({"status": "certain"}, False),
    "alleged-by-nobody": ({"status": "alleged"}, True),
    "alleged": ({"status": "alleged", "alleged_by": "A neighbour"}, True),
    "corroborated-by-one": ({"status": "corroborated"}, False),
    "line-at-a-point": ({"precision": "line", "radius_m": "100"}, False),
    "radius-too-wide": ({"radius_m": "5000"}, False),
    "radius-not-finite": ({"radius_m": "nan"}, False),
    "pole": ({"lat": "90"}, True),
    "beyond-the-pole": ({"lat": "90.5"}, False),
    "plan-that-occurred": ({"kind": "plan"}, False),
    "plan": ({"kind": "plan", "place_role": "target"}, True),
    "count-of-an-event": ({"count": "3"}, False),
    "count-of-a-series": ({"count": "3", "kind": "series"}, True),
    "series-of-one": ({"count": "1", "kind": "series"}, False),
    "no-date": ({"date": ""}, True),
    "set-of-dates": ({"date": "[2023-02,2023-04-02]"}, True),
    "no-such-date": ({"date": "2023-02-30"}, False),
    "id-in-Capitals": ({}, True),
}


def dump_of(folder: Path) -> Path:
    """Write the awkward records as a table, as somebody else would have it."""
    path = folder / "dump.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, ["id", *SOUND, "location_note"])
        writer.writeheader()
        for name, (changes, _) in RECORDS.items():
            writer.writerow({"id": name, **SOUND, **changes})
    return path


def built_ids(dump: Path, output: Path, **options: Any) -> set[str]:  # noqa: ANN401
    """Return the ids of the layer that a build makes of a dump."""
    asked: dict[str, Any] = {"source": "daily", "mapping": {}, **options}
    with open_machine("duckdb", "local[2]") as machine:
        build_layer(
            [dump],
            output,
            machine=machine,
            updated="2024-01-05",
            vocabulary=VOCABULARY,
            sources=SOURCES,
            gazetteer=Gazetteer(()),
            **asked,
        )
    files = layer_files(output / "layer")
    rows = pa.concat_tables([pq.read_table(file, columns=["id"]) for file in files])
    return set(rows["id"].to_pylist())


def test_a_build_takes_what_is_sound_and_an_import_makes_the_others_so(
    tmp_path: Path,
) -> None:
    """Words, homes, numbers, codes and dates: nothing passes one door only."""
    dump = dump_of(tmp_path)
    expected = {name for name, (_, is_sound) in RECORDS.items() if is_sound}

    imported = brought(dump)

    # An import keeps what is sound of a record: none of them is refused.
    assert len(imported.incidents) == len(RECORDS)
    assert imported.refused == ()
    checked = check(
        [feature_of(one) for one in imported.incidents],
        vocabulary=imported.vocabulary,
        sources=imported.sources,
    )
    assert not checked.wrong
    assert built_ids(dump, tmp_path / "built") == expected


def test_a_source_that_is_not_registered_is_refused_everywhere(tmp_path: Path) -> None:
    """Whether a row of a dump or a citation names it."""
    dump = tmp_path / "dump.csv"
    dump.write_text(
        "id,title,category,source\ngood,A wall,mural,weekly\nbad,A wall,mural,nobody\n",
        "utf-8",
    )
    output = tmp_path / "built"

    assert built_ids(dump, output) == {"good"}
    refused = (output / "refused.csv").read_text("utf-8")
    assert "'nobody' is not in the register of sources" in refused
    [text] = pq.read_table(layer_files(output / "layer")[0])["feature"].to_pylist()
    feature = json.loads(text)
    feature["properties"]["citations"][0]["source"] = "nobody"
    checked = check([feature], vocabulary=VOCABULARY, sources=SOURCES)
    assert [fault.code for fault in checked.faults if fault.is_error] == [
        "source-unknown"
    ]


def test_cells_do_not_count_what_the_checks_refuse(tmp_path: Path) -> None:
    """The summaries are of the layer, not of the rows that could be read."""
    output = tmp_path / "built"
    ids = built_ids(dump_of(tmp_path), output)

    cells = pq.read_table(output / "cells.parquet")["incidents"].to_pylist()
    assert sum(cells) == len(ids) - 1  # one is nowhere

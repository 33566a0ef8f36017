"""Building a layer of raw dumps on one machine."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from click.testing import CliRunner
from shapely.geometry.base import BaseGeometry

from geo.base.errors import DataError
from geo.base.grid import mercator
from geo.base.settings import settings
from geo.bulk.build import run
from geo.bulk.build.apart import FileGroup, take_in_apart
from geo.bulk.build.dumps import columns_of, take_in
from geo.bulk.build.lookups import date_table, place_table
from geo.bulk.build.machines import open_machine
from geo.bulk.build.run import Built, build_layer
from geo.commands.validate import validate
from geo.engine import Storage, open_engine
from geo.layer import parse_collection
from geo.layer.geojson import dump_geojson
from geo.layer.seal import SEAL_FILE, layer_files, read_seal
from geo.layer.table import SCHEMA, batch_of, marker_point
from geo.model.query import Query
from geo.model.sources import read_sources
from geo.model.vocabulary import Category, Vocabulary, read_vocabulary
from geo.places.gazetteer import Gazetteer, Place

# ibis 12 calls DuckDB by names that DuckDB 2 has renamed.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

VOCABULARY = Vocabulary(
    {
        name: Category(name, name, f"About {name}.", "#0072b2", "circle")
        for name in ("theft", "attack")
    }
)
GAZETTEER = Gazetteer(
    (
        Place(
            "old-mill", "Old Mill", ("Stara vodenica",), "RS", "venue", 50.0,
            shapely.Point(20.5, 44.8), "made up",
        ),
    )
)  # fmt: skip
HEADER = ["headline", "category", "date", "place", "country", "longitude", "latitude"]
GOOD = [
    ["A shop was robbed", "theft", "2023-08-01", "Стара воденица", "RS", "", ""],
    ["A car was taken", "THEFT", "2022-12~", "Belgrade", "rs", "", ""],
    ["Windows were broken", "attack", "", "Nowhere at all", "", "", ""],
    ["A tent was cut", "attack", "2022-22", "", "", "20.123", "-44.5"],
]
BAD = [
    ["", "theft", "2023-08-01", "", "", "", ""],
    ["A date that is none", "theft", "last week", "", "", "", ""],
    ["Of no category", "parade", "", "", "", "", ""],
    ["Off the Earth", "theft", "", "", "", "200", "10"],
    ["Half a point", "theft", "", "", "", "20", ""],
    ["Of no country", "theft", "", "", "QQ", "", ""],
    ["Call +381 64 123-45-67", "theft", "", "", "", "", ""],
]


def write_csv(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    """Write a dump with the usual header."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows([HEADER, *rows])
    return path


def build(inputs: Sequence[Path], output: Path, **options: object) -> Built:
    """Build with DuckDB and what the tests know."""
    asked: dict[str, Any] = {
        "mapping": {"headline": "title"},
        "source": "feed",
        "updated": "2024-01-01",
        "vocabulary": VOCABULARY,
        "sources": {"feed"},
        "gazetteer": GAZETTEER,
        **options,
    }
    with open_machine("duckdb", "local[2]") as machine:
        return build_layer(inputs, output, machine=machine, **asked)


def write_geoparquet(
    path: Path, shapes: Sequence[BaseGeometry | bytes | None], **columns: Sequence[Any]
) -> Path:
    """Write a dump with a geometry and further columns."""
    rows = len(shapes)
    wkb = [
        shapely.to_wkb(one) if isinstance(one, BaseGeometry) else one for one in shapes
    ]
    table = pa.table(
        {
            "title": [f"In row {row}" for row in range(1, rows + 1)],
            "category": ["attack"] * rows,
            **columns,
            "geometry": pa.array(wkb, pa.binary()),
        }
    )
    pq.write_table(table, path)
    return path


def refusals(output: Path) -> dict[int, str]:
    """Return the reason of each refused row by its number."""
    with (output / "refused.csv").open(encoding="utf-8") as stream:
        return {int(row["row"]): row["reason"] for row in csv.DictReader(stream)}


def rows_of(output: Path) -> list[dict[str, Any]]:
    """Return the rows of a layer that was built, in its order."""
    files = layer_files(output / "layer")
    return pa.concat_tables([pq.read_table(file) for file in files]).to_pylist()


def test_a_dump_becomes_a_layer_that_passes_every_check(tmp_path: Path) -> None:
    """What is kept is valid, and its columns are those of any other layer."""
    built = build([write_csv(tmp_path / "feed.csv", GOOD)], tmp_path / "built")

    assert (built.read, built.kept, built.refused) == (4, 4, 0)
    assert (built.unplaced, built.undated) == (1, 1)
    rows = rows_of(tmp_path / "built")
    data = b"".join(dump_geojson(json.loads(row["feature"]) for row in rows))
    layer = parse_collection(
        data, "built", vocabulary=VOCABULARY, known_sources={"feed"}
    )
    assert batch_of(layer.incidents).to_pylist() == rows
    order = [row["z_order"] for row in rows]
    assert order == sorted(order)


def test_places_come_from_the_curated_gazetteer_before_geonames(tmp_path: Path) -> None:
    """A name in any script finds its place; an unknown one is listed unplaced."""
    build([write_csv(tmp_path / "feed.csv", GOOD)], tmp_path / "built")

    found = {row["title"]: row for row in rows_of(tmp_path / "built")}
    mill = found["A shop was robbed"]
    assert (mill["place"], mill["precision"], mill["lon"]) == (
        "Old Mill",
        "venue",
        20.5,
    )
    assert found["A car was taken"]["country"] == "RS"
    assert found["A car was taken"]["precision"] == "city"
    assert found["Windows were broken"]["lon"] is None
    tent = found["A tent was cut"]
    assert (tent["mx"], tent["my"]) == mercator(20.123, -44.5)


def test_refused_rows_are_listed_with_file_row_and_reason(tmp_path: Path) -> None:
    """Each bad row is named with what is wrong; the good ones are kept."""
    dump = write_csv(tmp_path / "feed.csv", [*BAD, GOOD[0]])
    with dump.open("a", encoding="utf-8") as stream:
        stream.write("too,few\n")

    built = build([dump], tmp_path / "built")

    with (tmp_path / "built" / "refused.csv").open(encoding="utf-8") as stream:
        listed = list(csv.DictReader(stream))
    assert [int(row["row"]) for row in listed] == [1, 2, 3, 4, 5, 6, 7, 9]
    assert {row["file"] for row in listed} == {"feed.csv"}
    for row, word in zip(
        listed,
        ["title", "EDTF", "parade", "-180", "two numbers", "QQ", "telephone", "cells"],
        strict=True,
    ):
        assert word in row["reason"]
    assert built.kept == 1
    assert built.refused == sum(built.reasons.values()) == 8


def test_an_id_used_twice_is_kept_once(tmp_path: Path) -> None:
    """The first row of an id stays, in whatever file the second is."""
    for name, title in (("a", "First"), ("b", "Second")):
        (tmp_path / f"{name}.csv").write_text(
            f"id,title,category\nsame-id,{title},theft\n", "utf-8"
        )

    built = build([tmp_path / "b.csv", tmp_path / "a.csv"], tmp_path / "built")

    assert (built.kept, built.refused) == (1, 1)
    assert rows_of(tmp_path / "built")[0]["title"] == "First"


POINT = shapely.Point(20, 45)
#: A street, and a park with a pond, its rings wound as GIS programs do.
STREET = shapely.LineString([(20.40, 44.80), (20.42, 44.81), (20.46, 44.80)])
PARK = shapely.Polygon(
    [(20.0, 44.0), (20.0, 44.5), (20.5, 44.5), (20.5, 44.0)],
    [[(20.1, 44.1), (20.2, 44.1), (20.2, 44.2), (20.1, 44.2)]],
)


def test_points_lines_and_areas_of_geoparquet_are_drawn(tmp_path: Path) -> None:
    """How exactly each is placed nobody said, and nobody guesses."""
    dump = write_geoparquet(tmp_path / "dump.parquet", [POINT, STREET, PARK, None])

    built = build([dump], tmp_path / "built")

    assert (built.kept, built.refused, built.unplaced) == (4, 0, 1)
    rows = {row["title"]: row for row in rows_of(tmp_path / "built")}
    for number, shape in enumerate((POINT, STREET, PARK), 1):
        row = rows[f"In row {number}"]
        spot = marker_point(shape)
        assert shapely.from_wkb(row["geometry"]).equals(shape)
        assert (row["lon"], row["lat"]) == (spot.x, spot.y)
        assert (row["precision"], row["radius_m"]) == (None, None)
        assert row["area"] == (shape is not POINT)
    assert rows["In row 4"]["geometry"] is None


def test_a_layer_with_lines_and_areas_is_valid_and_opens(tmp_path: Path) -> None:
    """What was built passes ``incidents validate`` and draws each place as it is."""
    given = settings()
    vocabulary, sources = read_vocabulary(given.vocabulary), read_sources(given.sources)
    shapes = {"point-1": POINT, "street-1": STREET, "park-1": PARK}
    dump = write_geoparquet(
        tmp_path / "dump.parquet",
        list(shapes.values()),
        id=list(shapes),
        place=["", "A street", "A park"],
        precision=["venue", "line", "neighbourhood"],
        radius_m=[50, 100.0, 900],
    )
    output = tmp_path / "built"
    built = build(
        [dump],
        output,
        source=next(iter(sources)),
        sources=set(sources),
        vocabulary=vocabulary,
    )
    assert built.kept == 3

    engine = open_engine(
        str(output / "layer"),
        vocabulary=vocabulary,
        sources=sources,
        storage=Storage(tmp_path / "cache"),
    )
    for name, shape in shapes.items():
        place = engine.where_is(name)
        assert place is not None
        drawn = engine.feature(name)["geometry"]
        assert shapely.geometry.shape(drawn).equals(shape)
        spot = marker_point(shape)
        assert (place.lon, place.lat) == pytest.approx((spot.x, spot.y))
        assert place.area == (shape is not POINT)
        if place.area:
            assert engine.outlines([place.number]) == {place.number: drawn}
    plain = tmp_path / "built.geojson"
    plain.write_bytes(b"".join(dump_geojson(engine.features(Query()))))
    outcome = CliRunner().invoke(validate, [str(plain)])
    assert outcome.exit_code == 0, outcome.output
    assert "warning" not in outcome.stderr


def test_a_shape_that_does_not_fit_is_refused_with_what_to_mend(tmp_path: Path) -> None:
    """Nothing is mended or left out in silence, and each reason says what to do."""
    many = shapely.GeometryCollection([PARK, POINT])
    bow_tie = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    moved = shapely.affinity.translate(bow_tie, 5, 5)
    beyond = shapely.LineString([(179, 1), (181, 1)])
    unclosed = shapely.to_wkb(PARK)[:-20]
    cases: list[tuple[BaseGeometry | bytes, str, str, str]] = [
        (POINT, "line", "", "is 'line' with a Point; 'line' and lines"),
        (STREET, "city", "", "is 'city' with a LineString; 'line' and"),
        (PARK, "venue", "", "is 'venue' with a Polygon; a venue or street is a point"),
        (PARK, "street", "", "is 'street' with a Polygon; a venue or street is"),
        (PARK, "line", "", "is 'line' with a Polygon; 'line' and lines"),
        (PARK, "vague", "", "'vague' is not one of venue, street, neighbourhood"),
        (STREET, "line", "60000", "is 60000.0 metres; line goes with 0 to 50000"),
        (PARK, "", "wide", "radius_m is not a number"),
        (many, "", "", "a GeometryCollection cannot place an incident. Give points"),
        (bow_tie, "", "", "Self-intersection at (1, 1). Redraw the outline"),
        (moved, "", "", "Self-intersection at (6, 6). Redraw the outline"),
        (shapely.LineString(), "", "", "is an empty LineString. Write null"),
        (beyond, "", "", "longitudes leave -180 to 180"),
        (shapely.LineString([(1, 1), (1, 95)]), "", "", "latitude 95.0 is not on"),
        (shapely.LineString([(1, 1), (4e5, 5e6)]), "", "", "save the data in WGS84"),
        (unclosed, "", "", "cannot be read"),
        (b"nonsense", "", "", "no well-known binary"),
    ]
    shapes, precisions, radii, words = zip(*cases, strict=True)
    dump = write_geoparquet(
        tmp_path / "dump.parquet", shapes, precision=precisions, radius_m=radii
    )

    built = build([dump], tmp_path / "built")

    assert built.kept == 0
    reasons = refusals(tmp_path / "built")
    assert list(reasons) == list(range(1, len(cases) + 1))
    for number, word in enumerate(words, 1):
        assert word in reasons[number]
    # Where two outlines cross differs; that they do is one reason.
    [crossing] = [why for why in built.reasons if "Self-intersection" in why]
    assert built.reasons[crossing] == 2


def test_a_geometry_counts_before_columns_of_coordinates(tmp_path: Path) -> None:
    """Columns of lon and lat place the rows that have no geometry."""
    dump = write_geoparquet(
        tmp_path / "dump.parquet", [STREET, None], lon=[1.5, 2.5], lat=[3.5, 4.5]
    )

    build([dump], tmp_path / "built")

    rows = {row["title"]: row for row in rows_of(tmp_path / "built")}
    assert rows["In row 1"]["lon"] == marker_point(STREET).x
    assert (rows["In row 2"]["lon"], rows["In row 2"]["lat"]) == (2.5, 4.5)
    assert rows["In row 2"]["precision"] is None


def test_a_build_that_failed_goes_on_where_it_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Finished files are not made again; the seal appears only at the end."""
    dumps = [
        write_csv(tmp_path / "dumps" / f"{number}.csv", [*GOOD, BAD[0]])
        for number in range(3)
    ]
    calls: list[int] = []

    def fail_at_the_third(files: FileGroup) -> int:
        for dump, target in files.jobs:
            calls.append(dump.number)
            if len(calls) == 3:
                raise OSError("disk full")
            take_in(dump, target)
        return len(files.jobs)

    monkeypatch.setattr(run, "take_in_apart", fail_at_the_third)
    output = tmp_path / "built"
    with pytest.raises(OSError, match="disk full"):
        build(dumps, output)
    assert not (output / "layer" / SEAL_FILE).exists()

    built = build(dumps, output)

    assert calls == [0, 1, 2, 2]
    assert built.kept == 12
    whole = build(dumps, tmp_path / "whole")
    assert rows_of(output) == rows_of(tmp_path / "whole")
    assert built == whole


def test_what_is_done_is_not_done_again_unless_it_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second build makes nothing; a changed dump is read anew."""
    dump = write_csv(tmp_path / "feed.csv", GOOD)
    build([dump], tmp_path / "built")
    calls: list[int] = []

    def counted(files: FileGroup) -> int:
        calls.append(len(files.jobs))
        return take_in_apart(files)

    monkeypatch.setattr(run, "take_in_apart", counted)

    build([dump], tmp_path / "built")
    assert calls == []
    write_csv(tmp_path / "feed.csv", GOOD[:2])
    built = build([dump], tmp_path / "built")

    assert calls == [1]
    assert built.kept == 2
    assert len(rows_of(tmp_path / "built")) == 2


def test_the_layer_is_sealed_with_what_it_holds(tmp_path: Path) -> None:
    """The folder's seal counts every row, and equal rows give an equal version."""
    one = build([write_csv(tmp_path / "a" / "feed.csv", GOOD)], tmp_path / "one")
    two = build([write_csv(tmp_path / "b" / "feed.csv", GOOD)], tmp_path / "two")

    seal = read_seal((tmp_path / "one" / "layer" / SEAL_FILE).read_text("utf-8"))
    assert seal is not None
    assert (seal.rows, seal.version) == (4, one.version)
    assert one.version == two.version
    schema = pq.read_schema(layer_files(tmp_path / "one" / "layer")[0])
    assert schema.equals(SCHEMA)
    assert b"geo" in schema.metadata


def test_cells_sum_up_the_placed_incidents(tmp_path: Path) -> None:
    """The summaries count each placed incident once."""
    build([write_csv(tmp_path / "feed.csv", GOOD)], tmp_path / "built")

    cells = pq.read_table(tmp_path / "built" / "cells.parquet").to_pylist()
    assert sum(cell["incidents"] for cell in cells) == 3


def test_no_files_and_no_rows_are_refused_with_the_remedy(tmp_path: Path) -> None:
    """An empty folder and an empty dump say what to give."""
    (tmp_path / "none").mkdir()

    with pytest.raises(DataError, match="has no file to read"):
        build([tmp_path / "none"], tmp_path / "built")
    with pytest.raises(DataError, match="has no row"):
        build([write_csv(tmp_path / "feed.csv", [])], tmp_path / "built")
    with pytest.raises(DataError, match="there is no property 'headlong'"):
        build([tmp_path], tmp_path / "built", mapping={"headline": "headlong"})


def test_a_dump_without_a_title_names_its_columns(tmp_path: Path) -> None:
    """The message says which columns there are to map."""
    (tmp_path / "dump.csv").write_text("what,where\na,b\n", "utf-8")

    with pytest.raises(DataError, match="what, where"):
        columns_of(tmp_path / "dump.csv", {})


def test_lookups_of_nothing_are_empty_tables() -> None:
    """No dates and no names give no rows."""
    assert date_table([]).num_rows == 0
    assert place_table([], GAZETTEER).num_rows == 0


def test_a_name_without_letters_or_digits_is_no_place() -> None:
    """Such a name folds to nothing, which stands between all names of the towns."""
    assert place_table([("???", ""), ("—", "RS")], GAZETTEER).num_rows == 0

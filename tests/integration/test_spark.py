"""Spark and DuckDB build the same layer from the same dumps, row by row."""

from __future__ import annotations

import csv
import random
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from geo.bulk.build.machines import open_machine
from geo.bulk.build.run import Built, build_layer
from geo.layer.seal import layer_files
from geo.model.vocabulary import Category, Vocabulary
from geo.places.gazetteer import Gazetteer, Place

pytestmark = [
    pytest.mark.integration,
    # ibis 12 calls DuckDB by names that DuckDB 2 has renamed; pyspark leaves sockets.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
VOCABULARY = Vocabulary(
    {
        name: Category(name, name, f"About {name}.", "#0072b2", "circle")
        for name in ("theft", "attack")
    }
)
BORDER = shapely.LineString([(20.35, 43.0), (21.77, 42.7)])
GAZETTEER = Gazetteer(
    (
        Place("mill", "Old Mill", ("Стара воденица",), "RS", "venue", 50.0, shapely.Point(20.5, 44.8), "made up"),
        Place("border", "The border", (), None, "line", 1000.0, BORDER, "made up"),
    )
)  # fmt: skip
HEADER = (
    "title", "category", "status", "alleged_by", "date", "place", "country", "lon",
    "lat", "kind", "count", "quote",
)  # fmt: skip
PLACES = (
    "Belgrade",
    "Novi Sad",
    "Old Mill",
    "The border",
    "Nowhere at all",
    "",
    "Paris",
)
DATES = ("2023-08-01", "2023-08", "2022-12~", "2022-22", "../2023-12", "", "last week", "2023-02-30")  # fmt: skip


@pytest.fixture(scope="module")
def dumps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of dumps with good, odd and bad rows, in both formats."""
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java; 'scripts/install_java.sh' installs it")
    folder = tmp_path_factory.mktemp("dumps")
    rng = random.Random(5)  # noqa: S311 - the same rows in every run
    for number in range(3):
        with (folder / f"feed-{number}.csv").open(
            "w", encoding="utf-8", newline=""
        ) as stream:
            writer = csv.writer(stream)
            writer.writerow(HEADER)
            writer.writerows(_row(rng, row) for row in range(300))
        with (folder / f"feed-{number}.csv").open("a", encoding="utf-8") as stream:
            stream.write("too,few\n")
    points = [
        shapely.Point(rng.uniform(-180, 180), rng.uniform(-89, 89)) for _ in range(200)
    ]
    table = pa.table(
        {
            "id": [f"point-{number % 190}" for number in range(200)],
            "title": ["At a point"] * 200,
            "category": ["theft"] * 200,
            "geometry": shapely.to_wkb(points).tolist(),
        }
    )
    pq.write_table(table, folder / "points.parquet")
    pq.write_table(_shapes(rng), folder / "shapes.parquet")
    return folder


def _shapes(rng: random.Random) -> pa.Table:
    """Return a dump with lines and areas, most of them good."""
    shapes: list[BaseGeometry | None] = [shapely.Point(), None]
    for _ in range(60):
        x, y = rng.uniform(-170, 170), rng.uniform(-80, 80)
        box = shapely.box(x, y, x + rng.uniform(0.1, 5), y + 1)
        crossed = shapely.Polygon([(x, y), (x + 1, y + 1), (x + 1, y), (x, y + 1)])
        shapes += [
            box,
            box.reverse(),
            box.exterior.segmentize(0.1),
            shapely.LineString([(x, y, 1), (x + 2, y, 2), (x + 3, y + 3, 3)]),
            rng.choice((crossed, shapely.MultiPolygon([box]), box.buffer(200))),
        ]
    rows = len(shapes)
    return pa.table(
        {
            "title": [f"Shape {row}" for row in range(rows)],
            "category": ["attack"] * rows,
            "precision": rng.choices(("", "", "", "line", "city", "venue"), k=rows),
            "radius_m": rng.choices((None, None, 5_000.0, 900_000.0), k=rows),
            "geometry": shapely.to_wkb(shapes).tolist(),
        }
    )


def _row(rng: random.Random, row: int) -> list[str]:
    """Return one row, most of them good."""
    given = rng.random() < 0.4
    return [
        rng.choice((f"  Title, with a comma\nand a line {row} ", f"Naslov „{row}“", "=1+1", "" if row % 40 == 0 else "x y")),
        rng.choice(("theft", "ATTACK", " theft ", "theft", "parade" if row % 30 == 0 else "attack")),
        rng.choice(("", "reported", "alleged", "Unverified", "corroborated" if row % 50 == 0 else "")),
        rng.choice(("", "One; Two")),
        rng.choice(DATES),
        rng.choice(PLACES),
        rng.choice(("", "RS", "fr", "QQ" if row % 60 == 0 else "")),
        (f"{rng.uniform(-180, 180)!r}" if rng.random() < 0.95 else "east") if given else "",
        f"{rng.uniform(-90, 90):.5f}" if given else "",
        rng.choice(("", "event", "series", "plan")),
        rng.choice(("", "", "7", "1")) if row % 3 == 0 else "",
        rng.choice(("", "a few words", "one two three four five six seven eight nine ten eleven twelve thirteen" if row % 45 == 0 else "")),
    ]  # fmt: skip


def _built(engine: str, dumps: Path, output: Path) -> Built:
    with open_machine(engine, "local[2]") as machine:
        return build_layer(
            [dumps],
            output,
            machine=machine,
            mapping={},
            source="feed",
            updated="2024-01-01",
            vocabulary=VOCABULARY,
            sources={"feed"},
            gazetteer=GAZETTEER,
        )


def test_both_engines_build_the_same_layer(dumps: Path, tmp_path: Path) -> None:
    """Every row, every summary and every refusal is equal."""
    duckdb, spark = (
        _built(engine, dumps, tmp_path / engine) for engine in ("duckdb", "spark")
    )

    assert duckdb.kept > 300
    assert duckdb.refused > 100
    assert duckdb == spark
    one, two = (
        layer_files(tmp_path / engine / "layer") for engine in ("duckdb", "spark")
    )
    assert [file.name for file in one] == [file.name for file in two]
    for mine, other in zip(one, two, strict=True):
        assert pq.read_table(mine).equals(pq.read_table(other)), mine.name
    rows = pa.concat_tables([pq.read_table(file) for file in two]).to_pylist()
    # The gazetteer's border, and the dump's own lines and areas.
    for own, kind in ((False, "LineString"), (True, "LineString"), (True, "Polygon")):
        drawn = [
            row["id"]
            for row in rows
            if row["title"].startswith("Shape") == own
            and f'"geometry":{{"type":"{kind}"' in row["feature"]
        ]
        assert len(drawn) >= 20, (own, kind)
    for name in ("refused.csv", "report.json"):
        texts = [
            (tmp_path / engine / name).read_text("utf-8")
            for engine in ("duckdb", "spark")
        ]
        assert texts[0] == texts[1], name
    cells = [
        pq.read_table(tmp_path / engine / "cells.parquet").to_pylist()
        for engine in ("duckdb", "spark")
    ]
    assert cells[0] == cells[1]

"""Layers of hundreds as files, and everything that can be asked of an engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq
import pytest

from geo.base.errors import NotFoundError
from geo.base.grid import Bbox
from geo.engine import ORDERS, Engine, Storage, open_engine
from geo.layer.seal import ContentDigest, Seal, feature_text, write_seal
from geo.layer.table import SCHEMA, batch_of, file_metadata
from geo.model.incident import Incident
from geo.model.query import SEVERAL, Query
from tests.builders import SOURCES, VOCABULARY, make_incident, scattered

WORLD: Final = Bbox(-180, -90, 180, 90)
REGION: Final = Bbox(18.5, 43.5, 22.5, 46.0)
QUERIES: Final = (
    Query(),
    Query(category=("mural",)),
    Query(status=("reported",), source=("daily",), country=("RS",)),
    Query(since=date(2022, 12, 1), until=date(2023, 1, 31)),
    Query(status=("reported",), since=date(2022, 3, 5)),
    Query(status=("reported", "alleged"), until=date(2022, 10, 20)),
    Query(q="mural painted"),
    Query(q="nowhere"),
    Query(q="II"),
    Query(bbox=REGION),
    Query(precision=("unknown", "line")),
)
GIVEN: Final[dict[str, Any]] = {"vocabulary": VOCABULARY, "sources": SOURCES}
CROWD: Final = 600


def crowd() -> list[Incident]:
    """Return incidents along the Z-order curve, as a layer in GeoParquet has them."""
    made = scattered(CROWD)
    numbers = batch_of(made).column("z_order").to_pylist()
    order = sorted(range(CROWD), key=lambda index: (numbers[index], index))
    return [made[index] for index in order]


def write_parquet(
    path: Path, incidents: list[Incident], *, seal_it: bool = True, **changes: object
) -> Seal:
    """Write incidents as a file of a layer; *changes* are to its seal."""
    path.parent.mkdir(parents=True, exist_ok=True)
    batch = batch_of(incidents)
    digest = ContentDigest()
    digest.add(batch.column("feature").to_pylist())
    seal = replace(digest.seal(), **changes)  # type: ignore[arg-type]
    with pq.ParquetWriter(path, SCHEMA) as writer:
        writer.write_batch(batch, row_group_size=100)
        writer.add_key_value_metadata(file_metadata(seal if seal_it else None))
    return seal


def write_folder(folder: Path, incidents: list[Incident]) -> None:
    """Write incidents as a partitioned layer."""
    digest = ContentDigest()
    for part, first in enumerate(range(0, len(incidents), 250)):
        stretch = incidents[first : first + 250]
        path = folder / f"part={part}" / "0.parquet"
        digest.merge(write_parquet(path, stretch, seal_it=False))
    write_seal(folder, digest.seal())


def opened(path: Path, cache: Path, **changes: int | None) -> Engine:
    """Open a layer as a deployment does."""
    return open_engine(str(path), **GIVEN, storage=Storage(cache, **changes))


def answers(engine: Engine, query: Query) -> dict[str, Any]:
    """Return everything that can be asked of a query."""
    return {
        "count": engine.count(query),
        "missing": [
            engine.count(query, missing=name) for name in ("place", "date", "end")
        ],
        "counts": [list(engine.counts(query, field).items()) for field in SEVERAL],
        "histogram": engine.histogram(query),
        "days": engine.days(query),
        "extent": engine.extent(query),
        "ids": engine.ids(query),
        "lines": list(engine.feature_lines(query)),
        "rows": [engine.rows(query, order=order) for order in ORDERS],
        "items": engine.pages.features(query, limit=20, after="incident-3"),
        "places": engine.pages.places(query, limit=20),
        "views": [engine.view(query, WORLD, zoom) for zoom in (2, 6, 12)],
    }


def assert_same(found: Engine, expected: Engine) -> None:
    """Compare all answers, records and places of two engines."""
    for query in QUERIES:
        assert answers(found, query) == answers(expected, query)
    for incident_id in expected.ids(Query())[::40]:
        assert found.feature(incident_id) == expected.feature(incident_id)
        place = expected.where_is(incident_id)
        assert found.where_is(incident_id) == place
        if place and place.area:
            shape = expected.outlines([place.number])
            assert found.outlines([place.number]) == shape
    with pytest.raises(NotFoundError):
        found.feature("nobody")
    assert found.updated == expected.updated


FEATURE: Final = feature_text(make_incident())

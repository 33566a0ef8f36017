"""What one question costs the server: CPU and wall, beside a numpy scan.

``python -m bench.questions TIMES``, of the deployment's layer, prints JSON; it runs in a
process of its own, so that memory and caches of one size do not help the next. A layer
in a database has no scan beside it.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from geo.atlas import read_atlas
from geo.base.grid import Bbox, mercator
from geo.base.settings import settings
from geo.engine.store import is_database
from geo.layer.seal import layer_files
from geo.model.query import Query
from geo.model.vocabulary import Status

PLACES = ((20.46, 44.81), (116.4, 39.9), (-74.0, 40.7), (28.0, 48.0), (77.2, 28.6))


def main() -> None:
    """Ask each kind of question some times, with filters and viewports that vary."""
    times = int(sys.argv[1])
    deployment = settings()
    started = time.perf_counter()
    atlas = read_atlas(deployment)
    engine = atlas.engine
    loaded_s = time.perf_counter() - started
    rng = random.Random(1)  # noqa: S311 - the same viewports in every run
    ids = [row.id for row in engine.rows(Query(), order="title", limit=50)]
    categories = atlas.vocabulary.ids()

    def query() -> Query:
        month = rng.randint(1, 12)
        return Query(
            category=(rng.choice(categories),),
            since=date(rng.randint(2015, 2025), month, rng.randint(1, 28)),
        )

    def by_status() -> Query:
        since = date(rng.randint(2015, 2025), rng.randint(1, 12), rng.randint(1, 28))
        return Query(status=(rng.choice(list(Status)),), since=since)

    def viewport() -> tuple[Bbox, int]:
        zoom = rng.randint(2, 13)
        lon, lat = rng.choice(PLACES)
        half = min(179.0, 360 / 2**zoom * 2)
        west, east = max(-180.0, lon - half), min(180.0, lon + half)
        south, north = max(-85.0, lat - half / 2), min(85.0, lat + half / 2)
        return Bbox(west, south, east, north), zoom

    questions: dict[str, Callable[[], object]] = {
        "view": lambda: engine.view(Query(), *viewport()),
        "view filtered": lambda: engine.view(query(), *viewport()),
        "view by dates and status": lambda: engine.view(by_status(), *viewport()),
        "histogram": lambda: engine.histogram(query()),
        "counts": lambda: engine.counts(query(), "status"),
        "record": lambda: engine.feature(rng.choice(ids)),
    }
    if not is_database(deployment.layer):
        scan = _scan(Path(deployment.layer))
        questions["numpy scan"] = lambda: scan(viewport()[0])
    report: dict[str, Any] = {"loaded_s": loaded_s}
    for name, ask in questions.items():
        report[name] = _measured(ask, times)
    print(json.dumps(report))


def _measured(ask: Callable[[], object], times: int) -> dict[str, float]:
    ask()
    wall, cpu = [], []
    for _ in range(times):
        start, start_cpu = time.perf_counter(), time.process_time()
        ask()
        wall.append((time.perf_counter() - start) * 1000)
        cpu.append((time.process_time() - start_cpu) * 1000)
    return {
        "p50": float(np.percentile(wall, 50)),
        "p95": float(np.percentile(wall, 95)),
        "cpu p50": float(np.percentile(cpu, 50)),
        "cpu p95": float(np.percentile(cpu, 95)),
    }


def _scan(layer: Path) -> Callable[[Bbox], int]:
    """Return the floor: which rows of plain columns lie in a viewport."""
    tables = [pq.read_table(file, columns=["mx", "my"]) for file in layer_files(layer)]
    mx, my = (
        np.concatenate([table[name].to_numpy() for table in tables])
        for name in ("mx", "my")
    )

    def scan(bbox: Bbox) -> int:
        left, top = mercator(bbox.west, bbox.north)
        right, bottom = mercator(bbox.east, bbox.south)
        inside = (mx >= left) & (mx <= right) & (my >= top) & (my <= bottom)
        return int(np.unique(np.stack([mx[inside], my[inside]]) // 2**20, axis=1).size)

    return scan


if __name__ == "__main__":
    main()

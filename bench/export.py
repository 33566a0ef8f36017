"""Writing GeoJSON, beside what a user of geopandas would do: time and memory.

``python -m bench.export [--rows 100000]`` makes a synthetic layer, writes it with our
export and with ``GeoDataFrame.to_file``, each in a process of its own, and prints both
and their ratio as JSON. The layer is opened, and the frame filled, before the clock
starts; memory is the most that the whole process ever had.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
#: What the export must reach at a million incidents.
MOST_MB: Final = 500
LEAST_RATIO: Final = 3.0


def main() -> int:
    """Measure both, print them, and fail where ours is not good enough."""
    parser = argparse.ArgumentParser(prog="python -m bench.export", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--only", choices=("ours", "peer"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        measured = (
            ours(options.folder) if options.only == "ours" else peer(options.folder)
        )
        print(json.dumps(measured))
        return 0
    with tempfile.TemporaryDirectory() as made:
        figures = measure(options.rows, Path(made))
    print(json.dumps(figures, indent=1))
    return 0 if figures["good"] else 1


def measure(rows: int, folder: Path) -> dict[str, Any]:
    """Return both contenders' figures for a layer of so many incidents."""
    layer = folder / "layer.parquet"
    _run("geo.commands.cli", "synthesize", "--count", str(rows), "--output", str(layer))
    environment = {
        "INCIDENTS_LAYER": str(layer),
        "INCIDENTS_SOURCES": f"{layer}.sources.json",
        "INCIDENTS_CACHE": str(folder / "cache"),
    }
    call = ("bench.export", "--folder", str(folder), "--only")
    # Cold: the engine's store is made first, as at a server's first start.
    cold = json.loads(_run(*call, "ours", **environment))
    mine = json.loads(_run(*call, "ours", **environment))
    theirs = json.loads(_run(*call, "peer"))
    ratio = theirs["seconds"] / mine["seconds"]
    return {
        "rows": rows,
        "ours": mine,
        "memory_mb_with_the_store_still_to_be_made": cold["memory_mb"],
        "GeoDataFrame.to_file": theirs,
        "times_faster": round(ratio, 1),
        "good": ratio >= LEAST_RATIO
        and max(mine["memory_mb"], cold["memory_mb"]) < MOST_MB,
    }


def ours(folder: Path) -> dict[str, Any]:
    """Write the deployment's layer with our export."""
    from geo.atlas import atlas  # noqa: PLC0415 - the peer must not pay for it
    from geo.atlas.exports import write_selection  # noqa: PLC0415
    from geo.atlas.selections import select  # noqa: PLC0415
    from geo.model.query import Query  # noqa: PLC0415

    current = atlas()
    current.engine.count(Query())
    opened_mb = _most_mb()
    start = time.perf_counter()
    selection = select(
        current.engine, Query(), vocabulary=current.vocabulary, sources=current.sources
    )
    path = folder / "ours.geojson"
    write_selection(selection, "geojson", path)
    return {
        "seconds": round(time.perf_counter() - start, 2),
        "memory_mb": round(_most_mb()),
        "memory_mb_when_opened": round(opened_mb),
        "file_mb": round(path.stat().st_size / 1e6),
    }


def peer(folder: Path) -> dict[str, Any]:
    """Write the same incidents with geopandas."""
    import geopandas as gpd  # noqa: PLC0415 - ours must not pay for it

    frame = gpd.read_file(f"GeoJSON:{folder / 'ours.geojson'}", engine="pyogrio")
    path = folder / "peer.geojson"
    start = time.perf_counter()
    frame.to_file(path, driver="GeoJSON", engine="pyogrio")
    return {
        "seconds": round(time.perf_counter() - start, 2),
        "memory_mb": round(_most_mb()),
        "file_mb": round(path.stat().st_size / 1e6),
    }


def _most_mb() -> float:
    """Return the most memory that this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def _run(module: str, *arguments: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())

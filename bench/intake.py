"""Bringing a table in, beside what a user of geopandas would do: time and memory.

``python -m bench.intake [--rows 100000]`` makes a table of made-up records, brings it in
with ``incidents import --into`` and converts it with ``geopandas.read_file`` and
``GeoDataFrame.to_file``, each in a process of its own, and prints both and their ratio
as JSON. The peer is handed longitude and latitude by name, and checks nothing.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
#: How much longer than the peer an import may take.
MOST_RATIO: Final = 4.0
_KINDS: Final = ("Protest", "Attack", "Arrest", "Shelling", "Explosion", "Strike")
_COUNTRIES: Final = ("Serbia", "Romania", "Hungary", "Bulgaria")
_HEAD: Final = (
    "id",
    "title",
    "summary",
    "date",
    "lat",
    "lon",
    "type",
    "country",
    "killed",
    "source",
)


def main() -> int:
    """Measure both, print them, and fail where ours is not good enough."""
    parser = argparse.ArgumentParser(prog="python -m bench.intake", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--peer", nargs=2, type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peer:
        convert(*options.peer)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(options.rows, Path(folder))
    print(json.dumps(figures, indent=1))
    return 0 if figures["good"] else 1


def measure(rows: int, folder: Path) -> dict[str, Any]:
    """Return both contenders' figures for a table of so many records."""
    table = folder / "events.csv"
    write_table(table, rows)
    ours = timed(
        "-m",
        "geo.commands.cli",
        "import",
        str(table),
        "--into",
        str(folder / "map"),
        "--yes",
    )
    peer = timed(
        "-m", "bench.intake", "--peer", str(table), str(folder / "peer.geojson")
    )
    ratio = ours["seconds"] / peer["seconds"]
    return {
        "rows": rows,
        "incidents import": ours,
        "geopandas.read_file and to_file": peer,
        "times_its_time": round(ratio, 2),
        "good": ratio <= MOST_RATIO,
    }


def write_table(path: Path, rows: int) -> None:
    """Write a table of made-up records, the same each time."""
    chance = random.Random(1)  # noqa: S311 - nothing secret
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_HEAD)
        for number in range(rows):
            kind = chance.choice(_KINDS)
            day = f"{chance.randint(1, 28):02}/{chance.randint(1, 12):02}/{chance.randint(2015, 2023)}"
            writer.writerow(
                (
                    f"E{number}",
                    f"{kind} in town {chance.randint(1, 5000)}",
                    f"Some people were there and number {number} was counted",
                    day,
                    f"{chance.uniform(40, 50):.5f}",
                    f"{chance.uniform(10, 30):.5f}",
                    kind,
                    chance.choice(_COUNTRIES),
                    chance.randint(0, 20),
                    f"https://example{chance.randint(1, 30)}.org/a/{number}",
                )
            )


def convert(table: Path, output: Path) -> None:
    """Read a table with geopandas and write it as GeoJSON."""
    import geopandas as gpd  # noqa: PLC0415 - ours must not pay for it

    frame = gpd.read_file(
        table, X_POSSIBLE_NAMES="lon", Y_POSSIBLE_NAMES="lat", engine="pyogrio"
    )
    frame.set_crs("EPSG:4326").to_file(output, driver="GeoJSON")


def timed(*call: str, **environment: str) -> dict[str, float]:
    """Run a program of ours with variables of its environment; return what it took.

    Seconds by the clock, seconds of the processors for it and its children together,
    and the most memory that one of them had.
    """
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *call],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status:
        msg = f"{call} ended with {status}"
        raise RuntimeError(msg)
    return {
        "seconds": round(seconds, 2),
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 2),
        "memory_mb": round(usage.ru_maxrss / 1e3, 1),
    }


if __name__ == "__main__":
    sys.exit(main())

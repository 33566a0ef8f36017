"""The same questions to a PostgreSQL with a layer and with one ten times as large.

``python -m bench.postgres [--sizes 1000000,10000000] [--times 100]`` starts a server of
its own, fills a database from each layer as ``incidents import --to`` does, asks each
and prints the times and their ratios as JSON. Ten million incidents take 41 GB of disk
and, the first time, an hour.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from typing import Any

from bench.serve import ROOT
from bench.servers import environment, layer_of
from tests.integration.postgres_server import INSTALL, PostgresServer

SIZES = (1_000_000, 10_000_000)


def main() -> None:
    """Fill, ask and print."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.postgres", description=__doc__
    )
    parser.add_argument("--sizes", type=_numbers, default=SIZES)
    parser.add_argument("--times", type=int, default=100)
    options = parser.parse_args()
    subprocess.run([INSTALL], check=True, stdout=sys.stderr)
    reports: dict[int, dict[str, Any]] = {}
    with PostgresServer() as server:
        urls = {
            size: server.make_database(f"layer_{size}", "--encoding=UTF8")
            for size in options.sizes
        }
        filled_s = {size: _fill(size, url) for size, url in urls.items()}
        for size, url in urls.items():
            # Right after it was filled, memory holds what was written last, such as the
            # index of words, and not what a server that is read from has there.
            _ask(size, url, options.times)
            reports[size] = {
                "filled_s": filled_s[size],
                **_ask(size, url, options.times),
            }
    smallest = reports[min(reports)]
    ratios = {
        size: {
            name: parts["p50"] / smallest[name]["p50"]
            for name, parts in report.items()
            if isinstance(parts, dict)
        }
        for size, report in reports.items()
    }
    print(
        json.dumps({"milliseconds": reports, "p50 by the smallest's": ratios}, indent=1)
    )


def _fill(size: int, url: str) -> float:
    started = time.monotonic()
    subprocess.run(
        [
            sys.executable,
            "-m",
            "geo.commands.cli",
            "import",
            layer_of(size),
            "--to",
            url,
        ],
        cwd=ROOT,
        env={**os.environ, **environment(layer_of(size), 1)},
        check=True,
        stdout=sys.stderr,
    )
    return time.monotonic() - started


def _ask(size: int, url: str, times: int) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.questions", str(times)],
        cwd=ROOT,
        env={**os.environ, **environment(layer_of(size), 1), "INCIDENTS_LAYER": url},
        check=True,
        stdout=subprocess.PIPE,
    )
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


if __name__ == "__main__":
    main()

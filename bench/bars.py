"""The bars to reach, and the page that says which are reached."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.figures import (
    ASIDE_MS,
    BRUSH,
    BYTES,
    CLEAR_MS,
    COLD_BYTES,
    CROWD_S,
    FAST,
    FILTER_MS,
    FIRST_S,
    FLOOR,
    FRESH_READY_S,
    IDLE,
    LOADS,
    MARKERS,
    MEMORY_MB,
    MOVE_BYTES,
    OURS,
    PAN_MS,
    READER_P95,
    READY_S,
    SLOW_S,
    Result,
)

#: What is measured apart, and was found when it was last looked at.
_INTAKE: Final = (
    "A table brought in (`python -m bench.intake --rows 100000`) is measured apart, beside",
    "`geopandas.read_file` and `to_file`, which check nothing: by the clock, in seconds of",
    "the processors, which other programs on the machine change least, and in memory. It",
    "may take 4 times as long, 15 s and 500 MB for 100,000 rows, 150 s and 1.5 GB for a",
    "million. Last seen with 100,000 rows, on two cores with nothing else to do: 14.7 s,",
    "2.6 times as long, 15.3 s of the processors beside 5.7, 392 MB beside 300.",
)


@dataclass(frozen=True)
class Bar:
    """What a figure must reach."""

    words: str
    figure: Callable[[Mapping[tuple[str, str, int], float]], float]
    most: float
    #: Why it is missed, where it is.
    why: str = ""


def _over(
    measure: str, size: int, *, by: tuple[str, int], method: str = OURS
) -> Callable[[Mapping[tuple[str, str, int], float]], float]:
    """Return the ratio of a figure of ours to another of the same measure."""
    return lambda known: known[measure, method, size] / known[measure, by[0], by[1]]


_MILLION = 1_000_000
_WHY_FIRST = (
    "Streamlit loads some 40 scripts more for a page with filters than for one with a "
    "row of buttons; then the frame loads the style, the counts and the view, one after "
    "another because each hangs on the one before."
)
BARS = (
    Bar("a click on a category at 1M by an empty rerun, at most 1", _over(FILTER_MS, _MILLION, by=(FLOOR, _MILLION)), 1),
    Bar("a click on a category at 100k by FastMarkerCluster's, at most 1/20", _over(FILTER_MS, 100_000, by=(FAST, 100_000)), 1 / 20),
    Bar("a category cleared at 100k by FastMarkerCluster's, at most 1/40", _over(CLEAR_MS, 100_000, by=(FAST, 100_000)), 1 / 40),
    Bar("a folded filter at 1M by an empty rerun, at most 1.6", lambda known: known[ASIDE_MS, OURS, _MILLION] / known[FILTER_MS, FLOOR, _MILLION], 1.6),
    Bar("bytes of a cold visit by a plain map's with 50 markers, at most 0.6", _over(COLD_BYTES, 50, by=(MARKERS, 50)), 0.6),
    Bar("first markers over a slow line by a plain map's with 50, at most 0.7", _over(SLOW_S, 50, by=(MARKERS, 50)), 0.7),
    Bar("start to ready by an empty app's, at most 2", _over(READY_S, 1_000, by=(FLOOR, 1_000)), 2),
    Bar("first start to ready at 1M, at most 20 s", lambda known: known[FRESH_READY_S, OURS, _MILLION], 20),
    Bar("later start to ready at 1M, at most 3 s", lambda known: known[READY_S, OURS, _MILLION], 3),
    Bar("pan at 1M by pan at 1k, at most 2", _over(PAN_MS, _MILLION, by=(OURS, 1_000)), 2),
    Bar("frames a second lacking of 10 while dragging over time at 1M, none", lambda known: 10 - known[BRUSH, OURS, _MILLION], 0),
    Bar("bytes per filter change, any size, at most 10 000", lambda known: max(value for (measure, method, _), value in known.items() if (measure, method) == (BYTES, OURS)), 10_000),
    Bar("bytes per pan or zoom, any size, at most 10 000", lambda known: max(value for (measure, method, _), value in known.items() if (measure, method) == (MOVE_BYTES, OURS)), 10_000),
    Bar("view p50 at 10M by that at 1M, at most 2", _over("view, p50", 10 * _MILLION, by=(OURS, _MILLION)), 2),
    Bar("memory above an empty app at 1M, at most 250 MB", lambda known: known[MEMORY_MB, OURS, _MILLION], 250),
    Bar("first paint at 1M by an empty map's, at most 1.3", _over(FIRST_S, _MILLION, by=(FLOOR, _MILLION)), 1.3, _WHY_FIRST),
    Bar("50 viewers filtering at once, p95, under 2 s", lambda known: next(value for (measure, method, _), value in known.items() if (measure, method) == (CROWD_S, OURS)), 2),
    Bar("of 200 idle viewers lost, none", lambda known: 200 - next(value for (measure, _, _), value in known.items() if measure == IDLE), 0),
)  # fmt: skip


#: Whoever reads waits at most three times as long as on an idle server (bench.load).
BARS += tuple(
    Bar(
        f"a reader's p95 at 1M while {load}, by the idle server's, at most 3",
        _over(READER_P95, _MILLION, by=(OURS, _MILLION), method=load),
        3,
    )
    for load in LOADS[1:]
)


#: What no run of the whole has measured.
_BY_HAND = (
    "## Measured apart",
    "",
    "- supercluster at 100,000 (`python -m bench.clusters 20`), on a machine with 22 others'",
    "  tasks: 7.9 s to index, 2.1 s to index anew for a filter, 0.04 ms a view. Ours: 97 ms",
    "  for the filter, 186 ms a view.",
    "- Views of ten million in PostgreSQL by those of one, p50 of 150, each filled whole by",
    "  `incidents import --to` (38 minutes beside other work, 41 GB; running totals were put in",
    "  another order afterwards, as it does now), asked in turn four times with nothing else to do:",
    "  1.1 or 1.2 unfiltered (15 by 12 to 13 ms), 1.6 to 1.8 by category and dates (22 to 26 by 14 to",
    "  15 ms), 1.6 to 1.9 by dates and status (29 to 31 by 17 ms); at most 2 is wanted.",
    "- The same in DuckDB, twice: 1.0 or 1.1 unfiltered (24 to 26 by 23 to 24 ms), 1.3 or 1.4 by",
    "  category and dates (49 by 36 to 38 ms), 1.2 or 1.3 by dates and status (53 to 55 by 40 to",
    "  47 ms); these by zoom at zooms 2 to 7: 1.3 to 1.9.",
    "",
)


def _piece(name: str) -> list[str]:
    """Return the lines of a page that is written by hand."""
    return Path(__file__).with_name(name).read_text("utf-8").splitlines()


def readme(results: Sequence[Result], minutes: float, *, kept: bool = False) -> str:
    """Return the table of a run in Markdown."""
    known = {
        (one.measure, one.method, one.incidents): one.value
        for one in results
        if one.value is not None
    }
    lines = [
        "# Benchmark",
        "",
        "`make bench` measures this map beside what a user would pick instead, in one",
        f"run ({minutes:.0f} minutes, {os.cpu_count()} cores, Chromium without a graphics card), and",
        "writes this page. `results.json` has every figure. `ratio` is the value by the",
        "baseline's: the same question to an empty `st_folium` map, in turn, or to a numpy scan.",
        "Peers on a canvas (`st.map`, `st.pydeck_chart`) count as painted when Streamlit",
        "has drawn them, which flatters them. All are served with the same settings.",
        "",
        "Under load (`python -m bench.load --rows 100000` measures that alone) a reader",
        "asks for views, counts, lists and records one after another, none twice, while a",
        "process of its own begins 60 downloads and leaves each after two seconds, over",
        "and over; keeps 8 downloads of all formats running; or asks four at a time with",
        "the worst CQL2 filter that is allowed: 8 areas that all places are near to.",
        "",
        *_INTAKE,
        *(
            [
                "",
                "Not all figures are of that run: what it did not measure was kept from",
                "the one before, on the same machine. Each ratio is within one run.",
            ]
            if kept
            else []
        ),
        "",
        *_piece("ground.md"),
        "",
        *_piece("site.md"),
        "",
        "## What it must reach",
        "",
        "| bar | here | |",
        "|---|---:|---|",
    ]
    reasons = []
    for bar in BARS:
        try:
            value = bar.figure(known)
        except (KeyError, StopIteration, ValueError):
            lines.append(f"| {bar.words} | | not measured in this run |")
            continue
        verdict = "reached" if value <= bar.most else "**missed**"
        lines.append(f"| {bar.words} | {value:,.3g} | {verdict} |")
        if value > bar.most and bar.why:
            reasons.append(f"- **{bar.words}.** {bar.why}")
    if reasons:
        lines += ["", "## What is missed, and why", "", *reasons]
    lines += [
        "",
        *_BY_HAND,
        "## Figures",
        "",
        "| measure | method | incidents | value | unit | baseline | ratio |",
        "|---|---|---:|---:|---|---|---:|",
    ]
    for one in results:
        value = one.note if one.value is None else f"{one.value:,.4g}"
        ratio = "" if one.ratio is None else f"{one.ratio:,.3g}"
        text = value.replace("|", "/").replace("\n", " ")
        lines.append(
            f"| {one.measure} | {one.method} | {one.incidents:,} | {text} "
            f"| {one.unit} | {one.baseline} | {ratio} |"
        )
    return "\n".join(lines) + "\n"

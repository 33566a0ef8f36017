"""Figures of a benchmark run: what is measured, of whom, and by what it is divided."""

from __future__ import annotations

from dataclasses import dataclass

OURS = "ours"
FLOOR = "empty st_folium map"
SMALL = "ours at 1,000"
FAST = "FastMarkerCluster"
SUPERCLUSTER = "supercluster"
MARKERS = "folium Marker in MarkerCluster"
#: A click on a category: ours is beside the map, a peer's above it.
FILTER_MS = "category chosen to painted map"
#: A filter that is folded at first.
ASIDE_MS = "folded filter to painted map"
#: All incidents are shown again: what a peer draws grows with the layer.
CLEAR_MS = "category cleared to painted map"
PAN_MS = "pan to painted"
ZOOM_MS = "zoom to painted"
BYTES = "bytes to the browser per change"
MOVE_BYTES = "bytes to the browser per pan or zoom"
#: What a change of filters passes through, as :meth:`bench.browser.Visit.phases` names it.
PHASES = {
    "told": "folded filter, until Streamlit has told the map",
    "answered": "folded filter, until our server has answered the map",
    "painted": "folded filter, until painted",
}
#: What both do before and when they are asked, as bench.clusters names it.
CLUSTERS = {
    "index": "layer to first view",
    "filter": "category chosen, until the next view can be asked or is there",
    "view": "a view, p50",
    "view filtered": "a view with a filter, p50",
}
BRUSH = "dragging over the bars of time"
FIRST_S = "first paint of a cold page"
#: Over 1.6 Mbit/s and 150 ms.
SLOW_S = "first paint over a slow line"
COLD_BYTES = "bytes of a cold visit"
MEMORY_MB = "memory above an empty app"
READY_S = "start to ready"
#: Nothing of the layer is kept from a start before.
FRESH_READY_S = "first start to ready"
CROWD_S = "50 viewers, p95"
IDLE = "idle viewers held of 200"
READER_P50 = "a reader's answer, p50"
READER_P95 = "a reader's answer, p95"
#: What else the server does meanwhile; first nothing (bench.load).
LOADS = (
    OURS,
    "60 exports are abandoned",
    "8 exports run",
    "the worst CQL2 filter is asked",
)


@dataclass(frozen=True)
class Result:
    """One figure: ``ratio`` is value by the baseline's value; null where not measured."""

    measure: str
    method: str
    incidents: int
    value: float | None
    unit: str
    baseline: str
    ratio: float | None
    note: str = ""


class Book:
    """Keeps the figures of a run, and makes ratios of them at the end."""

    def __init__(self) -> None:
        self._rows: list[tuple[str, str, int, float | None, str, str, str]] = []

    def note(  # noqa: PLR0913, PLR0917 - a figure has these
        self,
        measure: str,
        method: str,
        incidents: int,
        value: float | None,
        unit: str,
        baseline: str = FLOOR,
        note: str = "",
    ) -> None:
        """Write one figure down, and tell it."""
        shown = "not measured" if value is None else f"{value:,.1f} {unit}"
        print(f"{measure:36} {method:31} {incidents:>9,} {shown} {note}", flush=True)
        self._rows.append((measure, method, incidents, value, unit, baseline, note))

    def results(self) -> list[Result]:
        """Return the figures, each with its ratio to the baseline's."""
        known = {(row[0], row[1], row[2]): row[3] for row in self._rows}
        floors = {(row[0], row[1]): row[3] for row in self._rows}
        results = []
        for measure, method, incidents, value, unit, baseline, note in self._rows:
            base = known.get((measure, baseline, incidents))
            base = base or floors.get((measure, baseline))
            if baseline == SMALL:
                base = known.get((measure, OURS, 1_000))
            ratio = value / base if value is not None and base else None
            results.append(
                Result(measure, method, incidents, value, unit, baseline, ratio, note)
            )
        return results

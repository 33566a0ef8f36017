"""What an import would do to a map: the whole of it, done to a copy.

The copy holds what an import reads of a map's folder. So the counts are those that the
import itself will give, and the layer is the one that it will write; the folder stays
as it is.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Final

from geo.importing.destination import CATEGORIES_FILE, SOURCES_FILE, Destination
from geo.importing.importer import Step, bring_in
from geo.importing.looking import Look
from geo.importing.merging import StoredLayer
from geo.importing.refusals import REFUSED_FILE, UNPLACED_FILE
from geo.importing.report import Decision, Report
from geo.importing.unplaced import Geocode
from geo.layer.geojson import dump_geojson

#: Records that a map of a preview shows at most, spread over the whole layer.
MOST_SHOWN: Final = 5_000
_LAYER: Final = "incidents.geojson"
_SHOWN: Final = "shown.geojson"


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be there.

    Parameters
    ----------
    report
        What would become of each row.
    layer
        The layer that would be there, of :data:`MOST_SHOWN` records at most.
    shown, records
        How many records *layer* has, and how many there would be.
    vocabulary, sources
        Its categories and its register of sources.
    refused
        The rows that would be refused, in the columns of the file, as CSV; empty for
        none.
    """

    report: Report
    layer: Path
    shown: int
    records: int
    vocabulary: Path
    sources: Path
    refused: bytes = b""


def preview(  # noqa: PLR0913 - as for the import itself
    look: Look,
    destination: Destination,
    folder: Path,
    *,
    today: str,
    decisions: tuple[Decision, ...] = (),
    geocode: Geocode | None = None,
    step: Step | None = None,
) -> Preview:
    """Bring the records of a file into a copy of a map, and leave the map as it is.

    Parameters
    ----------
    look, today, decisions, geocode, step
        As for :func:`geo.importing.importer.bring_in`.
    destination
        The map.
    folder
        An empty folder for the copy, which the caller removes. It may be missing.

    Raises
    ------
    DataError, ExportError
        As the import itself.
    """
    copy = _copied(destination, folder)
    report = bring_in(
        look,
        copy,
        today=today,
        decisions=decisions,
        geocode=geocode,
        step=step,
    )
    shown, records = _thinned(copy.layer, folder / _SHOWN)
    refused = folder / REFUSED_FILE
    return Preview(
        report,
        folder / _SHOWN,
        shown,
        records,
        folder / CATEGORIES_FILE,
        folder / SOURCES_FILE,
        refused.read_bytes() if report.refused_file else b"",
    )


def _copied(destination: Destination, folder: Path) -> Destination:
    """Copy what an import reads of a map; return where the copy is."""
    folder.mkdir(parents=True, exist_ok=True)
    if destination.layer.exists():
        shutil.copyfile(destination.layer, folder / _LAYER)
    if destination.mappings.is_dir():
        shutil.copytree(destination.mappings, folder / destination.mappings.name)
    answers = destination.folder / UNPLACED_FILE
    if answers.exists():
        shutil.copyfile(answers, folder / UNPLACED_FILE)
    return replace(
        destination,
        folder=folder,
        map=replace(destination.map, path=folder),
        layer=folder / _LAYER,
    )


def _thinned(layer: Path, shown: Path) -> tuple[int, int]:
    """Write every so manieth record of a layer; return how many, and of how many."""
    stored = StoredLayer.open(layer)
    every = -(-len(stored) // MOST_SHOWN) or 1
    ids = list(islice(stored.ids(), 0, None, every))
    chosen = filter(None, map(stored.get, ids))
    with shown.open("wb") as file:
        file.writelines(dump_geojson(chosen, members=stored.members))
    return len(ids), len(stored)

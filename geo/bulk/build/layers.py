"""The rows of a build as a layer's GeoParquet, one partition at a time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq
import shapely

from geo.base.characters import unprintable
from geo.base.errors import DataError
from geo.base.files import whole_file
from geo.geojson import dump_geojson
from geo.layer import parse_layer
from geo.layer.table import (
    ROW_GROUP_ROWS,
    SCHEMA,
    ContentDigest,
    Marker,
    batch_of,
    file_metadata,
)
from geo.model.incident import Actor, Citation, Incident, feature_of
from geo.model.vocabulary import Precision, Vocabulary

#: Rows in memory at a time.
_STRETCH: Final = 8_192
#: What may be a telephone number, a plate, an account, a control character: such rows
#: are checked as ``incidents validate`` does. The engines have checked all else.
_DOUBTFUL: Final = re.compile(r"@|\.me/|tg:|\d[\d ().\-/\u00a0]{5,}\d|\d{3}")
_TEXTS: Final = (
    "title", "summary", "place", "place_as_written", "date_note", "location_note",
    "quote", "alleged_by", "denied_by",
)  # fmt: skip
_EXACT: Final = frozenset({Precision.VENUE, Precision.STREET})


@dataclass(frozen=True, slots=True)
class Part:
    """One partition to make.

    Parameters
    ----------
    rows
        The engine's files of its rows, sorted.
    target
        The GeoParquet file to write; beside it, its promise and its refused rows.
    updated
        The day that all rows are said to have changed, ISO.
    vocabulary
        The categories.
    sources
        Ids of the sources.
    """

    rows: tuple[str, ...]
    target: str
    updated: str
    vocabulary: Vocabulary
    sources: frozenset[str]


def write_part(part: Part) -> Marker:
    """Write one partition of a layer. The promise beside it is written last.

    Rows that hold what is never recorded, such as a telephone number, are left out
    and written to ``TARGET.refused.json``.
    """
    digest = ContentDigest()
    refused: list[tuple[int, int, str, str]] = []
    target = Path(part.target)
    target.parent.mkdir(parents=True, exist_ok=True)
    schema = SCHEMA.with_metadata(file_metadata())
    with (
        whole_file(target) as draft,
        pq.ParquetWriter(draft, schema, compression="zstd") as writer,
    ):
        for rows in _stretches(part.rows):
            incidents = [incident_of_row(row, part.updated) for row in rows]
            faults = _doubtful_faults(rows, incidents, part)
            refused += [
                (row["file_no"], row["row_no"], row["id"], faults[row["id"]])
                for row in rows
                if row["id"] in faults
            ]
            batch = batch_of(one for one in incidents if one.id not in faults)
            if batch.num_rows:
                writer.write_batch(batch, row_group_size=ROW_GROUP_ROWS)
                digest.add(batch["feature"].to_pylist())
    marker = digest.marker()
    promise = {"marker": asdict(marker), "refused": refused}
    with whole_file(promise_file(target)) as draft:
        draft.write_text(json.dumps(promise), "utf-8")
    return marker


def promise_file(target: Path) -> Path:
    """Return where a partition's promise and refused rows are kept."""
    return target.with_name(f"_{target.name}.json")


def _stretches(files: tuple[str, ...]) -> Iterator[list[dict[str, Any]]]:
    for name in sorted(files):
        with pq.ParquetFile(name) as file:
            for batch in file.iter_batches(_STRETCH):
                yield batch.to_pylist()


def incident_of_row(row: Mapping[str, Any], updated: str) -> Incident:
    """Make an incident of a row that the engine has kept."""
    placed = row["lon"] is not None
    shape = None
    if row["shape"] is not None:
        shape = shapely.from_wkb(row["shape"])
    elif placed:
        shape = shapely.Point(row["lon"], row["lat"])
    supported = ("title", "category", *(("date",) if row["date"] else ()))
    citation = Citation(source=row["source"], quote=row["quote"], supports=supported)
    actors: tuple[Actor, ...] = ()
    return Incident(
        id=row["id"],
        title=row["title"],
        summary=row["summary"],
        category=row["category"],
        kind=row["kind"],
        status=row["status"],
        date=row["date"],
        date_earliest=row["earliest"],
        date_latest=row["latest"],
        date_note=row["date_note"] or "",
        place=row["place"] or "",
        place_as_written=row["place_as_written"] or "",
        country=row["country"],
        place_role=row["place_role"],
        precision=row["precision"] if placed else None,
        radius_m=row["radius_m"] if placed else None,
        location_basis=row["location_basis"],
        location_note=row["location_note"] or "",
        count=row["given_count"],
        alleged_by=_names(row["alleged_by"]),
        denied_by=_names(row["denied_by"]),
        actors=actors,
        citations=(citation,),
        updated=updated,
        geometry=shape,
    )


def _names(text: str | None) -> tuple[str, ...]:
    return tuple(name.strip() for name in (text or "").split(";") if name.strip())


def _is_doubtful(text: str) -> bool:
    return bool(_DOUBTFUL.search(text)) or unprintable(text) is not None


def _doubtful_faults(
    rows: list[dict[str, Any]], incidents: list[Incident], part: Part
) -> dict[str, str]:
    """Return why incidents may not be recorded, by id; only the doubtful are asked."""
    doubtful = [
        incident
        for row, incident in zip(rows, incidents, strict=True)
        if row["precision"] in _EXACT
        or any(map(_is_doubtful, (row[name] or "" for name in _TEXTS)))
    ]
    if not doubtful:
        return {}
    data = b"".join(dump_geojson(map(feature_of, doubtful)))
    try:
        parse_layer(
            data, "rows", vocabulary=part.vocabulary, known_sources=part.sources
        )
    except DataError as error:
        found: dict[str, str] = {}
        for fault in error.faults:
            if fault.severity == "error" and fault.feature_id is not None:
                found.setdefault(fault.feature_id, f"{fault.where} {fault.message}")
        return found
    return {}

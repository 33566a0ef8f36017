"""The rows of a build as a layer's GeoParquet, one partition at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq
import shapely

from geo.base.files import whole_file
from geo.layer import MOST_QUOTE_WORDS, Checked, check
from geo.layer.seal import ContentDigest, Seal
from geo.layer.table import ROW_GROUP_ROWS, SCHEMA, batch_of, file_metadata
from geo.model.incident import Actor, Citation, Incident, feature_of
from geo.model.text import first_words
from geo.model.vocabulary import Vocabulary

#: Rows in memory at a time.
_STRETCH: Final = 8_192


@dataclass(frozen=True, slots=True)
class PartTask:
    """One partition to make.

    Parameters
    ----------
    rows
        The engine's files of its rows, sorted.
    target
        The GeoParquet file to write; beside it, its seal and its refused rows.
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


def write_part(part: PartTask) -> Seal:
    """Write one partition of a layer; the seal beside it is written last.

    Rows that :func:`geo.layer.check` refuses are left out, and listed beside the seal.
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
            checked = check(
                map(feature_of, incidents),
                vocabulary=part.vocabulary,
                sources=part.sources,
                name="rows",
            )
            refused += [
                (rows[index]["file_no"], rows[index]["row_no"], rows[index]["id"], why)
                for index, why in _reasons(checked)
            ]
            batch = batch_of(
                incident
                for index, incident in enumerate(incidents)
                if index not in checked.wrong
            )
            if batch.num_rows:
                writer.write_batch(batch, row_group_size=ROW_GROUP_ROWS)
                digest.add(batch["feature"].to_pylist())
    seal = digest.seal()
    beside = {"seal": asdict(seal), "refused": refused}
    with whole_file(seal_file(target)) as draft:
        draft.write_text(json.dumps(beside), "utf-8")
    return seal


def seal_file(target: Path) -> Path:
    """Return where a partition's seal and refused rows are kept."""
    return target.with_name(f"_{target.name}.json")


def _stretches(files: tuple[str, ...]) -> Iterator[list[dict[str, Any]]]:
    for name in sorted(files):
        with pq.ParquetFile(name) as file:
            for batch in file.iter_batches(_STRETCH):
                yield batch.to_pylist()


def incident_of_row(row: Mapping[str, Any], updated: str) -> Incident:
    """Return a row as a feature; none of its values are checked yet."""
    placed = row["lon"] is not None
    shape = None
    if row["shape"] is not None:
        shape = shapely.from_wkb(row["shape"])
    elif placed:
        shape = shapely.Point(row["lon"], row["lat"])
    supported = ("title", "category", *(("date",) if row["date"] else ()))
    quote = first_words(row["quote"] or "", MOST_QUOTE_WORDS)
    citation = Citation(source=row["source"], quote=quote, supports=supported)
    actors: tuple[Actor, ...] = ()
    return Incident(
        id=row["id"],
        title=row["title"],
        summary=row["summary"] or "",
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


def _reasons(checked: Checked) -> Iterator[tuple[int, str]]:
    """Go through the features that are no incidents: index, and what to mend."""
    for index, fault in sorted(checked.first_errors().items()):
        yield index, f"{fault.where}: {fault.message} {fault.remedy}".strip()

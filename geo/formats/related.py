"""Citations, actors and sources as rows of tables of their own, and joined again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import Any, Final

import pyarrow as pa

from geo.formats.records import Record
from geo.formats.rows import BATCH_ROWS, Feature, names_of, names_text
from geo.model.sources import Source

#: Properties that relational formats keep in tables of their own.
RELATED: Final = ("actors", "citations")
RELATED_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "actors": ("name", "role"),
    "citations": ("source", "quote", "prefix", "suffix", "supports", "url"),
}
SOURCE_COLUMNS: Final = (
    "id",
    "title",
    "publisher",
    "authors",
    "adapted_by",
    "language",
    "published",
    "url",
    "licence",
    "derived_from",
    "fetched_from",
    "note",
)
#: Rows of related tables, by the table's name.
Parts = dict[str, Sequence[Mapping[str, Any]]]


def related(features: Iterable[Feature], name: str) -> Iterator[dict[str, Any]]:
    """Go through the parts of incidents as rows of a table of their own.

    Parameters
    ----------
    features
        The incidents.
    name
        One of :data:`RELATED`.

    Yields
    ------
    dict
        ``incident_id``, ``number`` (from 1, the order in the record) and the part.
    """
    for feature in features:
        for number, part in enumerate(feature["properties"].get(name) or (), 1):
            row = {"incident_id": feature["id"], "number": number}
            for column in RELATED_COLUMNS[name]:
                value = part.get(column, "")
                row[column] = names_text(value or []) if column == "supports" else value
            yield row


def related_schema(name: str) -> pa.Schema:
    """Return the Arrow schema of a related table."""
    head = [pa.field("incident_id", pa.string()), pa.field("number", pa.int32())]
    return pa.schema(
        [*head, *(pa.field(column, pa.string()) for column in RELATED_COLUMNS[name])]
    )


def related_tables(features: Iterable[Feature], name: str) -> Iterator[pa.RecordBatch]:
    """Go through a related table as Arrow batches."""
    rows, shape_of = related(features, name), related_schema(name)
    while batch := list(islice(rows, BATCH_ROWS)):
        yield pa.RecordBatch.from_pylist(batch, schema=shape_of)


def source_rows(sources: Iterable[Source]) -> Iterator[dict[str, Any]]:
    """Go through sources as flat rows of :data:`SOURCE_COLUMNS`."""
    for source in sources:
        row: dict[str, Any] = {}
        for name in SOURCE_COLUMNS:
            value = getattr(source, name)
            if isinstance(value, tuple):
                value = names_text(value)
            elif isinstance(value, date):
                value = value.isoformat()
            row[name] = value
        yield row


def text_table(rows: Iterable[Mapping[str, Any]], names: Sequence[str]) -> pa.Table:
    """Return rows as a table of texts."""
    shape_of = pa.schema([pa.field(name, pa.string()) for name in names])
    return pa.Table.from_pylist(list(rows), schema=shape_of)


def joined(records: Iterable[Record], parts: Parts) -> Iterator[Record]:
    """Go through records with their parts put into them, in the order numbered.

    Parts of incidents that are not there, as when rows were deleted, are left out.
    """
    by_owner: dict[str, dict[str, list[Mapping[str, Any]]]] = {
        table: _by_owner(rows) for table, rows in parts.items()
    }
    for record in records:
        owner = str(record.properties.get("id"))
        further = {
            table: [_part(row, table) for row in owners.get(owner, ())]
            for table, owners in by_owner.items()
        }
        yield replace(record, properties=record.properties | further)


def _by_owner(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    owners: dict[str, list[Mapping[str, Any]]] = {}
    for row in sorted(rows, key=lambda row: int(row.get("number") or 0)):
        owners.setdefault(str(row.get("incident_id")), []).append(row)
    return owners


def _part(row: Mapping[str, Any], table: str) -> dict[str, Any]:
    part: dict[str, Any] = {}
    for column in RELATED_COLUMNS[table]:
        text = str(row.get(column) or "")
        if column == "supports":
            part[column] = names_of(text)
        elif column == "quote":
            part[column] = text or None
        elif column != "url" or text:
            part[column] = text
    return part

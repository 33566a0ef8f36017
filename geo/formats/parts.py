"""Citations and actors from tables of their own, joined to their incidents again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from geo.formats.raw import Record
from geo.formats.rows import RELATED_COLUMNS, names_of

#: Rows of related tables, by the table's name.
Parts = dict[str, Sequence[Mapping[str, Any]]]


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
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in sorted(rows, key=lambda row: int(row.get("number") or 0)):
        found.setdefault(str(row.get("incident_id")), []).append(row)
    return found


def _part(row: Mapping[str, Any], table: str) -> dict[str, Any]:
    part: dict[str, Any] = {}
    for column in RELATED_COLUMNS[table]:
        text = str(row.get(column) or "")
        part[column] = names_of(text) if column == "supports" else text
    return part

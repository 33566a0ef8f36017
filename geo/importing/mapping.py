"""How a table's columns become the properties of incidents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class TableMapping:
    """What each column of a table becomes, and how its values are read.

    Parameters
    ----------
    name
        Of the table: the slug of the file's stem.
    head
        The columns that it was made for.
    known
        Id of the known table that it follows, if any.
    columns
        Roles by column.
    values
        Ours by theirs, by property.
    defaults
        By property, what a record has where it says nothing.
    date_order
        ``dmy``, ``mdy``, ``ymd``, or nothing where it is not needed.
    date_formats
        Patterns of ``strptime`` that a person set.
    time_zone
        IANA zone or offset of times without one.
    crs, sheet, encoding
        How the file is read.
    source
        Id in the register, for rows that name no source.
    labels
        Labels by column of an own field.
    """

    name: str = ""
    head: tuple[str, ...] = ()
    known: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    date_order: str = ""
    date_formats: tuple[str, ...] = ()
    time_zone: str = ""
    crs: str = ""
    sheet: str = ""
    encoding: str = ""
    source: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)

"""Tables that many newsrooms bring, known by their head.

Each is one small file in ``known/``; docs/known-tables.md says how to add one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from geo.base.errors import Code, DataError, Fault
from geo.importing.mapping import DATE_ORDERS, ROLES

FOLDER: Final = Path(__file__).with_name("known")
_MEMBERS: Final = frozenset(
    {
        "title",
        "publisher",
        "heads",
        "formats",
        "columns",
        "values",
        "defaults",
        "date_order",
        "time_zone",
        "others",
    }
)


@dataclass(frozen=True, slots=True)
class KnownTable:
    """What the columns of a table are that many people know.

    Parameters
    ----------
    id
        Stable name: the stem of its file.
    title
        What people call the table.
    heads
        Sets of columns; a table that has all of one set is this one. Spelled as
        :func:`spelled` spells them.
    columns
        Role by column. Of two with a role that only one may have, the first counts
        that is there.
    publisher
        Who publishes it. For people only: never a source that a file does not name.
    formats
        The formats it comes in; empty for any.
    values, defaults, date_order, time_zone
        As in :class:`geo.importing.mapping.TableMapping`. Values of ``radius_m`` are
        by the word or code of the column that says the precision.
    others
        What columns are that it does not list: ``own``, or ``recognise`` for those
        that differ from file to file.
    """

    id: str
    title: str
    heads: tuple[frozenset[str], ...]
    columns: Mapping[str, str]
    publisher: str = ""
    formats: frozenset[str] = frozenset()
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    date_order: str = ""
    time_zone: str = ""
    others: str = "own"

    def roles(self, head: Sequence[str]) -> dict[str, str]:
        """Return the role of each column of a head that it lists, in its own order."""
        there: dict[str, str] = {}
        for column in head:
            there.setdefault(spelled(column), column)
        return {
            there[spelled(name)]: role
            for name, role in self.columns.items()
            if spelled(name) in there
        }


def spelled(column: str) -> str:
    """Return a column's name as it is compared: small letters, one space or none."""
    return " ".join(column.replace("\ufeff", "").replace("_", " ").lower().split())


def read_known_table(path: Path) -> KnownTable:
    """Read what is known of one table.

    Parameters
    ----------
    path
        A file in TOML, as docs/known-tables.md describes it.

    Raises
    ------
    DataError
        If it is not TOML, lacks its title, heads or columns, or names a role or
        member that there is not.
    """
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _wrong(path, "", f"is not a file in TOML: {error}.") from error
    for name in ("title", "heads", "columns"):
        if name not in written:
            raise _wrong(path, name, "is missing.")
    for name in written:
        if name not in _MEMBERS:
            shown = ", ".join(sorted(_MEMBERS))
            raise _wrong(path, name, f"is not known here. Write one of {shown}.")
    for column, role in written["columns"].items():
        if role not in ROLES:
            shown = ", ".join(ROLES)
            message = f"{role!r} is not a role. Write one of {shown}."
            raise _wrong(path, f'columns."{column}"', message)
    if written.get("date_order", "") not in ("", *DATE_ORDERS):
        raise _wrong(path, "date_order", f"write one of {', '.join(DATE_ORDERS)}.")
    if written.get("others", "own") not in {"own", "recognise"}:
        raise _wrong(path, "others", "write own or recognise.")
    return _table(path.stem, written)


def _table(name: str, written: Mapping[str, Any]) -> KnownTable:
    heads = tuple(frozenset(map(spelled, head)) for head in written["heads"])
    formats = frozenset(written.get("formats", ()))
    return KnownTable(**{**written, "id": name, "heads": heads, "formats": formats})


def _wrong(path: Path, where: str, message: str) -> DataError:
    fault = Fault(
        str(path),
        message,
        "See docs/known-tables.md.",
        code=Code.VALUE,
        where=where,
    )
    return DataError([fault])


@lru_cache(maxsize=1)
def known_tables() -> Mapping[str, KnownTable]:
    """Return all known tables by their id.

    Raises
    ------
    DataError
        If one of their files is wrong.
    """
    tables = map(read_known_table, sorted(FOLDER.glob("*.toml")))
    return {table.id: table for table in tables}


def known_table(name: str) -> KnownTable:
    """Return one known table by its id; raise KeyError where there is none."""
    return known_tables()[name]


def recognise(head: Sequence[str], *, format: str = "") -> KnownTable | None:  # noqa: A002 - what it is called everywhere
    """Return the known table that has this head.

    Parameters
    ----------
    head
        The names of the columns, in any order. Case, underscores and spaces around
        do not matter.
    format
        What the file is, where that is known; a table that comes in certain formats
        only is not looked for in others.

    Returns
    -------
    KnownTable or None
        Of several, the one of which more columns must be there.
    """
    there = {spelled(column) for column in head}
    fitting = [
        (len(needed), table)
        for table in known_tables().values()
        for needed in table.heads
        if needed <= there
        and needed
        and (not format or not table.formats or format in table.formats)
    ]
    return max(fitting, key=lambda each: each[0])[1] if fitting else None

"""A store: where a layer's tables are, and how that place is asked.

Tables, the same in each store
------------------------------
``incident``
    One row an incident: :data:`COLUMNS`, sorted along the Z-order curve, and
    ``deepest``, the last zoom at which its marker stands on the ground
    (:mod:`geo.engine.vagueness`).
``incident_text``
    ``row_no`` and the whole ``feature``, in the order of the layer.
``incident_shape``
    ``place_no`` and ``geometry`` (WKB) of each line and area.
``incident_area``
    The rows of ``incident`` that have a line or an area.
``incident_outline``
    The places of these, each once; ``incident_mark`` has narrow rows of all that are
    placed, where rows are kept together (:mod:`geo.engine.marks`).
``incident_place``
    The places of incidents that are too vague for a marker in a street, with the extent
    of their uncertainty and how many incidents they have by category.
``incident_cell``, ``incident_cell_code``, ``incident_cell_year``, ``incident_cell_month``
    Summaries: what each grid cell holds, by zoom and category, codes, years or months;
    the last two also with status (:mod:`geo.engine.cells`). Empty in a small layer.
    Where rows are kept together there are running totals of these, from a year or month
    on and up to one: ``incident_cell_since_year_status`` and so forth.
``incident_by_time``
    Dated incidents with a place in order of time, for the days of a month, or the months
    of a year, that is asked for in part; likewise.
``incident_count``, ``incident_span``, ``incident_day``
    Totals by codes, by months and by days (:mod:`geo.engine.totals`); likewise.
``incident_layer``
    One row: :class:`Facts`.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from geo.engine import cells
from geo.engine.answers import Condition, PlaceView
from geo.layer.seal import LAYOUT
from geo.layer.table import SCHEMA

#: Columns of ``incident``: those of the layer's file, but texts that only one
#: record's reader wants, and the row's number in the layer, from 0.
COLUMNS: Final = (
    "row_no",
    *(name for name in SCHEMA.names if name not in {"feature", "geometry"}),
)
#: Raise it when other tables change, or how one is made.
_REVISION: Final = 12
#: Changes when what is in the tables does: stores that have others are made anew. It
#: follows the filters and the summaries, so that nobody has to think of it for these.
TABLES_VERSION: Final = (
    zlib.crc32(repr((LAYOUT, _REVISION, cells.TABLES, cells.RUNNING)).encode()) >> 1
)
#: Tables that are made of ``incident`` and of the shapes.
DERIVED: Final = (
    "incident_shape",
    "incident_area",
    "incident_outline",
    "incident_place",
    *(table.name for table in cells.TABLES),
    cells.BY_TIME,
    "incident_count",
    "incident_span",
    "incident_day",
)
#: Seconds that a statement may take where nobody says otherwise.
QUERY_TIMEOUT_S: Final = 15.0
#: Rows in memory at a time while an answer is gone through.
STRETCH_ROWS: Final = 10_000
FACT_NAMES: Final = ("layout", "version", "rows", "updated", "members", "cell_shifts")


_DATABASES: Final = ("postgresql://", "postgres://")


def is_database(layer: str) -> bool:
    """Tell whether a layer's name is a database's URL."""
    return layer.startswith(_DATABASES)


def named_safely(url: str) -> str:
    """Return a database's address without its user and password."""
    parts = urlsplit(url)
    host = parts.hostname or "localhost"
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{host}{port}{parts.path}"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a layer as a whole.

    Parameters
    ----------
    version
        Changes when the content does.
    rows
        How many incidents.
    updated
        The day a record last changed, ISO; empty if unknown.
    members
        Foreign members of the layer's file.
    cell_shifts
        Which cells are summarised in each table, by the shift that makes them of
        coordinates.
    """

    version: str
    rows: int
    updated: str = ""
    members: dict[str, Any] = field(default_factory=dict)
    cell_shifts: Mapping[str, Sequence[int]] = field(default_factory=dict)

    def as_row(self) -> tuple[Any, ...]:
        """Return the row of ``incident_layer``, of :data:`FACT_NAMES`."""
        members = json.dumps(self.members, ensure_ascii=False)
        shifts = json.dumps(self.cell_shifts)
        return TABLES_VERSION, self.version, self.rows, self.updated, members, shifts

    @classmethod
    def of_row(cls, row: Sequence[Any]) -> Facts:
        """Return the facts of a row."""
        _, version, rows, updated, members, shifts = row
        return cls(version, rows, updated, json.loads(members), json.loads(shifts))


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a database spells the few things that SQL leaves open.

    Each is a template, in which ``{0}`` and ``{1}`` stand for its arguments.

    Parameters
    ----------
    member
        The text of a feature's member {1} within {0}, which are names of JSON.
    own_member
        The text of a feature's property whose name is the one parameter.
    holds
        Whether the list {0} has the text {1}.
    is_empty
        Whether the list {0} has nothing.
    lower
        The text {0} in lower case, of any script.
    unaccented
        The text {0} without accents.
    """

    member: str
    own_member: str
    holds: str
    is_empty: str
    lower: str
    unaccented: str


class Store(Protocol):
    """One layer's tables in one database. Safe to share between threads."""

    @property
    def dialect(self) -> Dialect:
        """How the database spells what is not the same everywhere."""

    @property
    def marks(self) -> str:
        """The table with the columns of :data:`geo.engine.marks.MARKS`."""

    @property
    def facts(self) -> Facts:
        """What is known of the layer as a whole."""

    def ask(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement with a value for each ``?``, and return every row.

        Raises
        ------
        EngineAwayError
            If the database does not answer.
        TooLongError
            If the statement or the work it belongs to takes too long (geo.base.work).
        StoppedError
            If nobody waits for the answer any more.
        """

    def stretches(
        self, sql: str, parameters: Sequence[Any] = ()
    ) -> Iterator[list[tuple[Any, ...]]]:
        """Run one statement and go through its rows, a stretch in memory at a time.

        Go through all of them at once: the statement's time runs.

        Raises
        ------
        EngineAwayError, TooLongError, StoppedError
            As :meth:`ask`.
        """

    def named(self, ids: Sequence[str]) -> Condition:
        """Return the condition that an incident has one of these ids, the quickest way."""

    def at_places(self, places: Sequence[PlaceView]) -> Condition:
        """Return the condition that an incident is at one of these places, at least one."""

    def numbered(self, numbers: Sequence[int]) -> Condition:
        """Return the condition that ``row_no`` is one of these."""

    def holding(self, word: str) -> Condition:
        """Return the condition that ``search`` holds a folded word."""

    def current_version(self) -> str:
        """Return the version of what is there now: a database may have been filled anew.

        Raises
        ------
        EngineAwayError
            If the database does not answer.
        """

    def close(self) -> None:
        """Give back what it holds; questions are over."""

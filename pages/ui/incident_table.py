"""The incidents as a table in the words of readers: each title opens its record.

The rows are the engine's own columns, and not those of :mod:`geo.atlas.frame`, which reads
the whole text of each incident.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from markupsafe import Markup

from geo.engine import Row
from geo.model.geonames import country_name
from geo.model.own_fields import OwnField, is_address, own_words
from geo.model.query import Query
from geo.model.vocabulary import (
    KIND_LABELS,
    PRECISION_LABELS,
    Kind,
    Precision,
    Vocabulary,
)
from geo.model.wording import NOT_KNOWN, NOT_PLACED, date_words
from pages.ui.address import INCIDENT
from pages.ui.wide_table import table_html

_TITLE: Final = Markup('<a href="{}" target="_self">{}</a>')
_LINK: Final = Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>')
_DAY: Final = Markup('<span class="day">{}</span>')


def incidents_html(
    rows: Sequence[Row],
    claims: Mapping[str, str],
    query: Query,
    vocabulary: Vocabulary,
    own: Sequence[tuple[OwnField, Mapping[str, Any]]],
) -> Markup:
    """Return the table of some incidents.

    Parameters
    ----------
    rows
        The incidents, in order; one at least.
    claims
        How sure each is, who alleges and who denies it, in words by its id.
    query
        The filters in force, which the links to the records keep.
    vocabulary
        Their categories.
    own
        The fields of the map's own that are shown, each with its values by incident; what
        has none is not known.
    """
    cells = [_cells(row, claims[row.id], query, vocabulary, own) for row in rows]
    return table_html(
        "Table of incidents", list(cells[0]), [list(each.values()) for each in cells]
    )


def record_address(incident_id: str, query: Query) -> str:
    """Return where the map shows an incident's record with these filters."""
    parameters = {**query.parameters(), INCIDENT: [incident_id]}
    return f"/?{urlencode(parameters, doseq=True)}"


def _cells(
    row: Row,
    claim: str,
    query: Query,
    vocabulary: Vocabulary,
    own: Sequence[tuple[OwnField, Mapping[str, Any]]],
) -> dict[str, str]:
    """Return what a row says, by the heads of the columns."""
    unsaid = NOT_KNOWN if row.located else NOT_PLACED
    exact = PRECISION_LABELS[Precision(row.precision)] if row.precision else unsaid
    return {
        "Title": _TITLE.format(record_address(row.id, query), row.title),
        "How sure": claim,
        "Date": date_words(row.date),
        "What happened": vocabulary[row.category].label,
        "Place": row.place or NOT_KNOWN,
        "How exactly placed": exact.removeprefix("Placed ").capitalize(),
        "Country or territory": country_name(row.country) if row.country else NOT_KNOWN,
        "Kind": KIND_LABELS[Kind(row.kind)],
        **{field.label: _own_cell(values.get(row.id)) for field, values in own},
        "First possible day": _day(row.earliest),
        "Last possible day": _day(row.latest),
    }


def _day(day: date | None) -> str:
    return NOT_KNOWN if day is None else _DAY.format(day.isoformat())


def _own_cell(value: object) -> str:
    if value is None or value == "":
        return NOT_KNOWN
    words = own_words(value)
    return _LINK.format(words, words) if is_address(value) else words

"""The table of incidents as HTML: its first cell opens the record, on a phone each row is a card.

A real table, since what draws a data frame is a picture: no link in it can be opened in
another tab, and a reader of the screen hears of the cells in sight only. The rows are the
engine's own columns, in the words of readers, and not those of :mod:`geo.atlas.frame`,
which reads the whole text of each incident.
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
    STATUS_LABELS,
    Kind,
    Precision,
    Status,
    Vocabulary,
)
from geo.model.wording import NOT_KNOWN, NOT_PLACED, date_words
from pages.ui.address import INCIDENT

_STYLE: Final = Markup("""<style>
.incidents-scroll {overflow-x: auto; border: 1px solid rgba(128,134,139,.45); border-radius: 6px}
.incidents-scroll:focus-visible {outline: 3px solid #0b5c8c}
.incidents {border-collapse: collapse; width: 100%; font-size: .92rem; line-height: 1.35}
.incidents th, .incidents td {text-align: left; vertical-align: top; padding: .45rem .7rem;
  border-bottom: 1px solid rgba(128,134,139,.3); overflow-wrap: break-word; max-width: 22rem}
.incidents thead th {font-weight: 650; white-space: nowrap}
.incidents tbody th {font-weight: 600; min-width: 15rem}
.incidents td {min-width: 6rem}
.incidents td:nth-child(2) {min-width: 10.5rem}
.incidents .day {white-space: nowrap}
@media (max-width: 700px) {
  .incidents, .incidents tbody, .incidents tr, .incidents th, .incidents tbody tr td {
    display: block; max-width: none; min-width: 0}
  .incidents thead {position: absolute; clip-path: inset(50%); height: 1px; overflow: hidden}
  .incidents tr {padding: .5rem 0; border-bottom: 2px solid rgba(128,134,139,.45)}
  .incidents th, .incidents td {border: 0; padding: .15rem .7rem; overflow-wrap: anywhere}
  .incidents tbody th {padding: .3rem .7rem .5rem; font-size: 1rem}
  .incidents td::before {content: attr(data-label) ": "; font-weight: 600}
}
</style>""")
_TABLE: Final = Markup(
    '<div class="incidents-scroll" role="region" tabindex="0" aria-label="Table of '
    'incidents"><table class="incidents" role="table"><thead role="rowgroup">'
    '<tr role="row">{}</tr></thead><tbody role="rowgroup">{}</tbody></table></div>'
)
_HEAD: Final = Markup('<th scope="col" role="columnheader">{}</th>')
_ROW: Final = Markup('<tr role="row">{}{}</tr>')
_TITLE: Final = Markup(
    '<th scope="row" role="rowheader" dir="auto"><a href="{}" target="_self">{}</a></th>'
)
_CELL: Final = Markup('<td role="cell" dir="auto" data-label="{}">{}</td>')
_LINK: Final = Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>')
_DAY: Final = Markup('<span class="day">{}</span>')


def table_html(
    rows: Sequence[Row],
    query: Query,
    vocabulary: Vocabulary,
    own: Mapping[OwnField, Mapping[str, Any]],
) -> Markup:
    """Return the table of some incidents.

    Parameters
    ----------
    rows
        The incidents, in order.
    query
        The filters in force, which the links to the records keep.
    vocabulary
        Their categories.
    own
        For each field of the map's own that is shown, the values by incident; what has
        none is not known.
    """
    told = [(row, _cells(row, vocabulary, own)) for row in rows]
    labels = [label for label, _ in told[0][1]] if told else []
    heads = Markup("").join(map(_HEAD.format, ["Title", *labels]))
    body = Markup("").join(
        _ROW.format(
            _TITLE.format(record_address(row.id, query), row.title),
            Markup("").join(_CELL.format(label, value) for label, value in cells),
        )
        for row, cells in told
    )
    return _STYLE + _TABLE.format(heads, body)


def record_address(incident_id: str, query: Query) -> str:
    """Return where the map shows an incident's record with these filters."""
    asked = {**query.parameters(), INCIDENT: [incident_id]}
    return f"/?{urlencode(asked, doseq=True)}"


def _cells(
    row: Row, vocabulary: Vocabulary, own: Mapping[OwnField, Mapping[str, Any]]
) -> list[tuple[str, str]]:
    """Return what a row says beside its title, each under its label."""
    unsaid = NOT_KNOWN if row.located else NOT_PLACED
    exact = PRECISION_LABELS[Precision(row.precision)] if row.precision else unsaid
    return [
        ("Date", date_words(row.date)),
        ("What happened", vocabulary[row.category].label),
        ("How sure", STATUS_LABELS[Status(row.status)]),
        ("Place", row.place or NOT_KNOWN),
        ("How exactly placed", exact.removeprefix("Placed ").capitalize()),
        (
            "Country or territory",
            country_name(row.country) if row.country else NOT_KNOWN,
        ),
        ("Kind", KIND_LABELS[Kind(row.kind)]),
        *(
            (field.label, _own_cell(values.get(row.id)))
            for field, values in own.items()
        ),
        ("First possible day", _day(row.earliest)),
        ("Last possible day", _day(row.latest)),
    ]


def _day(day: date | None) -> str:
    return NOT_KNOWN if day is None else _DAY.format(day.isoformat())


def _own_cell(value: object) -> str:
    if value is None or value == "":
        return NOT_KNOWN
    words = own_words(value)
    return _LINK.format(words, words) if is_address(value) else words

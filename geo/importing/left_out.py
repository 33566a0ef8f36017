"""Rows of a table that are no records: blank ones, heads, hashtags, lines, totals, notes.

Each is counted and said; what is doubtful stays a record.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd

from geo.importing.cells import is_blank
from geo.importing.hxl import is_hashtag_row
from geo.importing.likeness import number_of, trimmed
from geo.importing.mapping import TableMapping
from geo.importing.remarks import MOST_EXAMPLES, Remark
from geo.model.folding import fold

#: Rows in which hashtags, lines and, from the end, notes and totals are looked for.
_FIRST_ROWS: Final = 25
_LAST_ROWS: Final = 200
#: Rows that are filled so much less than most are looked at as totals.
_SPARSE: Final = 0.7
_NOTE_WORDS: Final = 12
_LONGEST_TOTAL: Final = 30
#: Columns in which the word for a total is looked for.
_FIRST_COLUMNS: Final = 8
_TOTALS: Final = frozenset(
    (
        *("total", "totals", "grand total", "subtotal", "sub total", "sum", "sums"),
        *("overall total", "total general", "totals all", "all", "ukupno", "укупно"),
        *("zbir", "збир", "svega", "свега", "suma", "сума", "итого", "всего", "разом"),
        *("всього", "усього", "сумма", "общий итог", "итог", "suma total", "totales"),
        *("totaux", "somme", "total général", "gesamt", "gesamtsumme", "summe"),
        *("insgesamt", "soma", "total geral", "المجموع", "الإجمالي", "اجمالي"),
        *(
            "مجموع",
            "جمع",
            "جمع کل",
            "مجموع کل",
            "toplam",
            "genel toplam",
            "yekun",
            "totale",
            "totaal",
            "razem",
        ),
    )
)
#: How notes below a table begin.
_NOTES: Final = frozenset(
    map(
        fold,
        (
            *("source", "sources", "note", "notes", "data", "last updated", "updated"),
            *("quelle", "quellen", "anmerkung", "stand", "fuente", "fuentes", "nota"),
            *("notas", "fonte", "fontes", "izvor", "izvori", "napomena", "извор"),
            *("напомена", "источник", "источники", "примечание", "джерело", "примітка"),
            *(
                "المصدر",
                "ملاحظة",
                "منبع",
                "یادداشت",
                "kaynak",
                "not",
                "copyright",
                "licence",
                "license",
            ),
        ),
    )
)
#: What is drawn under a head or over a total where a table is plain text.
_LINE: Final = re.compile(
    r"[\s:+|]*[-=_\u2013\u2014\u2500\u2501\u2550]{3}[-=_\u2013\u2014\u2500\u2501\u2550\s:+|]*"
)
_PLACED_OR_DATED: Final = frozenset(
    {"lat", "lon", "point", "easting", "northing", "date", "date.start", "date.end"}
)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Which rows of a table are records.

    Parameters
    ----------
    kept
        Numbers of the rows that are, in the order of the table.
    remarks
        What is said of the others; none where all are records.
    hashtags
        Hashtag of HXL by column, where a row of them was left out.
    """

    kept: pd.Index[Any]
    remarks: tuple[Remark, ...] = ()
    hashtags: Mapping[str, str] = field(default_factory=dict)


def leave_out(
    frame: pd.DataFrame, mapping: TableMapping, *, placed: Sequence[bool] | None = None
) -> LeftOut:
    """Tell the rows that are records from those that are none.

    Parameters
    ----------
    frame
        The table; its index numbers the rows in the file.
    mapping
        What the columns are, as far as that is known: a row with a date or a
        coordinate is no total.
    placed
        Whether each row has a geometry of its own; None where no row has. Such a row
        is a record, though all its cells may be empty.

    Returns
    -------
    LeftOut
        An empty table has neither records nor remarks.
    """
    filled = _filled(frame)
    counts = filled.sum(axis=1)
    free = ~np.asarray(placed, dtype=bool) if placed is not None else counts >= 0
    rows = _Rows(frame, filled, counts, free, mapping)
    blank = np.flatnonzero((counts == 0) & free)
    heads = [row for row in rows.candidates_for_head() if rows.is_head(row)]
    tags = [
        row
        for row in range(min(_FIRST_ROWS, len(frame)))
        if free[row] and is_hashtag_row(rows.cells(row))
    ]
    lines = [row for row in rows.at_the_ends() if rows.is_line(row)]
    gone = {*blank.tolist(), *heads, *tags, *lines}
    totals = [
        row
        for row in rows.candidates_for_total()
        if row not in gone and rows.is_total(row)
    ]
    gone.update(totals)
    notes = rows.notes(gone)
    gone.update(notes)
    kept = np.ones(len(frame), dtype=bool)
    kept[sorted(gone)] = False
    return LeftOut(
        frame.index[kept],
        tuple(
            _remark(code, message, frame, positions, rows)
            for code, message, positions in (
                ("left_out.blank", "{} blank and left out.", blank.tolist()),
                ("left_out.head", "{} the head again, and left out.", heads),
                (
                    "left_out.hxl",
                    "{} HXL hashtags: left out, and used to know the columns.",
                    tags,
                ),
                (
                    "left_out.line",
                    "{} a line drawn between others, and left out.",
                    lines,
                ),
                ("left_out.total", "{} a total of the others, and left out.", totals),
                ("left_out.note", "{} a note below the table, and left out.", notes),
            )
            if positions
        ),
        _hashtags(frame, tags),
    )


def _hashtags(frame: pd.DataFrame, tags: Sequence[int]) -> dict[str, str]:
    if not tags:
        return {}
    cells = frame.iloc[tags[0]]
    return {
        str(column): str(cell).strip()
        for column, cell in cells.items()
        if not is_blank(cell)
    }


def _remark(
    code: str,
    message: str,
    frame: pd.DataFrame,
    positions: Sequence[int],
    rows: _Rows,
) -> Remark:
    count = len(positions)
    verbs = {"left_out.hxl": ("holds", "hold")}.get(code, ("is", "are"))
    shown = f"1 row {verbs[0]}" if count == 1 else f"{count:,} rows {verbs[1]}"
    texts = [", ".join(map(trimmed, rows.cells(row))) for row in positions[:50]]
    examples = tuple(dict.fromkeys(text[:80] for text in texts if text))
    return Remark(
        code,
        message.format(shown),
        tuple(int(number) for number in frame.index[list(positions)]),
        examples[:MOST_EXAMPLES],
        ""
        if code in {"left_out.blank", "left_out.line"}
        else "If it is a record, give it a date or a place in the file.",
    )


def _filled(frame: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return which cells say anything, shape (rows, columns).

    Texts are looked at closely only in rows that have few, and at the ends, where
    columns that are padded with spaces may hide a total: to strip every cell of a
    million rows takes long, and whether a full row has one cell more is no matter.
    """
    filled = np.zeros(frame.shape, dtype=bool)
    for number, name in enumerate(frame.columns):
        column = frame[name] if frame.columns.is_unique else frame.iloc[:, number]
        there = column.notna().to_numpy(dtype=bool, copy=True)
        if not pd.api.types.is_numeric_dtype(column.dtype):
            there &= ~(column == "").fillna(value=False).to_numpy(dtype=bool)
        filled[:, number] = there
    few = filled.sum(axis=1) <= max(1, frame.shape[1] // 2)
    few[:_FIRST_ROWS] = few[-_LAST_ROWS:] = True
    for number in range(frame.shape[1]) if few.any() else ():
        filled[:, number] &= ~(few & _which(frame.iloc[:, number], few, is_blank))
    return filled


def _which(
    column: pd.Series[Any], rows: np.ndarray[Any, Any], says: Callable[[Any], bool]
) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return where a column has a value for which *says* is true, tried once for each.

    Parameters
    ----------
    column
        Any values.
    rows
        Which rows are looked at, one truth a row.
    """
    if pd.api.types.is_numeric_dtype(column.dtype):
        return np.zeros(len(column), dtype=bool)
    try:
        values = column[rows].unique()
        wanted = [v for v in values if isinstance(v, str) and says(v)]
        if not wanted:
            return np.zeros(len(column), dtype=bool)
        return column.isin(wanted).to_numpy(dtype=bool)
    except TypeError:  # lists and mappings cannot be looked up
        cells = column.to_numpy(dtype=object)
        return np.array([says(cell) for cell in cells])


def _is_total_word(cell: object) -> bool:
    text = cell if isinstance(cell, str) else ""
    return len(text) <= _LONGEST_TOTAL and text.strip(" :.\t").lower() in _TOTALS


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows of a table by their position, and what can be told of them."""

    frame: pd.DataFrame
    filled: np.ndarray[Any, np.dtype[np.bool_]]
    counts: np.ndarray[Any, np.dtype[Any]]
    free: np.ndarray[Any, np.dtype[np.bool_]]
    mapping: TableMapping

    def cells(self, row: int) -> list[Any]:
        """Return the filled cells of a row."""
        values = self.frame.iloc[row].to_numpy(dtype=object)
        return [values[column] for column in np.flatnonzero(self.filled[row])]

    def names(self, row: int) -> list[str]:
        """Return the names of the filled columns of a row."""
        columns = self.frame.columns[self.filled[row]]
        return [str(column) for column in columns]

    def candidates_for_head(self) -> list[int]:
        """Return rows of which one of the first columns says its own name."""
        alike = np.zeros(len(self.frame), dtype=bool)
        for number, name in enumerate(self.frame.columns[:5]):
            column = self.frame.iloc[:, number]
            if not pd.api.types.is_numeric_dtype(column.dtype):
                alike |= (column == name).fillna(value=False).to_numpy(dtype=bool)
        return [int(row) for row in np.flatnonzero(alike & self.free)]

    def is_head(self, row: int) -> bool:
        """Tell whether a row says the names of its columns and nothing else."""
        cells, names = self.cells(row), self.names(row)
        same = [
            trimmed(cell) == name.strip()
            for cell, name in zip(cells, names, strict=True)
        ]
        enough = min(2, self.frame.shape[1])
        return sum(same) >= enough and sum(same) >= 0.8 * len(same)

    def at_the_ends(self) -> Sequence[int]:
        """Return the first and the last rows, each once."""
        total = len(self.frame)
        last = range(max(_FIRST_ROWS, total - _FIRST_ROWS), total)
        return [*range(min(_FIRST_ROWS, total)), *last]

    def is_line(self, row: int) -> bool:
        """Tell whether a row is a line drawn with signs, and nothing else."""
        if not self.free[row] or not self.counts[row]:
            return False
        return all(_LINE.fullmatch(trimmed(cell)) for cell in self.cells(row))

    def candidates_for_total(self) -> list[int]:
        """Return rows, filled less than most or the last, with a word for a total."""
        if not len(self.frame):
            return []
        usual = float(np.median(self.counts))
        few = (self.counts > 0) & (self.counts <= max(_SPARSE * usual, 1))
        last = np.zeros(len(self.frame), dtype=bool)
        last[-3:] = self.counts[-3:] > 0
        sparse = (few | last) & self.free
        words = np.zeros(len(self.frame), dtype=bool)
        for number in range(min(_FIRST_COLUMNS, self.frame.shape[1])):
            words |= _which(self.frame.iloc[:, number], sparse, _is_total_word)
        return [int(row) for row in np.flatnonzero(sparse & words)]

    def is_total(self, row: int) -> bool:
        """Tell whether a row sums up the others: the word, and else only numbers."""
        cells, names = self.cells(row), self.names(row)
        words = [trimmed(cell) for cell in cells if number_of(cell) is None]
        if len(words) != 1 or not _is_total_word(words[0]):
            return False
        # The word itself may stand in the first column, which often is that of dates.
        roles = {
            self.mapping.columns.get(name, "")
            for cell, name in zip(cells, names, strict=True)
            if number_of(cell) is not None
        }
        usual = float(np.median(self.counts[self.counts > 0]))
        return not roles & _PLACED_OR_DATED and len(cells) < usual

    def notes(self, gone: set[int]) -> list[int]:
        """Return the rows at the end that hold one cell with a note."""
        if self.frame.shape[1] < 3:  # noqa: PLR2004 - two columns are often half empty
            return []
        usual = (
            float(np.median(self.counts[self.counts > 0])) if self.counts.any() else 0
        )
        if usual < 2:  # noqa: PLR2004 - most rows have one cell: none of them is a note
            return []
        notes: list[int] = []
        below: list[int] = []
        for row in range(
            len(self.frame) - 1, max(-1, len(self.frame) - _LAST_ROWS), -1
        ):
            if row in gone:
                # What stands under a blank row does not belong to the table.
                if self.counts[row] == 0:
                    notes += below
                    below = []
                continue
            if self.counts[row] != 1 or not self.free[row]:
                break
            text = trimmed(self.cells(row)[0])
            if number_of(text) is not None:
                break
            if _is_note(text):
                notes += [*below, row]
                below = []
            else:
                below.append(row)
        return sorted(notes)


def _is_note(text: str) -> bool:
    before, colon, _ = text[:60].partition(":")
    return (
        text.startswith(("*", "†", "©", "¹", "(c)"))
        or (bool(colon) and fold(before) in _NOTES)
        or len(text.split()) >= _NOTE_WORDS
    )

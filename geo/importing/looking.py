"""Looking through a file: its columns, what each becomes, and what must be asked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Final, cast

import pandas as pd

from geo.base.errors import QueryError
from geo.formats.guarded import Guard
from geo.formats.input_file import ReadOptions
from geo.formats.opening import open_table
from geo.formats.table import Table
from geo.importing.columns import answer, propose_mapping
from geo.importing.countries import read_countries
from geo.importing.date_evidence import BESIDE, contradict, order_beside
from geo.importing.dates import DateStyle, check_formats, look_at_dates
from geo.importing.dates.style import Order
from geo.importing.left_out import leave_out
from geo.importing.mapping import (
    FOLDER,
    ROLES,
    SHARED_ROLES,
    TableMapping,
    check_mapping,
    mapping_for,
    read_mapping,
)
from geo.importing.questions import Question
from geo.importing.remarks import Remark
from geo.importing.rows import with_texts
from geo.model.ids import slug

#: The column that a list of refused records has beside those of its table.
REASON: Final = "why it was refused"
#: What asks for the order of day and month in dates.
DATE_ORDER: Final = "date_order"
_ZONE: Final = "time_zone"
#: Questions that columns of dates raise.
_OF_DATES: Final = frozenset({DATE_ORDER, _ZONE})
#: Roles of columns of whole dates.
DATES: Final = ("date", "date.start", "date.end")
_ORDERS: Final = {"dmy": "day first", "mdy": "month first", "ymd": "year first"}
_OWN: Final = "extra."
#: What answers a question with one of its choices.
Choose = Callable[[Question], str]


@dataclass(frozen=True, slots=True)
class Changes:
    """What a caller says of a table, over what is proposed or remembered.

    Parameters
    ----------
    columns
        Role by column; ``extra.NAME`` keeps it as an own field of that label.
    values, defaults, date_formats, date_order, time_zone, source, mends
        As for :class:`~geo.importing.mapping.TableMapping`.
    drop
        Columns that are left out.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    drop: Collection[str] = ()
    date_formats: tuple[str, ...] = ()
    date_order: str = ""
    time_zone: str = ""
    source: str = ""
    mends: tuple[str, ...] = ()

    def applied(self, mapping: TableMapping, head: Collection[str]) -> TableMapping:
        """Return a mapping with these changes.

        A role that only one column may have is taken from the column that had it.

        Raises
        ------
        QueryError
            If a column or a role is not known.
        """
        check_formats(self.date_formats)
        columns, labels = dict(mapping.columns), dict(mapping.labels)
        for option, names in (("map", self.columns), ("drop", self.drop)):
            for column in names:
                if column not in head:
                    shown = ", ".join(map(repr, head)) or "none"
                    msg = (
                        f"{column!r} is not a column of the file. Columns are {shown}."
                    )
                    raise QueryError(option, msg)
        for column, written in self.columns.items():
            role = "own" if written.startswith(_OWN) else written
            if role != written:
                labels[column] = written.removeprefix(_OWN)
            if role not in ROLES:
                shown = ", ".join(ROLES)
                msg = f"{role!r} is not what a column can be. Write one of {shown}."
                raise QueryError("map", msg)
            if role not in SHARED_ROLES:
                columns = {
                    name: "own" if its == role else its for name, its in columns.items()
                }
            columns[column] = role
        columns |= dict.fromkeys(self.drop, "drop")
        values = {name: dict(of) for name, of in mapping.values.items()}  # noqa: PD011 - no pandas
        for name, of in self.values.items():
            values.setdefault(name, {}).update(of)
        return replace(
            mapping,
            columns=columns,
            labels=labels,
            values=values,
            defaults={**mapping.defaults, **self.defaults},
            date_formats=self.date_formats or mapping.date_formats,
            date_order=self.date_order or mapping.date_order,
            time_zone=self.time_zone or mapping.time_zone,
            source=self.source or mapping.source,
            mends=self.mends or mapping.mends,
        )


@dataclass(frozen=True, slots=True)
class Look:
    """What a file holds, and how it will be read.

    Parameters
    ----------
    path
        The file.
    table
        What it says.
    mapping
        How its columns are read.
    questions
        What the file does not tell, each with a proposal that the mapping follows.
    reasons
        Why each column becomes what it becomes.
    kept
        Numbers of the rows that are records.
    styles
        How the dates of each column of dates are written.
    remarks
        What was left out, and what is odd.
    is_remembered
        Whether the mapping was made for an earlier table with the same columns.
    """

    path: Path
    table: Table
    mapping: TableMapping
    questions: tuple[Question, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)
    kept: pd.Index[Any] = field(default_factory=lambda: pd.RangeIndex(0))
    styles: Mapping[str, DateStyle] = field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()
    is_remembered: bool = False

    @property
    def records(self) -> pd.DataFrame:
        """The rows of the table that are records."""
        frame = self.table.frame
        return frame if len(self.kept) == len(frame) else frame.loc[self.kept]


def look_through(  # noqa: PLR0913 - what is known of the file
    path: Path,
    *,
    folder: Path | None,
    today: date,
    opening: ReadOptions | None = None,
    changes: Changes | None = None,
    guard: Guard | None = None,
) -> Look:
    """Read a file, and decide how its columns are to be read.

    Parameters
    ----------
    path
        A file of any format of :data:`geo.formats.registry.FORMATS`.
    folder
        The map's folder, which may remember tables with the same columns; None for
        none.
    today
        Two-digit years do not land after it.
    opening
        How to open it, where it does not say itself.
    changes
        What the caller says of it.
    guard
        What reading it may take.

    Raises
    ------
    DataError
        If the file cannot be read, or a mapping of the folder is wrong.
    QueryError
        If the caller names what the file has not.
    """
    changes = changes or Changes()
    if opening is None or opening == ReadOptions():
        opening = remembered_opening(folder, path) if folder else ReadOptions()
    table = _without_reasons(open_table(path, opening, guard))
    if table.is_export:
        return Look(
            path, table, TableMapping(name=slug(path.stem)), kept=table.frame.index
        )
    head = tuple(map(str, table.frame.columns))
    mapping = mapping_for(folder, head) if folder is not None else None
    questions: tuple[Question, ...] = ()
    reasons: Mapping[str, str] = {}
    is_remembered = mapping is not None
    if mapping is None:
        proposal = propose_mapping(
            table.frame,
            format=table.format,
            name=path.stem,
            has_geometry=any(shape is not None for shape in table.geometry),
            today=today,
        )
        mapping, questions, reasons = (
            proposal.mapping,
            proposal.questions,
            proposal.reasons,
        )
    else:
        table = with_texts(table, mapping)
        dated = [table.frame[c] for c, role in mapping.columns.items() if role in DATES]
        if any(contradict(column, mapping.date_order) for column in dated):
            mapping = replace(mapping, date_order="")
    mapping = _as_opened(changes.applied(mapping, head), opening)
    check_mapping(mapping, str(path))
    table = with_texts(table, mapping)
    placed = [shape is not None for shape in table.geometry]
    left = leave_out(table.frame, mapping, placed=placed)
    look = Look(
        path,
        table,
        mapping,
        tuple(
            each
            for each in (*questions, *filter(None, [_source_question(mapping)]))
            if each.key not in _settled(changes) and not is_remembered
        ),
        reasons,
        left.kept,
        remarks=tuple(left.remarks),
        is_remembered=is_remembered,
    )
    return _with_dates(look, today)


def answer_questions(look: Look, choose: Choose, today: date) -> Look:
    """Return a look in which each question has its answer.

    Parameters
    ----------
    look
        A file that was looked through.
    choose
        Called with each question; returns one of its choices, or an empty text for
        none of them.
    today
        As for :func:`look_through`.

    Raises
    ------
    QueryError
        If an answer is none of the choices.
    """
    answered: set[str] = set()
    while look.questions:
        question, *others = look.questions
        answered.add(question.key)
        try:
            mapping = answer(look.mapping, question, choose(question))
        except ValueError as error:
            raise QueryError(question.key, str(error)) from error
        table = with_texts(look.table, mapping)
        look = replace(look, table=table, mapping=mapping, questions=tuple(others))
        look = _with_dates(look, today)
        # What a choice of columns raises is asked as well, but nothing twice.
        left = {each.key: each for each in look.questions if each.key not in answered}
        look = replace(look, questions=tuple(left.values()))
    return look


def read_by(look: Look, mapping: TableMapping, today: date) -> Look:
    """Return a look in which the columns are read by another mapping.

    The file is not read again.

    Parameters
    ----------
    look
        A file that was looked through.
    mapping
        Of the same columns.
    today
        As for :func:`look_through`.

    Raises
    ------
    DataError
        If the mapping cannot be followed.
    """
    check_mapping(mapping, str(look.path))
    look = replace(look, mapping=mapping, table=with_texts(look.table, mapping))
    placed = [shape is not None for shape in look.table.geometry]
    left = leave_out(look.table.frame, mapping, placed=placed)
    return _with_dates(
        replace(look, kept=left.kept, remarks=tuple(left.remarks)), today
    )


def remembered_opening(folder: Path, path: Path) -> ReadOptions:
    """Return how a file of that name was opened before; the usual way if never."""
    kept = folder / FOLDER / f"{slug(path.stem)}.toml"
    if not kept.is_file():
        return ReadOptions()
    mapping = read_mapping(kept)
    return ReadOptions(layer=mapping.sheet, encoding=mapping.encoding)


def _as_opened(mapping: TableMapping, opening: ReadOptions) -> TableMapping:
    """Return a mapping that remembers how the caller had the file opened."""
    return replace(
        mapping,
        sheet=opening.layer or mapping.sheet,
        encoding=opening.encoding or mapping.encoding,
        crs=f"EPSG:{opening.epsg}" if opening.epsg else mapping.crs,
    )


def _settled(changes: Changes) -> set[str]:
    """Return what the caller's changes have answered already."""
    keys = {*changes.columns.values(), *changes.defaults}
    if changes.date_order or changes.date_formats:
        keys.add(DATE_ORDER)
    if changes.source:
        keys.add("source")
    return keys


def _without_reasons(table: Table) -> Table:
    """Return a table without the column that a list of refused records has."""
    if REASON not in table.frame.columns:
        return table
    return replace(table, frame=table.frame.drop(columns=REASON))


def _with_dates(look: Look, today: date) -> Look:
    """Return a look that knows how dates are written, or asks."""
    mapping, frame = look.mapping, look.records
    country = mapping.column_of("country")
    codes = () if country is None else read_countries(frame[country]).codes.dropna()
    styles: dict[str, DateStyle] = {}
    remarks = [each for each in look.remarks if each.code != BESIDE]
    questions = [each for each in look.questions if each.key not in _OF_DATES]
    for column, role in mapping.columns.items():
        if role.endswith(".year"):
            styles[column] = DateStyle(today)
        if role not in DATES:
            continue
        style = look_at_dates(
            frame[column],
            today=today,
            name=column,
            countries=sorted(set(codes)),
            order=cast("Order", mapping.date_order),
            formats=mapping.date_formats,
        )
        beside = None if style.is_decided else order_beside(frame, column, style)
        if beside is not None:
            style = replace(style, order=beside.order, is_decided=True)
            remarks.append(beside.remark(column))
        if not style.is_decided and not any(
            each.key == DATE_ORDER for each in questions
        ):
            questions.append(_order_question(column, style))
        elif (
            _is_in_utc(style)
            and not mapping.time_zone
            and not look.is_remembered
            and not any(each.key == _ZONE for each in questions)
        ):
            questions.append(_zone_question(column, frame[column]))
        styles[column] = style
    return replace(
        look, styles=styles, questions=tuple(questions), remarks=tuple(remarks)
    )


def _is_in_utc(style: DateStyle) -> bool:
    """Tell whether a column tells moments, whose day depends on where one is."""
    is_counted = style.unit in {"s", "ms", "us", "ns"}
    return (is_counted or style.n_utc > 0) and not style.are_midnights


def _zone_question(column: str, cells: pd.Series[Any]) -> Question:
    examples = tuple(str(cell) for cell in cells.dropna().head(3))
    return Question(
        _ZONE,
        f"Times in {column!r} are in UTC. In which time zone is their day to be told? "
        "Write one, such as Europe/Belgrade.",
        (),
        "UTC",
        examples,
    )


def _source_question(mapping: TableMapping) -> Question | None:
    """Ask whose a table is of which no column names a source."""
    named = {"source", "source.url", "source.name"} & set(mapping.columns.values())
    if named or mapping.source:
        return None
    return Question(
        "source",
        "No column names a source, so the records stand on the table itself. Whose "
        "table is it? Write who published it, or nothing.",
        (),
        "",
    )


def _order_question(column: str, style: DateStyle) -> Question:
    """Ask which of two orders the dates of a column have."""
    orders = dict.fromkeys(
        order for example in style.examples for order in example.readings
    )
    examples = tuple(
        f"{example.written}: "
        + " or ".join(
            f"{day} ({_ORDERS[order]})" for order, day in example.readings.items()
        )
        for example in style.examples
    )
    because = f" ({style.reason})" if style.reason else ""
    return Question(
        DATE_ORDER,
        f"Dates in {column!r} may have the day or the month first{because}. Which?",
        tuple(orders) or tuple(_ORDERS),
        style.order,
        examples,
    )

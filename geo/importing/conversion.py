"""Records of a table become incidents: column by column, nothing lost, each guess told.

A column that the model has no place for is kept as an own field. A cell that cannot be
read stays as one, beside the property that the record then lacks.
"""

from __future__ import annotations

import shlex
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from geo.importing.categories import categorise
from geo.importing.cells import lines_of, map_distinct, rows_where
from geo.importing.claims import read_claims
from geo.importing.copies import hold_copies
from geo.importing.dates import dates_likeness
from geo.importing.dating import date_rows, end_days
from geo.importing.features import FeatureColumns
from geo.importing.ids import identify_rows
from geo.importing.looking import Look
from geo.importing.mapping import TableMapping
from geo.importing.names import split_names
from geo.importing.outside import Outside
from geo.importing.own_values import OwnField, keep_own
from geo.importing.packed import PackedTexts
from geo.importing.place_texts import PlaceText
from geo.importing.placing import (
    lone_axis_remedy,
    look_up_places,
    name_places,
    note_places,
    pack_shapes,
    place_rows,
    read_country_codes,
    read_precisions,
    spare_homes,
    tell_basis,
    wider_places,
)
from geo.importing.remarks import Remark
from geo.importing.rows import Rows, none_like
from geo.importing.sources import TableFacts, cite_rows
from geo.importing.titles import entitle
from geo.importing.unplaced import Choice, Geocode, GeocodedRows
from geo.importing.withheld import hold_back
from geo.model.sources import Sources
from geo.model.vocabulary import (
    Kind,
    Status,
    Vocabulary,
)

#: Own fields that the import makes itself.
_MADE: Final = ("given_id", "summary_as_given", "status_as_given")
#: Texts of which what endangers somebody is taken out, the rest stays.
_WORDED: Final = ("title", "summary", "place", "date_note", "location_note")
#: What a record without any word for it is called.
_DEFAULT_LABEL: Final = "Incident"
#: A title of which nothing could stay.
_NO_WORDS: Final = "[withheld]"
#: Tells properties from own fields of the same name.
_OURS: Final = "property "
_ACTORS: Final = {"actor.by": "by", "actor.against": "against", "actor.with": "with"}
_FEW: Final = 0.5


@dataclass(frozen=True, slots=True)
class Converted:
    """A table's records as incidents, by column.

    Parameters
    ----------
    columns
        The records.
    vocabulary, sources
        What they need, and what there was before.
    own
        The columns that are kept as own fields.
    remarks
        What was assumed, changed or not understood.
    outside
        Points that lie outside the country of their record, with what would mend them.
    unplaced
        Places that were looked up and not found for sure.
    choices
        What people answered for such places.
    undated, unplaced_rows
        How many records have no date, and no place.
    """

    columns: FeatureColumns
    vocabulary: Vocabulary
    sources: Sources
    own: tuple[OwnField, ...] = ()
    remarks: tuple[Remark, ...] = ()
    outside: tuple[Outside, ...] = ()
    unplaced: GeocodedRows | None = None
    choices: Mapping[PlaceText, Choice] = field(default_factory=dict)
    undated: int = 0
    unplaced_rows: int = 0


def convert(  # noqa: PLR0913 - what the records are made with
    look: Look,
    *,
    vocabulary: Vocabulary,
    sources: Sources,
    geocode: Geocode | None = None,
    choices: Mapping[PlaceText, Choice] | None = None,
    own_ids: Collection[str] = (),
    taken_ids: Collection[str] = (),
) -> Converted:
    """Make incidents of the records of a table.

    Parameters
    ----------
    look
        The table, and how its columns are read.
    vocabulary, sources
        What the map has.
    geocode
        Looks up places of records that name one without a point; None for no look-up.
    choices
        What people answered for places that were doubtful.
    own_ids, taken_ids
        Ids that this table gave before, and all ids of the layer.
    """
    mapping = look.mapping
    rows = Rows(look.records, mapping)
    # First, as it takes most memory while there is least else.
    cited = cite_rows(
        rows.frame, mapping, sources, table=TableFacts(file=look.path.name)
    )
    if (quotes := rows.column("quote")) is not None:
        rows.keep(quotes, cited.unquoted)
    dates = date_rows(rows, look)
    codes = read_country_codes(rows)
    points, outside = place_rows(rows, look, codes)
    named = name_places(rows)
    geocoded = look_up_places(rows, points, codes, geocode, choices or {})
    if geocoded is not None:
        points = points.where(points.notna(), geocoded.points)
    precision, radius_m = read_precisions(rows, points, geocoded)
    points = pack_shapes(points)
    categories = categorise(
        _category_cells(rows), vocabulary, default_label=_default_label(mapping)
    )
    rows.remarks += categories.remarks
    labels = map_distinct(
        categories.ids, lambda each: categories.vocabulary[each].label
    )
    rows.remarks += cited.remarks
    register = Sources({**sources, **cited.new})
    claims = read_claims(
        rows.of("status"),
        alleged_by=rows.all_of("alleged_by"),
        denied_by=rows.all_of("denied_by"),
        citations=cited.citations,
        register=register,
        meanings=mapping.values.get("status"),  # noqa: PD011 - no pandas
        default=mapping.defaults.get("status") or str(Status.REPORTED),
    )
    rows.remarks += claims.remarks
    named_rows = entitle(
        rows.titled(),
        rows.of("summary"),
        categories=labels,
        places=named,
        dates=dates,
    )
    rows.remarks += named_rows.remarks
    columns = {
        "title": named_rows.titles,
        "summary": named_rows.summaries,
        "category": categories.ids,
        "kind": _kinds(rows),
        "date": dates,
        **end_days(dates),
        "date_note": rows.notes("date_note"),
        "place": named,
        "country": codes,
        "precision": precision,
        "radius_m": radius_m,
        "location_basis": tell_basis(points, geocoded),
        "location_note": note_places(rows, geocoded),
        "generalised": none_like(dates.index),
        "status": claims.status,
        "alleged_by": map_distinct(claims.alleged_by, list),
        "denied_by": map_distinct(claims.denied_by, list),
        "actors": _actors(rows),
    }
    ids = identify_rows(
        _written_ids(rows, look),
        columns["title"],
        dates,
        taken=set(taken_ids) - set(own_ids),
    )
    rows.remarks += ids.remarks
    made = dict(
        zip(
            _MADE,
            (ids.given_id, named_rows.summary_as_given, claims.status_as_given),
            strict=True,
        )
    )
    columns, own, values = _held_back(rows, columns, made)
    fine = points
    columns, points = spare_homes(rows, columns, points, categories.vocabulary)
    columns, values = hold_copies(rows, columns, values, fine=fine, coarse=points)
    records = FeatureColumns(
        rows.frame.index.to_numpy(dtype=np.int64),
        ids.ids.tolist(),
        points.to_numpy(dtype=object),
        {**_listed(columns), "citations": cited.citations},
        _listed({name: values.pop(name) for name in map(str, [*values])}),
        look.table.foreign,
    )
    _tell_gaps(rows, dates, points, look.reasons)
    return Converted(
        records,
        categories.vocabulary,
        register,
        own,
        (*look.remarks, *rows.remarks),
        outside,
        geocoded,
        choices or {},
        int(dates.isna().sum()),
        int(points.isna().sum()),
    )


def _listed(columns: dict[str, pd.Series]) -> dict[str, Sequence[Any]]:
    """Return columns as JSON values, None where there is none; texts stay packed.

    Those that say nothing are left out. What was listed is taken out of *columns*: a
    million rows do not stand there twice.
    """
    listed: dict[str, Sequence[Any]] = {}
    for name in list(columns):
        column = columns.pop(name)
        if column.isna().all():
            continue
        if column.dtype == "str":
            listed[name] = PackedTexts.of(column)
            continue
        cells = column.astype(object).where(column.notna(), None).tolist()
        values = [
            value if value or value == 0 else None  # no empty texts and lists
            for value in cells
        ]
        if any(value is not None for value in values):
            listed[name] = values
    return listed


# --- what ------------------------------------------------------------------------


def _category_cells(rows: Rows) -> pd.Series:
    column = rows.column("category")
    if column is None:
        return none_like(rows.frame.index)
    return rows.ours("category", column)


def _default_label(mapping: TableMapping) -> str:
    return mapping.defaults.get("category") or _DEFAULT_LABEL


def _kinds(rows: Rows) -> pd.Series:
    column = rows.column("kind")
    default = rows.mapping.defaults.get("kind") or str(Kind.EVENT)
    if column is None:
        return pd.Series(default, index=rows.frame.index, dtype=object)
    kinds = map_distinct(
        rows.ours("kind", column),
        lambda cell: (
            str(cell).strip().lower()
            if str(cell).strip().lower() in set(Kind)
            else None
        ),
    )
    rows.keep(column, kinds.isna())
    return kinds.where(kinds.notna(), default)


def _names(rows: Rows, role: str) -> pd.Series:
    """Return the names in all columns of a role, for each record."""
    names: pd.Series | None = None
    for column in rows.mapping.columns_of(role):
        cells = split_names(rows.frame[column])
        names = cells if names is None else names + cells
    if names is None:
        return none_like(rows.frame.index)
    return map_distinct(names, lambda each: list(dict.fromkeys(each)) or None)


def _actors(rows: Rows) -> pd.Series:
    actors = [
        (part, _names(rows, role))
        for role, part in _ACTORS.items()
        if rows.mapping.columns_of(role)
    ]
    if not actors:
        return none_like(rows.frame.index)
    made = [
        [
            {"name": name, "role": part}
            for (part, _), names in zip(actors, each, strict=True)
            for name in names or ()
        ]
        or None
        for each in zip(*(names for _, names in actors), strict=True)
    ]
    return pd.Series(made, index=rows.frame.index, dtype=object)


def _written_ids(rows: Rows, look: Look) -> pd.Series:
    column = rows.column("id")
    if column is not None:
        return column
    if look.table.ids:
        return pd.Series(look.table.ids, dtype=object).loc[look.kept]
    return none_like(rows.frame.index)


# --- what else -------------------------------------------------------------------


def _held_back(
    rows: Rows, columns: Mapping[str, pd.Series], made: Mapping[str, pd.Series]
) -> tuple[dict[str, pd.Series], tuple[OwnField, ...], pd.DataFrame]:
    """Return properties and own fields, without what may endanger somebody.

    Own fields are the columns that are kept, cells that were not understood, and what
    the import had to change.
    """
    mapping = rows.mapping
    kept = {
        column: rows.frame[column]
        for column, role in mapping.columns.items()
        if role == "own" or (role == "category" and _has_rare(rows))
    }
    kept |= wider_places(rows)
    kept |= {name: cells for name, cells in rows.left.items() if name not in kept}
    kept |= {name: cells for name, cells in made.items() if not cells.isna().all()}
    own = keep_own(pd.DataFrame(kept, index=rows.frame.index), labels=mapping.labels)
    rows.remarks += own.remarks
    filled = [field for field in own.fields if not own.cells_of(field).isna().all()]
    worded = {name: columns[name] for name in _WORDED}
    headers = {field.name: field.column for field in filled}
    together = pd.DataFrame(
        {
            **{f"{_OURS}{name}": cells for name, cells in worded.items()},
            **{field.name: own.cells_of(field) for field in filled},
        },
        index=rows.frame.index,
    )
    safe = hold_back(
        together,
        words=[f"{_OURS}{name}" for name in worded],
        head=[str(column) for column in rows.frame.columns],
    )
    rows.remarks += [
        replace(remark, message=remark.message.replace(_OURS, ""))
        for remark in safe.remarks
    ]
    rows.housed |= safe.housed
    words = {name: safe.records[f"{_OURS}{name}"] for name in worded}
    words["title"] = words["title"].where(words["title"].notna(), _NO_WORDS)
    values = safe.records[list(headers)]
    return {**columns, **words}, tuple(filled), values


def _has_rare(rows: Rows) -> bool:
    return any(remark.code == "category.other" for remark in rows.remarks)


def _likeliest_dates(rows: Rows) -> str:
    """Return the column kept as an own field that looks most like dates, or ""."""
    likeness = {
        column: dates_likeness(lines_of(rows.frame[column]))
        for column in rows.mapping.columns_of("own")
    }
    best = max(likeness, key=lambda column: likeness[column], default="")
    return best if best and likeness[best] > _FEW else ""


def _tell_gaps(
    rows: Rows, dates: pd.Series, points: pd.Series, reasons: Mapping[str, str]
) -> None:
    """Say how many records have no date or place, where they are many."""
    undated, total = dates.isna(), len(dates)
    if total and undated.any():
        message = f"{int(undated.sum())} of {total} records have no date."
        remedy = ""
        likely = _likeliest_dates(rows) if undated.mean() > _FEW else ""
        if likely:
            said = shlex.quote(f"{likely}=date")
            remedy = (
                f"The column {likely!r} looks like dates: say so with --map {said}."
            )
        rows.remarks.append(
            Remark("date.missing", message, rows_where(undated), (), remedy)
        )
    unplaced = points.isna()
    if total and unplaced.any():
        message = f"{int(unplaced.sum())} of {total} records have no place on the map."
        remedy = lone_axis_remedy(rows, reasons)
        rows.remarks.append(
            Remark("place.missing", message, rows_where(unplaced), (), remedy)
        )

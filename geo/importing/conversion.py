"""Records of a table become incidents: column by column, nothing lost, each guess told.

A column that the model has no place for is kept as an own field. A cell that cannot be
read stays as one, beside the property that the record then lacks.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely

from geo.importing.categories import categorise
from geo.importing.cells import is_blank, lines_of, map_distinct, rows_where
from geo.importing.claims import read_claims
from geo.importing.countries import read_countries
from geo.importing.dates import join_dates, join_parts, odd_years, read_dates
from geo.importing.features import FeatureColumns
from geo.importing.ids import identify_rows
from geo.importing.looking import Look
from geo.importing.mapping import TableMapping
from geo.importing.names import split_names
from geo.importing.outside import Outside, apply_mend, points_outside
from geo.importing.own_values import OwnField, keep_own
from geo.importing.place_texts import PlaceText
from geo.importing.points import POINT_ROLES, check_points, read_points
from geo.importing.remarks import Remark
from geo.importing.sources import TableFacts, cite_rows
from geo.importing.titles import entitle
from geo.importing.unplaced import Choice, Geocode, GeocodedRows, geocode_rows
from geo.importing.withheld import dwellings, hold_back
from geo.layer.places import POINT_ONLY
from geo.model.dates import bounds
from geo.model.sources import Sources
from geo.model.vocabulary import (
    RADIUS_RANGE_M,
    SHAPES_OF,
    Kind,
    LocationBasis,
    Precision,
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
_DATES: Final = ("date", "date.start", "date.end")
_PARTS: Final = ("date.year", "date.month", "date.day")
_PLACES: Final = ("place", "place.address", "place.district", "place.region")
_ACTORS: Final = {"actor.by": "by", "actor.against": "against", "actor.with": "with"}
_LONGEST_NOTE: Final = 500
_FEW: Final = 0.5
#: Of a point at a dwelling so many decimal places stay: about a kilometre.
_COARSE_DIGITS: Final = 2
_COARSE: Final = Precision.NEIGHBOURHOOD
_COARSE_RADIUS_M: Final = 1_500.0


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


@dataclass(slots=True)
class _Rows:
    """The columns of one table while they are converted."""

    frame: pd.DataFrame
    mapping: TableMapping
    remarks: list[Remark] = field(default_factory=list)
    #: Cells that were not understood, kept as own fields: by column, of those rows.
    left: dict[str, pd.Series] = field(default_factory=dict)

    def column(self, role: str) -> pd.Series | None:
        """Return the column of a role, None where no column has it."""
        name = self.mapping.column_of(role)
        return None if name is None else self.frame[name]

    def of(self, role: str) -> pd.Series:
        """Return the column of a role; a column of None where no column has it."""
        column = self.column(role)
        return none_like(self.frame.index) if column is None else column

    def all_of(self, role: str) -> list[pd.Series]:
        """Return the columns of a role that several may have."""
        return [self.frame[column] for column in self.mapping.columns_of(role)]

    def titled(self) -> pd.Series:
        """Return the titles of the table, or the one that the mapping gives to all."""
        column, default = self.of("title"), self.mapping.defaults.get("title")
        return (
            column.where(~column.map(is_blank).astype(bool), default)
            if default
            else column
        )

    def texts(self, role: str) -> pd.Series:
        """Return the column of a role as texts on one line; "" where it has none."""
        column = self.column(role)
        if column is None:
            return pd.Series("", index=self.frame.index, dtype=object)
        return lines_of(column)

    def ours(self, role: str, column: pd.Series) -> pd.Series:
        """Return a column with the values that the mapping gives for theirs."""
        values = self.mapping.values.get(role)  # noqa: PD011 - no pandas
        if not values:
            return column
        return map_distinct(column, lambda cell: values.get(str(cell).strip(), cell))

    def keep(self, column: pd.Series, rows: pd.Series) -> None:
        """Keep cells of a column as own fields, since they were not understood."""
        if rows.any():
            self.left[str(column.name)] = column.where(rows, None)


def convert(  # noqa: PLR0913 - what the records are made with
    look: Look,
    *,
    vocabulary: Vocabulary,
    sources: Sources,
    geocode: Geocode | None = None,
    choices: Mapping[PlaceText, Choice] | None = None,
    mends: Collection[str] = (),
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
    mends
        Kinds of mends that are applied to points outside their country.
    own_ids, taken_ids
        Ids that this table gave before, and all ids of the layer.
    """
    mapping = look.mapping
    rows = _Rows(look.table.frame.loc[look.kept], mapping)
    dates = _dates(rows, look)
    codes = _countries(rows)
    points, outside = _points(rows, look, codes, mends)
    named = _places(rows)
    geocoded = _geocoded(rows, points, codes, geocode, choices or {})
    if geocoded is not None:
        points = points.where(points.notna(), geocoded.points)
    precision, radius_m = _precisions(rows, points, geocoded)
    categories = categorise(
        _category_cells(rows), vocabulary, default_label=_default_label(mapping)
    )
    rows.remarks += categories.remarks
    labels = map_distinct(
        categories.ids, lambda each: categories.vocabulary[each].label
    )
    cited = cite_rows(
        rows.frame, mapping, sources, table=TableFacts(file=look.path.name)
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
        **_ends(dates),
        "date_note": _notes(rows, "date_note"),
        "place": named,
        "country": codes,
        "precision": precision,
        "radius_m": radius_m,
        "location_basis": _basis(points, geocoded),
        "location_note": _location_notes(rows, geocoded),
        "generalised": none_like(dates.index),
        "status": claims.status,
        "alleged_by": claims.alleged_by.map(list),
        "denied_by": claims.denied_by.map(list),
        "actors": _actors(rows),
        "citations": cited.citations,
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
    columns, points = _spare_homes(rows, columns, points, categories.vocabulary)
    records = FeatureColumns(
        rows.frame.index.to_numpy(dtype=np.int64),
        ids.ids.tolist(),
        points.to_numpy(dtype=object),
        {name: _listed(column) for name, column in columns.items()},
        {str(name): _listed(values[name]) for name in values.columns},
        look.table.foreign,
    )
    _tell_gaps(rows, dates, points)
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


def _listed(column: pd.Series) -> list[Any]:
    """Return a column as a list of JSON values, None where there is none."""
    return [
        None if _is_none(value) else value
        for value in column.astype(object).where(column.notna(), None)
    ]


def _is_none(value: object) -> bool:
    return value is None or (isinstance(value, str | list) and not value)


# --- when ------------------------------------------------------------------------


def _dates(rows: _Rows, look: Look) -> pd.Series:
    """Return when each record happened, as EDTF, from the columns that say so."""
    zone = rows.mapping.time_zone
    read: dict[str, pd.Series] = {}
    for role in _DATES:
        column = rows.column(role)
        if column is None:
            continue
        result = read_dates(column, look.styles[str(column.name)], zone=zone)
        rows.remarks += result.remarks
        read[role] = result.edtf
        unread = result.edtf.isna() & ~column.map(is_blank).astype(bool)
        rows.keep(column, unread)
    dates = none_like(rows.frame.index)
    if "date.start" in read or "date.end" in read:
        start = read.get("date.start", dates)
        joined = join_dates(start, read.get("date.end", dates))
        rows.remarks += joined.remarks
        dates = joined.edtf
    if "date" in read:
        dates = read["date"].where(read["date"].notna(), dates)
    year, month, day = (rows.column(role) for role in _PARTS)
    if year is not None:
        joined = join_parts(year, month, day)
        rows.remarks += joined.remarks
        dates = dates.where(dates.notna(), joined.edtf)
    default = rows.mapping.defaults.get("date")
    if default:
        dates = dates.where(dates.notna(), default)
    rows.remarks += odd_years(dates)
    return dates


def _ends(dates: pd.Series) -> dict[str, pd.Series]:
    """Return first and last day of each date."""
    days = map_distinct(
        dates, lambda date: bounds(date) if isinstance(date, str) else None
    )
    return {
        f"date_{end}": days.map(
            lambda each, end=end: (
                None
                if each is None or getattr(each, end) is None
                else getattr(each, end).isoformat()
            )
        )
        for end in ("earliest", "latest")
    }


# --- where -----------------------------------------------------------------------


def _countries(rows: _Rows) -> pd.Series:
    column = rows.column("country")
    if column is None:
        codes = none_like(rows.frame.index)
    else:
        read = read_countries(rows.ours("country", column))
        rows.remarks += read.remarks
        codes = read.codes
        rows.keep(column, codes.isna() & ~column.map(is_blank).astype(bool))
    default = rows.mapping.defaults.get("country")
    return codes.where(codes.notna(), default) if default else codes


def _points(
    rows: _Rows, look: Look, codes: pd.Series, mends: Collection[str]
) -> tuple[pd.Series, tuple[Outside, ...]]:
    """Return where each record is, and which points lie outside their country."""
    geometry = pd.Series(look.table.geometry, dtype=object).loc[look.kept]
    checked = check_points(geometry)
    rows.remarks += checked.remarks
    points = checked.points
    roles = {
        column: role
        for column, role in rows.mapping.columns.items()
        if role in (*POINT_ROLES, "country")
    }
    if set(roles.values()) & set(POINT_ROLES):
        read = read_points(rows.frame, roles, crs=rows.mapping.crs)
        rows.remarks += read.remarks
        points = points.where(points.notna(), read.points)
        for column, role in roles.items():
            if role in POINT_ROLES:
                cells = rows.frame[column]
                rows.keep(cells, read.points.isna() & ~cells.map(is_blank).astype(bool))
    outside = tuple(points_outside(points, codes))
    for each in outside:
        if each.mend is not None and each.mend.kind in mends:
            points = apply_mend(points, each.mend)
    rows.remarks += [each.remark for each in outside]
    return points, outside


def _places(rows: _Rows) -> pd.Series:
    """Return the name of each record's place, as far as it is no address."""
    names = rows.texts("place")
    for role in ("place.district", "place.region"):
        wider = rows.texts(role)
        names = names.where(names != "", wider)
    return map_distinct(names, lambda name: name[:_LONGEST_NOTE] or None)


def _geocoded(
    rows: _Rows,
    points: pd.Series,
    codes: pd.Series,
    geocode: Geocode | None,
    choices: Mapping[PlaceText, Choice],
) -> GeocodedRows | None:
    roles = {
        column: role for column, role in rows.mapping.columns.items() if role in _PLACES
    }
    missing = points.isna()
    if geocode is None or not roles or not missing.any():
        return None
    geocoded = geocode_rows(
        rows.frame.loc[missing],
        roles,
        codes.loc[missing],
        geocode=geocode,
        choices=choices,
    )
    rows.remarks += geocoded.remarks
    return geocoded


def _precisions(
    rows: _Rows, points: pd.Series, geocoded: GeocodedRows | None
) -> tuple[pd.Series, pd.Series]:
    """Return how exactly each record is placed, where somebody says so."""
    written = rows.column("precision")
    precision = none_like(points.index)
    radius_m = none_like(points.index)
    if written is not None:
        precision = map_distinct(rows.ours("precision", written), _precision_of)
        unknown = rows.ours("precision", written) == ""
        unread = precision.isna() & ~unknown & ~written.map(is_blank).astype(bool)
        rows.keep(written, unread)
        if "radius_m" in rows.mapping.values:  # noqa: PD011 - no pandas
            # A known table's words for precision say how far off that is.
            radius_m = _numbers(rows.ours("radius_m", written))
    radii = rows.column("radius_m")
    if radii is not None:
        numbers = _numbers(radii)
        radius_m = numbers.where(numbers.notna(), radius_m)
    default, radius = (rows.mapping.defaults.get(n) for n in ("precision", "radius_m"))
    if default:
        precision = precision.where(precision.notna(), default)
    if radius:
        radius_m = radius_m.where(radius_m.notna(), float(radius))
    if geocoded is not None:
        index = geocoded.points.index[geocoded.points.notna()]
        precision.loc[index] = geocoded.precision.loc[index]
        radius_m.loc[index] = geocoded.radius_m.loc[index]
    return _fit_precisions(precision, radius_m, points)


def _precision_of(cell: object) -> str | None:
    name = "" if is_blank(cell) else str(cell).strip().lower()
    return name if name in set(Precision) else None


def _numbers(column: pd.Series) -> pd.Series:
    """Return cells as numbers, None where they are none."""
    numbers = pd.to_numeric(column.astype(object), errors="coerce")
    return numbers.astype(object).where(numbers.notna(), None)


def _fit_precisions(
    precision: pd.Series, radius_m: pd.Series, points: pd.Series
) -> tuple[pd.Series, pd.Series]:
    """Return precisions and radii that go together and with the shape of the place."""
    kinds = points.map(lambda shape: None if shape is None else shape.geom_type)
    fits = [
        not isinstance(name, str) or (shape is not None and shape in SHAPES_OF[name])
        for name, shape in zip(precision, kinds, strict=True)
    ]
    precision = precision.where(pd.Series(fits, index=precision.index), None)
    made = [
        _radius_within(name, radius) if isinstance(name, str) else None
        for name, radius in zip(precision, radius_m, strict=True)
    ]
    return precision, pd.Series(made, index=precision.index, dtype=object)


def _radius_within(precision: str, radius_m: Any) -> float:  # noqa: ANN401 - cell
    """Return a radius that the precision allows, the widest where none is said."""
    least, most = RADIUS_RANGE_M[precision]
    if not _is_number(radius_m):
        return _USUAL_RADIUS_M[precision]
    return float(min(max(float(radius_m), least), most))


def _is_number(value: object) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and value == value
    )


#: How far off a place of a precision mostly is, where nobody says it.
_USUAL_RADIUS_M: Final[Mapping[str, float]] = {
    Precision.VENUE: 250.0,
    Precision.STREET: 1_000.0,
    Precision.NEIGHBOURHOOD: 2_500.0,
    Precision.CITY: 15_000.0,
    Precision.REGION: 150_000.0,
    Precision.COUNTRY: 600_000.0,
    Precision.LINE: 10_000.0,
}


def _basis(points: pd.Series, geocoded: GeocodedRows | None) -> pd.Series:
    basis = none_like(points.index).where(points.isna(), str(LocationBasis.GIVEN))
    if geocoded is not None:
        index = geocoded.points.index[geocoded.points.notna()]
        basis.loc[index] = str(LocationBasis.GEOCODED)
    return basis


def _location_notes(rows: _Rows, geocoded: GeocodedRows | None) -> pd.Series:
    notes = _notes(rows, "location_note")
    if geocoded is not None:
        index = geocoded.points.index[geocoded.points.notna()]
        notes.loc[index] = geocoded.note.loc[index]
    return notes


def _spare_homes(
    rows: _Rows,
    columns: dict[str, pd.Series],
    points: pd.Series,
    vocabulary: Vocabulary,
) -> tuple[dict[str, pd.Series], pd.Series]:
    """Make the place of what was done to people at a dwelling coarser."""
    told = dwellings([columns["place"], columns["location_note"]])
    against = columns["category"].map(lambda each: vocabulary[each].against_people)
    fine = columns["precision"].isna() | columns["precision"].isin(POINT_ONLY)
    homes = told & against.astype(bool) & fine & points.notna()
    if not homes.any():
        return columns, points
    coarse = [
        shapely.transform(shape, lambda spots: np.round(spots, _COARSE_DIGITS))
        for shape in points[homes]
    ]
    points = points.copy()
    points[homes] = pd.Series(coarse, index=points.index[homes], dtype=object)
    columns = dict(columns)
    for name, value in (
        ("precision", str(_COARSE)),
        ("radius_m", _COARSE_RADIUS_M),
        ("generalised", True),
    ):
        columns[name] = columns[name].where(~homes, value)
    message = "tell of somebody's home; their places were made coarser."
    rows.remarks.append(Remark("withheld.home", message, rows_where(homes)))
    return columns, points


# --- what ------------------------------------------------------------------------


def _category_cells(rows: _Rows) -> pd.Series:
    column = rows.column("category")
    if column is None:
        return none_like(rows.frame.index)
    return rows.ours("category", column)


def _default_label(mapping: TableMapping) -> str:
    return mapping.defaults.get("category") or _DEFAULT_LABEL


def _kinds(rows: _Rows) -> pd.Series:
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
    rows.keep(column, kinds.isna() & ~column.map(is_blank).astype(bool))
    return kinds.where(kinds.notna(), default)


def _notes(rows: _Rows, role: str) -> pd.Series:
    texts = rows.texts(role)
    return map_distinct(texts, lambda text: text[:_LONGEST_NOTE] or None)


def _names(rows: _Rows, role: str) -> pd.Series:
    """Return the names in all columns of a role, for each record."""
    names: pd.Series | None = None
    for column in rows.mapping.columns_of(role):
        cells = split_names(rows.frame[column])
        names = cells if names is None else names + cells
    if names is None:
        return none_like(rows.frame.index)
    return map_distinct(names, lambda each: list(dict.fromkeys(each)) or None)


def _actors(rows: _Rows) -> pd.Series:
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


def _written_ids(rows: _Rows, look: Look) -> pd.Series:
    column = rows.column("id")
    if column is not None:
        return column
    if look.table.ids:
        return pd.Series(look.table.ids, dtype=object).loc[look.kept]
    return none_like(rows.frame.index)


# --- what else -------------------------------------------------------------------


def _held_back(
    rows: _Rows, columns: Mapping[str, pd.Series], made: Mapping[str, pd.Series]
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
    words = {name: safe.records[f"{_OURS}{name}"] for name in worded}
    words["title"] = words["title"].where(words["title"].notna(), _NO_WORDS)
    values = safe.records[list(headers)]
    return {**columns, **words}, tuple(filled), values


def _has_rare(rows: _Rows) -> bool:
    return any(remark.code == "category.other" for remark in rows.remarks)


def _tell_gaps(rows: _Rows, dates: pd.Series, points: pd.Series) -> None:
    """Say how many records have no date or place, where they are many."""
    undated, total = dates.isna(), len(dates)
    if total and undated.any():
        message = f"{int(undated.sum())} of {total} records have no date."
        remedy = ""
        if undated.mean() > _FEW:
            remedy = (
                "If a column has it, say which: --map COLUMN=date. "
                f"Columns are {', '.join(map(repr, rows.frame.columns))}."
            )
        rows.remarks.append(
            Remark("date.missing", message, rows_where(undated), (), remedy)
        )
    unplaced = points.isna()
    if total and unplaced.any():
        message = f"{int(unplaced.sum())} of {total} records have no place on the map."
        rows.remarks.append(Remark("place.missing", message, rows_where(unplaced)))


def none_like(index: pd.Index) -> pd.Series:
    """Return a column of None."""
    return pd.Series(np.full(len(index), None), index=index, dtype=object)

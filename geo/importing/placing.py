"""Where records of a table happened: points, countries, names of places, precision."""

from __future__ import annotations

import math
import shlex
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geo.importing.arrangement import ALONE
from geo.importing.cells import cut, is_blank, map_distinct, rows_where
from geo.importing.countries import read_countries
from geo.importing.looking import Look
from geo.importing.outside import Outside, apply_mend, points_outside
from geo.importing.place_texts import PlaceText, place_name
from geo.importing.points import POINT_ROLES, check_points, read_points
from geo.importing.remarks import Remark
from geo.importing.rows import Rows, none_like
from geo.importing.swapping import swap_points
from geo.importing.unplaced import Choice, Geocode, GeocodedRows, geocode_rows
from geo.importing.withheld import dwellings, house_remark, speaks_of_streets
from geo.layer.houses import houses_in, without_houses
from geo.layer.places import POINT_ONLY
from geo.model.geonames import country_name
from geo.model.vocabulary import (
    RADIUS_RANGE_M,
    SHAPES_OF,
    LocationBasis,
    Precision,
    Vocabulary,
)

_PLACES: Final = ("place", "place.address", "place.district", "place.region")
_LONGEST_PLACE: Final = 200
_HALF_TURN: Final = 180
#: Of a point at a dwelling so many decimal places stay: about a kilometre.
_COARSE_DIGITS: Final = 2
_COARSE: Final = Precision.NEIGHBOURHOOD
_EXACT: Final = (
    'If no category of them is about people, set "against_people": false for it in '
    "categories.json, and say how exact the points are with --default precision=street."
)
_COARSE_RADIUS_M: Final = 1_500.0


def read_country_codes(rows: Rows) -> pd.Series:
    """Return the country of each record: ISO 3166-1 alpha-2, or None."""
    column = rows.column("country")
    if column is None:
        codes = none_like(rows.frame.index)
    else:
        read = read_countries(rows.ours("country", column))
        rows.remarks += read.remarks
        codes = read.codes
        rows.keep(column, codes.isna())
    default = rows.mapping.defaults.get("country")
    return codes.where(codes.notna(), default) if default else codes


def look_at_points(look: Look) -> pd.Series:
    """Return where the records of a table are, without converting anything else.

    Returns
    -------
    pandas.Series
        Shapely geometries, WGS84 (lon, lat), None where there is none; the index is
        the record's number in the file.
    """
    rows = Rows(look.records, look.mapping)
    points, _ = place_rows(rows, look, none_like(rows.frame.index))
    return points


def place_rows(
    rows: Rows, look: Look, codes: pd.Series
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
                rows.keep(rows.frame[column], read.points.isna())
    outside = []
    points, lying_outside, remarks = swap_points(
        points,
        codes,
        [rows.texts(role) for role in _PLACES],
        points_outside(points, codes),
    )
    rows.remarks += remarks
    for each in lying_outside:
        if each.mend is None or each.mend.kind not in rows.mapping.mends:
            outside.append(each)
            continue
        points = apply_mend(points, each.mend)
        message = f"points of records in {country_name(each.country)} were mended."
        rows.remarks.append(Remark("place.mended", message, each.mend.rows))
    rows.remarks += [each.remark for each in outside]
    return points, tuple(outside)


def lone_axis_remedy(rows: Rows, reasons: Mapping[str, str]) -> str:
    """Return what to do where a table has one axis only, or "".

    Parameters
    ----------
    rows
        The table.
    reasons
        Why each column is what it is.
    """
    kept = rows.mapping.columns_of("own")
    for axis, other, name in (
        ("lat", "lon", "longitude"),
        ("lon", "lat", "latitude"),
    ):
        alone = [each for each in kept if reasons.get(each) == ALONE.format(name)]
        alone = alone or list(rows.mapping.columns_of(axis))
        if not alone or rows.mapping.column_of(other) is not None:
            continue
        likely = [each for each in kept if each not in alone and _is_axis(rows, each)]
        if not likely:
            return (
                f"The table has no {name}, without which nothing can be placed: add it."
            )
        options = [
            f"--map {shlex.quote(f'{column}={role}')}"
            for column, role in ((alone[0], axis), (likely[0], other))
        ]
        return (
            f"The column {alone[0]!r} has nothing beside it called {name}. If "
            f"{likely[0]!r} is that, say so with {' '.join(options)}."
        )
    return ""


def _is_axis(rows: Rows, column: str) -> bool:
    """Tell whether all numbers of a column are degrees, with decimals."""
    cells = rows.frame[column]
    filled = cells[~cells.map(is_blank).astype(bool)]
    numbers = pd.to_numeric(filled, errors="coerce")
    is_whole = bool((numbers % 1 == 0).all())
    return (
        len(numbers) > 0 and not is_whole and bool((numbers.abs() <= _HALF_TURN).all())
    )


def name_places(rows: Rows) -> pd.Series:
    """Return the name of each record's place, as far as it is no address."""
    names = map_distinct(rows.texts("place"), place_name)
    for role in ("place.district", "place.region"):
        names = names.where(names != "", map_distinct(rows.texts(role), place_name))
    column = rows.column("place")
    if column is not None:
        rows.keep(column, names.str.len() > _LONGEST_PLACE)
    is_address = column is not None and speaks_of_streets(str(column.name))
    numberless = map_distinct(
        names, lambda name: without_houses(name, is_address=is_address)
    )
    numbered = numberless != names
    if numbered.any():
        rows.remarks.append(house_remark("place", rows_where(numbered)))
    addresses = rows.texts("place.address")
    if (addresses != "").any():
        rows.remarks.append(_addresses_remark(rows, rows_where(addresses != "")))
    at_houses = map_distinct(addresses, _is_house).astype(bool)
    rows.addressed.update(rows_where(numbered | at_houses))
    return map_distinct(numberless, lambda name: cut(name, _LONGEST_PLACE) or None)


def _addresses_remark(rows: Rows, addressed: tuple[int, ...]) -> Remark:
    """Return what is said of addresses, which only serve to find places."""
    column = rows.column("place.address")
    name = "" if column is None else str(column.name)
    message = (
        f"Addresses of column {name!r} are not shown, as they may be somebody's; "
        "they only serve to find where a record is."
    )
    shown = shlex.quote(f"{name}=place")
    remedy = f"If none is a home, show streets without numbers: --map {shown}."
    return Remark("withheld.address", message, addressed, remedy=remedy)


def wider_places(rows: Rows) -> dict[str, pd.Series]:
    """Return the columns of districts and regions of which a finer name is shown.

    Without its state a county or town may be one of many, so they are kept.
    """
    finer = rows.texts("place")
    wider: dict[str, pd.Series] = {}
    for role in ("place.district", "place.region"):
        column = rows.column(role)
        if column is None:
            continue
        texts = rows.texts(role)
        if (finer.ne("") & texts.ne("") & texts.ne(finer)).any():
            wider[str(column.name)] = column
        finer = finer.where(finer != "", texts)
    return wider


def _is_house(address: str) -> bool:
    """Tell whether a cell of a column of addresses names a house by its number."""
    return bool(houses_in(address, is_address=True))


def look_up_places(
    rows: Rows,
    points: pd.Series,
    codes: pd.Series,
    geocode: Geocode | None,
    choices: Mapping[PlaceText, Choice],
) -> GeocodedRows | None:
    """Look up the places of records that name one without a point; None where none is."""
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


def read_precisions(
    rows: Rows, points: pd.Series, geocoded: GeocodedRows | None
) -> tuple[pd.Series, pd.Series]:
    """Return how exactly each record is placed, where somebody says so."""
    written = rows.column("precision")
    precision = none_like(points.index)
    radius_m = none_like(points.index)
    if written is not None:
        precision = map_distinct(rows.ours("precision", written), _precision_of)
        unknown = rows.ours("precision", written) == ""
        rows.keep(written, precision.isna() & ~unknown)
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
    if precision.isna().all():
        return precision, none_like(precision.index)
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
        and not math.isnan(value)
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


def pack_shapes(points: pd.Series) -> pd.Series:
    """Return places as WKB, a fifth of what geometries take; None stays None."""
    packed = shapely.to_wkb(points.to_numpy(dtype=object))
    return pd.Series(packed, index=points.index, dtype=object)


def tell_basis(points: pd.Series, geocoded: GeocodedRows | None) -> pd.Series:
    """Return what the place of each record rests on."""
    basis = none_like(points.index).where(points.isna(), str(LocationBasis.GIVEN))
    if geocoded is not None:
        index = geocoded.points.index[geocoded.points.notna()]
        basis.loc[index] = str(LocationBasis.GEOCODED)
    return basis


def note_places(rows: Rows, geocoded: GeocodedRows | None) -> pd.Series:
    """Return the notes on places: those of the table, and of look-ups."""
    notes = rows.notes("location_note")
    if geocoded is not None:
        index = geocoded.points.index[geocoded.points.notna()]
        notes.loc[index] = geocoded.note.loc[index]
    return notes


def spare_homes(
    rows: Rows,
    columns: dict[str, pd.Series],
    points: pd.Series,
    vocabulary: Vocabulary,
) -> tuple[dict[str, pd.Series], pd.Series]:
    """Make places coarser that may be somebody's door.

    Of a category about people that is where a text tells of a home or has the number of
    a house; of any category, where the place is an address and nobody says how exactly
    the point lies. *points* are as :func:`pack_shapes` gives them.
    """
    index = points.index
    at_house = pd.Series(index.isin([*rows.addressed, *rows.housed]), index=index)
    speaks_of_home = dwellings([columns["place"], columns["location_note"]]) | at_house
    against = map_distinct(
        columns["category"], lambda each: vocabulary[each].against_people
    )
    unsaid = columns["precision"].isna()
    fine = unsaid | columns["precision"].isin(POINT_ONLY)
    doors = pd.Series(index.isin([*rows.addressed]), index=index) & unsaid
    homes = (speaks_of_home & against.astype(bool) & fine) | doors
    homes &= points.notna()
    homes[homes] = np.array([*map(_is_small, _unpacked(points[homes]))], dtype=bool)
    if not homes.any():
        return columns, points
    coarse = [
        shapely.Point(*(round(at, _COARSE_DIGITS) for at in shape.centroid.coords[0]))
        for shape in _unpacked(points[homes])
    ]
    points = points.copy()
    points[homes] = pack_shapes(
        pd.Series(coarse, index=points.index[homes], dtype=object)
    )
    columns = dict(columns)
    for name, value in (
        ("precision", str(_COARSE)),
        ("radius_m", _COARSE_RADIUS_M),
        ("generalised", True),
    ):
        columns[name] = columns[name].where(~homes, value)
    message = (
        "Points that may be somebody's door were moved by up to a kilometre, and are "
        "shown as such."
    )
    rows.remarks.append(Remark("withheld.home", message, rows_where(homes), (), _EXACT))
    return columns, points


def _unpacked(points: pd.Series) -> list[BaseGeometry]:
    """Return places that are WKB as shapes."""
    return [*shapely.from_wkb(points.to_numpy(dtype=object))]


def _is_small(shape: BaseGeometry) -> bool:
    """Tell whether a shape lies within what a coarse point would cover."""
    if shape.is_empty:
        return False
    west, south, east, north = shape.bounds
    return bool(max(east - west, north - south) <= 10**-_COARSE_DIGITS)

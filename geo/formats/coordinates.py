"""Coordinates in a table: which columns hold them, and the geometry of each row."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from geo.formats.degrees import degrees
from geo.formats.input_file import refuse
from geo.formats.records import Remark
from geo.formats.wkb import read_wkb
from geo.formats.wkt import read_wkt

#: What people write where there is nothing.
EMPTY: Final = frozenset(
    {"", "na", "n/a", "#n/a", "nan", "null", "none", "-", "unknown", "\\n"}
)
_LON: Final = frozenset({"lon", "lng", "long", "longitude", "longitud", "долгота"})
_LAT: Final = frozenset({"lat", "latitude", "latitud", "широта"})
_SHAPES: Final = frozenset(
    {"wkt", "the_geom", "geom", "geometry", "geom_wkt", "wkt_geom", "geojson"}
)
#: Columns that hold a geometry beside lon and lat; the others only if it is alone.
_SURE_SHAPES: Final = frozenset({"wkt", "the_geom"})
_BRACKETS: Final = re.compile(r"\(.*?\)|\[.*?\]")
_WORDS: Final = re.compile(r"[^\W\d_]+")
_HUMPS: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_HEX: Final = re.compile(r"0[01](?:[0-9A-Fa-f]{2})+")
_NO_COLUMNS: Final = "Say which columns hold them: --map COLUMN=lon --map COLUMN=lat, or --map COLUMN=wkt."


@dataclass(frozen=True, slots=True)
class CoordinateColumns:
    """Which columns say where a record is.

    Parameters
    ----------
    columns
        Columns by what they hold: ``lon`` and ``lat``, or ``wkt``; none if there are
        none.
    notes
        Warnings about the choice: message, remedy.
    """

    columns: Mapping[str, str]
    notes: tuple[tuple[str, str], ...] = ()


def coordinate_columns(
    head: Sequence[str], name: str, mapped: Mapping[str, str]
) -> CoordinateColumns:
    """Find the columns of longitude and latitude, or of a geometry, by their names.

    What the caller maps counts first, then the usual names (``lon``, ``Latitude``,
    ``WKT``), then names that end in one (``Location.lat``), then ``x`` and ``y``.
    Any but the usual ones are told.

    Raises
    ------
    DataError
        If several columns could each be the longitude, and so on.
    """
    chosen: dict[str, str] = {}
    for part, usual in (("lon", _LON), ("lat", _LAT), ("wkt", _SURE_SHAPES)):
        said = [column for column in head if mapped.get(column) == part]
        free = [column for column in head if column not in mapped]
        exact = [column for column in free if column.lower() in usual]
        wide = (
            []
            if part == "wkt"
            else [column for column in free if _last_word(column) in usual]
        )
        columns = said or exact or wide
        if len(columns) > 1:
            message = f"several columns may be {part}: {', '.join(columns)}."
            refuse(name, message, f"Choose one with --map COLUMN={part}.")
        if columns:
            chosen[part] = columns[0]
    if "wkt" in chosen:
        # Beside a geometry, longitude and latitude only repeat it.
        return CoordinateColumns({"wkt": chosen["wkt"]})
    free = [column for column in head if column not in mapped]
    if not chosen:
        chosen = _less_usual(free)
    if not chosen:
        return CoordinateColumns(
            {}, (("has no columns with coordinates.", _NO_COLUMNS),)
        )
    if "wkt" not in chosen and len(chosen) == 1:
        [(part, column)] = chosen.items()
        other = "latitude" if part == "lon" else "longitude"
        message = f"has {column!r}, but no column with the {other}."
        return CoordinateColumns({}, ((message, _NO_COLUMNS),))
    named = {column.lower() for column in chosen.values()}
    if named <= _LON | _LAT or all(column in mapped for column in chosen.values()):
        return CoordinateColumns(chosen)
    shown = " and ".join(map(repr, chosen.values()))
    remedy = "If they are not, keep them apart: --map COLUMN=extra.COLUMN."
    return CoordinateColumns(
        chosen, ((f"the coordinates are taken from {shown}.", remedy),)
    )


def _last_word(column: str) -> str:
    """Return the last word of a name: ``lat`` of ``Location.lat (WGS84)``."""
    words = _WORDS.findall(_HUMPS.sub(" ", _BRACKETS.sub(" ", column)))
    return words[-1].lower() if words else ""


def _less_usual(free: Sequence[str]) -> dict[str, str]:
    shapes = [column for column in free if column.lower() in _SHAPES]
    if len(shapes) == 1:
        return {"wkt": shapes[0]}
    by_name = {column.lower(): column for column in free}
    if {"x", "y"} <= set(by_name):
        return {"lon": by_name["x"], "lat": by_name["y"]}
    return {}


def geometry_of(
    row: Mapping[str, Any], places: CoordinateColumns, *, comma_decimals: bool
) -> tuple[dict[str, Any] | None, tuple[Remark, ...], tuple[Remark, ...]]:
    """Return the geometry of a row, what is wrong with it, and what was changed.

    Parameters
    ----------
    row
        Cells by column.
    places
        Which of them say where.
    comma_decimals
        As for :func:`geo.formats.degrees.degrees`.
    """
    columns = places.columns
    if "wkt" in columns:
        column = columns["wkt"]
        try:
            return shape_of_cell(row[column]), (), ()
        except ValueError as error:
            remedy = (
                f"Correct it, or keep the column apart: --map {column}=extra.{column}."
            )
            return None, ((column, f"is no geometry: {error}.", remedy),), ()
    if not columns:
        return None, (), ()
    if all(is_empty(row[column]) for column in columns.values()):
        return None, (), ()
    return _point(row, columns, comma_decimals=comma_decimals)


def shape_of_cell(cell: object) -> dict[str, Any] | None:
    """Return the geometry of a cell: well-known text or binary, or GeoJSON."""
    if is_empty(cell):
        return None
    text = str(cell).strip()
    if text.startswith("{"):
        try:
            geometry = json.loads(text)
        except (ValueError, RecursionError) as error:
            msg = f"{text[:40]!r} is no GeoJSON"
            raise ValueError(msg) from error
        return dict(geometry)
    return read_wkb(bytes.fromhex(text)) if _HEX.fullmatch(text) else read_wkt(text)


def _point(
    row: Mapping[str, Any], columns: Mapping[str, str], *, comma_decimals: bool
) -> tuple[dict[str, Any] | None, tuple[Remark, ...], tuple[Remark, ...]]:
    faults: list[Remark] = []
    notes: list[Remark] = []
    numbers: dict[str, float] = {}
    for axis in ("lon", "lat"):
        column, cell = columns[axis], row[columns[axis]]
        try:
            if is_empty(cell):
                msg = "is empty, but its partner is not"
                raise ValueError(msg)  # noqa: TRY301 - told like the others
            numbers[axis], change = degrees(cell, axis, comma_decimals=comma_decimals)
        except ValueError as error:
            faults.append((column, f"{error}.", "Write degrees, such as 44.81."))
        else:
            if change:
                notes.append((column, f"{change}.", "Write degrees, such as 44.81."))
    if not faults and not any(numbers.values()):
        message = "0, 0 lies in the Gulf of Guinea and mostly stands for no place."
        remedy = "Empty both cells if the place is not known."
        faults.append((columns["lon"], message, remedy))
    if faults:
        return None, tuple(faults), ()
    point = {"type": "Point", "coordinates": [numbers["lon"], numbers["lat"]]}
    return point, (), tuple(notes)


def is_empty(cell: object) -> bool:
    """Tell whether a cell holds nothing, or what people write for nothing."""
    return cell is None or (isinstance(cell, str) and cell.strip().lower() in EMPTY)

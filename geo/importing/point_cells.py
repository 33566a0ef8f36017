"""One cell that holds a whole place: a pair, a link, a geometry, a place on a grid."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import shapely
from shapely import Point
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from geo.formats.angles import Angle, plainly, read_angle
from geo.formats.wkb import read_wkb
from geo.formats.wkt import read_wkt
from geo.importing.grids import GridSpot, read_mgrs, read_utm
from geo.importing.hemispheres import half_of
from geo.importing.map_links import link_in, read_link

_HEX: Final = re.compile(r"0[01](?:[0-9A-Fa-f]{2})+")
_WKT: Final = re.compile(
    r"(?:SRID=(?P<srid>\d+);\s*)?(?P<wkt>(?:MULTI)?(?:POINT|LINESTRING|POLYGON)\b.*)",
    re.IGNORECASE | re.DOTALL,
)
_COMMA_POINT: Final = re.compile(
    r"POINT\s*\(\s*([+-]?[\d.]+)\s*,\s*([+-]?[\d.]+)\s*\)", re.IGNORECASE
)
_ISO_6709: Final = re.compile(
    r"([+-]\d{2}(?:\d{2}){0,2}(?:\.\d+)?)([+-]\d{3}(?:\d{2}){0,2}(?:\.\d+)?)"
    r"(?:[+-][\d.]+)?(?:CRS\w+)?/?"
)
_OPENING: Final = " \t([{<"
_CLOSING: Final = " \t)]}>.;,"
#: What may part two angles, the surest first.
_SEPARATORS: Final = (";", "|", "\n", "\t", "&", "/", ", ")
_LETTER_FIRST: Final = re.compile(
    r"([^\W\d_][^\d+-]*[+-]?[\d\s°'\".,:+-]+?)[\s,]*([^\W\d_].*)", re.DOTALL
)
_LETTER_LAST: Final = re.compile(
    r"([+-]?\d[\d\s°'\".,:-]*[^\W\d_]+(?:[\s.]+[^\W\d_]+)*\.?)[\s,]*([+-]?\d.*)",
    re.DOTALL,
)
_TWO_SIGNS: Final = re.compile(
    r"(.*?[°'\"])[\s,]*([+-]?\d+(?:[.,]\d+)?\s*°.*)", re.DOTALL
)
_ALTITUDE: Final = re.compile(r"[+-]?\d+(?:\.\d+)?\s*m?")
_MANY_COMMAS: Final = re.compile(r"[+-]?\d+,\d+\s*,\s*[+-]?\d+,\d+")
_WGS84: Final = frozenset({"", "4326"})
_LONGEST: Final = 10_000
_PAIR: Final = 2


@dataclass(frozen=True, slots=True)
class Pair:
    """Two angles in the order of a cell; which is which a whole column decides.

    Parameters
    ----------
    first, second
        As written.
    listed
        Whether they stand in square brackets, as programs write positions.
    """

    first: Angle
    second: Angle
    listed: bool = False


#: What a cell may hold: a geometry is WGS84, (lon, lat).
Written: TypeAlias = BaseGeometry | Pair | GridSpot


def read_cell(cell: Any) -> Written:  # noqa: ANN401 - any cell
    """Read a cell that holds a place.

    Understood are well-known text and binary, GeoJSON, links of map services and
    ``geo:`` addresses, UTM with its zone, MGRS, ISO 6709, and pairs of angles with any
    sign between them. A line or an area comes as it is.

    Raises
    ------
    ShortLinkError
        If it is a link that only its service understands.
    ValueError
        If it is nothing of this.
    """
    if isinstance(cell, dict):
        return _object(cell)
    if isinstance(cell, list | tuple):
        return _listed(cell)
    text = str(cell).strip()
    if len(text) > _LONGEST and not _WKT.match(text) and not text.startswith("{"):
        msg = f"{text[:40]!r}... is too long for a place"
        raise ValueError(msg)
    drawn = _drawn(text)
    if drawn is not None:
        return drawn
    link = link_in(text)
    if link:
        spot = read_link(link)
        return read_pair(spot) if isinstance(spot, str) else Point(spot)
    for read in (read_mgrs, read_utm):
        try:
            return read(text)
        except ValueError:
            continue
    return _iso_6709(text) or read_pair(text)


def _drawn(text: str) -> Written | None:
    """Return the place of a text in one of the formats for geometries, or in JSON."""
    if text.startswith("{"):
        try:
            return _object(json.loads(text))
        except RecursionError as error:
            msg = f"{text[:40]!r} is no GeoJSON"
            raise ValueError(msg) from error
    if _HEX.fullmatch(text) and len(text) > len("01") * 9:
        return shape(read_wkb(bytes.fromhex(text)))
    match = _WKT.fullmatch(text)
    if match is None:
        return None
    if (match["srid"] or "") not in _WGS84:
        msg = f"{text[:40]!r} is not in WGS84"
        raise ValueError(msg)
    comma = _COMMA_POINT.fullmatch(match["wkt"])
    if comma:
        return Point(float(comma[1]), float(comma[2]))
    return _sound(shape(_of(read_wkt(match["wkt"]), text)))


def _object(value: Any) -> Written:  # noqa: ANN401 - any JSON value
    """Read GeoJSON, or an object with a latitude and a longitude."""
    if isinstance(value, dict) and "type" not in value:
        degrees = {
            half.axis: held
            for name, held in value.items()
            if (half := half_of((str(name).casefold(),), {}))
        }
        if degrees.keys() == {"lat", "lon"}:
            lat, lon = (
                read_angle(f"{axis} {degrees[axis]}") for axis in ("lat", "lon")
            )
            return Pair(lat, lon)
    return _geojson(value)


def _geojson(value: Any) -> BaseGeometry:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict) and value.get("type") == "Feature":
        value = value.get("geometry")
    try:
        return _sound(shape(_of(value, value)))
    except (AttributeError, KeyError, TypeError, shapely.errors.ShapelyError) as error:
        msg = f"{str(value)[:40]!r} is no GeoJSON geometry"
        raise ValueError(msg) from error


def _of(value: Any, cell: object) -> Any:  # noqa: ANN401 - any JSON value
    if not value:
        msg = f"{str(cell)[:40]!r} is an empty geometry"
        raise ValueError(msg)
    return value


def _sound(geometry: BaseGeometry) -> BaseGeometry:
    if geometry.is_empty or not shapely.is_valid(geometry):
        msg = f"{geometry.geom_type} is empty or crosses itself"
        raise ValueError(msg)
    return shapely.force_2d(geometry)


def _listed(cell: list[Any] | tuple[Any, ...]) -> Pair:
    """Read a position that a program wrote: a list of two numbers, or three."""
    numbers = [part for part in cell if isinstance(part, int | float)]
    if len(numbers) != len(cell) or len(cell) not in {2, 3}:
        msg = f"{str(cell)[:40]!r} is no position"
        raise ValueError(msg)
    return Pair(Angle(float(cell[0])), Angle(float(cell[1])), listed=True)


def _iso_6709(text: str) -> Point | None:
    """Read ``+44.81+020.46/``, as cameras write it; degrees may have minutes behind."""
    match = _ISO_6709.fullmatch(text)
    if match is None:
        return None
    lat, lon = _sixtieths(match[1], 2), _sixtieths(match[2], 3)
    return Point(lon, lat)


def _sixtieths(text: str, degree_digits: int) -> float:
    digits = text[1:]
    whole = digits.partition(".")[0]
    parts = [float(digits)]
    if len(whole) > degree_digits:
        parts = [float(digits[:degree_digits])]
        rest = digits[degree_digits:]
        if len(whole) > degree_digits + 2:
            parts.append(float(rest[:2]))
            rest = rest[2:]
        parts.append(float(rest))
    size = math.fsum(part / 60.0**power for power, part in enumerate(parts))
    return -size if text.startswith("-") else size


def read_pair(text: str) -> Pair:
    """Read two angles from one text, in its order.

    Raises
    ------
    ValueError
        If it does not hold two.
    """
    listed = text.strip().startswith("[")
    body = plainly(text).strip(_OPENING).strip(_CLOSING).strip()
    for parts in _splits(body):
        if len(parts) == _PAIR + 1 and _ALTITUDE.fullmatch(parts[2]):
            parts = parts[:2]  # noqa: PLW2901 - the height is left out
        if len(parts) != _PAIR:
            continue
        try:
            return Pair(read_angle(parts[0]), read_angle(parts[1]), listed)
        except ValueError:
            continue
    msg = f"{text[:80]!r} is no place"
    raise ValueError(msg)


def _splits(body: str) -> Iterator[list[str]]:
    """Go through the ways in which a text may be two angles."""
    for separator in _SEPARATORS:
        if separator in body:
            yield [part.strip(" ,()") for part in body.split(separator)]
    tokens = body.split()
    if len(tokens) == _PAIR:
        yield [token.strip(",") for token in tokens]
    if _MANY_COMMAS.fullmatch(body):
        parts = [part.strip() for part in body.split(",")]
        yield [f"{parts[0]}.{parts[1]}", f"{parts[2]}.{parts[3]}"]
    yield [part.strip() for part in body.split(",")]
    for pattern in (_LETTER_LAST, _LETTER_FIRST, _TWO_SIGNS):
        match = pattern.fullmatch(body)
        if match:
            yield [match[1].strip(" ,"), match[2].strip(" ,")]
    numbers = body.replace(",", " ").split()
    if len(numbers) in {4, 6}:
        half = len(numbers) // 2
        yield [" ".join(numbers[:half]), " ".join(numbers[half:])]

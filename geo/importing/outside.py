"""Points that lie outside the country which their record names, and what may mend it.

Outlines are Natural Earth's (:mod:`geo.model.naturalearth`), widened, so that a border
town, a harbour or a boat off the coast is where its record says.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, TypeAlias

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon
from shapely.geometry.base import BaseGeometry

from geo.base.errors import NotFoundError
from geo.importing.mapping import MendKind
from geo.importing.remarks import Remark
from geo.model.geonames import country_code_of_number, country_name
from geo.model.naturalearth import countries, country_outline

Numbers: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]

#: In words; of several that put points right, the first is proposed.
_MENDED_BY: Final[Mapping[MendKind, str]] = {
    "negate_lon": "With the sign of the longitude changed",
    "negate_lat": "With the sign of the latitude changed",
    "swap": "With latitude and longitude changed over",
    "negate_both": "With the signs of latitude and longitude changed",
}
#: By what longitude and latitude are multiplied.
_SIGNS: Final[Mapping[MendKind, tuple[float, float]]] = {
    "negate_lon": (-1.0, 1.0),
    "negate_lat": (1.0, -1.0),
    "negate_both": (-1.0, -1.0),
}
#: About 50 km beyond the border, and 330 km out at sea.
_NEAR_DEG: Final = 0.5
_AT_SEA_DEG: Final = 3.0
_SIMPLE_DEG: Final = 0.05
_FULL_TURN_DEG: Final = 360.0
_NEARLY_HALF_TURN_DEG: Final = 179.0
_MOST_NAMED: Final = 3
#: Of so many it is said where they lie.
_SAMPLE: Final = 5_000
#: So few show at once that a mend does not help.
_FEW: Final = 100
#: Countries that Natural Earth draws as a part of another.
_DRAWN_WITHIN: Final[Mapping[str, str]] = {
    **dict.fromkeys(("GF", "GP", "MQ", "RE", "YT"), "FR"),
    **dict.fromkeys(("SJ", "BV"), "NO"),
    "BQ": "NL",
    "TK": "NZ",
}
#: What a record may well mean, too, when it names a country. Of Serbia and Kosovo
#: either is taken, as sources differ.
_WITH: Final[Mapping[str, tuple[str, ...]]] = {
    "US": ("PR", "GU", "VI", "AS", "MP", "UM"),
    "GB": ("GG", "JE", "IM", "GI", "FK", "BM", "KY", "VG", "AI", "MS", "TC", "SH"),
    "FR": ("NC", "PF", "PM", "WF", "BL", "MF", "TF"),
    "NL": ("AW", "CW", "SX"),
    "DK": ("FO", "GL"),
    "FI": ("AX",),
    "CN": ("HK", "MO"),
    "NZ": ("CK", "NU"),
    "AU": ("NF", "HM"),
    "RS": ("XK",),
    "XK": ("RS",),
    "MA": ("EH",),
    "EH": ("MA",),
    "IL": ("PS",),
    "PS": ("IL",),
}
#: Parts that Natural Earth draws by themselves, without a code.
_PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "CY": ("N. Cyprus", "Cyprus U.N. Buffer Zone", "Dhekelia", "Akrotiri"),
    "SO": ("Somaliland",),
    "KZ": ("Baikonur",),
    "CU": ("USNB Guantanamo Bay",),
}


@dataclass(frozen=True, slots=True)
class Mend:
    """What would put points right; applied only by :func:`apply_mend`.

    Parameters
    ----------
    kind
        ``swap`` changes latitude and longitude over, the others change signs.
    rows
        The records, by their number in the file.
    """

    kind: MendKind
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Outside:
    """Points of one country's records that lie elsewhere.

    Parameters
    ----------
    remark
        What to say of them.
    country
        The country that they name: ISO 3166-1 alpha-2, XK for Kosovo.
    mend
        What would put all of them right; None if nothing simple does.
    """

    remark: Remark
    country: str
    mend: Mend | None = None


def points_outside(points: pd.Series, country_codes: pd.Series) -> list[Outside]:
    """Find points far outside the country that their record names.

    Parameters
    ----------
    points
        Geometries, (lon, lat), WGS84, or None; index is the record's number.
    country_codes
        ISO 3166-1 alpha-2 or None, same index.

    Returns
    -------
    list of Outside
        One for each country with such points, in the order of first mention; empty
        where all lie within, near the border or off the coast.

    Raises
    ------
    MissingAssetError
        If Natural Earth is not installed.
    """
    lon, lat = coordinates_of(points)
    placed = np.isfinite(lon) & np.isfinite(lat)
    numbers = points.index.to_numpy()
    listed, names = pd.factorize(country_codes)
    outside = []
    for position, code in enumerate(names):
        rows = np.flatnonzero((listed == position) & placed)
        wrong = rows[~lies_within(lon[rows], lat[rows], str(code))]
        if wrong.size:
            outside.append(
                _outside(lon[wrong], lat[wrong], str(code), numbers[wrong], rows.size)
            )
    return outside


def apply_mend(points: pd.Series, mend: Mend) -> pd.Series:
    """Return points with a mend applied to its rows; the others as they are.

    A swap or sign is changed for every position of a geometry. What is None stays so.
    """
    chosen = points.index.isin(mend.rows) & points.notna().to_numpy()
    geometries = points.to_numpy(dtype=object).copy()
    geometries[chosen] = shapely.transform(
        geometries[chosen], lambda spots: _mended(spots, mend.kind)
    )
    return pd.Series(geometries, index=points.index, name=points.name, dtype=object)


def coordinates_of(points: pd.Series) -> tuple[Numbers, Numbers]:
    """Return longitudes and latitudes; NaN for None, the middle of lines and areas."""
    geometries = points.to_numpy(dtype=object).copy()
    geometries[points.isna().to_numpy()] = None
    kinds = shapely.get_type_id(geometries)
    drawn = kinds > 0
    if drawn.any():
        geometries[drawn] = shapely.point_on_surface(geometries[drawn])
    return shapely.get_x(geometries), shapely.get_y(geometries)


def lies_within(lon: Numbers, lat: Numbers, code: str) -> Flags:
    """Tell which points lie in a country, by its border, or off its coast.

    Parameters
    ----------
    lon, lat
        Degrees, shape (n,).
    code
        ISO 3166-1 alpha-2, XK for Kosovo. In a country that Natural Earth does not
        draw every point lies: nothing can be said against it.
    """
    outline = _outline(code)
    if outline is None:
        return np.ones(lon.shape, dtype=bool)
    within: Flags = shapely.contains_xy(outline, lon, lat)
    left = np.flatnonzero(~within)
    if left.size:
        away_deg = _distances_deg(outline, lon[left], lat[left])
        within[left[away_deg <= _NEAR_DEG]] = True
        spots = left[(away_deg > _NEAR_DEG) & (away_deg <= _AT_SEA_DEG)]
        if spots.size:
            within[spots] = ~shapely.contains_xy(_land(), lon[spots], lat[spots])
    return within


def _distances_deg(outline: BaseGeometry, lon: Numbers, lat: Numbers) -> Numbers:
    """Return how many degrees points are away, round the Earth where that is nearer."""
    distances = np.asarray(shapely.distance(outline, shapely.points(lon, lat)))
    west, _, east, _ = outline.bounds
    if west < -_NEARLY_HALF_TURN_DEG or east > _NEARLY_HALF_TURN_DEG:
        for turn in (-_FULL_TURN_DEG, _FULL_TURN_DEG):
            turned = shapely.distance(outline, shapely.points(lon + turn, lat))
            distances = np.minimum(distances, turned)
    return distances


def _outside(
    lon: Numbers, lat: Numbers, code: str, numbers: NDArray[Any], total: int
) -> Outside:
    name, rows = country_name(code), tuple(map(int, numbers))
    where = _named(_lands(lon[:_SAMPLE], lat[:_SAMPLE]), counted=lon.size <= _SAMPLE)
    count = "The point" if total == 1 else f"{len(rows)} of {total} points"
    verb = "lies" if len(rows) == 1 else "lie"
    message = f"{count} of records in {name} {verb} elsewhere: {where}."
    if total == 1:
        message = f"The point of the record in {name} lies elsewhere: {where}."
    mend = next(
        (
            Mend(kind, rows)
            for kind in _MENDED_BY
            if _puts_right(lon[:_FEW], lat[:_FEW], code, kind)
            and _puts_right(lon, lat, code, kind)
        ),
        None,
    )
    remedy = "Check the coordinates and the country in the file."
    if mend:
        they = "it lies" if len(rows) == 1 else "all of them lie"
        message += f" {_MENDED_BY[mend.kind]}, {they} in {name}; nothing was changed."
        remedy = f"Correct the file, or import it again with --mend {mend.kind}."
    examples = dict.fromkeys(f"{y:g}, {x:g}" for x, y in zip(lon, lat, strict=True))
    remark = Remark(
        "place.outside", message, rows, tuple(examples)[:_MOST_NAMED], remedy
    )
    return Outside(remark, code, mend)


def _puts_right(lon: Numbers, lat: Numbers, code: str, kind: MendKind) -> bool:
    return bool(lies_within(*_mended_pair(lon, lat, kind), code).all())


def _named(lands: Sequence[Collection[str]], *, counted: bool) -> str:
    """Say where points lie: the countries with most of them first."""
    names = pd.Series([next(iter(names), "at sea") for names in lands], dtype=object)
    counts = names.value_counts(sort=True)
    shown = [
        f"{'at sea' if name == 'at sea' else f'in {name}'}"
        + (f" ({count})" if counted and len(counts) > 1 else "")
        for name, count in counts.items()
    ]
    further = len(shown) - _MOST_NAMED
    return ", ".join(shown[:_MOST_NAMED]) + (
        f" and {further} more" if further > 0 else ""
    )


def _mended_pair(lon: Numbers, lat: Numbers, kind: MendKind) -> tuple[Numbers, Numbers]:
    spots = _mended(np.column_stack([lon, lat]), kind)
    return spots[:, 0], spots[:, 1]


def _mended(spots: Numbers, kind: MendKind) -> Numbers:
    if kind == "swap":
        return spots[:, ::-1]
    return spots * _SIGNS[kind]


def _lands(lon: Numbers, lat: Numbers) -> list[list[str]]:
    """Return for each point the names of the countries on whose land it lies."""
    tree, names = _world()
    points, members = tree.query(shapely.points(lon, lat), predicate="within")
    lands: list[list[str]] = [[] for _ in range(lon.size)]
    for point, member in zip(points, members, strict=True):
        lands[point].append(names[member])
    return lands


@lru_cache(maxsize=1)
def _world() -> tuple[shapely.STRtree, tuple[str, ...]]:
    # Tiny islands are missing at this scale, and count as sea.
    drawn = countries("50m")
    names = []
    for country in drawn:
        code = country_code_of_number(int(country.iso_numeric or 0))
        names.append(country_name(code) if code else country.name)
    return shapely.STRtree([country.geometry for country in drawn]), tuple(names)


@lru_cache(maxsize=1)
def _land() -> BaseGeometry:
    """Return all countries as one geometry, whose borders are in none of them."""
    land = MultiPolygon(list(shapely.get_parts(_world()[0].geometries)))
    shapely.prepare(land)
    return land


@lru_cache(maxsize=512)
def _outline(code: str) -> BaseGeometry | None:
    """Return a country with what belongs to it, drawn coarsely; None if unknown."""
    outlines = list(_outlines(code))
    if not outlines:
        return None
    simple = shapely.simplify(np.asarray(outlines, dtype=object), _SIMPLE_DEG)
    outline = MultiPolygon(list(shapely.get_parts(simple)))
    shapely.prepare(outline)
    return outline


def _outlines(code: str) -> Iterator[BaseGeometry]:
    for member in (code, *_WITH.get(code, ())):
        try:
            yield country_outline(_DRAWN_WITHIN.get(member, member))
        except NotFoundError:
            continue
    if code in _PARTS:
        for country in countries("10m"):
            if country.name in _PARTS[code]:
                yield country.geometry

"""Metres on a grid: UTM with its zone, MGRS, Web Mercator, and what a CRS names.

UTM and MGRS as in NGA.SIG.0012 (2014), on WGS84. Results are (lon, lat) in degrees.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from geo.base.errors import QueryError

Numbers: TypeAlias = NDArray[np.float64]

_BANDS: Final = "CDEFGHJKLMNPQRSTUVWX"
_SOUTHERN: Final = frozenset("CDEFGHJKLM")
_MOST_ZONE: Final = 60
_LEAST_NORTHING_M: Final = dict(
    zip(
        _BANDS,
        (
            *(1_100_000, 2_000_000, 2_800_000, 3_700_000, 4_600_000),
            *(5_500_000, 6_400_000, 7_300_000, 8_200_000, 9_100_000),
            *(0, 800_000, 1_700_000, 2_600_000, 3_500_000),
            *(4_400_000, 5_300_000, 6_200_000, 7_000_000, 7_900_000),
        ),
        strict=True,
    )
)
_COLUMNS: Final = ("ABCDEFGH", "JKLMNPQR", "STUVWXYZ")
_ROWS: Final = "ABCDEFGHJKLMNPQRSTUV"
_SQUARE_M: Final = 100_000
_ROWS_REPEAT_M: Final = 2_000_000
#: Where the letter S, read as a band and not as south, has its northings.
_BAND_S_M: Final = (3_540_000, 4_430_000)
#: Zones with land from 50 to 58 degrees south, and none in band S.
_FAR_SOUTH: Final = frozenset({19, 20, 21})
_EASTING_M: Final = (100_000, 1_000_000)
_NORTHING_M: Final = (0, 10_000_000)
_MERCATOR_RADIUS_M: Final = 6_378_137.0
#: Half the Earth's circumference, the edge of Web Mercator.
MERCATOR_EDGE_M: Final = 20_037_508.35

_ZONE: Final = re.compile(
    r"(?:UTM)?\W*(?:ZONE|ZONA|ЗОНА|FUSEAU|HUSO)?\W*(\d{1,2})(?:\.0+)?\s*°?\s*"
    r"(NORTH|SOUTH|NORD|SÜD|SUD|SUR|NORTE|SUL|[C-HJ-NP-X])?"
)
_EPSG_ZONE: Final = re.compile(r"(?:EPSG\W*)?32([67])(\d{2})")
_METRES: Final = r"\d{1,8}(?:[.,]\d+)?"
_SPOT: Final = (
    rf"(?P<a>[EN])?\W*(?P<first>{_METRES})\s*M?\s*(?P<b>[EN])?[\s,;/]+"
    rf"(?P<c>[EN])?\W*(?P<second>{_METRES})\s*M?\s*(?P<d>[EN])?"
)
_IN_ONE: Final = r"(?:UTM\W*)?(?:ZONE\W*)?(\d{1,2}\s*[C-HJ-NP-X]?)"
_ZONE_FIRST: Final = re.compile(rf"(?P<zone>{_IN_ONE})[\s,;:/]+{_SPOT}")
_ZONE_LAST: Final = re.compile(rf"{_SPOT}[\s,;:/(]+(?P<zone>{_IN_ONE})\)?")
_MGRS: Final = re.compile(
    r"(?:MGRS\W*)?(\d{1,2})([C-HJ-NP-X])([A-HJ-NP-Z])([A-HJ-NP-V])((?:\d\d){1,5})"
)
_GROUPS: Final = re.compile(r"(\d{1,3})(?:[ ',]\d{3})+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class GridSpot:
    """One place in metres of UTM.

    Parameters
    ----------
    easting, northing
        Metres, with the zone's false origin.
    zone
        1 to 60.
    letter
        Of the band or of the half of the Earth, as written; empty without any.
    southern
        Whether it lies in the south, where that is sure; None where the letter is to
        say it.
    """

    easting: float
    northing: float
    zone: int
    letter: str = ""
    southern: bool | None = None


def read_zone(cell: object) -> tuple[int, str]:
    """Return a zone's number and letter: of ``34T``, ``UTM zone 34 North``, ``32634``.

    Raises
    ------
    ValueError
        If it is no zone from 1 to 60.
    """
    text = str(cell).strip().upper()
    epsg = _EPSG_ZONE.fullmatch(text)
    match = _ZONE.fullmatch(text)
    if epsg:
        number, letter = int(epsg[2]), "N" if epsg[1] == "6" else "S"
    elif match:
        number, letter = int(match[1]), (match[2] or "")[:1]
    else:
        number, letter = 0, ""
    if not 1 <= number <= _MOST_ZONE:
        msg = f"{text!r} is no zone of UTM"
        raise ValueError(msg)
    return number, letter


def read_metres(cell: object) -> float:
    """Return metres as people write them: ``457 000``, ``457,000``, ``457000,5``.

    Raises
    ------
    ValueError
        If it is no number.
    """
    text = re.sub(r"[\s']*M?[EN]?$", "", str(cell).strip().upper())
    if _GROUPS.fullmatch(text):
        text = re.sub(r"[ ',]", "", text)
    return float(text.replace(",", "."))


def read_utm(text: str) -> GridSpot:
    """Read ``34T 457000 4962000``: zone, easting and northing in one text.

    Raises
    ------
    ValueError
        If it is not that.
    """
    upper = text.strip().upper()
    match = _ZONE_FIRST.fullmatch(upper) or _ZONE_LAST.fullmatch(upper)
    numbers = [
        float(match[part].replace(",", ".")) if match else 0.0
        for part in ("first", "second")
    ]
    # Two small numbers beside a third are degrees, or anything else.
    if match is None or max(numbers) < _EASTING_M[0]:
        msg = f"{text!r} is no UTM zone with easting and northing"
        raise ValueError(msg)
    if "N" in (match["a"], match["b"]) or "E" in (match["c"], match["d"]):
        numbers.reverse()
    number, letter = read_zone(match["zone"])
    return GridSpot(numbers[0], numbers[1], number, letter)


def read_mgrs(text: str) -> GridSpot:
    """Read a reference of the Military Grid, as the middle of its square.

    The letter is that of a band, never of a half of the Earth. The polar regions and
    squares of 100 km are not read.

    Raises
    ------
    ValueError
        If it is no such reference.
    """
    match = _MGRS.fullmatch(re.sub(r"\s+", "", text.upper()))
    zone = int(match[1]) if match else 0
    column = _COLUMNS[(zone - 1) % 3].find(match[3]) if match else -1
    if match is None or column < 0 or not 1 <= zone <= _MOST_ZONE:
        msg = f"{text!r} is no reference of the Military Grid"
        raise ValueError(msg)
    band, digits = match[2], match[5]
    half = len(digits) // 2
    step_m = _SQUARE_M / 10**half
    row = (_ROWS.index(match[4]) - (0 if zone % 2 else 5)) % len(_ROWS)
    easting = (column + 1) * _SQUARE_M + (int(digits[:half]) + 0.5) * step_m
    northing = row * _SQUARE_M + (int(digits[half:]) + 0.5) * step_m
    while northing < _LEAST_NORTHING_M[band]:
        northing += _ROWS_REPEAT_M
    return GridSpot(easting, northing, zone, band, southern=band in _SOUTHERN)


def is_band_table(letters: Sequence[str]) -> bool:
    """Tell whether letters are bands; N and S alone are halves of the Earth."""
    return bool({letter for letter in letters if len(letter) == 1} - {"N", "S", ""})


def is_southern(spot: GridSpot, *, bands: bool) -> bool:
    """Tell whether a place lies in the south, by its zone's letter.

    S is a band of the north as well as a word for south. Where *bands* does not tell,
    the northing does: as south, those of band S lie in the open sea but for a few zones.
    """
    if spot.southern is not None:
        return spot.southern
    if spot.letter != "S":
        return spot.letter in _SOUTHERN
    in_band = _BAND_S_M[0] <= spot.northing <= _BAND_S_M[1]
    return not (in_band and (bands or spot.zone not in _FAR_SOUTH))


def utm_degrees(
    easting: Numbers, northing: Numbers, zone: int, *, southern: bool
) -> tuple[Numbers, Numbers]:
    """Return longitude and latitude of places in one zone; NaN outside of it.

    Parameters
    ----------
    easting, northing
        Metres, shape (n,); empty is fine.
    """
    lon, lat = crs_degrees(
        easting, northing, f"EPSG:32{7 if southern else 6}{zone:02d}"
    )
    inside = (
        (easting >= _EASTING_M[0])
        & (easting < _EASTING_M[1])
        & (northing >= _NORTHING_M[0])
        & (northing <= _NORTHING_M[1])
    )
    return np.where(inside, lon, np.nan), np.where(inside, lat, np.nan)


def mercator_degrees(x: Numbers, y: Numbers) -> tuple[Numbers, Numbers]:
    """Return longitude and latitude of metres in Web Mercator (EPSG:3857)."""
    lon = np.degrees(x / _MERCATOR_RADIUS_M)
    lat = np.degrees(np.arctan(np.sinh(y / _MERCATOR_RADIUS_M)))
    return lon, lat


def crs_degrees(x: Numbers, y: Numbers, crs: str) -> tuple[Numbers, Numbers]:
    """Return longitude and latitude of places in any system; NaN outside of it.

    Parameters
    ----------
    x, y
        First easting or longitude, whatever order the system itself has; shape (n,).
    crs
        ``EPSG:27700``, or another name that PROJ knows.

    Raises
    ------
    QueryError
        If PROJ does not know it.
    """
    lon, lat = _transformer(crs).transform(x, y)
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    sound = np.isfinite(lon) & np.isfinite(lat)
    return np.where(sound, lon, np.nan), np.where(sound, lat, np.nan)


@lru_cache(maxsize=128)
def _transformer(crs: str) -> Any:  # noqa: ANN401 - of pyproj
    try:
        return Transformer.from_crs(CRS.from_user_input(crs), 4326, always_xy=True)
    except CRSError as error:
        msg = f"{crs!r} is not a known coordinate system. Write one such as EPSG:27700."
        raise QueryError("crs", msg) from error

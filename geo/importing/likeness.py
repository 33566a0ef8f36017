"""What a column may be by its content: how many of its values look like what.

Nothing is read here. A share says how many of the distinct values look like a date, a
point or an address, so that names and contents can be weighed against each other.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median
from typing import Any, Final, TypeVar

import pandas as pd

from geo.formats.angles import plainly
from geo.importing.cells import in_our_digits, is_blank, text_of
from geo.importing.hemispheres import half_of
from geo.importing.point_cells import read_pair

Value = TypeVar("Value")

#: Rows that are looked at, spread over the table.
MOST_ROWS: Final = 4_000
#: What stands for a hyphen before a number.
_MINUS: Final = str.maketrans("\u2212\u2013", "--")
_NUMBER: Final = re.compile(
    r"[-+\u2212\u2013]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][-+]?\d+)?"
)
#: Four digits that may be a year, within words.
_YEAR: Final = r"(?:1[0-9]|20|21)\d\d"
_DATES: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_YEAR}[-/.]\d{{1,2}}(?:[-/.]\d{{1,2}})?(?:[T ].{{0,40}})?",
        rf"{_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])",
        r"\d{1,2}[-/.] ?\d{1,2}[-/.] ?(?:\d{4}|\d\d)\.?(?: .{0,20})?",
        (
            rf"(?:[^\W\d]{{2,12}},? )?\d{{1,2}}\.?[-/ ](?:de |of )?[^\W\d]{{3,14}}\.?,?[-/ ]"
            rf"(?:de |of )?(?:{_YEAR}|\d\d)\b.{{0,24}}"
        ),
        rf"(?:[^\W\d]{{2,12}},? )?[^\W\d]{{3,14}}\.? \d{{1,2}}(?:st|nd|rd|th)?,? {_YEAR}.{{0,24}}",
    )
)
_YEAR_IN_WORDS: Final = re.compile(rf"(?<!\d){_YEAR}(?:s|e|er)?(?!\d)")
_ADDRESS: Final = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
#: An address within a text, to where a space or a sign of a list ends it.
_WHOLE_ADDRESS: Final = re.compile(
    r"(?:https?://|www\.)[^\s\"'<>|;,\])]+", re.IGNORECASE
)
_PICTURE: Final = re.compile(
    r"[^/?#]\.(?:jpe?g|png|gif|webp|avif|hei[cf]|bmp|tiff?|svg"
    r"|mp4|m4v|mov|avi|mkv|webm|3gp|ogv|mpe?g|wmv)(?:[?#:].*)?$",
    re.IGNORECASE,
)
_HANDLE: Final = re.compile(r"@[A-Za-z][\w.]{2,}|t\.me/\S+")
_TIME_OF_DAY: Final = re.compile(r"\d{1,2}:\d\d(?::\d\d)?(?:\s?[APap]\.?[Mm]\.?)?")
_TRUTH: Final = frozenset({"yes", "no", "true", "false", "y", "n", "t", "f"})
#: A number, and what people write around it to say an angle.
_ANGLE: Final = re.compile(
    r"(?P<before>[^\W\d_]{0,6}\.?\s*)[-+\u2212\u2013]?(?P<whole>\d{1,3})"
    r"(?:[.,]\d+)?(?:[\s°ºd:'’‘′`´\"”“″m,.]*\d+(?:[.,]\d+)?){0,2}"
    r"[\s°ºd'’‘′`´\"”“″ms]*(?P<after>(?:[^\W\d_][^\d]{0,12})?)"
)
_SHAPE: Final = re.compile(
    r"\s*(?:SRID=\d+;\s*)?(?:(?:MULTI)?(?:POINT|LINESTRING|POLYGON)|GEOMETRYCOLLECTION)"
    r"\s*(?:ZM?|M)?\s*\(.*",
    re.IGNORECASE | re.DOTALL,
)
#: Well-known binary in hexadecimal digits, as PostGIS writes a geometry.
_BINARY: Final = re.compile(r"0[01](?:[0-9A-Fa-f]{2}){20,}")
_MAP_LINK: Final = re.compile(
    r"geo:[-\d.]+,.*|https?://[^/]*(?:"
    r"google\.[a-z.]+/maps|maps\.google|goo\.gl/maps|maps\.app\.goo\.gl"
    r"|openstreetmap\.org|osm\.org|maps\.apple|bing\.com/maps|yandex\.[a-z]+/maps"
    r"|wikimapia|here\.com|mapy\.cz|2gis|waze\.com|what3words|w3w\.co"
    r"|mapcarta|geohack|umap).*",
    re.IGNORECASE,
)
_MGRS: Final = re.compile(
    r"\d{1,2}\s?[C-HJ-NP-Xc-hj-np-x]\s?[A-HJ-NP-Za-hj-np-z]{2}\s?\d{2,5}\s?\d{2,5}"
)
_UTM: Final = re.compile(
    r"(?:(?:UTM|zone)?\s*\d{1,2}\s?[C-Xc-x]\s+(?:E\s*)?\d{5,7}.*\d{6,8}.*"
    r"|\d{5,7}(?:[.,]\d+)?\s*m?\s*E?[ ,;]+\d{6,8}(?:[.,]\d+)?.*\d{1,2}\s?[C-Xc-x])"
)
_APART: Final = re.compile(r"\s*[;,/|]\s*|\s+")
_DEGREE: Final = r"[-+\u2212\u2013]?\d{1,3}(?:[.,]\d+)?"
_PAIR: Final = re.compile(
    rf"[(\[]?\s*(?P<lat>{_DEGREE})\s*°?\s*[NSns]?\s*[,;/|\s]\s*"
    rf"(?P<lon>{_DEGREE})\s*°?\s*[EWew]?(?:[ ,]+[-\d.]+){{0,2}}\s*[)\]]?"
)
_TWO_ANGLES: Final = re.compile(
    r".*\d.*[NSСЮ].*\d.*[EWOВЗ].*|[NSСЮ].*\d.*[EWOВЗ].*\d.*"
    # North or south, then east or west, in two Ukrainian letters each.
    r"|.*\d.*(?i:п[нд]).*\d.*(?i:[сз]х).*"
)
#: Hemispheres, and words for the axes, in Latin and Cyrillic letters.
_AXIS_LETTERS: Final = re.compile(
    r"[NSEWOСЮВЗ]|lat\w*|lon\w*|north|south|east|west|[сю]ш|[вз]д|[сю]\w*ш\w*|[вз]\w*д\w*",
    re.IGNORECASE,
)


def looks_like_date(text: str) -> bool:
    """Tell whether one value reads like a date, or at least like a year in words.

    Numbers alone are none but where they say year, month and day; nor are times of day.
    """
    text = in_our_digits(text)
    if looks_like_day(text):
        return True
    if _TIME_OF_DAY.fullmatch(text):
        return False
    few = len(text.split()) <= 6
    return bool(few and len(text) <= 40 and _YEAR_IN_WORDS.search(text)) and not (
        _NUMBER.fullmatch(text) or _ADDRESS.match(text)
    )


def looks_like_day(text: str) -> bool:
    """Tell whether one value is written as a day or a month of some year."""
    # As programs write whole numbers beside gaps: 20190304.0.
    ours = in_our_digits(text).removesuffix(".0")
    return len(text) <= 60 and any(pattern.fullmatch(ours) for pattern in _DATES)


def looks_like_point(value: object) -> bool:  # noqa: PLR0911 - one way after the other
    """Tell whether one value holds latitude and longitude, in any of the usual ways."""
    if isinstance(value, Mapping):
        keys = {str(key).lower() for key in value}
        return "coordinates" in keys or bool(
            keys & {"lat", "latitude"} and keys & {"lon", "lng", "long", "longitude"}
        )
    if isinstance(value, (list, tuple)):
        return len(value) in (2, 3) and all(_is_number(each) for each in value)
    text = trimmed(value)
    if any(pattern.fullmatch(text) for pattern in (_SHAPE, _MAP_LINK, _MGRS, _BINARY)):
        return True
    if text.startswith("{"):
        return '"coordinates"' in text or ('"lat' in text and '"l' in text[5:])
    pair = _PAIR.fullmatch(text)
    if pair:
        lat, lon = (abs(number_of(pair[axis]) or 0.0) for axis in ("lat", "lon"))
        written = pair["lat"] + pair["lon"]
        exact = "." in written or "," in written or "°" in text
        return exact and min(lat, lon) <= 90 and max(lat, lon) <= 180
    if len(text) > 80 or sum(char.isdigit() for char in text) < 4:
        return False
    if _UTM.fullmatch(text) or _names_both_axes(text):
        return True
    return bool(_TWO_ANGLES.fullmatch(text) and not re.search(r"[^\W\d_]{6,}", text))


def _names_both_axes(text: str) -> bool:
    """Tell whether two angles stand in a text with words for latitude and longitude."""
    try:
        pair = read_pair(text)
    except ValueError:
        return False
    halves = [half_of(angle.words, {}) for angle in (pair.first, pair.second)]
    return {half.axis for half in halves if half} == {"lat", "lon"}


def are_pictures(text: str) -> bool:
    """Tell whether all addresses in a text are those of files of pictures or films."""
    addresses = _WHOLE_ADDRESS.findall(text)
    return bool(addresses) and all(map(_PICTURE.search, addresses))


def angle_of(value: object) -> float | None:
    """Return how far an angle is from 0, in whole degrees or better; None for others.

    Parameters
    ----------
    value
        A number, or a text with degrees, minutes, seconds and letters.
    """
    number = number_of(value)
    if number is not None:
        return abs(number)
    match = _ANGLE.fullmatch(plainly(trimmed(value)))
    if match is None:
        return None
    for letters in (match["before"], match["after"]):
        letter = letters.replace(".", "").replace(" ", "")
        if letter and not _AXIS_LETTERS.fullmatch(letter):
            return None
    return float(match["whole"])


def number_of(value: object) -> float | None:
    """Return a number, also one written with a decimal comma; None for others."""
    if _is_number(value):
        return None if math.isnan(float(value)) else float(value)  # type: ignore[arg-type]
    text = trimmed(value)
    if not _NUMBER.fullmatch(text):
        return None
    return float(text.translate(_MINUS).replace(",", "."))


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def trimmed(value: object) -> str:
    """Return a cell's text without spaces around it."""
    return text_of(value).strip()


@dataclass(frozen=True, slots=True)
class Profile:
    """What the values of a column look like.

    Parameters
    ----------
    rows
        How many rows were looked at.
    filled
        Share of them that say anything.
    distinct
        How many different values there are among those.
    repeats
        Share of the filled rows that say what another one says.
    texts
        The distinct values as texts, in the order of the table.
    numbers, whole, fine, latitudes, longitudes, points, dates, days, addresses, pictures, \
handles, truths
        Shares of the distinct values: that are numbers; whole ones; with three
        decimals or more; angles up to 90 and 180 degrees; points; dates, also vague ones;
        days or months as calendars have them; addresses of the web; addresses of the
        files of pictures and films alone; handles; yes or no.
    low, high
        The least and the largest number; NaN where there is none.
    words, length
        Mean number of words, and median of characters, of the distinct values.
    """

    rows: int = 0
    filled: float = 0.0
    distinct: int = 0
    repeats: float = 0.0
    texts: tuple[str, ...] = ()
    numbers: float = 0.0
    whole: float = 0.0
    fine: float = 0.0
    latitudes: float = 0.0
    longitudes: float = 0.0
    points: float = 0.0
    dates: float = 0.0
    days: float = 0.0
    addresses: float = 0.0
    pictures: float = 0.0
    handles: float = 0.0
    truths: float = 0.0
    low: float = math.nan
    high: float = math.nan
    words: float = 0.0
    length: float = 0.0

    @property
    def examples(self) -> tuple[str, ...]:
        """Three of its values at most, none longer than a line."""
        return tuple(text[:80] for text in self.texts[:3])

    def share_of(self, says: Callable[[float], bool]) -> float:
        """Return the share of its values that are numbers for which *says* is true."""
        if not self.texts:
            return 0.0
        numbers = map(number_of, self.texts)
        return sum(n is not None and says(n) for n in numbers) / len(self.texts)


def sample_of(frame: pd.DataFrame) -> pd.DataFrame:
    """Return at most :data:`MOST_ROWS` rows: the first, the last, and some between."""
    if len(frame) <= MOST_ROWS:
        return frame
    ends = MOST_ROWS // 20
    step = -(-len(frame) // (MOST_ROWS - 2 * ends))
    spread = range(ends, len(frame) - ends, step)
    return frame.iloc[[*range(ends), *spread, *range(len(frame) - ends, len(frame))]]


def profile_of(column: pd.Series[Any]) -> Profile:
    """Return what the values of a column look like.

    Parameters
    ----------
    column
        Any values, also lists and mappings; a sample of a large table.
    """
    filled = [value for value in column.array if not is_blank(value)]
    by_text: dict[str, Any] = {}
    for value in filled:
        by_text.setdefault(trimmed(value), value)
    if not by_text:
        return Profile(rows=len(column))
    texts, values = tuple(by_text), tuple(by_text.values())
    numbers = [n for n in map(number_of, texts) if n is not None]
    angles = [angle_of(value) for value in values]
    return Profile(
        rows=len(column),
        filled=len(filled) / max(len(column), 1),
        distinct=len(texts),
        repeats=1 - len(texts) / len(filled),
        texts=texts,
        numbers=len(numbers) / len(texts),
        whole=sum(n.is_integer() for n in numbers) / len(texts),
        fine=_share(texts, _has_decimals),
        latitudes=sum(a is not None and a <= 90 for a in angles) / len(texts),
        longitudes=sum(a is not None and a <= 180 for a in angles) / len(texts),
        points=_share(values, looks_like_point),
        dates=_share(texts, looks_like_date),
        days=_share(texts, looks_like_day),
        addresses=_share(texts, lambda text: bool(_ADDRESS.match(text))),
        pictures=_share(texts, are_pictures),
        handles=_share(texts, lambda text: bool(_HANDLE.fullmatch(text))),
        truths=_share(
            values, lambda v: isinstance(v, bool) or trimmed(v).lower() in _TRUTH
        ),
        low=min(numbers, default=math.nan),
        high=max(numbers, default=math.nan),
        words=fmean(len(text.split()) for text in texts),
        length=median(map(len, texts)),
    )


def _has_decimals(text: str) -> bool:
    number = number_of(text)
    return number is not None and bool(re.search(r"[.,]\d{3,}", text))


def _share(values: Sequence[Value], says: Callable[[Value], bool]) -> float:
    return sum(map(says, values)) / len(values) if values else 0.0

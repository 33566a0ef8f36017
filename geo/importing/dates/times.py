"""Times of day beside dates: taken off, and told apart by zone.

The patterns are written so that both :mod:`re` and RE2, which pyarrow uses for whole
columns, understand them alike.
"""

from __future__ import annotations

import re
from datetime import UTC, timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo.base.errors import QueryError

_CLOCK: Final = (
    r"(?:\d{1,2}\.\d{2}\.\d{2}(?:\.\d+)? ?[AaPp][Mm]\b|\d{1,3}:\d{2}(?::\d{2}(?:[.,]\d+)?)?|\d{1,2} ?[hH] ?\d{2}\b|\d{1,2} ?[AaPp][Mm]\b)"
    r"(?: ?[AaPp]\.?[Mm]\b\.?)?(?: ?(?:[Uu]hr|hrs|h)\b)?"
)
_ZONE_NAMES: Final = (
    r"Z\b|UTC|GMT|[A-Z][a-z]+/[A-Za-z_]+(?:/[A-Za-z_]+)?"
    r"|E[SD]T|C[SD]T|M[SD]T|P[SD]T|CES?T|EES?T|WES?T|MSK|BST|IST|TRT|AST"
)
_ZONE: Final = (
    rf"(?: ?(?:{_ZONE_NAMES})\b)?(?: ?[+-]\d{{1,2}}(?::?\d{{2}})?\b)?(?: ?\([^)]*\))?"
)
#: ``20220301T101500Z`` of ISO 8601.
_COMPACT: Final = r"\b(\d{8})[Tt]\d{4,6}(?:[.,]\d+)?(?:Z|[+-]\d{2}:?\d{2})?"
#: ``01/08/2024 2330``, as the police writes it.
_BARE: Final = (
    r"\b(\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|\d{4}[/.-]\d{1,2}[/.-]\d{1,2})"
    r"[ ,T]+(?:[01]\d|2[0-3])[0-5]\d(?: ?(?:[Hh]|hrs?|HRS?))?$"
)
_TIME: Final = (
    rf"(?:[,;@\s]+(?:at |um |kl )?|[Tt]|\b){_CLOCK}(?: ?[-–] ?{_CLOCK})?{_ZONE}"
)
_TIME_PATTERN: Final = re.compile(_TIME)
#: Nothing else has a time of day.
_TIME_LETTERS: Final = re.compile(r":|\d ?[hH]|[aApP][mM]\b|\d[Tt]\d|\d[ ,]+\d{4}$")
_COMPACT_PATTERN: Final = re.compile(_COMPACT)
_BARE_PATTERN: Final = re.compile(_BARE)
_UTC: Final = r"(?:\dZ|\d ?(?:[AaPp]\.?[Mm]\.? ?)?(?:UTC|GMT)(?:[+-]00:?00)?|\d ?[+]00(?::?00)?)(?: ?\([^)]*\))?\s*$"
_ZONE_PATTERN: Final = re.compile(
    rf"(?:{_ZONE_NAMES})(?:[+-]\d{{1,2}}(?::?\d{{2}})?)?|[+-]\d{{1,2}}(?::?\d{{2}})?"
)
_HOURS: Final = r"(\d{1,2}):(\d{2})(?::(\d{2}))?(?:[.,]\d+)?(?: ?([AaPp])\.?[Mm])?"
_MIDNIGHT: Final = r"(?:[Tt ]|\b)0?0:00(?::00(?:[.,]0+)?)?\b|12:00(?::00)? ?[Aa]"
_NOON: Final = 12
_OFFSET: Final = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d{2}))?")
#: ``2023:05:14 10:00:00``, as cameras write it (EXIF).
_COLONS: Final = r"^(\d{4}):(\d{2}):(\d{2})\b"
_COLONS_PATTERN: Final = re.compile(_COLONS)
#: Blank texts that are longer than any date need not be looked at.
LONGEST: Final = 100


def drop_time(text: str) -> str:
    """Return a text without times of day and their zones."""
    if not _TIME_LETTERS.search(text):
        return text
    text = _COLONS_PATTERN.sub(r"\1-\2-\3", text)
    day = _BARE_PATTERN.sub(r"\1", _COMPACT_PATTERN.sub(r"\1", text))
    return _TIME_PATTERN.sub(" ", day).strip()


def drop_times(texts: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return texts without times of day and their zones, a whole column at once."""
    whole = pa.array(texts, pa.string())
    whole = pc.replace_substring_regex(whole, _COLONS, r"\1-\2-\3")
    whole = pc.replace_substring_regex(whole, _COMPACT, r"\1")
    whole = pc.replace_substring_regex(whole, _BARE, r"\1")
    whole = pc.utf8_trim_whitespace(pc.replace_substring_regex(whole, _TIME, " "))
    days: NDArray[np.object_] = np.asarray(whole.to_pandas(), dtype=object)
    return days


def are_utc(texts: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Return which texts end in a time in UTC."""
    whole = pa.array(texts, pa.string())
    return np.asarray(pc.match_substring_regex(whole, _UTC), dtype=bool)


def are_midnights(texts: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Return in which texts the time of day is 0:00."""
    whole = pa.array(texts, pa.string())
    return np.asarray(pc.match_substring_regex(whole, _MIDNIGHT), dtype=bool)


def zones_named(texts: NDArray[np.object_]) -> tuple[str, ...]:
    """Return the zones and offsets beside times, as written, at most five."""
    whole = pa.array(texts, pa.string())
    after = pc.replace_substring_regex(whole, rf"^.*{_CLOCK}", "")
    named = pc.utf8_trim_whitespace(pc.unique(after)).to_pylist()
    return tuple(sorted({zone for zone in named if _ZONE_PATTERN.fullmatch(zone)}))[:5]


def zone_of(name: str) -> tzinfo | None:
    """Return a zone by its IANA name or offset; None for an empty name.

    Raises
    ------
    QueryError
        If there is no such zone.
    """
    written = name.strip()
    if not written:
        return None
    if written.upper() in {"Z", "UTC", "GMT"}:
        return UTC
    offset = _OFFSET.fullmatch(written)
    if offset:
        ahead = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        if ahead < timedelta(days=1):
            return timezone(ahead if offset[1] == "+" else -ahead)
    try:
        return ZoneInfo(written)
    except (OSError, ValueError, KeyError) as error:
        msg = (
            f"{name!r} is no time zone. Write one such as Europe/Belgrade, or an "
            "offset such as +02:00."
        )
        raise QueryError("time-zone", msg) from error


def local_days(
    days: NDArray[np.object_], texts: NDArray[np.object_], zone: tzinfo
) -> NDArray[np.object_]:
    """Return the days in a zone on which moments in UTC lie.

    Parameters
    ----------
    days
        ISO days in UTC; others are returned as they are.
    texts
        As written, with the time.
    zone
        Where the day is wanted.
    """
    clock = pd.Series(texts, dtype="str").str.extract(_HOURS)
    numbers = clock[[0, 1, 2]].astype("float64").fillna(0)
    hours = numbers[0].to_numpy()
    half = clock[3].str.lower().fillna("").to_numpy()
    is_morning = (half == "a") & (hours == _NOON)
    hours = np.where((half == "p") & (hours < _NOON), hours + _NOON, hours)
    hours = np.where(is_morning, 0, hours)
    seconds = hours * 3600 + numbers[1].to_numpy() * 60 + numbers[2].to_numpy()
    first = pd.to_datetime(pd.Series(days), format="%Y-%m-%d", errors="coerce")
    moments = first + pd.to_timedelta(pd.Series(seconds), unit="s")
    return moved_days(moments, zone, days)


def moved_days(
    moments: pd.Series, zone: tzinfo, otherwise: NDArray[np.object_]
) -> NDArray[np.object_]:
    """Return the days in a zone of moments in UTC; *otherwise* where there is none."""
    local = moments.dt.tz_localize(UTC).dt.tz_convert(zone).dt.tz_localize(None)
    written = local.dt.strftime("%Y-%m-%d").to_numpy(dtype=object)
    return np.where(moments.isna().to_numpy(), otherwise, written)

"""Days of other calendars as days of ours, and parts of a date as EDTF.

Persian days are converted by jdatetime, Islamic ones by hijridate (the Umm al-Qura
calendar of Saudi Arabia; a sighting of the moon elsewhere may be a day off). The
Buddhist year of Thailand is 543 ahead and has our months. The two libraries are an extra:
without it such a column is recognised by its years, and refused with what to install.
"""

from __future__ import annotations

import calendar as gregorian
from datetime import date, timedelta
from typing import Final, Literal, TypeAlias

from geo.base.extras import require_extra

Calendar: TypeAlias = Literal["gregorian", "persian", "islamic", "buddhist"]

BUDDHIST_AHEAD: Final = 543
#: Years in which a column whose dates are all of them is likely of that calendar:
#: from about 1921 on.
FIRST_YEARS: Final[dict[Calendar, int]] = {
    "persian": 1300,
    "islamic": 1343,
    "buddhist": 2443,
}
#: About when the Persian year begins, and the first day and mean length of the Islamic
#: one, in the Gregorian calendar.
_NOWRUZ: Final = (3, 21)
_HIJRA: Final = date(622, 7, 19)
_ISLAMIC_YEAR_DAYS: Final = 354.36667
_MONTHS: Final = 12
_LAST_YEAR: Final = 9999
_CALENDARS: Final[dict[str, Calendar]] = {"I": "islamic", "P": "persian"}


def calendar_of(mark: str, otherwise: Calendar) -> Calendar:
    """Return the calendar that the mark of a month's name is of."""
    return _CALENDARS.get(mark, otherwise)


def year_of(day: date, calendar: Calendar) -> int:
    """Return the year of a calendar in which a day of ours lies, to a day or two."""
    if calendar == "persian":
        return day.year - (621 if (day.month, day.day) >= _NOWRUZ else 622)
    if calendar == "islamic":
        return int((day - _HIJRA).days // _ISLAMIC_YEAR_DAYS) + 1
    return day.year + (BUDDHIST_AHEAD if calendar == "buddhist" else 0)


def is_day(year: int, month: int, day: int) -> bool:
    """Tell whether it is a day, month or year of ours; 0 is a part not known."""
    if not 1 <= year <= _LAST_YEAR or not 0 <= month <= _MONTHS or day < 0:
        return False
    if month == 0:
        return day == 0
    return day <= gregorian.monthrange(year, month)[1]


def edtf_of(year: int, month: int, day: int, calendar: Calendar = "gregorian") -> str:
    """Return parts of a date as EDTF, as coarse as they are.

    Parameters
    ----------
    year, month, day
        In the calendar named; a month or day of 0 is not known.
    calendar
        Of which calendar they are. A month or year of another calendar than ours
        becomes the stretch of days that it is.

    Returns
    -------
    str
        Empty if there is no such day.

    Raises
    ------
    NotInstalledError
        If the calendar's extra is not there.
    """
    if calendar == "buddhist":
        year -= BUDDHIST_AHEAD
    if calendar in {"gregorian", "buddhist"}:
        if not is_day(year, month, day):
            return ""
        written = f"{year:04}"
        if month:
            written += f"-{month:02}"
        return f"{written}-{day:02}" if day else written
    if not 0 <= month <= _MONTHS or (day and not month):
        return ""
    require_extra("calendars", "A date of the Persian or Islamic calendar")
    try:
        first = _converted(year, month or 1, day or 1, calendar)
        if day:
            return first.isoformat()
        if month and month < _MONTHS:
            after = _converted(year, month + 1, 1, calendar)
        else:
            after = _converted(year + 1, 1, 1, calendar)
    except (ValueError, OverflowError):
        return ""
    return f"{first.isoformat()}/{(after - timedelta(days=1)).isoformat()}"


def _converted(year: int, month: int, day: int, calendar: Calendar) -> date:
    """Return the day of ours that a Persian or Islamic day is.

    Raises
    ------
    ValueError, OverflowError
        If there is none, or the library does not know the year.
    """
    import hijridate  # noqa: PLC0415 - an extra
    import jdatetime  # noqa: PLC0415

    if calendar == "persian":
        day_of_ours: date = jdatetime.date(year, month, day).togregorian()
        return day_of_ours
    converted = hijridate.Hijri(year, month, day).to_gregorian()
    return date(converted.year, converted.month, converted.day)

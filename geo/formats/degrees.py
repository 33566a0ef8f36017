"""Degrees as people write them: ``44.81``, ``44,81``, ``44°48'36"N``."""

from __future__ import annotations

import math
import re
from typing import Any, Final

_PLAIN: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_COMMA: Final = re.compile(r"[+-]?[0-9]+,[0-9]+")
_THOUSANDS: Final = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+")
_NUMBER: Final = r"([0-9]{1,3}(?:[.,][0-9]+)?)"
_PARTS: Final = re.compile(
    rf"(?P<before>[NSEW])?\s*(?P<sign>[+-])?{_NUMBER}\s*[°º˚]?\s*"
    rf"(?:{_NUMBER}\s*['′’‘ʹ]\s*)?(?:{_NUMBER}\s*(?:[\"″”“]|''|′′)\s*)?"
    r"(?P<after>[NSEW])?",
    re.IGNORECASE,
)
_MARKED: Final = re.compile(r"[°º˚NSEW]", re.IGNORECASE)
#: Minus signs and dashes that are no hyphen.
_MINUS: Final = str.maketrans({"\u2212": "-", "\u2013": "-", "\ufe63": "-"})
_LETTERS: Final = {"lon": "EW", "lat": "NS"}
_SIXTY: Final = 60


def degrees(cell: Any, axis: str, *, comma_decimals: bool) -> tuple[float, str]:  # noqa: ANN401 - any cell
    """Return a cell's degrees, and how it was read if not as it stands.

    Parameters
    ----------
    cell
        A number, or a text of one: with a decimal point or comma, or in degrees,
        minutes and seconds with the letter of its half of the Earth.
    axis
        ``lon`` or ``lat``: which letters fit.
    comma_decimals
        Whether a comma can only be a decimal one; else ``44,810`` could be thousands.

    Returns
    -------
    tuple
        Degrees, negative in the south and west; an empty text if nothing changed.

    Raises
    ------
    ValueError
        If it is no number, or not a finite one.
    """
    if isinstance(cell, bool) or not isinstance(cell, int | float | str):
        msg = f"{cell!r} is not a number"
        raise ValueError(msg)  # noqa: TRY004 - the cell is wrong, not the caller
    if not isinstance(cell, str):
        return _finite(float(cell), cell), ""
    text = cell.strip().translate(_MINUS)
    if _PLAIN.fullmatch(text):
        found = _finite(float(text), cell)
        return found, "" if text == cell.strip() else f"{cell!r} was read as {found}"
    if _COMMA.fullmatch(text):
        if _THOUSANDS.fullmatch(text) and not comma_decimals:
            msg = f"{cell!r} has a comma that may part thousands; a point is needed"
            raise ValueError(msg)
        found = float(text.replace(",", "."))
    else:
        found = _sexagesimal(text, cell, axis)
    return found, f"{cell!r} was read as {found}"


def _sexagesimal(text: str, cell: str, axis: str) -> float:
    parts = _PARTS.fullmatch(text)
    if parts is None or not _MARKED.search(text):
        msg = f"{cell!r} is not a number of degrees"
        raise ValueError(msg)
    letters = f"{parts['before'] or ''}{parts['after'] or ''}".upper()
    if len(letters) > 1 or letters not in _LETTERS[axis] or (letters and parts["sign"]):
        wanted = " or ".join(_LETTERS[axis])
        msg = f"{cell!r} does not say the {axis} with {wanted}"
        raise ValueError(msg)
    whole, minutes, seconds = (
        float((part or "0").replace(",", ".")) for part in parts.group(3, 4, 5)
    )
    if minutes >= _SIXTY or seconds >= _SIXTY:
        msg = f"{cell!r} has 60 minutes or seconds, or more"
        raise ValueError(msg)
    found = round(whole + minutes / _SIXTY + seconds / _SIXTY**2, 9)
    return -found if letters in {"S", "W"} or parts["sign"] == "-" else found


def _finite(number: float, cell: object) -> float:
    if not math.isfinite(number):
        msg = f"{cell!r} is not a finite number"
        raise ValueError(msg)
    return number

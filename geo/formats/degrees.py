"""Degrees as people write them: ``44.81``, ``44,81``, ``44°48'36"N``."""

from __future__ import annotations

import math
import re
from typing import Any, Final

from geo.formats.angles import plainly, read_angle

_PLAIN: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_COMMA: Final = re.compile(r"[+-]?[0-9]+,[0-9]+")
_THOUSANDS: Final = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+")
_LETTERS: Final = {"lon": "EW", "lat": "NS"}


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
    text = plainly(cell)
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
    angle = read_angle(text)
    letters = "".join(angle.words).upper()
    if len(letters) > 1 or letters not in _LETTERS[axis] or (letters and angle.signed):
        wanted = " or ".join(_LETTERS[axis])
        msg = f"{cell!r} does not say the {axis} with {wanted}"
        raise ValueError(msg)
    return -angle.degrees if letters in {"S", "W"} else angle.degrees


def _finite(number: float, cell: object) -> float:
    if not math.isfinite(number):
        msg = f"{cell!r} is not a finite number"
        raise ValueError(msg)
    return number

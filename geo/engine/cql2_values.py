"""Literal values of filters: instants, extents, geometries, numbers and texts."""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime
from typing import Any, Final

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from geo.base.errors import QueryError
from geo.base.grid import Bbox
from geo.engine.conditions import as_area
from geo.layer.table import days_of
from geo.model.query import parse_bbox

_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT: Final = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)
Json = Any


def read_instant(text: str) -> date:
    """Return a day, or the day in UTC of a date-time.

    Raises
    ------
    ValueError
        If it is neither a full-date nor a date-time of RFC 3339.
    """
    if not (_DAY.fullmatch(text) or _MOMENT.fullmatch(text)):
        msg = f"{text[:40]!r} is neither 2023-08-31 nor 2023-08-31T12:00:00Z"
        raise ValueError(msg)
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
        return datetime.fromisoformat(text.upper()).astimezone(UTC).date()
    except (ValueError, OverflowError) as error:
        msg = f"{text[:40]!r} is no day of the calendar"
        raise ValueError(msg) from error


def number_of(written: float) -> float:
    """Return a number that a database can compare, refusing what is not finite."""
    try:
        number = float(written)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise QueryError("filter", "has a number too large to compare.")
    return number


def text_of(text: str) -> str:
    """Return a text that a database takes: no NUL, no half characters."""
    if "\x00" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise QueryError("filter", "has a text with NUL or half a character.")
    return text


def day_of(node: Json) -> int:
    """Return the day of an instant as a column holds it; of a timestamp that in UTC."""
    written = node
    if isinstance(node, dict):
        written = node.get("date", node.get("timestamp"))
    try:
        return days_of(read_instant(str(written)), otherwise=0)
    except ValueError as error:
        message = f"{error}. Write a day as DATE('2023-08-31')."
        raise QueryError("filter", message) from error


def bbox_of(written: Json) -> Bbox:
    """Return the extent of a BBOX, heights left aside."""
    numbers = written if isinstance(written, list) else []
    if len(numbers) == 6:  # noqa: PLR2004 - with heights
        numbers = [*numbers[:2], *numbers[3:5]]
    bbox = None
    if all(isinstance(number, int | float) for number in numbers):
        try:
            bbox = parse_bbox(",".join(repr(number_of(number)) for number in numbers))
        except QueryError as error:
            raise QueryError("filter", f"BBOX {error}") from error
    if bbox is None:
        raise QueryError("filter", "BBOX takes west, south, east, north in degrees.")
    return bbox


def geometry_of(node: Json) -> BaseGeometry:
    """Return a geometry literal, (lon, lat)."""
    if not isinstance(node, dict) or not node.keys() & {"bbox", "type"}:
        raise QueryError(
            "filter", "a spatial function takes a geometry, like POINT(20 44)."
        )
    if "bbox" in node:
        return as_area(bbox_of(node["bbox"]))
    try:
        geometry = shapely.force_2d(shape(node))
    except (
        shapely.errors.ShapelyError,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        IndexError,
        OverflowError,
        RecursionError,
    ) as error:
        raise QueryError("filter", f"a geometry cannot be read: {error}.") from error
    bounds = geometry.bounds
    if geometry.is_empty or not all(map(math.isfinite, bounds)):
        raise QueryError("filter", "a geometry is empty or not finite.")
    if not geometry.is_valid:
        reason = shapely.is_valid_reason(geometry)
        raise QueryError("filter", f"a geometry is not valid: {reason}.")
    return geometry

"""Coordinate reference systems as files name them, reduced to an EPSG code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from geo.base.errors import QueryError
from geo.formats.raw import refuse

WGS84: Final = 4326
_CODE: Final = re.compile(r"(?:EPSG:)?(\d{4,6})", re.IGNORECASE)


def parse_system(text: str) -> int | None:
    """Return the EPSG code a caller gave; None for an empty text.

    Raises
    ------
    QueryError
        If it is not like EPSG:4326.
    """
    if not text:
        return None
    found = _CODE.fullmatch(text.strip())
    if found is None:
        raise QueryError("crs", f"{text!r} is not a code such as EPSG:4326.")
    return int(found[1])


def system_of(
    said: Mapping[str, Any] | str | None, name: str, given: int | None
) -> int | None:
    """Return the EPSG code to convert from; None for WGS84 (lon, lat).

    Parameters
    ----------
    said
        What the file says: PROJJSON, or a text such as EPSG:28992.
    name
        The file's name in messages.
    given
        What the caller says, for files that say nothing.

    Raises
    ------
    DataError
        If neither names a system.
    """
    code = _code(said)
    if code is None and said is None:
        code = given
    if code is None:
        refuse(
            name,
            "does not say the coordinates' reference system by a known code.",
            "Say it with --crs, such as --crs EPSG:4326; or convert it to EPSG:4326.",
        )
    return None if code == WGS84 else code


def _code(said: Mapping[str, Any] | str | None) -> int | None:
    if isinstance(said, str):
        found = _CODE.fullmatch(said)
        return WGS84 if said == "OGC:CRS84" else int(found[1]) if found else None
    if said is None:
        return None
    told = said.get("id")
    if not isinstance(told, Mapping):
        return None
    authority, code = str(told.get("authority")), str(told.get("code"))
    if authority == "OGC" and code in {"CRS84", "CRS84h"}:
        return WGS84
    return int(code) if authority == "EPSG" and code.isdecimal() else None

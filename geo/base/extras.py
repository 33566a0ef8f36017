"""Extras: libraries that only some work needs, and how to install them.

A map is served, read and exported without them. What needs one imports it where it
is used, after :func:`require_extra`.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Final

from geo.base.errors import SettingsError

#: The modules of each extra of ``pyproject.toml`` that are imported here.
EXTRAS: Final[Mapping[str, tuple[str, ...]]] = {
    "archive": ("warcio",),
    "build": ("ibis",),
    "drafting": ("dateparser", "snowballstemmer"),
    "nominatim": ("geopy", "requests_cache"),
    "postgres": ("psycopg", "psycopg_pool"),
    "spark": ("pyspark",),
}


def missing_of(extra: str) -> list[str]:
    """Return the modules of an extra that are not installed."""
    return [name for name in EXTRAS[extra] if find_spec(name) is None]


def require_extra(extra: str, work: str) -> None:
    """Raise unless an extra is installed.

    Parameters
    ----------
    extra
        One of :data:`EXTRAS`.
    work
        What needs it, as the beginning of a sentence.

    Raises
    ------
    SettingsError
        If it is not; names what is missing and the command that installs it.
    """
    missing = missing_of(extra)
    if missing:
        msg = (
            f"{work} needs {' and '.join(missing)}, which the map itself does not. "
            f"Install it with 'uv sync --extra {extra}' (all: 'uv sync --all-extras')."
        )
        raise SettingsError(msg)

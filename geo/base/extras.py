"""Extras: libraries that only some work needs, and how to install them.

A map is served, read and exported without them. What needs one imports it where it
is used, after :func:`require_extra`.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Final

from geo.base.errors import NotInstalledError
from geo.base.paths import IS_CHECKOUT

#: The modules of each extra of ``pyproject.toml`` that are imported here.
EXTRAS: Final[Mapping[str, tuple[str, ...]]] = {
    "archive": ("httpcore", "httpx", "pypdf", "trafilatura", "warcio"),
    "build": ("ibis",),
    "calendars": ("hijridate", "jdatetime"),
    "citing": ("citeproc", "pybtex"),
    "drafting": ("dateparser", "snowballstemmer"),
    "limits": ("limits",),
    "nominatim": ("geopy", "requests_cache"),
    "pictures": ("mapbox_vector_tile", "matplotlib"),
    "postgres": ("psycopg", "psycopg_pool"),
    "publish": ("markdown_it",),
    "spark": ("pyspark",),
}


def missing_of(extra: str) -> list[str]:
    """Return the modules of an extra that are not installed."""
    return [name for name in EXTRAS[extra] if find_spec(name) is None]


def has_extra(extra: str) -> bool:
    """Tell whether an extra is installed: what needs it is offered only then."""
    return not missing_of(extra)


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
    NotInstalledError
        If it is not; names what is missing and the command that installs it.
    """
    missing = missing_of(extra)
    if missing:
        install = (
            f"'uv sync --extra {extra}' (all: 'uv sync --all-extras')"
            if IS_CHECKOUT
            else f"\"python3 -m pip install 'incident-map[{extra}]'\""
        )
        msg = (
            f"{work} needs {' and '.join(missing)}, which the map itself does not. "
            f"Install it with {install}."
        )
        raise NotInstalledError(msg)

"""Texts that name several places: none of them alone is where it happened."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from pyproj import Geod

from geo.model.vocabulary import Precision
from geo.places.candidate import Candidate

#: What surely parts two places, or stands within the name of one.
_PARTING: Final = re.compile(
    r"\s*[;|、،\n]\s*|\s+/\s+|\s+&\s+"
    r"|,?\s+(?:and|und|et|y|e|i|и|і|та|й|ve|dan|oraz|و)\s+"
)
_COMMA: Final = re.compile(r"\s*[,，]\s*")
#: Nearer ones are a town and its quarter, or a town and the city that it belongs to.
_APART_M: Final = 30_000.0
_MOST: Final = 12
_LONGEST_CODE: Final = 3
_EARTH: Final = Geod(ellps="WGS84")
#: From a text and a country to places, the best first.
Ask = Callable[[str, str | None], Sequence[Candidate]]


def list_places(text: str, country: str | None, ask: Ask) -> tuple[Candidate, ...]:
    """Return the places that a text names, if it names several; else none.

    Parameters
    ----------
    text
        What a record says of its place, which no place is called as a whole.
    country
        ISO 3166-1 alpha-2, or None.
    ask
        Looks one name up.

    Returns
    -------
    tuple of Candidate
        The likeliest of each name, where all are known, none is a country or region and
        they lie apart. "Springfield, Illinois" and "Tyne and Wear" are one place.
    """
    for names in _splits(text):
        places = [
            answer[0]
            for name in names
            if not _is_code(name) and (answer := ask(name, country))
        ]
        are_towns = all(place.precision == Precision.CITY for place in places)
        if (
            are_towns
            and len(places) == len(names)
            and all(_lie_apart(one, two) for one, two in pairwise(places))
        ):
            return tuple(places)
    return ()


def _is_code(name: str) -> bool:
    """Tell whether a name is rather the code of a state: "PE", "NSW"."""
    return name.isupper() and len(name) <= _LONGEST_CODE


def _splits(text: str) -> Iterator[list[str]]:
    """Go through the ways in which a text may be several names."""
    parted = [part for part in _PARTING.split(text) if part]
    each = [name for part in parted for name in _COMMA.split(part) if name]
    for names in (parted, each):
        if 1 < len(names) <= _MOST:
            yield names


def _lie_apart(one: Candidate, other: Candidate) -> bool:
    _, _, distance_m = _EARTH.inv(one.lon, one.lat, other.lon, other.lat)
    return float(distance_m) > max(_APART_M, one.radius_m, other.radius_m)

"""GeoNames: the world's cities and towns, found by name, offline.

Places of 500 inhabitants and more, and seats of administration, with alternate names
in many scripts (:mod:`geo.model.geonames`; https://www.geonames.org, CC BY 4.0).
"""

from __future__ import annotations

import gc
import re
from bisect import bisect_right
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Final

from anyascii import anyascii

from geo.model.folding import fold
from geo.model.geonames import TownRecord, read_towns, state_code
from geo.model.vocabulary import RADIUS_RANGE_M, Precision

#: Populations above which places are looked for, one after the other.
_LEAST_POPULATIONS: Final = (5_000, 500)
#: Marks in the folded text: before a town, and around each of its names. They
#: survive folding, as no digit is repeated in them.
_TOWN: Final = "9090909"
_NAME: Final = "8080808"
#: Letters beyond Latin, Greek and Cyrillic, whose names are left out.
_OTHER_SCRIPT: Final = re.compile("[^\x00-\u052f\u1e00-\u1eff\u2000-\u206f]")
#: Letters of a code rather than of a name.
_FEW: Final = 2
_UNKNOWN_RADIUS_M: Final = 3_000.0


def city_radius_m(population: int) -> float:
    """Return how far a city reaches from its centre, by its population.

    2 km at 10 000 inhabitants, growing with the power 0.35 of the population: 11 km
    for Belgrade (1.3 million), 23 km for Moscow (10 million). Rounded to 100 m and
    kept within what a city may claim; 3 km where the population is not known (0).
    """
    if population <= 0:
        return _UNKNOWN_RADIUS_M
    least_m, most_m = RADIUS_RANGE_M[Precision.CITY]
    radius_m = 2_000 * (population / 10_000) ** 0.35
    return float(round(min(max(radius_m, least_m), most_m), -2))


@dataclass(frozen=True, slots=True)
class Town:
    """One populated place: its GeoNames id, main name and WGS84 point in degrees.

    ``country`` is ISO 3166-1 alpha-2, XK for Kosovo; a ``population`` of 0 means that
    GeoNames does not know it; ``region`` is GeoNames' code of it, in the United States
    the letters of the state.
    """

    geonameid: int
    name: str
    country: str
    population: int
    lon: float
    lat: float
    region: str = ""


def towns_named(name: str, *, country: str | None = None) -> list[Town]:
    """Return the towns of that name, most populous first; empty if there is none.

    A name matches if it is the same when folded (:func:`geo.model.folding.fold`): Latin,
    Greek and Cyrillic names and their alternates, case and accents aside. Never a
    near match. Places of fewer than 5000 inhabitants, or of unknown population, are
    looked for only where no larger one has the name. The first call takes about two
    seconds, the first for a small place three more.

    Parameters
    ----------
    name
        A name in any of these scripts.
    country
        ISO 3166-1 alpha-2 in capitals, XK for Kosovo; None for all.
    """
    for least_population in _LEAST_POPULATIONS:
        towns = [
            town
            for town in _towns(least_population).named(_key(name))
            if country in (None, town.country)
        ]
        if towns:
            return sorted(towns, key=_by_population)
    return []


def towns_in_state(text: str) -> list[Town]:
    """Return the towns of ``Springfield, IL``, most populous first.

    Parameters
    ----------
    text
        A town and, after a comma, a state of the United States by name or letters.
        Anything else gives an empty list.
    """
    name, _, rest = (part.strip() for part in text.partition(","))
    state = state_code(rest.partition(",")[0])
    if not name or state is None:
        return []
    for least_population in _LEAST_POPULATIONS:
        towns = [
            town
            for town in _towns(least_population).named(_key(name))
            if (town.country, town.region) == ("US", state)
        ]
        if towns:
            return sorted(towns, key=_by_population)
    return []


def towns_of_all(
    names: Collection[tuple[str, str | None]],
) -> dict[tuple[str, str | None], list[Town]]:
    """Look many names up as :func:`towns_named` does; leave out those without towns.

    All names are looked for at once: a hundred thousand take seconds, not hours.

    Parameters
    ----------
    names
        Pairs of a name and a country, as for :func:`towns_named`; none gives an empty
        answer.
    """
    result: dict[tuple[str, str | None], list[Town]] = {}
    left = {pair: _key(pair[0]) for pair in names}
    for least_population in _LEAST_POPULATIONS:
        if not left:
            break
        towns = _towns(least_population).named_any(set(left.values()))
        for (name, country), folded_name in list(left.items()):
            here = [
                town
                for town in towns.get(folded_name, ())
                if country in (None, town.country)
            ]
            if here:
                result[name, country] = sorted(here, key=_by_population)
                del left[name, country]
    return result


def _key(name: str) -> str:
    """Return a name folded; empty if hardly a letter of it is left.

    Folding takes repeated letters for one: of "zzzqq" it leaves what GeoNames has as a
    code of some town.
    """
    folded = fold(name)
    letters = sum(map(str.isalnum, name))
    return "" if len(folded) <= _FEW < letters - 1 else folded


def _by_population(town: Town) -> tuple[int, int]:
    """Return what sorts towns: the most populous first."""
    return -town.population, town.geonameid


@dataclass(frozen=True, slots=True)
class _Towns:
    """Towns and all their folded names in one text, which is searched as a whole.

    Half a million names take a second to fold as one text; one by one, ten.

    Parameters
    ----------
    towns
        Each town once.
    starts
        Where each town's names begin in the text.
    folded
        ``TOWN NAME belgrad NAME beograd NAME TOWN NAME ...``.
    """

    towns: tuple[Town, ...]
    starts: tuple[int, ...]
    folded: str

    def named(self, folded_name: str) -> list[Town]:
        """Return the towns that have that folded name, each once."""
        if _NAME in folded_name or _TOWN in folded_name:
            return []
        needle = f" {_NAME} {folded_name} {_NAME} "
        rows = dict.fromkeys(
            bisect_right(self.starts, place) - 1
            for place in _occurrences(needle, self.folded)
        )
        return [self.towns[row] for row in rows]

    def named_any(self, folded_names: Collection[str]) -> dict[str, list[Town]]:
        """Return the towns of each folded name that a town has, in one pass."""
        # Between two names stands a blank: nothing would be everywhere.
        wanted = set(folded_names) - {""}
        towns: dict[str, list[Town]] = {}
        for town, text in zip(self.towns, self.folded.split(_TOWN)[1:], strict=True):
            for name in wanted.intersection(map(str.strip, text.split(_NAME))):
                towns.setdefault(name, []).append(town)
        return towns


def _occurrences(needle: str, text: str) -> Iterator[int]:
    place = text.find(needle)
    while place >= 0:
        yield place
        place = text.find(needle, place + 1)


@lru_cache(maxsize=len(_LEAST_POPULATIONS))
def _towns(least_population: int) -> _Towns:
    """Read GeoNames' towns and fold their names. Done once in a process."""
    with _no_garbage_collection():
        cities = read_towns(least_population)
        larger = [size for size in _LEAST_POPULATIONS if size > least_population]
        ids = {town.geonameid for size in larger for town in _towns(size).towns}
        records = [city for city in cities if city["geonameid"] not in ids]
        towns = tuple(map(_town, records))
        text = " ".join(map(_names_as_text, records))
    # One look-up for each letter there is, not for each letter of the text.
    ascii_text = text.translate({ord(letter): anyascii(letter) for letter in set(text)})
    # Past fold's own cache, which need not keep a text of megabytes.
    parts = f" {fold.__wrapped__(ascii_text)} ".split(_TOWN)[1:]
    lengths = [len(part) + len(_TOWN) for part in parts]
    starts = accumulate(lengths[:-1], initial=0)
    folded = _TOWN + _TOWN.join(parts)
    # strict: a name that held a mark would shift every town after it.
    rows = tuple(start for _, start in zip(towns, starts, strict=True))
    return _Towns(towns, rows, folded)


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Hold the collector while a million objects are made: it would take two seconds."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _town(city: TownRecord) -> Town:
    return Town(
        city["geonameid"],
        city["name"],
        city["countrycode"],
        city["population"],
        city["longitude"],
        city["latitude"],
        city["admin1code"],
    )


def _names_as_text(city: TownRecord) -> str:
    """Return a town's names between marks, those in other scripts left out."""
    alternates = [
        name for name in city["alternatenames"] if not _OTHER_SCRIPT.search(name)
    ]
    names = f" {_NAME} ".join(dict.fromkeys([city["name"], *alternates]))
    return f"{_TOWN} {_NAME} {names} {_NAME}"

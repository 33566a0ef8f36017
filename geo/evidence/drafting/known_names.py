"""Known names: which names a text may have for places, written or inflected.

The curated gazetteer's, then those of GeoNames' larger places in Latin and Cyrillic.
Where a language inflects names, the text and the names are stemmed alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from geo.evidence.drafting.language import Language
from geo.evidence.drafting.languages import language_tagged
from geo.model.folding import fold
from geo.model.geonames import TownRecord, read_towns
from geo.model.vocabulary import Precision
from geo.places.candidate import CURATED, Candidate
from geo.places.gazetteer import Gazetteer, Place
from geo.places.geocoder import curated_geocoder, geocode, geonames_geocoder

#: Inhabitants a place of GeoNames must have to be looked for in running text.
LEAST_POPULATION: Final = 15_000
#: Likewise for being found by a name in another language than its own.
_LEAST_BY_ALTERNATE: Final = 100_000
_MOST_CANDIDATES: Final = 5
_SHORTEST_ALTERNATE: Final = 4
_SHORTEST_STEM: Final = 3
_POSSESSIVE: Final = re.compile(r"(?<=\w)['’]s\b|(?<=s)['’](?=\s|$)")
CYRILLIC: Final = re.compile("[\u0400-\u052f]")


class KnownName(NamedTuple):
    """A name that the text may have: of a curated place, or of a city of GeoNames."""

    written: str
    place: Place | None
    population: int = 0
    geonameid: int = 0

    @property
    def about(self) -> str:
        """What it names, whatever the form."""
        return self.place.id if self.place else f"GeoNames {self.geonameid}"


class KnownNames:
    """The names a text in one language may have, by their written and stemmed forms.

    Parameters
    ----------
    gazetteer
        The curated places.
    language
        BCP 47 tag of the text.
    beginnings
        The first three letters, small, of the text's capitalised words: names of
        GeoNames that begin otherwise are not stemmed.
    """

    def __init__(
        self, gazetteer: Gazetteer, language: str, beginnings: Collection[str]
    ) -> None:
        self._curated: dict[str, KnownName] = {}
        self._stemmed: dict[str, KnownName] = {}
        self._chain = (curated_geocoder(gazetteer), geonames_geocoder)
        self._answers: dict[KnownName, tuple[Candidate, ...]] = {}
        tongue = language_tagged(language)
        self._stem = _stem_of(tongue) if tongue.stemmer else None
        self.most_words = 1
        for place in gazetteer.places:
            for written in place.written_forms:
                name = KnownName(written, place)
                bare = without_possessive(written)
                self._curated.setdefault(fold(bare), name)
                self.most_words = max(self.most_words, len(plain(bare).split()))
                if self._stem:
                    self._stemmed.setdefault(self._stem(bare), name)
        if self._stem:
            self._add_stems(self._stem, beginnings)
        self.most_words = max(self.most_words, 4)

    def _add_stems(
        self, stem: Callable[[str], str], beginnings: Collection[str]
    ) -> None:
        """Stem the names of GeoNames that begin as some word of the text does."""
        for written, name in _geonames().items():
            if written[:3] in beginnings:
                key = stem(written)
                if len(key) >= _SHORTEST_STEM:
                    self._stemmed.setdefault(key, name)

    def find(self, words: str) -> KnownName | None:
        """Return the name that these words are, curated before GeoNames."""
        curated = self._curated.get(fold(words))
        if curated is not None:
            return curated
        stemmed = self._stemmed.get(self._stem(words)) if self._stem else None
        if stemmed is not None and stemmed.place is not None:
            return stemmed
        return _geonames().get(plain(words)) or stemmed

    def candidates(self, name: KnownName) -> tuple[Candidate, ...]:
        """Return which places a name may mean; a place known twice is given once."""
        if name not in self._answers:
            curated, towns = self._chain
            answers: list[Candidate] = []
            if name.place is not None:
                answers += geocode(
                    name.place.name, country=name.place.country, chain=[curated]
                )
            if name.place is None or name.place.precision == Precision.CITY:
                known_as = name.place.name if name.place else name.written
                answers += geocode(known_as, limit=_MOST_CANDIDATES, chain=[towns])
            meant = f"GeoNames {name.geonameid} "
            answers.sort(
                key=lambda place: (
                    place.source != CURATED,
                    not place.origin.startswith(meant),
                )
            )
            once: dict[str, Candidate] = {}
            for answer in answers:
                once.setdefault(answer.origin, answer)
            self._answers[name] = tuple(once.values())
        return self._answers[name]


def _stem_of(language: Language) -> Callable[[str], str]:
    """Return what stems each word of a name."""

    def stem(words: str) -> str:
        return " ".join(map(language.stem, plain(words).split()))

    return stem


def without_possessive(words: str) -> str:
    """Return English words without the possessive ending: Serbia's is Serbia."""
    return _POSSESSIVE.sub("", words)


def plain(name: str) -> str:
    """Return a name in small letters, words apart by one space, without points."""
    small = name.casefold().replace("’", "'").replace(".", " ")
    return " ".join(re.split(r"[\s\-\u2010-\u2013,«»“”\"„]+", small)).strip()


@lru_cache(maxsize=1)
def _geonames() -> Mapping[str, KnownName]:
    """Return GeoNames' larger places by name.

    A shared name is that of the largest which has it for its own, or else of the
    largest which others call so.
    """
    cities = sorted(
        (
            city
            for city in read_towns(LEAST_POPULATION)
            if city["population"] >= LEAST_POPULATION
        ),
        key=lambda city: -int(city["population"]),
    )
    names: dict[str, KnownName] = {}
    for forms in (_own_name, _names_abroad):
        for city in cities:
            size, geonameid = int(city["population"]), int(city["geonameid"])
            for written in forms(city):
                name = KnownName(written, None, size, geonameid)
                names.setdefault(plain(written), name)
    names.pop("", None)
    return names


def _own_name(city: TownRecord) -> Iterator[str]:
    yield city["name"]


def _names_abroad(city: TownRecord) -> Iterator[str]:
    """Go through the other names by which a city may be found in running text."""
    known_abroad = city["population"] >= _LEAST_BY_ALTERNATE
    for written in city["alternatenames"]:
        if CYRILLIC.match(written):
            if len(written) >= _SHORTEST_STEM:
                yield written
        elif (
            known_abroad
            and len(written) >= _SHORTEST_ALTERNATE
            and written[0].isupper()
        ):
            yield written

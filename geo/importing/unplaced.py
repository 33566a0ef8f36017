"""Records that name a place without a point: looked up, or listed for a person.

Each distinct text is asked for once, finest first, with country and region as context.
A place is taken only if one answer stands out; else it stays unplaced and is listed with
its candidates (:mod:`geo.importing.unplaced_file`), and what a person chooses there
counts before any look-up.

No home is pointed at: an address gives a neighbourhood at best, unless it is the name of
a venue, and what the newsroom's own gazetteer has is taken as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol

import numpy as np
import pandas as pd
from pyproj import Geod
from shapely import Point

from geo.base.errors import GeocodingError, QueryError
from geo.base.work import check_work
from geo.importing.place_lists import list_places
from geo.importing.place_texts import (
    PlaceText,
    joined,
    place_texts,
    queries_of,
)
from geo.importing.remarks import Remark
from geo.layer.harm import names_dwelling
from geo.model.folding import fold
from geo.model.geonames import country_name
from geo.model.vocabulary import Precision
from geo.places.candidate import CURATED, GEONAMES, Candidate

_LIMIT: Final = 5
_MOST_EXAMPLES: Final = 3
_LONGEST: Final = 200
#: A town ten times as large as its namesakes is meant; radius grows with this power.
_STANDS_OUT: Final = 10**0.35
_NEAR_M: Final = 5_000.0
_FINE: Final = frozenset({Precision.VENUE, Precision.STREET})
_COARSE: Final = frozenset({Precision.REGION, Precision.COUNTRY})
_NEIGHBOURHOOD_DECIMALS: Final = 2
_NEIGHBOURHOOD_M: Final = 1_000.0
#: A service that fails so often in a row is not asked again in this import.
_MOST_FAILURES: Final = 3
_EARTH: Final = Geod(ellps="WGS84")
_DIGIT: Final = re.compile(r"\d")


class Geocode(Protocol):
    """What looks a place up, such as :func:`geo.places.geocoder.geocode`."""

    def __call__(
        self, text: str, *, country: str | None = None, limit: int = 5
    ) -> Sequence[Candidate]:
        """Return candidates, best first; raise GeocodingError if it cannot be asked."""


@dataclass(frozen=True, slots=True)
class Unplaced:
    """One text that stays without a place.

    Parameters
    ----------
    text
        What the records say.
    rows
        The records, by number.
    reason
        Why, in plain words.
    candidates
        What it might be, likeliest first.
    """

    text: PlaceText
    rows: tuple[int, ...]
    reason: str
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person answered for a text: a place, or that there is none.

    Parameters
    ----------
    candidate
        The place; None to leave it unplaced for good.
    """

    candidate: Candidate | None


@dataclass(frozen=True, slots=True)
class GeocodedRows:
    """Places that were looked up; series have the index of the table.

    Parameters
    ----------
    points
        shapely points, WGS84, (lon, lat), or None.
    precision, radius_m
        How exactly; None where there is no point, and where a person gave a point.
    place
        The place's name, as its source has it, or None.
    note
        What the point rests on, in words, or None.
    candidates
        Texts that stay unplaced, each once.
    remarks
        What was placed, and what was not.
    """

    points: pd.Series
    precision: pd.Series
    radius_m: pd.Series
    place: pd.Series
    note: pd.Series
    candidates: tuple[Unplaced, ...] = ()
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class _Answer:
    """What came of one text: a candidate with a note, or a reason."""

    candidate: Candidate | None = None
    note: str = ""
    reason: str = ""
    candidates: tuple[Candidate, ...] = ()
    is_asked: bool = True


@dataclass(slots=True)
class _Chain:
    """A geocoder, until it has failed too often."""

    geocode: Geocode
    failures: int = 0
    error: str = ""
    answers: dict[tuple[str, str | None], tuple[Candidate, ...]] = field(
        default_factory=dict
    )

    def ask(self, text: str, country: str | None) -> tuple[Candidate, ...]:
        """Return candidates, each question asked once."""
        if not fold(text) or len(text) > _LONGEST:
            return ()
        if (text, country) not in self.answers:
            if self.failures >= _MOST_FAILURES:
                raise GeocodingError(self.error)
            try:
                answer = tuple(self.geocode(text, country=country, limit=_LIMIT))
            except GeocodingError as error:
                self.failures += 1
                self.error = str(error)
                raise
            except QueryError:
                # Nothing that a geocoder takes for a place.
                answer = ()
            self.failures = 0
            self.answers[text, country] = answer
        return self.answers[text, country]


def geocode_rows(  # noqa: PLR0913 - what a table says, and how to look it up
    frame: pd.DataFrame,
    roles: Mapping[str, str],
    country_codes: pd.Series,
    *,
    geocode: Geocode,
    progress: Callable[[int, int], None] | None = None,
    choices: Mapping[PlaceText, Choice] | None = None,
) -> GeocodedRows:
    """Look up the places of records that name one.

    Parameters
    ----------
    frame
        Records without a point; index is their number. An empty one is fine.
    roles
        Roles by column, of which :data:`~geo.importing.place_texts.PLACE_ROLES` count.
    country_codes
        ISO 3166-1 alpha-2 or None, same index.
    geocode
        Looks one text up. It keeps its own answers where it asks a server, so that
        an import that was cut short asks for the rest only.
    progress
        Called with how many texts of how many are done.
    choices
        What people answered, as :func:`geo.importing.unplaced_file.read_unplaced`
        reads it.
    """
    texts = place_texts(frame, roles, country_codes)
    listed, distinct = pd.factorize(texts)
    chain, chosen = _Chain(geocode), choices or {}
    answers: list[_Answer] = []
    for done, text in enumerate(distinct):
        check_work()
        answers.append(_answer(text, chain, chosen.get(text)))
        if progress:
            progress(done + 1, len(distinct))
    candidates = [answer.candidate for answer in answers]
    rows_of = pd.Series(listed, dtype="int64").groupby(listed).indices
    numbers = frame.index.to_numpy()
    rows = [
        tuple(map(int, numbers[rows_of[position]])) for position in range(len(distinct))
    ]
    unplaced = tuple(
        Unplaced(text, rows[position], answer.reason, answer.candidates)
        for position, (text, answer) in enumerate(zip(distinct, answers, strict=True))
        if answer.reason
    )

    def column(name: str, of: Sequence[Any]) -> pd.Series:
        values = np.full(len(distinct) + 1, None, dtype=object)
        for position, value in enumerate(of):
            values[position] = value
        # A record that names no place is -1, and takes the last: None.
        return pd.Series(values[listed], index=frame.index, name=name, dtype=object)

    return GeocodedRows(
        points=column(
            "geometry", [part and Point(part.lon, part.lat) for part in candidates]
        ),
        precision=column(
            "precision", [part and (part.precision or None) for part in candidates]
        ),
        radius_m=column(
            "radius_m",
            [part.radius_m if part and part.precision else None for part in candidates],
        ),
        place=column("place", [part and part.name for part in candidates]),
        note=column("location_note", [answer.note or None for answer in answers]),
        candidates=unplaced,
        remarks=_remarks(list(distinct), answers, rows, chain),
    )


def _answer(text: PlaceText, chain: _Chain, choice: Choice | None) -> _Answer:
    """Return what a person chose, or else what a look-up says."""
    if choice is not None and choice.candidate is None:
        return _Answer()
    if choice is not None and choice.candidate is not None:
        placed = choice.candidate
        if not placed.precision and text.address:
            # Coordinates of an address are those of its house.
            placed = _coarser(placed, text)
        placed = _no_finer(placed, text.address or text.place, text)
        return _Answer(placed, f"Placed by a person's choice. {placed.origin}".strip())
    try:
        return _known(text, chain) or _unknown(text, chain)
    except GeocodingError:
        return _Answer(reason="could not be looked up this time", is_asked=False)


def _known(text: PlaceText, chain: _Chain) -> _Answer | None:
    """Return the answer to the finest question that has one; None if none has."""
    is_whole = True
    head = text.place.partition(",")[0].strip()
    for query, country, is_region in queries_of(text):
        if query == head != text.place:
            several = list_places(text.place, country, chain.ask)
            if several:
                return _Answer(reason="it names several places", candidates=several)
        places = chain.ask(query, country)
        if not places:
            is_whole = not (text.address or text.district)
            continue
        if is_region and places[0].precision not in _COARSE:
            reason = "a town has the name of the region"
            return _Answer(reason=reason, candidates=places)
        best = _outstanding(places, is_in_context=not text.region or "," in query)
        if best is None:
            places = tuple(_no_finer(part, query, text) for part in places)
            return _Answer(reason="several places have this name", candidates=places)
        placed = _no_finer(best, query, text)
        return _Answer(placed, _note(placed, query, is_whole=is_whole))
    return None


def _unknown(text: PlaceText, chain: _Chain) -> _Answer:
    """Return that a place is not known, with those of its name in other countries."""
    several = list_places(text.place, text.country or None, chain.ask)
    if several:
        return _Answer(reason="it names several places", candidates=several)
    name = text.place.partition(",")[0].strip() or text.district
    elsewhere = chain.ask(name, None) if text.country and name else ()
    if elsewhere:
        reason = f"no such place is known in {country_name(text.country)}"
        return _Answer(reason=reason, candidates=elsewhere)
    return _Answer(reason="no such place is known")


def _outstanding(
    candidates: Sequence[Candidate], *, is_in_context: bool
) -> Candidate | None:
    """Return the one place that is meant; None if several are about as good.

    A large town does not go before its namesakes where the record names a region that
    the look-up did not know: one of the small ones may lie there.
    """
    best, *others = candidates
    reach_m = max(best.radius_m, _NEAR_M)
    rivals = [other for other in others if _apart_m(best, other) > reach_m]
    if best.source == GEONAMES and is_in_context:
        rivals = [
            other for other in rivals if other.radius_m * _STANDS_OUT > best.radius_m
        ]
    return None if rivals else best


def _apart_m(one: Candidate, other: Candidate) -> float:
    _, _, distance_m = _EARTH.inv(one.lon, one.lat, other.lon, other.lat)
    return float(distance_m)


def _no_finer(candidate: Candidate, query: str, text: PlaceText) -> Candidate:
    """Return a candidate no finer than its query may be placed."""
    if candidate.precision not in _FINE or candidate.source == CURATED:
        return candidate
    head = query.split(",", maxsplit=1)[0]
    is_venue = (
        candidate.precision == Precision.VENUE
        and not candidate.generalised
        and not _DIGIT.search(head)
        and fold(candidate.name.split(",")[0]) == fold(head)
        and not any(map(names_dwelling, (*text, candidate.name)))
    )
    return candidate if is_venue else _coarser(candidate, text)


def _coarser(candidate: Candidate, text: PlaceText) -> Candidate:
    """Return a candidate as its neighbourhood, which does not tell the house."""
    return replace(
        candidate,
        name=joined(
            *(part for part in (text.district, text.place, text.region) if part)
        )
        or "An address",
        precision=str(Precision.NEIGHBOURHOOD),
        radius_m=_NEIGHBOURHOOD_M,
        lon=round(candidate.lon, _NEIGHBOURHOOD_DECIMALS),
        lat=round(candidate.lat, _NEIGHBOURHOOD_DECIMALS),
        origin=re.sub(r", (?:node|way|relation|object) [^,]+", "", candidate.origin),
        generalised=True,
    )


def _note(candidate: Candidate, query: str, *, is_whole: bool) -> str:
    name = query if not candidate.generalised else candidate.name
    note = f"Placed by its name, {name}: {candidate.origin}."
    if candidate.generalised:
        return f"{note} Made coarser, as it may be a home."
    return note if is_whole else f"{note} The finer place is not known."


def _remarks(
    texts: Sequence[PlaceText],
    answers: Sequence[_Answer],
    rows: Sequence[tuple[int, ...]],
    chain: _Chain,
) -> tuple[Remark, ...]:
    kinds: tuple[tuple[str, str, str, Callable[[_Answer], bool]], ...] = (
        (
            "place.geocoded",
            "{records} placed by name, as exactly as the name is known.",
            "",
            lambda answer: answer.candidate is not None,
        ),
        (
            "place.doubtful",
            "{records} not placed: the name may mean several places.",
            "Choose in unplaced.csv and bring the same table in again.",
            lambda answer: bool(answer.candidates),
        ),
        (
            "place.unknown",
            "{records} not placed: the name is not known.",
            "Write coordinates into the column choice of unplaced.csv and bring the same table in again.",
            lambda answer: (
                bool(answer.reason) and not answer.candidates and answer.is_asked
            ),
        ),
        (
            "place.not_asked",
            "{records} not placed, as looking up failed: "
            + chain.error.replace("{", "(").replace("}", ")"),
            "Bring the same table in again later: what was answered is not asked again.",
            lambda answer: not answer.is_asked,
        ),
    )
    remarks = []
    for code, message, remedy, applies in kinds:
        members = [place for place, answer in enumerate(answers) if applies(answer)]
        if members:
            about = tuple(sorted(row for place in members for row in rows[place]))
            verb = "1 record was" if len(about) == 1 else f"{len(about):,} records were"
            shown = tuple(texts[place].shown for place in members[:_MOST_EXAMPLES])
            remarks.append(
                Remark(code, message.format(records=verb), about, shown, remedy)
            )
    return tuple(remarks)

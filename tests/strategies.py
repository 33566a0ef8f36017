"""Hypothesis strategies: dates as written, incidents, layers and queries."""

from __future__ import annotations

import string
from datetime import date, timedelta
from typing import Any, Final

from hypothesis import strategies as st
from shapely.geometry import LineString, Point, box

from geo.base.grid import Bbox
from geo.model.incident import Actor, Citation, Incident
from geo.model.query import Dates, Query
from geo.model.vocabulary import (
    RADIUS_RANGE_M,
    ActorRole,
    Kind,
    LocationBasis,
    PlaceRole,
    Precision,
    Status,
)
from tests.builders import CATEGORIES, SOURCES, make_incident

#: Letters of three scripts, accents, and what programs take for code. No digits:
#: a row of them is refused as a telephone number.
_ALPHABET: Final = (
    string.ascii_letters
    + "čćžšđČĆŽŠĐ"
    + "абвгшщюяАБВГШЩЮЯ"
    + "éöß漢"
    + "=+-'\"<>{}$`;,& "
)
_WORDS: Final = ("mural", "Вучић", "Vučić", "bar", "=SUM", "straße", "{{x}}", "-ab")
_COUNTRIES: Final = ("RS", "XK", "UA")
_WINTER: Final = 12

DAYS: Final = st.dates(date(1990, 1, 1), date(2030, 12, 31))


def texts(*, least: int = 0) -> st.SearchStrategy[str]:
    """Return texts of a record: printable, in any script, with a letter if needed."""
    free = st.text(_ALPHABET, max_size=20)
    made = st.one_of(st.sampled_from(_WORDS), free)
    return made.filter(lambda text: sum(map(str.isalpha, text)) >= least)


@st.composite
def simple_dates(draw: st.DrawFn, day: date) -> str:
    """Return EDTF without a mark, interval or set that admits *day*."""
    year, month = f"{day.year:04}", f"{day.month:02}"
    season_month = (day.month // 3 - 1) % 4 + 21
    season_year = day.year - 1 if day.month < 3 else day.year
    return draw(
        st.sampled_from(
            (
                day.isoformat(),
                f"{year}-{month}",
                year,
                f"{year[:3]}X",
                f"{year[:2]}XX",
                f"{year}-XX",
                f"{year}-{month}-XX",
                f"{year}-XX-XX",
                f"{season_year:04}-{season_month}",
                f"{day.isoformat()}T23:59:59Z",
            )
        )
    )


def _no_season_or_time(text: str) -> bool:
    return "T" not in text and text[5:7] not in {"21", "22", "23", "24"}


@st.composite
def dates_admitting(draw: st.DrawFn, day: date) -> str:
    """Return any EDTF of the forms accepted that admits *day*."""
    form = draw(st.sampled_from(("simple", "marked", "interval", "open", "set")))
    if form == "simple":
        return draw(simple_dates(day))
    plain = simple_dates(day).filter(_no_season_or_time)
    if form == "marked":
        return draw(plain) + draw(st.sampled_from("~?%"))
    apart = st.integers(0, 900).map(timedelta)
    before, after = day - draw(apart), day + draw(apart)
    low = draw(simple_dates(before).filter(lambda text: "T" not in text))
    high = draw(simple_dates(after).filter(lambda text: "T" not in text))
    if form == "interval":
        return f"{low}/{high}"
    if form == "open":
        return draw(
            st.sampled_from((f"../{high}", f"{low}/..", f"/{high}", f"{low}/", "../.."))
        )
    other = draw(simple_dates(after).filter(_no_season_or_time))
    one = draw(plain)
    return draw(st.sampled_from((f"[{one},{other}]", f"[{other},{one}]", f"[..{one}]")))


@st.composite
def places(draw: st.DrawFn) -> dict[str, Any]:
    """Return the fields that place an incident, or none of them."""
    precision = draw(st.none() | st.sampled_from(Precision))
    if precision is None:
        return {
            "geometry": None,
            "precision": None,
            "radius_m": None,
            "place": draw(texts()),
            "country": draw(st.none() | st.sampled_from(_COUNTRIES)),
        }
    lon = draw(st.floats(-179, 179).map(lambda value: round(value, 3)))
    lat = draw(st.floats(-84, 84).map(lambda value: round(value, 3)))
    geometry: Any = Point(lon, lat)
    if precision == Precision.LINE:
        geometry = LineString([(lon, lat), (lon + 0.5, lat + 0.25)])
    elif precision in {Precision.REGION, Precision.COUNTRY} and draw(st.booleans()):
        geometry = box(lon, lat, lon + 0.5, lat + 0.25)
    least, most = RADIUS_RANGE_M[precision]
    return {
        "geometry": geometry,
        "precision": str(precision),
        "radius_m": draw(st.integers(int(least), int(most))),
        "place": draw(texts(least=1)),
        "country": draw(st.sampled_from(_COUNTRIES)),
    }


@st.composite
def incidents(draw: st.DrawFn, incident_id: str = "one") -> Incident:
    """Return a sound incident: one that reading a layer accepts."""
    kind, status = draw(st.sampled_from(Kind)), draw(st.sampled_from(Status))
    place = draw(places())
    roles = [PlaceRole.TARGET, PlaceRole.SUBJECT]
    if kind != Kind.PLAN:
        roles.append(PlaceRole.OCCURRED)
    names = st.lists(texts(least=1), max_size=2, unique=True).map(tuple)
    claimants = draw(names)
    if status == Status.ALLEGED and not claimants:
        claimants = ("Somebody",)
    cited = list(SOURCES) if status == Status.CORROBORATED else ["daily"]
    day = draw(st.none() | DAYS)
    return make_incident(
        id=incident_id,
        title=draw(texts(least=1)),
        summary=draw(texts(least=1)),
        category=draw(st.sampled_from(CATEGORIES)),
        kind=str(kind),
        status=str(status),
        date=None if day is None else draw(dates_admitting(day)),
        date_note=draw(texts()),
        place_as_written=draw(texts()),
        place_role=str(draw(st.sampled_from(roles))),
        location_basis=str(draw(st.sampled_from(LocationBasis))),
        location_note=draw(texts()),
        generalised=draw(st.booleans()),
        count=draw(st.none() | st.integers(2, 90)) if kind == Kind.SERIES else None,
        alleged_by=claimants,
        denied_by=draw(names),
        actors=tuple(
            Actor(name, str(draw(st.sampled_from(ActorRole)))) for name in draw(names)
        ),
        citations=tuple(
            Citation(source, draw(texts(least=1)), supports=("date", "place"))
            for source in cited
        ),
        version=draw(st.integers(1, 9)),
        **place,
    )


@st.composite
def several(draw: st.DrawFn, *, most: int = 8) -> list[Incident]:
    """Return incidents with ids of their own; perhaps none."""
    number = draw(st.integers(0, most))
    return [draw(incidents(f"incident-{index}")) for index in range(number)]


@st.composite
def boxes(draw: st.DrawFn, *, crossing: bool = True) -> Bbox:
    """Return extents: any that is accepted, crossing the antimeridian too."""
    west, east = draw(st.floats(-180, 180)), draw(st.floats(-180, 180))
    if west > east and not crossing:
        west, east = east, west
    south, north = sorted((draw(st.floats(-90, 90)), draw(st.floats(-90, 90))))
    return Bbox(west, south, east, north)


@st.composite
def queries(draw: st.DrawFn) -> Query:
    """Return queries that :func:`geo.model.query.parse_query` could have made."""

    def some(values: Any) -> tuple[str, ...]:  # noqa: ANN401 - any iterable of texts
        listed = [str(value) for value in values]
        several = st.lists(st.sampled_from(listed), max_size=2, unique=True)
        return tuple(draw(st.one_of(st.just([]), several)))

    days = st.none() | DAYS
    since, until = draw(days), draw(days)
    if since and until and since > until:
        since, until = until, since
    return Query(
        category=some(CATEGORIES),
        status=some(Status),
        precision=some(Precision),
        country=some(_COUNTRIES),
        source=some(SOURCES),
        since=since,
        until=until,
        dates=draw(st.sampled_from(Dates)),
        q=draw(st.sampled_from(("", "", "", "mural", "vucic", "a b", "ВУЧИЋ"))),
        bbox=draw(st.none() | boxes()),
    )

"""Incidents, layers and atlases made in code, for any test that needs one."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from shapely.geometry import LineString, Point, box

from geo.atlas import Atlas
from geo.engine import Engine
from geo.evidence.archive import Archive
from geo.layer import IncidentCollection, dump_collection, parse_collection
from geo.model.dates import bounds
from geo.model.incident import Actor, Citation, Incident
from geo.model.sources import Source, Sources
from geo.model.vocabulary import Category, Status, Vocabulary

CATEGORIES: Final = ("attack", "mural", "state-pressure")
VOCABULARY: Final = Vocabulary(
    {
        name: Category(name, name.title(), "It is what it is.", color, symbol)
        for name, color, symbol in (
            ("attack", "#d55e00", "diamond"),
            ("mural", "#0072b2", "square"),
            ("state-pressure", "#aa3377", "pentagon"),
        )
    }
)
SOURCES: Final = Sources(
    {
        name: Source(
            id=name,
            title=f"What happened, told by {name}",
            publisher=name.title(),
            language="en",
            published=date(2024, 1, 5),
            url=f"https://{name}.example/article",
            licence="All rights reserved",
        )
        for name in ("daily", "weekly")
    }
)
QUOTE: Final = "a wall was painted over"
#: The first section of the project's list of traps: text that runs as code.
PAYLOADS: Final = (
    "{{cycler.__init__.__globals__.os.mkdir(dict(x=1)|first)}}",
    "{{7*7}}",
    "{% raw %}{% endraw %}",
    "<img src=x onerror=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "</script><script>alert(1)</script>",
    "${alert(1)}",
    "`${alert(1)}`",
    "javascript:alert(1)",
    "\"'><svg onload=alert(1)>",
)


def make_incident(**changes: Any) -> Incident:  # noqa: ANN401 - any field's value
    """Return a sound incident at a city, with changes; its days follow its date."""
    made = Incident(
        id="mural-2023",
        title="Mural painted over",
        summary="Unknown people painted over a mural.",
        category="mural",
        kind="event",
        status="reported",
        date="2023-08",
        place="Belgrade",
        place_as_written="Belgrade",
        country="RS",
        place_role="occurred",
        precision="city",
        radius_m=12_000,
        location_basis="stated",
        citations=(Citation("daily", QUOTE),),
        updated="2024-01-05",
        geometry=Point(20.46, 44.81),
    )
    made = replace(made, **changes)
    if "date_earliest" in changes or "date_latest" in changes or made.date is None:
        return made
    found = bounds(made.date)
    return replace(made, date_earliest=found.earliest, date_latest=found.latest)


def unplaced(**changes: Any) -> Incident:  # noqa: ANN401 - any field's value
    """Return a sound incident without a place, with changes."""
    nowhere = {
        "place": "",
        "place_as_written": "",
        "country": None,
        "place_role": None,
        "precision": None,
        "radius_m": None,
        "location_basis": None,
        "geometry": None,
    }
    return make_incident(**{**nowhere, **changes})


def make_layer(*incidents: Incident) -> IncidentCollection:
    """Return a layer of these incidents as they are, unchecked."""
    return IncidentCollection(tuple(incidents), {}, "0" * 12)


def read_again(layer: IncidentCollection) -> IncidentCollection:
    """Return a layer written and read, and so checked."""
    return parse_collection(
        b"".join(dump_collection(layer)),
        "made.geojson",
        vocabulary=VOCABULARY,
        known_sources=SOURCES,
    )


def make_engine(*incidents: Incident) -> Engine:
    """Return an engine over these incidents."""
    return Engine(make_layer(*incidents))


def make_atlas(folder: Path, *incidents: Incident) -> Atlas:
    """Return an atlas of these incidents, with an archive in *folder*."""
    return Atlas(make_engine(*incidents), VOCABULARY, SOURCES, Archive(folder))


def scattered(number: int, *, seed: int = 1) -> list[Incident]:
    """Return many incidents: a crowd in one region, some afar, areas, some nowhere."""
    chance = random.Random(seed)  # noqa: S311 - test data, not secrets
    made = []
    for index in range(number):
        lon, lat = chance.gauss(20.5, 1.5), chance.gauss(44.8, 1.0)
        if index % 7 == 0:
            lon, lat = chance.uniform(-180, 180), chance.uniform(-89, 89)
        if index % 3 == 0:
            lon, lat = round(lon, 1), round(lat, 1)
        shape: dict[str, Any] = {"geometry": Point(lon, lat)}
        if index % 11 == 5:
            area = box(lon - 0.4, lat - 0.3, lon + 0.4, lat + 0.3)
            shape = {"geometry": area, "precision": "region", "radius_m": 50_000}
        if index % 11 == 6:
            line = LineString([(lon, lat), (lon + 0.5, lat + 0.5)])
            shape = {"geometry": line, "precision": "line", "radius_m": 5_000}
        written = chance.choice(("2023-08", "2022-12~", "../2023", "2021/2023-02"))
        common = {
            "id": f"incident-{index}",
            "category": chance.choice(CATEGORIES),
            "date": written,
        }
        maker = unplaced if index % 13 == 4 else make_incident
        made.append(maker(**{**common, **({} if maker is unplaced else shape)}))
    return made


def over_years(incidents: Iterable[Incident], *, seed: int = 1) -> list[Incident]:
    """Return incidents with other dates, from 2019 to 2025, and other statuses."""
    chance = random.Random(seed)  # noqa: S311 - test data, not secrets
    made = []
    for incident in incidents:
        first = date(2019, 1, 1) + timedelta(chance.randrange(2300))
        last = first + timedelta(chance.choice((0, 0, 3, 40, 400)))
        written = chance.choice(
            (f"{first}", f"{first}", f"{first}/{last}", f"{first}/..", f"../{last}", "")
        )
        days = bounds(written) if written else None
        made.append(
            replace(
                incident,
                status=chance.choice(tuple(Status)),
                date=written or None,
                date_earliest=days and days.earliest,
                date_latest=days and days.latest,
            )
        )
    return made


def poisoned(payload: str) -> Incident:
    """Return an incident with a payload in every text that is not a code."""
    return make_incident(
        title=payload,
        summary=payload,
        date_note=payload,
        place=payload,
        place_as_written=payload,
        location_note=payload,
        status="alleged",
        alleged_by=(payload,),
        denied_by=(payload,),
        actors=(Actor(payload, "by"),),
        citations=(Citation("daily", payload, payload, payload, ("date",)),),
        extra={"note": payload},
    )

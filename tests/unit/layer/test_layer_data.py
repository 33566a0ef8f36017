"""The shipped layer keeps the promises of its documentation."""

from __future__ import annotations

import json
import math
import re
import subprocess
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

import pytest
from click.testing import CliRunner
from shapely.geometry import Point

from geo.base.settings import DATA, ROOT
from geo.commands.cli import main
from geo.evidence.anchor import AnchorState, find
from geo.evidence.archive import Archive
from geo.layer import (
    check_collection,
    dump_collection,
    parse_collection,
    read_collection,
)
from geo.model.incident import Citation, Incident
from geo.model.naturalearth import borders
from geo.model.sources import read_sources
from geo.model.text import count_words
from geo.model.vocabulary import Kind, PlaceRole, Precision, Status, read_vocabulary
from geo.places.agreement import apart_m
from geo.places.gazetteer import read_gazetteer
from tests.shared import SHARED

LAYER = DATA / "incidents.geojson"
ARTICLE = "meduza-2023-12-18"
#: Words of an article that stand in a row only where it was copied.
COPIED_WORDS = 16
#: The Belgrade murals, banners and graffiti that the article tells apart.
MURALS = (
    "belgrade-brother-2-banner",
    "belgrade-king-milutin-brother-mural",
    "belgrade-king-milutin-putin-mural",
    "belgrade-death-to-ukraine-mural",
    "belgrade-murals-across-the-city",
    "belgrade-trump-mural",
    "belgrade-motorola-mural",
    "belgrade-kosovo-is-serbia-mural",
    "belgrade-troops-return-graffiti",
)
#: What was done to a mural, by a man who was attacked for one of these acts.
DONE_TO_MURALS = {
    "belgrade-death-to-ukraine-mural-painted-over": "belgrade-death-to-ukraine-mural",
    "belgrade-motorola-mural-smeared": "belgrade-motorola-mural",
    "belgrade-king-milutin-putin-mural-defaced": "belgrade-king-milutin-putin-mural",
}
INVASION = date(2022, 2, 24)
PUBLISHED = date(2023, 12, 18)
#: Words of what is about the war, the emigrants, or a plan to draw attention from it.
SINCE_THE_INVASION = re.compile(
    r"antiwar|emigrant|pro-invasion|signed? (?:contracts|with)|agents of influence"
    r"|unite pro-Russian|flames of war|Feared incident|mercenaries",
    re.IGNORECASE,
)
#: Photographs without a date, and what was said "once": nothing bounds them.
UNBOUNDED = {
    "belgrade-kosovo-is-serbia-mural",
    "belgrade-troops-return-graffiti",
    "savicic-threat-to-reporter",
}
#: Their places lead to people, were they known more exactly.
PROTECTED = {
    "belgrade-bar-raid",
    "belgrade-doxxing-channel",
    "belgrade-zernov-attack",
    "belgrade-death-to-ukraine-mural",
    "belgrade-death-to-ukraine-mural-painted-over",
    "belgrade-trump-mural",
    "belgrade-motorola-mural",
    "belgrade-motorola-mural-smeared",
    "belgrade-kosovo-is-serbia-mural",
    "zorky-stadium-quarters",
}
#: Of families, and of where people live or pass every day.
PRIVATE = re.compile(
    r"child\w*|kids?|sons?|daughters?|school\w*|homes?|flats?|apartments?|floors?"
    r"|storeys?|neighbours?|directory",
    re.IGNORECASE,
)
#: What is private of nobody: a public figure's part in a public ceremony.
PUBLIC = {"moscow-milosevic-monument"}
#: Areas of the cities in square kilometres, from general knowledge.
CITY_KM2 = {
    "belgrade": 389,
    "moscow": 2_561,
    "saint-petersburg": 1_439,
    "donetsk": 358,
    "mariupol": 244,
    "luhansk": 257,
    "krasnogorsk": 26,
}


@lru_cache(maxsize=1)
def layer() -> dict[str, Incident]:
    """Return the shipped incidents by id."""
    found = read_collection(
        LAYER,
        vocabulary=read_vocabulary(DATA / "vocabulary" / "categories.json"),
        known_sources=read_sources(DATA / "sources.json"),
    )
    return {incident.id: incident for incident in found.incidents}


def citations() -> Iterator[tuple[str, Citation]]:
    """Go through every citation with the id of its incident."""
    for incident in layer().values():
        for citation in incident.citations:
            yield incident.id, citation


def copy_of(source_id: str) -> str | None:
    """Return the text of a source here: the users' file, or the archive's copy."""
    path = SHARED / "source" / f"{source_id}.txt"
    if path.is_file():
        return path.read_text(encoding="utf-8")
    archive = Archive(ROOT / "archive")
    copy = archive.latest(source_id)
    return archive.text(copy) if copy else None


def article() -> str:
    """Return the article's text, or skip where this machine has none."""
    text = copy_of(ARTICLE)
    if text is None:
        pytest.skip(
            f"no copy of {ARTICLE} in {SHARED / 'source'} or in the archive: nothing to compare"
        )
    return text


def tracked_texts() -> Iterator[tuple[str, str]]:
    """Go through the text files that are, or will be, in the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if not path.is_file():
            continue
        try:
            yield name, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture or another binary file holds no sentences


def runs_of(text: str) -> set[tuple[str, ...]]:
    """Return every run of so many words, whatever stands between the words."""
    words = re.findall(r"\w+", text.casefold())
    ends = range(COPIED_WORDS, len(words) + 1)
    return {tuple(words[end - COPIED_WORDS : end]) for end in ends}


def test_the_layer_is_sound() -> None:
    """No error, and no warning but of incidents that the source does not place."""
    faults = check_collection(LAYER)

    unplaced = {one.id for one in layer().values() if one.geometry is None}
    assert [str(fault) for fault in faults if fault.severity == "error"] == []
    assert {fault.feature_id for fault in faults} <= unplaced
    assert {fault.where for fault in faults} <= {"geometry"}


def test_the_layer_has_the_size_that_the_article_gives() -> None:
    """Far fewer would be a sample, far more would be inventions."""
    assert 35 <= len(layer()) <= 60


def test_the_layer_is_written_in_its_canonical_form_of_values() -> None:
    """Reading what is written gives the same incidents."""
    found = read_collection(LAYER)

    again = parse_collection(b"".join(dump_collection(found)), "again.geojson")

    assert again.incidents == found.incidents
    assert again.version == found.version


@pytest.mark.parametrize("incident_id", MURALS)
def test_each_mural_of_belgrade_is_a_record_of_its_own(incident_id: str) -> None:
    """In Belgrade, as a mural."""
    found = layer()[incident_id]

    assert found.category == "mural"
    assert found.country == "RS"
    assert found.geometry is not None
    assert 20.2 < found.geometry.centroid.x < 20.7
    assert 44.6 < found.geometry.centroid.y < 45.0


def test_no_mural_is_told_twice() -> None:
    """Different titles, and with what was done to them all there are."""
    found = [one for one in layer().values() if one.category == "mural"]

    assert {one.id for one in found} == {*MURALS, *DONE_TO_MURALS}
    assert len({one.title for one in found}) == len(found)


@pytest.mark.parametrize(
    ("incident_id", "country", "lon", "lat"),
    [
        ("belgrade-bar-raid", "RS", 20.46, 44.81),
        ("zorky-stadium-quarters", "RU", 37.33, 55.83),
        ("mariupol-knezevic-visit", "UA", 37.54, 47.1),
        ("donetsk-knezevic-visit", "UA", 37.8, 48.0),
    ],
)
def test_the_places_that_the_user_named_are_there(
    incident_id: str, country: str, lon: float, lat: float
) -> None:
    """Occupied places keep their country."""
    found = layer()[incident_id]

    assert found.country == country
    assert found.geometry is not None
    assert found.geometry.centroid.x == pytest.approx(lon, abs=0.15)
    assert found.geometry.centroid.y == pytest.approx(lat, abs=0.15)


def test_the_unnamed_bar_is_placed_no_finer_than_its_city() -> None:
    """What the source does not name is not found out."""
    assert layer()["belgrade-bar-raid"].precision == Precision.CITY


def test_the_kosovo_boundary_is_a_plan_along_a_line() -> None:
    """The line is Natural Earth's, and nothing happened on it."""
    found = layer()["kosovo-border-provocation"]

    assert found.kind == Kind.PLAN
    assert found.place_role == PlaceRole.TARGET
    assert found.precision == Precision.LINE
    assert found.geometry is not None
    assert found.geometry.geom_type == "LineString"
    west, south, east, north = found.geometry.bounds
    assert 20.2 < west < east < 21.9
    assert 42.1 < south < north < 43.4
    assert found.radius_m is not None
    (boundary,) = (
        border.line
        for border in borders("10m")
        if border.countries == ("Kosovo", "Serbia")
    )
    assert apart_m(found.geometry, boundary) < 5_000


def test_no_plan_is_said_to_have_occurred() -> None:
    """What is intended or feared has not happened where it is aimed at."""
    plans = [one for one in layer().values() if one.kind == Kind.PLAN]

    assert plans
    assert all(one.place_role != PlaceRole.OCCURRED for one in plans)


def test_every_allegation_names_who_makes_it() -> None:
    """An alleged incident without anybody who alleges it is a rumour of ours."""
    alleged = [one for one in layer().values() if one.status == Status.ALLEGED]

    assert alleged
    assert all(one.alleged_by for one in alleged)


def test_a_denial_far_down_in_the_text_is_kept() -> None:
    """Who denies the attack on the activist is named with who alleges it."""
    found = layer()["belgrade-zernov-attack"]

    assert found.status == Status.ALLEGED
    assert found.alleged_by == ("Ilya Zernov",)
    assert found.denied_by == (
        "Misa Vacic (any part in it)",
        "Sergey Belous (any part in it)",
    )


def test_no_quote_is_longer_than_allowed() -> None:
    """At most twelve words, with at most four before and after."""
    for incident_id, citation in citations():
        assert 0 < count_words(citation.quote) <= 12, incident_id
        assert count_words(citation.prefix) <= 4, incident_id
        assert count_words(citation.suffix) <= 4, incident_id


def test_every_incident_rests_on_a_passage() -> None:
    """Nothing is in the layer that its source does not say."""
    for incident in layer().values():
        assert incident.citations, incident.id
        supported = {name for one in incident.citations for name in one.supports}
        assert supported, incident.id


def test_every_citation_stands_in_its_source() -> None:
    """Exactly once where prefix and suffix say, in the copy of this machine."""
    article()
    wrong = []
    for incident_id, citation in citations():
        text = copy_of(citation.source)
        if text is None:
            pytest.skip(f"no copy of {citation.source}: its citations are not checked")
        if find(citation, text).state is not AnchorState.EXACT:
            wrong.append((incident_id, citation.quote))

    assert wrong == []


def test_no_sentence_of_the_article_is_in_the_project() -> None:
    """Facts and figures enter; sentences do not. Its title is bibliography."""
    titles = [source.title for source in read_sources(DATA / "sources.json").values()]
    title_runs = set().union(*map(runs_of, titles))
    forbidden = runs_of(article()) - title_runs

    copied = [name for name, text in tracked_texts() if runs_of(text) & forbidden]

    assert copied == []


def test_every_place_is_where_the_gazetteer_has_it() -> None:
    """``incidents geocode --check`` finds nothing that moved."""
    result = CliRunner().invoke(main, ["geocode", "--check", "--layer", str(LAYER)])

    assert result.exit_code == 0, result.output
    assert "Moved from where the gazetteer has them: 0." in result.output


def test_every_place_of_the_gazetteer_has_an_origin() -> None:
    """A coordinate without an origin could not be checked."""
    for place in read_gazetteer(DATA / "places.geojson").places:
        assert place.origin, place.id


def test_relative_dates_are_explained() -> None:
    """A date that is open, about or a range says how it was inferred."""
    for incident in layer().values():
        if incident.date and set(incident.date) & set("~?%/["):
            assert incident.date_note, incident.id


@pytest.mark.parametrize(("act_id", "mural_id"), DONE_TO_MURALS.items())
def test_what_was_done_to_a_mural_is_an_act_of_its_own(
    act_id: str, mural_id: str
) -> None:
    """Done by the man who did it, who suffers nothing in the record of the wall.

    Where the source does not say who did it, nobody is named.
    """
    act, mural = layer()[act_id], layer()[mural_id]
    by = [] if "neither who" in act.summary else [("Ilya Zernov", "by")]

    assert (act.kind, mural.kind) == (Kind.EVENT, Kind.SITE)
    assert [(one.name, one.role) for one in act.actors] == by
    assert "Ilya Zernov" not in {one.name for one in mural.actors}
    assert ("Ilya Zernov", "against") in {
        (one.name, one.role) for one in layer()["belgrade-zernov-attack"].actors
    }


@pytest.mark.parametrize(
    ("incident_id", "by"),
    [
        ("belgrade-society-peace-rally-2023", {"Russian Democratic Society"}),
        ("serbia-vacic-election-commission", {"Misa Vacic"}),
        ("moscow-region-recruiting-scheme", {"Andrey Vorobyov", "Roman Karataev"}),
        (
            "belgrade-unite-pro-russian-forces",
            {"Serbian mercenaries who fought in Ukraine"},
        ),
    ],
)
def test_no_act_is_folded_into_the_record_of_another(
    incident_id: str, by: set[str]
) -> None:
    """Each with those who did it, or are said to have."""
    found = layer()[incident_id]

    assert {one.name for one in found.actors if one.role == "by"} == by


def test_nobody_is_put_at_a_meeting_that_the_source_does_not_put_them_at() -> None:
    """Vulin met Patrushev regularly; with whom he shared recordings is not said."""
    shared = layer()["belgrade-seminar-recordings"]

    assert "Nikolai Patrushev" not in {one.name for one in shared.actors}
    assert "Nikolai Patrushev" in {
        one.name for one in layer()["vulin-patrushev-meetings"].actors
    }


@pytest.mark.parametrize(
    "incident_id", ["belgrade-beliy-false-story", "belgrade-council-lobbies-playhouse"]
)
def test_what_was_to_prevent_a_play_came_before_its_month_was_over(
    incident_id: str,
) -> None:
    """The play was announced for September 2023."""
    assert layer()[incident_id].date_latest == date(2023, 9, 30)


def test_what_is_about_the_war_begins_with_the_invasion() -> None:
    """A filter on an earlier year shows none of it."""
    about = [
        one
        for one in layer().values()
        if SINCE_THE_INVASION.search(f"{one.title} {one.summary}")
    ]

    assert len(about) > 15
    for incident in about:
        assert incident.date_earliest is not None, incident.id
        assert incident.date_earliest >= INVASION, incident.id


def test_only_what_nothing_bounds_has_an_open_beginning() -> None:
    """And its note says so; nothing is open at its end."""
    unbounded = [one for one in layer().values() if one.date_earliest is None]

    assert {one.id for one in unbounded} == UNBOUNDED
    for incident in unbounded:
        assert "nothing in the text bounds the beginning" in incident.date_note
    for incident in layer().values():
        assert incident.date_latest is not None, incident.id
        assert incident.date_latest <= PUBLISHED, incident.id


def test_what_happened_once_is_not_dated_by_a_stretch_of_time() -> None:
    """One of several days is a set; an interval would have it last."""
    for incident in layer().values():
        if incident.kind == Kind.EVENT:
            assert "/" not in (incident.date or ""), incident.id


@pytest.mark.parametrize(
    ("incident_id", "part"),
    [
        ("serbia-disrupted-performances", "bomb threats"),
        ("serbia-nationalist-media", "ties to Misa Vacic"),
        ("serbia-vulin-resignation", "pushed out"),
        ("ukraine-referendum-observer", "military aircraft"),
        ("kosovo-disinformation-august-2022", "distract from Ukraine"),
    ],
)
def test_what_is_told_as_fact_is_reported_and_its_claims_name_their_part(
    incident_id: str, part: str
) -> None:
    """One claim within a record does not make all of it one."""
    found = layer()[incident_id]

    assert found.status == Status.REPORTED
    assert any(part in one for one in found.alleged_by)


@pytest.mark.parametrize(
    ("incident_id", "who"),
    [
        ("montenegro-coup-attempt", "Bellingcat"),
        ("kosovo-border-provocation", "experts"),
        ("moscow-region-recruiting-scheme", "journalists"),
        ("belgrade-death-to-ukraine-mural-painted-over", "Ilya Zernov"),
    ],
)
def test_a_claim_is_alleged_by_those_who_make_it(incident_id: str, who: str) -> None:
    """And by nobody else whose words stand near."""
    found = layer()[incident_id]

    assert found.status == Status.ALLEGED
    assert found.alleged_by[0].startswith(who)
    assert not any("Order of the Republic" in one for one in found.alleged_by)


def test_each_claim_has_its_passage() -> None:
    """Date, place, actors, status, who alleges and denies, and how many."""
    for incident in layer().values():
        supported = {name for one in incident.citations for name in one.supports}
        claimed = {
            "date": incident.date,
            "place": incident.place,
            "actors": incident.actors,
            "status": incident.status != Status.REPORTED,
            "alleged_by": incident.alleged_by,
            "denied_by": incident.denied_by,
            "count": incident.count,
        }
        wanted = {name for name, value in claimed.items() if value}
        assert {"title", "category", *wanted} <= supported, incident.id


def test_each_person_is_named_by_a_passage_that_supports_the_actors() -> None:
    """By the last name, which is what the article says most often."""
    persons = {
        *("Damjan Knezevic", "Misa Vacic", "Ilya Zernov", "Aleksandar Vulin"),
        *("Nikolai Patrushev", "Alexander Zaldastanov", "Alexander Butenko"),
        *("Davor Savicic", "Dejan Beric", "Andrey Vorobyov", "Roman Karataev"),
        *("Vladlen Tatarsky", "Anatoliy Beliy", "Alexander Lysov"),
    }
    seen = set()
    for incident in layer().values():
        quotes = " ".join(
            one.quote for one in incident.citations if "actors" in one.supports
        )
        for actor in incident.actors:
            if actor.name in persons:
                seen.add(actor.name)
                assert actor.name.split()[-1] in quotes, (incident.id, actor.name)
    assert seen == persons


def test_the_places_words_are_those_of_the_source() -> None:
    """As written means as written."""
    text = article()
    for incident in layer().values():
        assert incident.place_as_written in text, incident.id


def test_words_that_are_not_in_the_source_are_not_in_the_layer() -> None:
    """The source says neither how often nor that protests were held in streets."""
    for incident in layer().values():
        assert "several times" not in f"{incident.summary}", incident.id
    assert "street" not in f"{layer()['belgrade-antiwar-protests'].summary}"


def test_a_place_that_a_note_infers_is_called_inferred() -> None:
    """And what is called so has a note that says from what."""
    for incident in layer().values():
        if "inferred" in incident.location_note:
            assert incident.location_basis == "inferred", incident.id
        if incident.location_basis == "inferred":
            assert incident.location_note, incident.id


def test_no_city_lies_in_a_street_or_venue_of_the_layer() -> None:
    """What is known to be somewhere in a city would be taken to be there."""
    places = read_gazetteer(DATA / "places.geojson").places
    cities = [one for one in places if one.precision == Precision.CITY]
    spots = [
        one for one in places if one.precision in {Precision.STREET, Precision.VENUE}
    ]

    assert cities
    assert spots
    for city in cities:
        for spot in spots:
            away_m = apart_m(city.geometry, spot.geometry)
            assert away_m > max(200, spot.radius_m), (city.id, spot.id)


@pytest.mark.parametrize(("place_id", "km2"), CITY_KM2.items())
def test_the_disc_of_a_city_covers_it(place_id: str, km2: float) -> None:
    """It is at least as large as a disc of the city's area."""
    place = read_gazetteer(DATA / "places.geojson").place(place_id)

    assert place.radius_m >= 1_000 * math.sqrt(km2 / math.pi)


def test_the_decimals_of_a_street_or_venue_fit_its_radius() -> None:
    """Rounding alone leaves a point no more than half the radius off."""
    for place in read_gazetteer(DATA / "places.geojson").places:
        if place.precision in {Precision.STREET, Precision.VENUE}:
            decimals = max(
                len(str(number).partition(".")[2])
                for number in place.geometry.coords[0]
            )
            off_m = 111_000 * 0.5 * 10**-decimals * math.sqrt(2)
            assert off_m <= place.radius_m / 2, place.id


def test_the_annexation_votes_lie_in_occupied_territory() -> None:
    """Parts of four regions of Ukraine, neither all of it nor Crimea."""
    gazetteer = read_gazetteer(DATA / "places.geojson")
    found = layer()["ukraine-referendum-observer"]
    ukraine = gazetteer.place("ukraine").geometry

    assert found.country == "UA"
    assert found.precision == Precision.REGION
    assert found.geometry is not None
    assert found.geometry.area < ukraine.area / 4
    assert found.geometry.difference(ukraine).area < 0.01
    for place_id in ("mariupol", "donetsk", "luhansk"):
        assert found.geometry.contains(gazetteer.place(place_id).geometry)
    assert not found.geometry.contains(Point(34.1, 45.0))


def test_what_would_lead_to_people_is_protected() -> None:
    """And placed no finer than its city, or the neighbourhood of a place that is named."""
    protected = {
        one.id for one in layer().values() if one.extra.get("protected") is True
    }

    assert protected == PROTECTED
    # The article names the stadium, which is public: its neighbourhood, and no house in it.
    at_a_named_place = {"zorky-stadium-quarters": Precision.NEIGHBOURHOOD}
    for incident_id in protected:
        finest = at_a_named_place.get(incident_id, Precision.CITY)
        assert layer()[incident_id].precision == finest


def test_nothing_is_told_of_families_and_homes() -> None:
    """Neither in a record, nor around a quote, nor in what was changed."""
    for line in LAYER.read_text(encoding="utf-8").splitlines():
        private = re.search(rf"\b(?:{PRIVATE.pattern})\b", line, re.IGNORECASE)
        if private:
            assert json.loads(line.rstrip(","))["id"] in PUBLIC, private[0]
    told = (DATA / "changes.jsonl").read_text(encoding="utf-8")
    assert not re.search(rf"\b(?:{PRIVATE.pattern})\b", told, re.IGNORECASE)


def test_each_change_is_of_a_record_and_says_what_and_why() -> None:
    """And each record that was changed has one."""
    lines = (DATA / "changes.jsonl").read_text(encoding="utf-8").splitlines()
    changes = [json.loads(line) for line in lines]

    assert all(set(one) == {"id", "day", "what", "why"} for one in changes)
    assert all(one["what"] and one["why"] for one in changes)
    changed = {one.id for one in layer().values() if one.version > 1}
    assert changed <= {one["id"] for one in changes} <= set(layer())
    for one in changes:
        assert f"{layer()[one['id']].updated}" >= one["day"], one["id"]

"""The shipped layer keeps the promises of its documentation."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from functools import lru_cache

import pytest
from click.testing import CliRunner

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
from geo.model.naturalearth import shared_boundary
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
    assert 35 <= len(layer()) <= 50


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
    """Different titles, and together all there are."""
    found = [one for one in layer().values() if one.category == "mural"]

    assert {one.id for one in found} == set(MURALS)
    assert len({one.title for one in found}) == len(MURALS)


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
    assert apart_m(found.geometry, shared_boundary("RS", "XK")) < 5_000


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
    assert len(found.denied_by) == 2


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

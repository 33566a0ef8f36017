"""The chain of geocoders; Nominatim against a local server that speaks its format."""

from __future__ import annotations

import json
import resource
import sqlite3
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from geopy.exc import GeocoderServiceError
from geopy.geocoders.base import Geocoder
from geopy.location import Location
from shapely import Point

from geo.base.errors import GeocodingError, QueryError, SettingsError
from geo.base.settings import Settings
from geo.places import geocoder as module
from geo.places.candidate import CURATED, GEONAMES, NOMINATIM
from geo.places.gazetteer import Gazetteer, Place
from geo.places.geocoder import (
    CuratedGeocoder,
    GeoNamesGeocoder,
    NominatimGeocoder,
    default_chain,
    geocode,
    nominatim_of,
)

STREET = {
    "osm_type": "way",
    "osm_id": 42,
    "lat": "59.9180",
    "lon": "30.4320",
    "class": "highway",
    "type": "tertiary",
    "place_rank": 26,
    "addresstype": "road",
    "display_name": "Zolnaya Street, Saint Petersburg, Russia",
    "boundingbox": ["59.917", "59.919", "30.420", "30.440"],
    "address": {"road": "Zolnaya Street", "country_code": "ru"},
}
GOOD: tuple[int, str, dict[str, str]] = (200, json.dumps([STREET]), {})
AGENT = "incident-map-tests/1.0 (tests@example.org)"


@dataclass
class Server:
    """A Nominatim that answers as told, and keeps what it was asked."""

    url: str
    #: (status, body, headers) in turn; the last one again and again.
    answers: list[tuple[int, str, dict[str, str]]] = field(default_factory=list)
    delay_s: float = 0.0
    asked: list[dict[str, str]] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    def next_answer(self) -> tuple[int, str, dict[str, str]]:
        """Return the answer to the newest question."""
        return self.answers[min(len(self.asked), len(self.answers)) - 1]


@pytest.fixture
def server() -> Iterator[Server]:
    """Run a server on this machine that speaks Nominatim's format."""
    told = Server(url="")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            assert address.path == "/search"
            query = parse_qs(address.query)
            told.asked.append({name: values[0] for name, values in query.items()})
            told.agents.append(self.headers["User-Agent"])
            told.times.append(time.monotonic())
            status, body, headers = told.next_answer()
            if told.delay_s:
                time.sleep(told.delay_s)
            written = body.encode()
            try:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(written)))
                self.end_headers()
                self.wfile.write(written)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # the client has stopped waiting

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        told.url = f"http://127.0.0.1:{running.server_port}"
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield told
        running.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait a hundredth of the time after errors."""
    monkeypatch.setattr(module, "_WAIT_AFTER_ERROR_S", 0.01)


def chosen(server: Server, folder: Path, **changes: Any) -> Settings:  # noqa: ANN401
    """Make settings that ask the local server."""
    given: dict[str, Any] = {
        "nominatim_url": server.url,
        "nominatim_user_agent": AGENT,
        "nominatim_delay_s": 0.0,
        "nominatim_timeout_s": 5.0,
        "cache": folder / "cache",
    }
    return Settings(**(given | changes))


@pytest.fixture
def nominatim(server: Server, tmp_path: Path) -> Iterator[NominatimGeocoder]:
    """Return a client of the local server, with an empty cache."""
    with NominatimGeocoder(chosen(server, tmp_path)) as client:
        yield client


def curated(*names: str) -> CuratedGeocoder:
    """Make a gazetteer of one place."""
    place = Place(
        id="here",
        name="Here",
        names=names,
        country="RS",
        precision="city",
        radius_m=2_000,
        geometry=Point(20.5, 44.5),
        origin="made for a test",
    )
    return CuratedGeocoder(Gazetteer((place,)))


# --- the chain ---------------------------------------------------------------


def test_the_gazetteer_is_asked_first_and_ends_the_question() -> None:
    """Its answer carries source, precision, radius and origin, lon before lat."""
    [candidate] = geocode("Novi Sad", chain=[curated("Novi Sad"), GeoNamesGeocoder()])

    assert (candidate.name, candidate.source) == ("Here", CURATED)
    assert (candidate.lon, candidate.lat) == (20.5, 44.5)
    assert (candidate.precision, candidate.radius_m) == ("city", 2_000)
    assert candidate.origin == "made for a test"


def test_geonames_answers_where_the_gazetteer_does_not() -> None:
    """The second of the chain is asked, offline."""
    [candidate] = geocode("Нови Сад", chain=[curated(), GeoNamesGeocoder()])

    assert (candidate.name, candidate.source) == ("Novi Sad", GEONAMES)
    assert candidate.country == "RS"
    assert "CC BY 4.0" in candidate.origin
    assert (round(candidate.lon), round(candidate.lat)) == (20, 45)


def test_all_may_be_asked() -> None:
    """Answers come in the order of the chain."""
    found = geocode(
        "Novi Sad", chain=[curated("Novi Sad"), GeoNamesGeocoder()], ask_all=True
    )

    assert [candidate.source for candidate in found] == [CURATED, GEONAMES]


def test_a_limit_holds_for_each_geocoder() -> None:
    """The largest namesakes come first."""
    found = geocode("Springfield", limit=2, country="us", chain=[GeoNamesGeocoder()])

    assert len(found) == 2
    assert {candidate.country for candidate in found} == {"US"}


def test_a_place_nobody_knows_gives_nothing() -> None:
    """An empty list, not an error."""
    assert geocode("Nosuchtownatall", chain=[curated(), GeoNamesGeocoder()]) == []
    assert geocode("Here", country="HR", chain=[curated()]) == []


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("", {}),
        ("!?", {}),
        ("a" * 201, {}),
        ("Here", {"country": "Serbia"}),
        ("Here", {"limit": 0}),
    ],
)
def test_a_wrong_question_is_refused(text: str, options: dict[str, Any]) -> None:
    """The message names the parameter."""
    with pytest.raises(QueryError):
        geocode(text, chain=[curated()], **options)


def test_our_geocoders_are_geopys() -> None:
    """Each is a Geocoder that gives Locations, lat before lon, one or several."""
    for geocoder, name in ((curated(), "Here"), (GeoNamesGeocoder(), "Novi Sad")):
        assert isinstance(geocoder, Geocoder)
        one = geocoder.geocode(name)
        several = geocoder.geocode(name, exactly_one=False)
        assert isinstance(one, Location)
        assert 44 < one.latitude < 46
        assert isinstance(several, list)
        assert several[0] == one
        assert geocoder.geocode("Nosuchtownatall") is None


def test_the_offline_geocoders_cannot_reach_the_network() -> None:
    """Their adapter refuses any request."""
    adapter: Any = curated().adapter

    with pytest.raises(GeocoderServiceError, match="offline"):
        adapter.get_json("http://example.org", timeout=1, headers={})


def test_the_default_chain_has_no_nominatim_unless_it_is_set_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Off by default; on with both settings."""
    monkeypatch.setattr(module, "settings", lambda: Settings(cache=tmp_path))
    assert len(default_chain()) == 2

    with_server = chosen(Server("http://127.0.0.1:9"), tmp_path)
    monkeypatch.setattr(module, "settings", lambda: with_server)
    last = default_chain()[-1]
    assert isinstance(last, NominatimGeocoder)
    assert default_chain()[-1] is last
    last.close()
    module._nominatim.cache_clear()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"nominatim_user_agent": ""}, "INCIDENTS_NOMINATIM_USER_AGENT is not"),
        ({"nominatim_url": ""}, "INCIDENTS_NOMINATIM_URL is not"),
        ({"nominatim_url": "nominatim.example.org"}, "is not an address"),
        ({"nominatim_url": "ftp://example.org"}, "is not an address"),
        (
            {
                "nominatim_url": "https://nominatim.openstreetmap.org",
                "nominatim_user_agent": "my-application",
            },
            "Name yourself",
        ),
    ],
)
def test_half_a_set_up_is_refused(
    tmp_path: Path, changes: dict[str, str], words: str
) -> None:
    """The message names the setting to mend."""
    with pytest.raises(SettingsError, match=words):
        nominatim_of(chosen(Server("http://127.0.0.1:9"), tmp_path, **changes))


def test_a_cache_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    """A file where the folder should be is named."""
    (tmp_path / "cache").write_text("not a folder")

    with pytest.raises(SettingsError, match="INCIDENTS_CACHE"):
        nominatim_of(chosen(Server("http://127.0.0.1:9"), tmp_path))


def test_a_full_disk_under_the_answers_is_named(server: Server, tmp_path: Path) -> None:
    """With its setting; and the server, which answered, is not asked again."""
    server.answers = [GOOD, GOOD, GOOD]
    with NominatimGeocoder(chosen(server, tmp_path)) as client:
        geocode("Zolnaya Street", chain=[client])
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        # A disk of our own takes a privilege; no file may grow instead.
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
        try:
            with pytest.raises(SettingsError, match=r"sqlite cannot.*INCIDENTS_CACHE"):
                geocode("Nevsky Avenue", chain=[client])
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert len(server.asked) == 2


def test_answers_damaged_on_disk_are_named(server: Server, tmp_path: Path) -> None:
    """As when something else wrote over the file."""
    server.answers = [GOOD]
    with NominatimGeocoder(chosen(server, tmp_path)) as client:
        geocode("Zolnaya Street", chain=[client])
        file = tmp_path / "cache" / "nominatim.sqlite"
        file.write_bytes(b"x" * file.stat().st_size)

        with pytest.raises(SettingsError, match=r"sqlite cannot.*delete it"):
            geocode("Zolnaya Street", chain=[client])


# --- Nominatim ---------------------------------------------------------------


def test_a_good_answer_becomes_a_candidate(
    server: Server, nominatim: NominatimGeocoder
) -> None:
    """The question is asked as Nominatim wants it, with a real user agent."""
    server.answers = [GOOD]

    [candidate] = geocode("Зольная улица", country="ru", chain=[nominatim], limit=3)

    assert candidate.source == NOMINATIM
    assert (candidate.lon, candidate.lat) == (30.432, 59.918)
    assert (candidate.precision, candidate.country) == ("street", "RU")
    [asked] = server.asked
    assert asked["q"] == "Зольная улица"
    assert (asked["format"], asked["limit"], asked["countrycodes"]) == (
        "json",
        "3",
        "ru",
    )
    assert server.agents == [AGENT]


def test_one_answer_may_be_asked_for(
    server: Server, nominatim: NominatimGeocoder
) -> None:
    """As any geocoder of geopy, it gives one location unless asked for more."""
    server.answers = [GOOD]

    found = nominatim.geocode("Zolnaya Street")

    assert isinstance(found, Location)
    assert found.latitude == 59.918
    assert server.asked[0]["limit"] == "1"


def test_the_same_question_is_answered_from_disk(
    server: Server, tmp_path: Path
) -> None:
    """The server hears it once, even from another process."""
    server.answers = [GOOD, (500, "", {})]
    settings = chosen(server, tmp_path, nominatim_delay_s=30.0)

    with NominatimGeocoder(settings) as first:
        found = geocode("Zolnaya Street", chain=[first])
        assert geocode("Zolnaya Street", chain=[first]) == found
    with NominatimGeocoder(settings) as second:
        assert geocode("Zolnaya Street", chain=[second]) == found

    assert len(server.asked) == 1
    assert (tmp_path / "cache" / "nominatim.sqlite").is_file()


def test_an_answer_too_old_is_asked_for_again(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Answers are kept for a time, not for ever."""
    server.answers = [GOOD]
    monkeypatch.setattr(module, "KEPT", timedelta(milliseconds=1))

    with NominatimGeocoder(chosen(server, tmp_path)) as client:
        geocode("Zolnaya Street", chain=[client])
        time.sleep(0.05)
        geocode("Zolnaya Street", chain=[client])

    assert len(server.asked) == 2


def test_an_empty_answer_is_no_candidate_and_is_kept(
    server: Server, nominatim: NominatimGeocoder
) -> None:
    """That the server knows nothing is an answer too."""
    server.answers = [(200, "[]", {})]

    assert geocode("Nosuchtownatall", chain=[nominatim]) == []
    assert geocode("Nosuchtownatall", chain=[nominatim]) == []
    assert len(server.asked) == 1


def test_too_many_questions_then_an_answer(
    server: Server, nominatim: NominatimGeocoder
) -> None:
    """After a 429 the question is asked again, and the answer taken."""
    server.answers = [(429, "slow down", {}), GOOD]

    assert len(geocode("Zolnaya Street", chain=[nominatim])) == 1
    assert len(server.asked) == 2


def test_the_pause_a_server_asks_for_is_kept(
    server: Server, nominatim: NominatimGeocoder
) -> None:
    """Retry-After is waited for."""
    server.answers = [(429, "", {"Retry-After": "1"}), GOOD]

    assert len(geocode("Zolnaya Street", chain=[nominatim])) == 1
    assert server.times[1] - server.times[0] >= 0.95


def test_too_long_a_pause_is_told_instead_of_waited_for(
    server: Server, nominatim: NominatimGeocoder
) -> None:
    """Nobody sits before a command for an hour."""
    server.answers = [(429, "", {"Retry-After": "3600"})]

    with pytest.raises(GeocodingError, match="wait 3600 seconds"):
        geocode("Zolnaya Street", chain=[nominatim])
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("answer", "words", "times"),
    [
        ((429, "", {}), r"too many questions \(HTTP 429\).*Try again later", 3),
        ((500, "oops", {}), "failed 3 times.*500", 3),
        ((503, "", {}), "failed 3 times", 3),
        ((200, "<html>", {}), "not JSON.*INCIDENTS_NOMINATIM_URL", 1),
        ((200, '["a"]', {}), "something else than places", 1),
        ((200, '[{"lat": "x", "lon": "y"}]', {}), "something else than places", 1),
        ((403, "", {}), "INCIDENTS_NOMINATIM_USER_AGENT", 1),
        ((400, "", {}), "shorter or plainer", 1),
    ],
)
def test_a_failure_names_the_service_and_the_remedy(
    server: Server,
    nominatim: NominatimGeocoder,
    answer: tuple[int, str, dict[str, str]],
    words: str,
    times: int,
) -> None:
    """What a new try may mend is tried three times, the rest once; none is kept."""
    server.answers = [answer]

    with pytest.raises(GeocodingError, match=words) as failed:
        geocode("Zolnaya Street", chain=[nominatim])

    assert f"Nominatim at {server.url}" in str(failed.value)
    assert len(server.asked) == times
    server.answers = [GOOD]
    assert len(geocode("Zolnaya Street", chain=[nominatim])) == 1


def test_a_box_that_is_no_box_is_no_answer(
    server: Server, nominatim: NominatimGeocoder
) -> None:
    """A result whose extent cannot be read is refused, not guessed."""
    broken = STREET | {"boundingbox": ["a", "b", "c", "d"]}
    server.answers = [(200, json.dumps([broken]), {})]

    with pytest.raises(GeocodingError, match="something else than places"):
        geocode("Zolnaya Street", chain=[nominatim])


def test_a_slow_server_is_given_up(server: Server, tmp_path: Path) -> None:
    """Each of three tries waits as long as the settings say, and no longer."""
    server.answers = [GOOD]
    server.delay_s = 1.0

    with (
        NominatimGeocoder(chosen(server, tmp_path, nominatim_timeout_s=0.1)) as client,
        pytest.raises(GeocodingError, match="did not answer in time"),
    ):
        geocode("Zolnaya Street", chain=[client])

    assert len(server.asked) == 3


def test_a_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    """A closed port is a failure with a remedy."""
    nowhere = Server("http://127.0.0.1:9")

    with (
        NominatimGeocoder(chosen(nowhere, tmp_path)) as client,
        pytest.raises(GeocodingError, match=r"cannot be reached.*unset"),
    ):
        geocode("Zolnaya Street", chain=[client])


def test_different_questions_keep_the_delay_between_them(
    server: Server, tmp_path: Path
) -> None:
    """The server is never asked faster than the settings allow."""
    server.answers = [GOOD]

    with NominatimGeocoder(chosen(server, tmp_path, nominatim_delay_s=0.3)) as client:
        for text in ("First Street", "Second Street", "Third Street"):
            geocode(text, chain=[client])

    gaps_s = [b - a for a, b in zip(server.times, server.times[1:], strict=False)]
    assert min(gaps_s) >= 0.28


def test_the_cache_on_disk_holds_only_good_answers(
    server: Server, tmp_path: Path
) -> None:
    """One good answer among failures: one row."""
    server.answers = [(500, "", {}), (200, "<html>", {}), GOOD]

    with NominatimGeocoder(chosen(server, tmp_path)) as client:
        with pytest.raises(GeocodingError):
            geocode("Zolnaya Street", chain=[client])
        geocode("Zolnaya Street", chain=[client])

    store = sqlite3.connect(tmp_path / "cache" / "nominatim.sqlite")
    [(rows,)] = store.execute("select count(*) from responses").fetchall()
    store.close()
    assert rows == 1

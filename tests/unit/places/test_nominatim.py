"""Nominatim's client against a local server that speaks its format."""

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

from geo.base.errors import GeocodingError, SettingsError
from geo.base.settings import Settings
from geo.places import answers
from geo.places import nominatim as module
from geo.places.candidate import NOMINATIM
from geo.places.geocoder import geocode
from geo.places.nominatim import NominatimGeocoder, nominatim_of

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
    monkeypatch.setattr(answers, "KEPT", timedelta(milliseconds=1))

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

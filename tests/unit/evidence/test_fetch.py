"""Fetching takes a page from the public web, and nothing else from anywhere."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from geo.base.errors import ArchiveError
from geo.base.settings import Settings
from geo.evidence.archive import Archive
from geo.evidence.capture import Capture, Hop
from geo.evidence.fetch import fetch
from geo.evidence.fetch_rules import rules_of
from geo.evidence.intake import archive_url
from tests.unit.evidence.web import PAGE, RULES, Handler, source


def test_a_page_is_fetched_with_its_answer(root: str) -> None:
    """Body, headers, addresses and time; cookies stay out."""
    before = datetime.now(UTC).replace(microsecond=0)
    capture = fetch(f"{root}/good?a=b#part", rules=RULES)
    assert capture.content == PAGE.encode()
    assert capture.url == capture.final_url == f"{root}/good?a=b"
    assert (capture.status, capture.redirects) == (200, ())
    assert before <= capture.fetched <= datetime.now(UTC)
    headers = dict(capture.headers)
    assert headers["X-A"] == "y"
    assert "Set-Cookie" not in headers
    assert (capture.content_type, capture.charset) == ("text/html", "utf-8")
    assert Handler.asked[-1] == ("/good?a=b", "tests (+mailto:desk@paper.example)")


@pytest.mark.parametrize("path", ["packed", "deflated"])
def test_a_packed_body_is_unpacked(root: str, path: str) -> None:
    """What is kept is the page."""
    assert fetch(f"{root}/{path}", rules=RULES).content == PAGE.encode()


def test_redirects_are_followed_and_kept(root: str) -> None:
    """Five are; relative ones as well, and the way is kept."""
    capture = fetch(f"{root}/hop/4", rules=RULES)
    assert capture.final_url == f"{root}/good"
    assert len(capture.redirects) == 5
    assert capture.redirects[0] == Hop(f"{root}/hop/4", 301, f"{root}/hop/3")
    assert fetch(f"{root}/cookie-wall", rules=RULES).content == PAGE.encode()


REFUSED = [
    ("hop/5", "redirects more than 5 times"),
    ("loop-a", "redirects in a loop"),
    ("status/404", "has no such page (HTTP 404)"),
    ("status/403", "refuses to give the page to this server (HTTP 403)"),
    ("status/402", "asks for payment (HTTP 402)"),
    ("status/429", "is asked too often (HTTP 429)"),
    ("status/500", "cannot answer now (HTTP 500)"),
    ("status/503", "cannot answer now (HTTP 503)"),
    ("status/202", "gives no page (HTTP 202)"),
    ("status/302", "gives no page (HTTP 302)"),
    ("bomb", "is larger than 100,000 bytes"),
    ("large", "is larger than 100,000 bytes"),
    ("endless", "is larger than 100,000 bytes"),
    ("twice-packed", "is packed as 'gzip, gzip'"),
    ("torn", "ends too early"),
    ("damaged", "its packed body is damaged"),
    ("cut", "could not be fetched"),
    ("no-http", "could not be fetched"),
    ("silent", "gave no answer in time"),
    ("drip", "gave no answer in time"),
    ("drip-headers", "gave no answer in time"),
    ("empty", "is empty"),
    ("blank", "is empty"),
    ("binary", "is a picture (PNG)"),
    ("wrong-charset", "is not UTF-8"),
    ("consent", "looks like a paywall, a consent page"),
    ("paywall", "is a paywall or consent page"),
    ("to/http://10.0.0.1/", "is at 10.0.0.1, which is not a public address"),
    ("to/http://169.254.169.254/latest", "is at 169.254.169.254"),
    ("to/http://[::ffff:10.0.0.1]/", "is at ::ffff:10.0.0.1"),
    ("to/http://0xa000001/", "is at 10.0.0.1"),
    ("to/file:///etc/passwd", "is not an address beginning with"),
    ("to/gopher://a/", "is not an address beginning with"),
    ("to/javascript:alert(1)", "could not be fetched"),
    ("to/http://a:b@example.org/", "has a user name or password"),
    ("to/http://[", "is no address"),
]


@pytest.mark.parametrize(("path", "said"), REFUSED)
def test_a_bad_answer_is_refused_and_nothing_kept(
    root: str, tmp_path: Path, path: str, said: str
) -> None:
    """Each has its own words, and the archive stays as it was."""
    archive = Archive(tmp_path / "archive")
    with pytest.raises(ArchiveError) as caught:
        archive_url(source(f"{root}/{path}"), archive, rules=RULES)
    assert said in str(caught.value)
    assert "http" in str(caught.value)
    assert not archive.folder.exists()
    kept = archive_url(source(f"{root}/good"), archive, rules=RULES)
    with pytest.raises(ArchiveError):
        archive_url(source(f"{root}/{path}"), archive, rules=RULES)
    assert archive.versions("paper-2024") == [kept]
    assert archive.verify() == []


def test_a_redirect_loop_is_called_one(root: str) -> None:
    """Two pages that point to each other end after five steps."""
    with pytest.raises(ArchiveError, match="redirects in a loop"):
        fetch(f"{root}/loop-a", rules=RULES)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "is not an address"),
        ("paper.example/a", "is not an address"),
        ("file:///etc/passwd", "is not an address"),
        ("ftp://paper.example/", "is not an address"),
        ("http:///a", "is not an address"),
        ("http://paper.example:8080/", "asks port 8080"),
        ("https://paper.example:22/", "asks port 22"),
        ("https://desk:secret@paper.example/", "has a user name or password"),
        ("http://127.0.0.1/", "is not a public address"),
        ("http://localhost/", "is not a public address"),
        ("http://2130706433/", "is not a public address"),
        ("http://0/", "is not a public address"),
        ("http://[::1]/", "is not a public address"),
        ("http://[fe80::1]/", "is not a public address"),
        ("http://192.168.0.1/", "is not a public address"),
        ("http://100.64.0.1/", "is not a public address"),
    ],
)
def test_an_address_that_is_not_on_the_public_web_is_refused(
    url: str, said: str
) -> None:
    """Before anything is asked; a password is not repeated."""
    with pytest.raises(ArchiveError) as caught:
        fetch(url)
    assert said in str(caught.value)
    assert "secret" not in str(caught.value)


def test_the_settings_say_how_to_fetch() -> None:
    """User agent with its contact, waits and limits."""
    rules = rules_of(
        Settings(
            fetch_contact="desk@paper.example", fetch_timeout_s=3, fetch_size_bytes=9
        )
    )
    assert rules.user_agent.endswith("(+desk@paper.example)")
    assert (rules.connect_timeout_s, rules.read_timeout_s) == (3, 3)
    assert rules.size_bytes == 9
    assert not rules.allow_loopback
    assert "+" not in rules_of(Settings(fetch_contact="")).user_agent


def test_a_capture_without_a_type_declares_none() -> None:
    """Headers may be missing or odd."""
    bare = Capture("http://a", "http://a", b"x", datetime.now(UTC))
    assert (bare.content_type, bare.charset) == ("", None)
    odd = Capture(
        "http://a",
        "http://a",
        b"x",
        datetime.now(UTC),
        headers=(("content-type", ";"),),
    )
    assert odd.charset is None
